"""Documents: adding, reading back, check-out and check-in, unlinking; and besluiten."""

import hashlib

import pytest

from schemas.xml import parse_xml
from tests.simulators.stuf_zds.conftest import official
from tests.simulators.stuf_zds.helpers import NAMESPACES, Reply, Zaaksysteem, stuurgegevens
from tests.simulators.stuf_zds.messages import ask, document, notify, order, question, zaak

SELECT = (
    '<{p}:edcLv01 StUF:functie="selectie" StUF:entiteittype="EDC"><ZKN:parameters/>'
    '<ZKN:gelijk StUF:entiteittype="EDC"><ZKN:identificatie>D-1</ZKN:identificatie></ZKN:gelijk>'
    '<ZKN:scope><ZKN:object StUF:entiteittype="EDC"/></ZKN:scope></{p}:edcLv01>'
)


def _change(key: str, inside: str, old: str = "", sort: str = "W") -> str:
    number = "<ZKN:identificatie>D-1</ZKN:identificatie>"
    objects = "".join(
        f'<ZKN:object StUF:entiteittype="EDC" StUF:verwerkingssoort="W">{number}{part}</ZKN:object>'
        for part in (old, inside)
    )
    return (
        f"<{{p}}:parameters><{{p}}:checkedOutId>{key}</{{p}}:checkedOutId></{{p}}:parameters>"
        '<{p}:edcLk02 StUF:functie="update" StUF:entiteittype="EDC"><ZKN:parameters>'
        f"<StUF:mutatiesoort>{sort}</StUF:mutatiesoort></ZKN:parameters>{objects}</{{p}}:edcLk02>"
    )


async def _planted(zs: Zaaksysteem, version: str = "1.2", content: bytes = b"inhoud") -> Reply:
    await notify(zs, "creeerZaak", "r-1", zaak("0392-1"), version=version)
    item = document("D-1", "0392-1", content=content)
    return await notify(zs, "voegZaakdocumentToe", "r-2", item, version=version, entity="EDC")


@pytest.mark.standards
@pytest.mark.parametrize("version", ["1.1", "1.2"])
async def test_a_document_is_added_listed_and_read_back(zs: Zaaksysteem, version: str) -> None:
    assert (await _planted(zs, version, b"\x00\xff-bytes")).code == "Bv03"
    listed = await ask(zs, "geefLijstZaakdocumenten", "0392-1", version=version)
    assert "D-1" in listed.texts("identificatie")
    assert not listed.texts("inhoud")
    read = await ask(zs, "geefZaakdocumentLezen", "D-1", version=version, entity="EDC")
    assert read.text("inhoud") == "AP8tYnl0ZXM="
    assert read.texts("identificatie") == ["D-1", "0392-1"]
    for reply in (listed, read):
        assert reply.body is not None
        official(version).assertValid(reply.body)
    digest = hashlib.sha256(b"\x00\xff-bytes").hexdigest()
    assert [effect["sha256"] for effect in zs.effects("inhoud")] == [digest]
    assert zs.effects("zio") == [{"case": "0392-1", "document": "D-1"}]


async def test_a_large_document_never_meets_the_xml_parser(zs: Zaaksysteem) -> None:
    content = b"0123456789abcdef" * 1024 * 1024
    assert (await _planted(zs, content=content)).code == "Bv03"
    assert zs.simulator.world.state.documents["D-1"].now.content == content
    again = await notify(
        zs,
        "voegZaakdocumentToe",
        "r-2",
        document("D-1", "0392-1", content=content[::-1]),
        entity="EDC",
    )
    assert again.fault == "StUF016"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("</ZKN:inhoud>", "*</ZKN:inhoud>"), "StUF055"),
        ((' StUF:bestandsnaam="aangifte.txt"', ""), "StUF055"),
        (("OPENBAAR", "openbaar"), "StUF055"),
        (("0392-1", "0392-9"), "StUF064"),
        (("<ZKN:auteur>balie</ZKN:auteur>", ""), "StUF055"),
    ],
)
async def test_a_wrong_document_is_refused(
    zs: Zaaksysteem, change: tuple[str, str], code: str
) -> None:
    await notify(zs, "creeerZaak", "r-1", zaak("0392-1"))
    item = document("D-1", "0392-1").replace(*change)
    reply = await notify(zs, "voegZaakdocumentToe", "r-2", item, entity="EDC")
    assert (reply.code, reply.fault) == ("Fo03", code)
    assert not zs.simulator.world.state.documents


@pytest.mark.standards
@pytest.mark.parametrize("version", ["1.1", "1.2"])
async def test_check_out_locks_and_check_in_makes_a_version(zs: Zaaksysteem, version: str) -> None:
    await _planted(zs, version)
    name = "geefZaakdocumentBewerken" if version == "1.2" else "geefZaakdocumentbewerken"
    out = await order(zs, name, "geefZaakdocumentbewerken", SELECT, version=version)
    assert out.body is not None
    official(version).assertValid(out.body)
    key = out.text("checkedOutId")
    second = await order(zs, name, "geefZaakdocumentbewerken", SELECT, version=version)
    assert second.fault == "StUF058"
    new = (
        "<ZKN:titel>Nieuw</ZKN:titel>"
        '<ZKN:inhoud StUF:bestandsnaam="nieuw.txt">bmlldXc=</ZKN:inhoud>'
    )
    names = ("updateZaakdocument", "updateZaakdocument")
    assert (await order(zs, *names, _change("ander", new), version=version)).fault == "StUF058"
    done = await order(zs, *names, _change(key, new), version=version)
    assert (done.code, done.texts("berichtcode")) == ("Bv02", ["Bv02"])
    known = zs.simulator.world.state.documents["D-1"]
    assert (len(known.versions), known.now.content, known.checkout) == (2, b"nieuw", "")
    read = await ask(zs, "geefZaakdocumentLezen", "D-1", version=version, entity="EDC")
    assert (read.text("titel"), read.text("auteur")) == ("Nieuw", "balie")
    assert [effect["versie"] for effect in zs.effects("document_bijgewerkt")] == [2]


async def test_a_check_out_can_be_cancelled_by_its_key_only(zs: Zaaksysteem) -> None:
    await _planted(zs)
    item = (
        "<{{p}}:parameters><{{p}}:checkedOutId>{key}</{{p}}:checkedOutId></{{p}}:parameters>"
        '<{{p}}:document StUF:entiteittype="EDC" StUF:verwerkingssoort="I" '
        'StUF:functie="entiteit"><ZKN:identificatie>D-1</ZKN:identificatie></{{p}}:document>'
    )
    names = ("cancelCheckout", "cancelCheckout")
    assert (await order(zs, *names, item.format(key="x"))).fault == "StUF058"
    out = await order(zs, "geefZaakdocumentBewerken", "geefZaakdocumentbewerken", SELECT)
    assert (await order(zs, *names, item.format(key="x"))).fault == "StUF058"
    done = await order(zs, *names, item.format(key=out.text("checkedOutId")))
    assert done.code == "Bv02"
    assert (await order(zs, *names, item.format(key="x"))).fault == "StUF058"


async def test_a_document_is_unlinked_from_its_case(zs: Zaaksysteem) -> None:
    await _planted(zs)
    old = (
        '<ZKN:isRelevantVoor StUF:entiteittype="EDCZAK" StUF:verwerkingssoort="V">'
        '<ZKN:gerelateerde StUF:entiteittype="ZAK" StUF:verwerkingssoort="I">'
        "<ZKN:identificatie>0392-1</ZKN:identificatie></ZKN:gerelateerde></ZKN:isRelevantVoor>"
    )
    names = ("ontkoppelZaakdocument", "ontkoppelZaakdocument")
    assert (await order(zs, *names, _change("", "", old))).code == "Bv02"
    assert zs.simulator.world.state.cases["0392-1"].documents == []
    assert (await order(zs, *names, _change("", "", old))).fault == "StUF064"
    assert zs.effects("zio_verwijderd") == [{"case": "0392-1", "document": "D-1"}]


async def test_questions_about_nothing_are_empty_or_refused(zs: Zaaksysteem) -> None:
    for name, entity in (("geefZaakdocumentLezen", "EDC"), ("geefBesluitdetails", "BSL")):
        assert not (await ask(zs, name, "D-9", entity=entity)).texts("antwoord")
    await zs.control.put("/habits", json={"not_found": "refuse"})
    for name, entity in (
        *(("geefZaakdocumentLezen", "EDC"), ("geefBesluitdetails", "BSL")),
        ("geefZaakdetails", "ZAK"),
    ):
        assert (await ask(zs, name, "D-9", entity=entity)).fault == "StUF064"


@pytest.mark.standards
async def test_a_besluit_is_added_changed_and_read_back(zs: Zaaksysteem) -> None:
    await notify(zs, "creeerZaak", "r-1", zaak("0392-1"))
    number = (await order(zs, "genereerBesluitIdentificatie", "genereerBesluitidentificatie")).text(
        "identificatie"
    )
    head = stuurgegevens("Di01", "r-2", functie="voegBesluitToe")
    body = (
        f"<ZDS:voegBesluitToe_Di01 {NAMESPACES}>{head}<ZKN:object>"
        '<ZKN:besluit StUF:entiteittype="BSL" StUF:verwerkingssoort="T">'
        f"<ZKN:identificatie>{number}</ZKN:identificatie>"
        "<ZKN:datumBeslissing>20261123</ZKN:datumBeslissing>"
        "<ZKN:ingangsdatumWerking>20261124</ZKN:ingangsdatumWerking></ZKN:besluit>"
        '<ZKN:zaak StUF:entiteittype="ZAK" StUF:verwerkingssoort="I">'
        "<ZKN:identificatie>0392-1</ZKN:identificatie></ZKN:zaak></ZKN:object>"
        "</ZDS:voegBesluitToe_Di01>"
    )
    official("1.2").assertValid(parse_xml(body.encode()))
    assert (await zs.send("OntvangAsynchroon", body)).code == "Bv03"
    keys = f"<ZKN:identificatie>{number}</ZKN:identificatie>"
    more = f"{keys}<ZKN:toelichting>nader</ZKN:toelichting>"
    await notify(zs, "updateBesluit", "r-3", keys, more, entity="BSL", sort="W")
    changed = {"verantwoordelijkeOrganisatie": "", "identificatie": number}
    assert zs.effects("besluit_bijgewerkt") == [
        {"case": "0392-1", **changed, "asked": {"toelichting": "nader"}}
    ]
    details = await ask(zs, "geefBesluitdetails", number, entity="BSL")
    listed = await ask(zs, "geefLijstBesluiten", "0392-1")
    assert details.text("toelichting") == "nader"
    assert listed.texts("identificatie") == ["0392-1", number]
    for reply in (details, listed):
        assert reply.body is not None
        official("1.2").assertValid(reply.body)
    assert zs.effects("besluit")[0]["case"] == "0392-1"
    assert (await zs.send("OntvangAsynchroon", body.replace("r-2", "r-4"))).fault == "StUF058"


async def test_the_free_question_finds_the_open_cases_of_a_person(zs: Zaaksysteem) -> None:
    await notify(zs, "creeerZaak", "r-1", zaak("0392-1"))
    await notify(zs, "creeerZaak", "r-2", zaak("0392-2"))
    other = zaak("0392-3").replace("999993653", "999990019")
    await notify(zs, "creeerZaak", "r-3", other)
    closing = "<ZKN:identificatie>0392-2</ZKN:identificatie>"
    ended = f"{closing}<ZKN:einddatum>20261124</ZKN:einddatum>"
    await notify(zs, "updateZaak", "r-4", closing, ended, sort="W")
    plain = question("zakLv01", "x", version="1.1")
    number = "<ZKN:identificatie>x</ZKN:identificatie>"
    by_bsn = (
        '<ZKN:heeftAlsInitiator StUF:entiteittype="ZAKBTRINI">'
        '<ZKN:gerelateerde StUF:entiteittype="BTR"><ZKN:identificatie>11999993653'
        "</ZKN:identificatie></ZKN:gerelateerde></ZKN:heeftAlsInitiator>"
    )
    still = '<ZKN:einddatum xsi:nil="true" StUF:noValue="geenWaarde"/>'
    for selection, found in (
        (by_bsn, ["0392-1", "0392-2"]),
        (still + by_bsn, ["0392-1"]),
        ("<ZKN:startdatum>20200101</ZKN:startdatum>", []),
    ):
        reply = await zs.send("BeantwoordVraag", plain.replace(number, selection), "x/zakLv01")
        assert reply.texts("identificatie") == found
    reply = await zs.send(
        "BeantwoordVraag", plain.replace(number, "<ZKN:verlenging>1</ZKN:verlenging>"), "x/zakLv01"
    )
    assert "StUF0001" in reply.text("melding")
    few = plain.replace(number, by_bsn).replace(
        "<StUF:indicatorVervolgvraag>false</StUF:indicatorVervolgvraag>",
        "<StUF:indicatorVervolgvraag>false</StUF:indicatorVervolgvraag>"
        "<StUF:maximumAantal>1</StUF:maximumAantal>",
    )
    reply = await zs.send("BeantwoordVraag", few, "x/zakLv01")
    assert (reply.texts("identificatie"), reply.text("indicatorVervolgvraag")) == (
        *(["0392-1"], "true"),
    )
