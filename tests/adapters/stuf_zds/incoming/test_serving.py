"""Questions that are put to us: what is asked on, and what is answered."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import pytest
from lxml import etree

from adapters._kit.stuf.reading import read_bericht
from adapters.contract import (
    AskRefused,
    DocumentAwayError,
    DocumentError,
    Received,
    Reception,
)
from adapters.stuf_zds import reading
from adapters.stuf_zds.readers.nodes import child, under
from schemas.questions import QUESTION_TYPES
from schemas.xsdset import violations
from tests.adapters.stuf_zds.incoming.answers import (
    ANSWERS,
    BESLUIT,
    BSN,
    CONTENT,
    DOCUMENT,
    NOTHING,
    ZAAK,
)
from tests.adapters.stuf_zds.incoming.desk import RSIN, Desk, desk
from tests.adapters.stuf_zds.incoming.messages import CASE, di02, numbered, vraag
from tests.conformance.documents import MemoryContent, MemoryDocuments
from tests.standards import standards_dir

BY_NUMBER = {
    "geefZaakdetails_ZakLv01": ("ZDS", "ZAK", "1.2"),
    "geefZaakstatus_ZakLv01": ("ZDS", "ZAK", "1.2"),
    "geefLijstZaakdocumenten_ZakLv01": ("ZDS", "ZAK", "1.2"),
    "geefLijstBesluiten_ZakLv01": ("ZDS", "ZAK", "1.2"),
    "geefZaakdocumentLezen_EdcLv01": ("ZDS", "EDC", "1.2"),
    "geefBesluitdetails_BslLv01": ("ZDS", "BSL", "1.2"),
    "zakLv01": ("ZKN", "ZAK", "1.1"),
    "edcLv01": ("ZKN", "EDC", "1.1"),
}
ACTIONS = {
    "zakLv01": (
        "geefZaakdetails_Lv01",
        "geefZaakstatus_Lv01",
        "geefLijstZaakdocumenten_Lv01",
        "zakLv01",
    ),
    "edcLv01": ("geefZaakdocumentLezen_Lv01",),
}
CALLS = [(name, action) for name in BY_NUMBER for action in ACTIONS.get(name, ("",))]
DRIVERS = {"1.1": "zds-1.1/driver/zs-dms/all.xsd", "1.2": "zds-1.2/driver/zds/all.xsd"}


def asking(answers: Mapping[str, Mapping[str, Any] | AskRefused] = ANSWERS, **inbound: Any) -> Desk:
    called = desk("application", secret="only for tests", **inbound)
    called.answers = dict(answers)
    return called


async def asked(called: Desk, name: str, gelijk: str = "", action: str = "") -> Received:
    ns, entity, _ = BY_NUMBER[name]
    body = vraag(name, gelijk or numbered(CASE), entity=entity, ns=ns)
    full = f"http://www.egem.nl/StUF/sector/zkn/0310/{action}" if action else None
    return await called.call(body, path="BeantwoordVraag", action=full)


def message_of(received: Received) -> etree._Element:
    body = etree.fromstring(received.answer.body)[-1]
    return etree.fromstring(etree.tostring(body[0]))


@pytest.fixture(scope="module")
def drivers() -> dict[str, etree.XMLSchema]:
    folder = standards_dir() / "stuf"
    return {name: etree.XMLSchema(file=str(folder / path)) for name, path in DRIVERS.items()}


@pytest.mark.parametrize(("name", "action"), CALLS)
@pytest.mark.parametrize("answers", [ANSWERS, NOTHING], ids=["found", "nothing"])
async def test_every_answer_is_valid_by_the_official_schema(
    name: str,
    action: str,
    answers: Mapping[str, Mapping[str, Any]],
    drivers: dict[str, etree.XMLSchema],
) -> None:
    received = await asked(asking(answers), name, action=action)
    assert received.outcome is Reception.IGNORED, received.detail
    assert not received.keep
    driver = drivers[BY_NUMBER[name][2]]
    assert driver.validate(message_of(received)), str(driver.error_log)


@pytest.mark.parametrize(("name", "action"), CALLS)
async def test_every_answer_is_valid_by_our_own_schema(name: str, action: str) -> None:
    for answers in (ANSWERS, NOTHING):
        message = message_of(await asked(asking(answers), name, action=action))
        assert violations(f"zds-{BY_NUMBER[name][2]}", message) == ()


@pytest.mark.parametrize(
    ("operation", "question", "number"),
    [
        ("genereerZaakIdentificatie", "zaak.identificatie", "0344-2026-000124"),
        ("genereerDocumentIdentificatie", "document.identificatie", "DOC-2026-2"),
        ("genereerBesluitIdentificatie", "besluit.identificatie", "B-2026-2"),
    ],
)
async def test_a_number_is_asked_for_and_given(
    operation: str, question: str, number: str, drivers: dict[str, etree.XMLSchema]
) -> None:
    called = asking()
    functie = operation.replace("Identificatie", "identificatie")
    received = await called.call(di02(f"{operation}_Di02", functie, ""), path="VrijeBerichten")
    message = message_of(received)
    assert drivers["1.2"].validate(message), str(drivers["1.2"].error_log)
    assert message.findtext(".//{*}identificatie") == number
    assert called.asked == [(question, {"bronorganisatie": RSIN})]


async def test_a_document_is_checked_out_as_the_schema_says(
    drivers: dict[str, etree.XMLSchema],
) -> None:
    gelijk = f'<ZKN:gelijk StUF:entiteittype="EDC">{numbered("DOC-2026-1")}</ZKN:gelijk>'
    body = di02(
        "geefZaakdocumentBewerken_Di02",
        "geefZaakdocumentbewerken",
        f"<ZDS:edcLv01>{gelijk}</ZDS:edcLv01>",
    )
    message = message_of(await asking().call(body))
    assert drivers["1.2"].validate(message), str(drivers["1.2"].error_log)
    missing = await asking(NOTHING).call(body)
    assert (missing.outcome, missing.code) == (Reception.REFUSED, "StUF064")


async def test_a_check_out_is_cancelled_with_the_id_that_was_given() -> None:
    called = asking()
    gelijk = f'<ZKN:gelijk StUF:entiteittype="EDC">{numbered("DOC-1")}</ZKN:gelijk>'
    out = di02(
        "geefZaakdocumentBewerken_Di02",
        "geefZaakdocumentbewerken",
        f"<ZDS:edcLv01>{gelijk}</ZDS:edcLv01>",
    )
    given = message_of(await called.call(out)).findtext(".//{*}checkedOutId")
    parts = (
        f"<ZDS:parameters><ZDS:checkedOutId>{given}</ZDS:checkedOutId></ZDS:parameters>"
        f"<ZDS:document>{numbered('DOC-1')}</ZDS:document>"
    )
    received = await called.call(di02("cancelCheckout_Di02", "cancelCheckout", parts))
    assert b"Bv02Bericht" in received.answer.body


async def test_without_a_secret_nothing_is_checked_out() -> None:
    called = desk("application")
    called.answers = dict(ANSWERS)
    gelijk = f'<ZKN:gelijk StUF:entiteittype="EDC">{numbered("DOC-1")}</ZKN:gelijk>'
    body = di02(
        "geefZaakdocumentBewerken_Di02",
        "geefZaakdocumentbewerken",
        f"<ZDS:edcLv01>{gelijk}</ZDS:edcLv01>",
    )
    received = await called.call(body)
    assert (received.code, "inbound.secret" in received.detail) == ("StUF037", True)


async def test_a_case_reads_back_as_it_was_answered() -> None:
    received = await asked(asking(), "geefZaakdetails_ZakLv01")
    element = under(read_bericht(received.answer.body).element, "antwoord/object")
    assert element is not None
    read = reading.zaak_beeld(element) or {}
    same = (
        "zaakidentificatie",
        "zaaktype",
        "zaaktypeOmschrijving",
        "startdatum",
        "registratiedatum",
        "einddatumGepland",
        "uiterlijkeEinddatumAfdoening",
        "omschrijving",
        "toelichting",
        "resultaat",
        "archiefnominatie",
        "kenmerken",
        "eigenschappen",
        "status",
    )
    assert {name: read[name] for name in same} == {name: ZAAK[name] for name in same}
    people = {each["rolsoort"]: each["betrokkene"] for each in read["rollen"] if "rolsoort" in each}
    assert people["initiator"] == ZAAK["rollen"][1]["betrokkene"]
    assert len(read["rollen"]) == len(ZAAK["rollen"])


async def test_a_document_reads_back_with_its_content() -> None:
    received = await asked(asking(), "geefZaakdocumentLezen_EdcLv01", numbered("DOC-2026-1"))
    element = under(read_bericht(received.answer.body).element, "antwoord/object")
    assert element is not None
    read = reading.document_beeld(element, reading.Opmerkingen()) or {}
    assert read == {**DOCUMENT, "bestandsnaam": "brief_ kopie.pdf"}
    inhoud = reading.inhoud_van(element)
    assert inhoud is not None
    assert base64.b64decode(inhoud.text or "") == CONTENT


async def test_a_decision_reads_back() -> None:
    received = await asked(asking(), "geefBesluitdetails_BslLv01", numbered("B-2026-1"))
    element = under(read_bericht(received.answer.body).element, "antwoord/object")
    assert element is not None
    assert reading.besluit_beeld(element, reading.Opmerkingen()) == BESLUIT


async def test_the_last_status_is_given_and_all_where_they_are_asked_for() -> None:
    received = await asked(asking(), "geefZaakstatus_ZakLv01")
    assert len(message_of(received).findall(".//{*}heeft")) == 1
    every = numbered(CASE) + (
        "<ZKN:heeft><ZKN:indicatieLaatsteStatus>N</ZKN:indicatieLaatsteStatus></ZKN:heeft>"
    )
    received = await asked(asking(), "geefZaakstatus_ZakLv01", every)
    last = [each.text for each in message_of(received).iter("{*}indicatieLaatsteStatus")]
    assert last == ["J", "N"]


@pytest.mark.parametrize("number", ["a/b", "x" * 41, "met spatie"])
async def test_a_number_that_cannot_be_one_is_not_found_and_not_asked_for(number: str) -> None:
    called = asking()
    received = await asked(called, "geefZaakdetails_ZakLv01", numbered(number))
    assert received.outcome is Reception.IGNORED
    assert child(message_of(received), "antwoord") is None
    assert called.asked == []


@pytest.mark.parametrize(
    ("unavailable", "code"), [(True, "StUF049"), (False, "StUF058")], ids=["away", "nobody"]
)
async def test_a_question_that_nobody_answers_is_refused(
    unavailable: bool,  # noqa: FBT001 - a parameter
    code: str,
) -> None:
    refusal = AskRefused("The zaaksysteem cannot be reached.", unavailable=unavailable)
    called = asking({"zaak.details": refusal})
    received = await asked(called, "geefZaakdetails_ZakLv01")
    fault = etree.fromstring(received.answer.body)
    assert fault.findtext(".//{*}Fo02Bericht/{*}body/{*}code") == code
    assert fault.findtext(".//{*}details") == "The zaaksysteem cannot be reached."
    assert received.keep is (code == "StUF058")


async def test_a_document_that_is_too_large_is_not_given_as_nothing() -> None:
    answer = {"gevonden": True, "document": DOCUMENT, "teGroot": True}
    received = await asked(asking({"document.inhoud": answer}), "geefZaakdocumentLezen_EdcLv01")
    assert (received.code, "larger" in received.detail) == ("StUF058", True)


def broken(error: Exception) -> MemoryContent:
    return MemoryContent(b"x", error=error, breaks_at=0)


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1"])
@pytest.mark.parametrize("name", ["geefZaakdocumentLezen_EdcLv01", "geefZaakdocumentbewerken"])
async def test_a_content_beside_the_answer_of_the_hub_is_given_out(charset: str, name: str) -> None:
    content = MemoryContent(b"\x00\xff" * 5_000_000)
    called = desk("application", secret="only for tests", charset=charset)
    called.answers = {"document.inhoud": beside(content)}
    called.documents.beside = MemoryDocuments(content)
    out = di02(
        "geefZaakdocumentBewerken_Di02",
        "geefZaakdocumentbewerken",
        f'<ZDS:edcLv01><ZKN:gelijk StUF:entiteittype="EDC">{numbered("DOC-1")}</ZKN:gelijk>'
        "</ZDS:edcLv01>",
    )
    received = await (called.call(out) if "bewerken" in name else asked(called, name))
    text = received.answer.body.partition(b"inhoud ")[2].partition(b">")[2].partition(b"<")[0]
    assert base64.b64decode(text) == content.content
    assert DOCUMENT["documentidentificatie"].encode() in received.answer.body


@pytest.mark.parametrize(
    ("content", "most", "code"),
    [
        (MemoryContent(b"x" * 1025), 1024, "StUF058"),
        (broken(DocumentError("document:damaged", "It is damaged.")), 1024, "StUF058"),
        (broken(DocumentAwayError("It is away.")), 1024, "StUF049"),
    ],
)
async def test_a_content_that_cannot_be_read_is_not_given_as_nothing(
    content: MemoryContent, most: int, code: str
) -> None:
    called = asking({"document.inhoud": beside(content)}, max_given_bytes=most)
    called.documents.beside = MemoryDocuments(content)
    received = await asked(called, "geefZaakdocumentLezen_EdcLv01")
    assert received.code == code


async def test_a_content_that_is_not_kept_any_more_is_not_given_as_nothing() -> None:
    called = asking({"document.inhoud": beside(MemoryContent(b"x"))})
    received = await asked(called, "geefZaakdocumentLezen_EdcLv01")
    assert received.code == "StUF058"


def beside(content: MemoryContent) -> dict[str, Any]:
    return {"gevonden": True, "document": DOCUMENT, "dataref": content.ref}


@pytest.mark.parametrize(
    "gelijk",
    [
        (
            f"<ZKN:heeftAlsInitiator><ZKN:gerelateerde>{numbered('11' + BSN)}"
            "</ZKN:gerelateerde></ZKN:heeftAlsInitiator>"
        ),
        (
            "<ZKN:heeftAlsInitiator><ZKN:gerelateerde><ZKN:natuurlijkPersoon>"
            f"<BG:inp.bsn>{BSN}</BG:inp.bsn></ZKN:natuurlijkPersoon></ZKN:gerelateerde>"
            "</ZKN:heeftAlsInitiator>"
        ),
    ],
)
async def test_the_cases_of_a_person_are_asked_for(gelijk: str) -> None:
    called = asking()
    received = await asked(called, "zakLv01", gelijk, "zakLv01")
    assert called.asked == [("zaak.van-persoon", {"bsn": BSN})]
    assert message_of(received).findtext(".//{*}identificatie") == CASE


async def test_only_open_cases_are_given_where_einddatum_has_no_value() -> None:
    closed = {**ZAAK, "zaakidentificatie": "0344-2026-000001", "einddatum": "2026-11-20"}
    called = asking({"zaak.van-persoon": {"zaken": [closed, ZAAK], "meer": False}})
    gelijk = (
        '<ZKN:einddatum xsi:nil="true" StUF:noValue="geenWaarde"/>'
        f"<ZKN:heeftAlsInitiator><ZKN:gerelateerde>{numbered('11' + BSN)}"
        "</ZKN:gerelateerde></ZKN:heeftAlsInitiator>"
    )
    received = await asked(called, "zakLv01", gelijk, "zakLv01")
    numbers = [each[0].text for each in message_of(received).iter("{*}object")]
    assert numbers == [CASE]


@pytest.mark.parametrize(
    ("gelijk", "code"),
    [
        ("<ZKN:omschrijving>x</ZKN:omschrijving>", "StUF037"),
        (
            (
                f"<ZKN:heeftAlsInitiator><ZKN:gerelateerde>{numbered('11123456789')}"
                "</ZKN:gerelateerde></ZKN:heeftAlsInitiator>"
            ),
            "StUF055",
        ),
    ],
)
async def test_a_selection_that_we_do_not_know_is_refused(gelijk: str, code: str) -> None:
    received = await asked(asking(), "zakLv01", gelijk, "zakLv01")
    assert (received.outcome, received.code) == (Reception.REFUSED, code)
    assert "123456789" not in received.detail


@pytest.mark.parametrize("name", ANSWERS)
def test_the_invented_answers_are_those_of_the_hub(name: str) -> None:
    QUESTION_TYPES[name].answer.model_validate(dict(ANSWERS[name]), by_alias=True, by_name=False)
