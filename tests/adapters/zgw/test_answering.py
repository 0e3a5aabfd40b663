"""Questions about cases, documents and decisions, answered from the zaaksysteem."""

from __future__ import annotations

import base64
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from adapters.contract import (
    AskContext,
    ConfigurationError,
    Documents,
    NoDocuments,
    NotOffered,
    Question,
    TransientError,
)
from adapters.zgw import ZgwAdapter
from schemas.questions import QUESTION_TYPES, parse_question
from schemas.zaakdocument import MAX_INLINE_BYTES
from simulators.kit import FaultRule, Match
from simulators.zgw import ZgwSimulator
from simulators.zgw.seed import RSIN
from tests.adapters.zgw.messages import (
    BSN,
    CONTENT,
    OTHER_BSN,
    STORY,
    WHOLE,
    ZAAK,
    message,
    settings,
)
from tests.conformance.documents import MemoryContent, MemoryDocuments
from tests.conformance.worker import WallClock, Worker

GESTART, STATUS, DOCUMENT, BIJGEWERKT, AFGESLOTEN = STORY
CLOCK = WallClock()
EMPTY = {"name": "nonFieldErrors", "code": "empty_search_body", "reason": "Leeg."}
CASE = {"zaakidentificatie": ZAAK, "bronorganisatie": RSIN}
NOBODY = {"zaakidentificatie": "NERGENS", "bronorganisatie": RSIN}
ONE_DOCUMENT = {"documentidentificatie": "DOC-2026-0001", "bronorganisatie": RSIN}
ONE_DECISION = {"besluitidentificatie": "BSL-2026-0001", "verantwoordelijkeOrganisatie": RSIN}


@pytest.fixture
async def asked(simulator: ZgwSimulator, worker: Worker) -> AsyncIterator[ZgwAdapter]:
    """A zaaksysteem with one whole case."""
    for event in (
        message("gestart", **WHOLE),
        STATUS,
        DOCUMENT,
        message("besluit-vastgesteld"),
        AFGESLOTEN,
    ):
        await worker.deliver(event)
    made = ZgwAdapter(settings(simulator.base_url), clock=CLOCK)
    yield made
    await made.aclose()


async def ask(
    adapter: ZgwAdapter, kind: str, data: dict[str, Any], documents: Documents | None = None
) -> dict[str, Any]:
    """The answer, which has the form that was promised."""
    question = Question(
        type=kind,
        tenant="0344",
        data=parse_question(QUESTION_TYPES[kind], data),
        deadline=CLOCK.now() + timedelta(minutes=1),
        caller="balie",
    )
    kept = documents or NoDocuments()
    context = AskContext(attempt=1, clock=CLOCK, documents=kept)
    answer = await adapter.ask(question, context)
    model = QUESTION_TYPES[kind].answer
    return model.model_validate(answer.data).model_dump(mode="json", by_alias=True)


def test_every_question_about_cases_is_answered() -> None:
    mine = {name for name in QUESTION_TYPES if name.startswith(("zaak.", "document.", "besluit."))}
    assert mine == ZgwAdapter.answers


async def test_a_case_is_shown_with_all_that_belongs_to_it(asked: ZgwAdapter) -> None:
    answer = await ask(asked, "zaak.details", CASE)
    zaak = answer["zaak"]
    assert answer["gevonden"]
    assert zaak["zaakidentificatie"] == ZAAK
    assert (zaak["zaaktype"], zaak["omschrijving"]) == ("B0237", "Verhuizing van het gezin Proef")
    assert zaak["resultaat"] == "Verwerkt"
    assert zaak["einddatum"] == "2026-11-03"
    assert zaak["archiefnominatie"] == "vernietigen"
    assert zaak["status"]["statustype"] == "Afgehandeld"
    assert zaak["status"]["eindstatus"] is True
    assert zaak["rollen"][0]["rolsoort"] == "initiator"
    assert zaak["rollen"][0]["betrokkene"]["bsn"] == BSN
    assert {rol["rolsoort"] for rol in zaak["rollen"]} >= {"behandelaar", "zaakcoordinator"}
    assert {one["soort"] for one in zaak["objecten"]} == {"adres", "natuurlijk_persoon", "graf"}
    assert {one["naam"] for one in zaak["eigenschappen"]} == {"verhuisdatum", "aantal_personen"}


async def test_the_statuses_come_last_one_first(asked: ZgwAdapter) -> None:
    answer = await ask(asked, "zaak.status", CASE)
    names = [one["statustype"] for one in answer["statussen"]]
    assert names == ["Afgehandeld", "In behandeling", "Ontvangen"]


async def test_the_documents_of_a_case_are_listed_without_content(asked: ZgwAdapter) -> None:
    answer = await ask(asked, "zaak.documenten", CASE)
    (document,) = answer["documenten"]
    assert document["documentidentificatie"] == "DOC-2026-0001"
    assert document["bronorganisatie"] == RSIN
    assert document["informatieobjecttype"] == "Aangifte"
    assert document["bestandsomvang"] == 17
    assert answer["meer"] is False


async def test_a_document_is_given_with_its_content(asked: ZgwAdapter) -> None:
    answer = await ask(asked, "document.inhoud", ONE_DOCUMENT)
    assert answer["inhoud"] == CONTENT
    assert answer["document"]["titel"] == "Aangifte van verhuizing"


async def test_content_that_is_large_is_kept_beside_the_answer(
    worker: Worker, asked: ZgwAdapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.zgw.answering.MAX_INLINE_BYTES", 1000)
    content = MemoryContent(bytes(range(256)) * 4)
    documents = MemoryDocuments(content)
    large = message(
        "document-toegevoegd",
        event="g",
        documentidentificatie="G",
        inhoud=None,
        dataref=content.ref,
    )
    await Worker(worker.adapter, documents=documents).deliver(large)
    kept = MemoryDocuments()
    question = {**ONE_DOCUMENT, "documentidentificatie": "G"}
    answer = await ask(asked, "document.inhoud", question, kept)
    assert (answer["dataref"], answer["inhoud"], answer["teGroot"]) == (content.ref, None, False)
    assert (await kept.open(content.ref)).size == content.size


async def test_content_at_another_address_is_not_fetched(
    simulator: ZgwSimulator, worker: Worker, asked: ZgwAdapter
) -> None:
    await worker.deliver(message("document-toegevoegd", event="g", documentidentificatie="G"))
    shown = {
        **simulator_document(simulator, "G"),
        "bestandsomvang": MAX_INLINE_BYTES + 1,
        "inhoud": "https://elders.example.nl/x/download",
    }
    page = {"count": 1, "next": None, "previous": None, "results": [shown]}
    rule = FaultRule(
        kind="status",
        settings={"status": 200, "body": page},
        match=Match(path="/enkelvoudiginformatieobjecten$"),
    )
    await simulator.script([rule])
    question = {**ONE_DOCUMENT, "documentidentificatie": "G"}
    with pytest.raises(ConfigurationError, match=r"documenten\.root"):
        await ask(asked, "document.inhoud", question, MemoryDocuments())


def simulator_document(simulator: ZgwSimulator, number: str) -> dict[str, Any]:
    records = simulator.world.store[DOCUMENTS]
    (found,) = [record for record in records if record.body["identificatie"] == number]
    return {**found.body, "url": found.url}


async def test_content_that_is_too_large_is_said_to_be_and_not_fetched(
    simulator: ZgwSimulator, worker: Worker, asked: ZgwAdapter
) -> None:
    most = base64.b64encode(bytes(MAX_INLINE_BYTES)).decode()
    await worker.deliver(
        message("document-toegevoegd", event="g", documentidentificatie="G", inhoud=most)
    )
    (record,) = [r for r in simulator.world.store[DOCUMENTS] if r.body["identificatie"] == "G"]
    record.body["bestandsomvang"] += 1
    answer = await ask(asked, "document.inhoud", {**ONE_DOCUMENT, "documentidentificatie": "G"})
    assert answer["teGroot"] is True
    assert answer["inhoud"] is None
    assert not [r for r in simulator.journal.requests if r.path.endswith("/download")]


DOCUMENTS = "/documenten/api/v1/enkelvoudiginformatieobjecten"


async def test_decisions_are_shown_of_a_case_and_by_number(asked: ZgwAdapter) -> None:
    listed = await ask(asked, "zaak.besluiten", CASE)
    single = await ask(asked, "besluit.details", ONE_DECISION)
    assert listed["besluiten"] == [single["besluit"]]
    assert single["besluit"]["besluittype"] == "Besluit op aanvraag"
    assert single["besluit"]["zaakidentificatie"] == ZAAK
    assert single["besluit"]["ingangsdatum"] == "2026-11-04"


@pytest.mark.parametrize(
    ("kind", "question"),
    [
        *((kind, NOBODY) for kind in ("zaak.details", "zaak.status", "zaak.documenten")),
        ("zaak.besluiten", NOBODY),
        ("document.inhoud", {**ONE_DOCUMENT, "documentidentificatie": "NERGENS"}),
        ("besluit.details", {**ONE_DECISION, "besluitidentificatie": "NERGENS"}),
    ],
)
async def test_what_is_not_there_is_found_nothing(
    asked: ZgwAdapter, kind: str, question: dict[str, Any]
) -> None:
    assert (await ask(asked, kind, question))["gevonden"] is False


async def test_the_cases_of_a_person_are_the_newest_first(
    worker: Worker, asked: ZgwAdapter
) -> None:
    for day in ("2026-10-01", "2026-11-20"):
        await Worker(worker.adapter).deliver(
            message("gestart", zaak=f"Z-{day}", event=day, startdatum=day)
        )
    answer = await ask(asked, "zaak.van-persoon", {"bsn": BSN})
    assert [one["zaakidentificatie"] for one in answer["zaken"]] == [
        "Z-2026-11-20",
        ZAAK,
        "Z-2026-10-01",
    ]
    assert answer["meer"] is False
    assert (await ask(asked, "zaak.van-persoon", {"bsn": "999992223"}))["zaken"] == []


async def test_who_is_not_the_initiator_is_found_as_well(asked: ZgwAdapter) -> None:
    answer = await ask(asked, "zaak.van-persoon", {"bsn": OTHER_BSN})
    assert [one["zaakidentificatie"] for one in answer["zaken"]] == [ZAAK]


async def test_a_bsn_is_in_no_address_and_no_log(
    simulator: ZgwSimulator, asked: ZgwAdapter, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await ask(asked, "zaak.van-persoon", {"bsn": BSN})
    queries = [request.query for request in simulator.journal.requests]
    assert not [query for query in queries if BSN in query]
    assert BSN not in caplog.text


@pytest.mark.parametrize(
    "old",
    [
        {"status": 405, "body": {"code": "method_not_allowed"}},
        {"status": 404, "body": {"code": "not_found"}},
        {"status": 404, "body": {}},
        {"status": 400, "body": {"code": "invalid", "invalidParams": [EMPTY]}},
    ],
)
async def test_where_there_is_no_search_nobody_is_asked_with_a_bsn_in_the_address(
    simulator: ZgwSimulator, asked: ZgwAdapter, old: dict[str, Any]
) -> None:
    await simulator.script([FaultRule(kind="status", settings=old, match=Match(path="/_zoek"))])
    with pytest.raises(NotOffered, match="no BSN into an address"):
        await ask(asked, "zaak.van-persoon", {"bsn": BSN})
    assert not [one for one in simulator.journal.requests if BSN in f"{one.path}?{one.query}"]


async def test_a_search_without_its_whole_api_is_a_wrong_root(
    simulator: ZgwSimulator, asked: ZgwAdapter
) -> None:
    gone = {"status": 404, "body": {}}
    await simulator.script([FaultRule(kind="status", settings=gone, times=None)])
    with pytest.raises(ConfigurationError, match=r"zaken"):
        await ask(asked, "zaak.van-persoon", {"bsn": BSN})


async def test_a_search_that_ignores_the_person_gives_nobodys_cases_away(
    simulator: ZgwSimulator, worker: Worker, asked: ZgwAdapter
) -> None:
    await Worker(worker.adapter).deliver(
        message("gestart", zaak="ANDER", event="a", initiator=None)
    )
    records = simulator.world.store["/zaken/api/v1/zaken"].newest_first()
    everything = {"next": None, "results": [record.body for record in records]}
    rule = {"status": 200, "body": everything}
    await simulator.script([FaultRule(kind="status", settings=rule, match=Match(path="/_zoek"))])
    with pytest.raises(NotOffered):
        await ask(asked, "zaak.van-persoon", {"bsn": BSN})


@pytest.mark.parametrize("kind", ["zaak.besluiten", "besluit.details"])
async def test_without_a_besluiten_api_decisions_are_not_offered(
    simulator: ZgwSimulator, kind: str
) -> None:
    made = ZgwAdapter(settings(simulator.base_url, besluiten=None), clock=CLOCK)
    with pytest.raises(NotOffered, match=r"besluiten\.root"):
        await ask(made, kind, CASE if kind == "zaak.besluiten" else ONE_DECISION)
    await made.aclose()


async def test_numbers_for_documents_are_reserved_where_the_settings_say_so(
    simulator: ZgwSimulator, asked: ZgwAdapter
) -> None:
    data = {"bronorganisatie": RSIN}
    for kind in ("document.identificatie", "besluit.identificatie"):
        with pytest.raises(NotOffered):
            await ask(asked, kind, data)
    chosen = settings(simulator.base_url, reserve_document_numbers=True)
    made = ZgwAdapter(chosen, clock=CLOCK)
    answer = await ask(made, "document.identificatie", data)
    await made.aclose()
    assert answer["identificatie"].startswith("DOCUMENT-")


async def test_a_system_that_is_down_is_no_empty_answer(
    simulator: ZgwSimulator, asked: ZgwAdapter
) -> None:
    await simulator.script([FaultRule(kind="refuse", times=None)])
    with pytest.raises(TransientError):
        await ask(asked, "zaak.details", CASE)


async def test_a_lost_answer_to_a_search_is_no_doubt(
    simulator: ZgwSimulator, asked: ZgwAdapter
) -> None:
    await simulator.script(
        [FaultRule(kind="status", settings={"status": 502}, match=Match(path="/_zoek"))]
    )
    with pytest.raises(TransientError):
        await ask(asked, "zaak.van-persoon", {"bsn": BSN})


async def test_a_document_without_a_number_is_left_out_of_the_list(
    simulator: ZgwSimulator, asked: ZgwAdapter
) -> None:
    (record,) = simulator.world.store[DOCUMENTS]
    record.own["versions"][-1][0]["identificatie"] = ""
    answer = await ask(asked, "zaak.documenten", CASE)
    assert answer["gevonden"] is True
    assert answer["documenten"] == []
