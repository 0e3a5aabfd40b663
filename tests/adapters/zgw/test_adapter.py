"""What the contract suite cannot know: whose thing it is that is there already, and which case."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.contract import Context, NotThere, RejectedError
from adapters.zgw import ZgwAdapter
from simulators.kit import FaultRule, Match, running
from simulators.zgw import ZgwSimulator, verdict
from tests.adapters.zgw.messages import (
    DOCUMENTS,
    FULL_STORY,
    INITIATORS,
    STORY,
    ZAAK,
    adapter,
    message,
    settings,
)
from tests.conformance.memory_steps import MemorySteps
from tests.conformance.worker import WallClock, Worker

GESTART, STATUS, DOCUMENT, BIJGEWERKT, AFGESLOTEN = STORY


@pytest.fixture
async def simulator() -> AsyncIterator[ZgwSimulator]:
    simulator = ZgwSimulator()
    async with running(simulator):
        yield simulator


@pytest.fixture
async def worker(simulator: ZgwSimulator) -> AsyncIterator[Worker]:
    made = adapter(simulator.base_url, WallClock())
    yield Worker(made)
    await made.aclose()


def kinds(simulator: ZgwSimulator) -> list[str]:
    return [effect.kind for effect in simulator.journal.effects]


async def test_the_same_event_with_forgotten_steps_adopts_what_is_there(
    simulator: ZgwSimulator, worker: Worker
) -> None:
    simple = message("gestart", eigenschappen=[])
    first = await worker.deliver(simple)
    before = kinds(simulator)
    assert await worker.deliver(simple) == first
    assert kinds(simulator) == before


@pytest.mark.parametrize("later", [STATUS, DOCUMENT, BIJGEWERKT, AFGESLOTEN])
async def test_a_later_message_with_forgotten_steps_adopts_what_is_there(
    simulator: ZgwSimulator, worker: Worker, later: Any
) -> None:
    await worker.deliver(GESTART)
    first = await worker.deliver(later)
    before = [kind for kind in kinds(simulator) if kind != "zaak-bijgewerkt"]
    assert await worker.deliver(later) == first
    if later is not BIJGEWERKT:  # the same change again has no other outcome
        assert kinds(simulator) == before


async def test_a_case_with_our_number_from_another_event_is_refused(worker: Worker) -> None:
    await worker.deliver(GESTART)
    with pytest.raises(RejectedError, match="somebody else made it") as caught:
        await worker.deliver(message("gestart", event="een-andere-gebeurtenis"))
    assert caught.value.code == "zgw:identificatie-niet-uniek"
    assert "bestaat al" in caught.value.detail


@pytest.mark.parametrize(
    ("other", "code"),
    [
        (message("status-gezet", statustype="Ontvangen"), "zgw:unique"),
        (message("document-toegevoegd", titel="Iets anders"), "zgw:identificatie-niet-uniek"),
    ],
)
async def test_another_status_or_document_with_the_same_key_is_refused(
    worker: Worker, other: Any, code: str
) -> None:
    await worker.deliver(GESTART)
    await worker.deliver(STATUS)
    await worker.deliver(DOCUMENT)
    with pytest.raises(RejectedError) as caught:
        await worker.deliver(other)
    assert caught.value.code == code


async def test_another_result_is_refused(worker: Worker) -> None:
    await worker.deliver(GESTART)
    await worker.deliver(AFGESLOTEN)
    with pytest.raises(RejectedError) as caught:
        await worker.deliver(message("afgesloten", resultaattype="Afgebroken"))
    assert caught.value.code == "zgw:unique"


async def test_another_initiator_is_refused(worker: Worker) -> None:
    await worker.deliver(GESTART)
    steps = MemorySteps()
    await worker.deliver(message("gestart", initiator=None, eigenschappen=[], status=None), steps)
    with pytest.raises(RejectedError) as caught:
        await worker.deliver(message("gestart", initiator=INITIATORS["vestiging"]), steps)
    assert caught.value.code == "zgw:max-occurences"


@pytest.mark.parametrize("soort", INITIATORS)
async def test_every_kind_of_initiator_is_delivered(
    simulator: ZgwSimulator, worker: Worker, soort: str
) -> None:
    await worker.deliver(message("gestart", initiator=INITIATORS[soort]))
    assert "rol" in kinds(simulator)


async def test_a_case_of_an_old_date_gets_the_version_of_that_date_and_keeps_it(
    worker: Worker,
) -> None:
    old = await worker.deliver(message("gestart", startdatum="2024-01-15", zaak="OUD-1"))
    new = await Worker(worker.adapter).deliver(message("gestart", zaak="NIEUW-1"))
    assert old.references["zaaktype"] != new.references["zaaktype"]
    receipt = await worker.deliver(message("status-gezet", zaak="OUD-1"))
    assert receipt.references["zaaktype"] == old.references["zaaktype"]


@pytest.mark.parametrize(
    "references",
    [
        {},
        {"zaak": "https://vorig-adres.example/zaken/api/v1/zaken/1", "zaaktype": "x"},
        {"zaak": "only half is known"},
    ],
)
async def test_a_case_without_usable_reference_is_looked_up_by_its_number(
    simulator: ZgwSimulator, worker: Worker, references: dict[str, str]
) -> None:
    opened = await worker.deliver(GESTART)
    worker.references = references
    receipt = await worker.deliver(STATUS)
    assert receipt.references["zaak"] == opened.references["zaak"]
    assert kinds(simulator)[-1] == "status"


async def test_a_case_that_the_zaaksysteem_does_not_show_is_refused(worker: Worker) -> None:
    with pytest.raises(RejectedError, match=ZAAK) as caught:
        await worker.deliver(STATUS)
    assert caught.value.code == "zgw:zaak-onbekend"


async def test_a_receipt_names_the_case_its_type_and_the_document(worker: Worker) -> None:
    opened = await worker.deliver(GESTART)
    assert set(opened.references) == {"zaak", "zaaktype", "identificatie", "status:20261102080000"}
    assert opened.references["identificatie"] == ZAAK
    stored = await worker.deliver(DOCUMENT)
    assert set(stored.references) == {"zaak", "zaaktype", "document:DOC-2026-0001"}
    assert stored.references["document:DOC-2026-0001"] == "1"


async def test_a_large_document_arrives_whole(simulator: ZgwSimulator, worker: Worker) -> None:
    await worker.deliver(GESTART)
    await worker.deliver(message("document-toegevoegd", inhoud="QUJD" * 700_000))
    assert kinds(simulator).count("document") == 1


async def test_an_edited_message_continues_with_the_case_that_was_opened(
    simulator: ZgwSimulator, worker: Worker
) -> None:
    """An operator's edit drops the stored requests and keeps the results."""
    wrong = {"statustype": "Bestaat niet"}
    steps = MemorySteps()
    with pytest.raises(RejectedError):
        await worker.deliver(message("gestart", status=wrong), steps)
    await worker.deliver(GESTART, steps.after_edit())
    assert kinds(simulator).count("zaak") == 1
    assert kinds(simulator).count("zaakeigenschap") == 2


async def test_a_contradicted_catalogue_is_asked_for_again(
    simulator: ZgwSimulator, worker: Worker
) -> None:
    await worker.deliver(message("gestart", zaak="EEN-1"))
    forbidden = {"status": 403, "body": {"code": "permission_denied"}}
    await simulator.script(
        [
            FaultRule(
                kind="status",
                match=Match(method="POST", path="/zaken$"),
                settings=forbidden,
            )
        ]
    )
    before = simulator.journal.received
    await Worker(worker.adapter).deliver(message("gestart", zaak="TWEE-1"))
    paths = [request.path for request in list(simulator.journal.requests)[before:]]
    assert any(path.endswith("/roltypen") for path in paths)


async def test_a_look_up_of_something_never_sent_makes_no_call(
    simulator: ZgwSimulator, worker: Worker
) -> None:
    context: Context = worker.context(MemorySteps())
    assert await worker.adapter.look_up(STATUS, context) == NotThere()
    assert simulator.journal.received == 0


async def test_a_check_says_which_catalogue_is_missing(simulator: ZgwSimulator) -> None:
    wrong = settings(simulator.base_url, catalogus={"domein": "ANDER", "rsin": "002564440"})
    made = ZgwAdapter(wrong, clock=WallClock())
    health = await made.check()
    await made.aclose()
    assert not health.ok
    assert "ANDER" in health.detail


async def test_the_zaaksysteem_has_the_whole_story_once_and_in_order(
    simulator: ZgwSimulator, worker: Worker
) -> None:
    """Judged by its own books."""
    worker.documents = DOCUMENTS
    again = message("afgesloten", event="weer-dicht", datumAfgesloten="2026-11-06T12:00:00Z")
    story = [*FULL_STORY, again]
    for event in story:
        await worker.deliver(event)
    published = [
        {
            "id": event.id,
            "type": event.type,
            "subject": event.subject,
            "time": event.time.isoformat(),
            "dataref": event.dataref,
            "data": event.data.model_dump(mode="json", by_alias=True),
        }
        for event in story
    ]
    judged = verdict(simulator.journal.effects, published)
    assert judged.clean, judged.as_json()["findings"]
    assert judged.delivered == len(story)
