"""What the zaaksysteem has: listed by day, looked for by number, and brought back when lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest

from adapters.contract import Comparer, Kind, Pace, RejectedError, Sighting, Thing
from adapters.zgw import ZgwAdapter
from adapters.zgw.comparing import expected
from simulators.kit import running
from simulators.zgw import ZgwSimulator
from simulators.zgw.seed import RSIN
from tests.adapters.zgw.colleague import Colleague
from tests.adapters.zgw.messages import STORY, ZAAK, message, settings
from tests.conformance.worker import WallClock, Worker

GESTART, STATUS, DOCUMENT, BIJGEWERKT, AFGESLOTEN = STORY
DAY = date(2026, 11, 2)


@pytest.fixture
async def simulator() -> AsyncIterator[ZgwSimulator]:
    simulator = ZgwSimulator()
    async with running(simulator):
        yield simulator


@pytest.fixture
async def adapter(simulator: ZgwSimulator) -> AsyncIterator[ZgwAdapter]:
    made = ZgwAdapter(settings(simulator.base_url), clock=WallClock())
    yield made
    await made.aclose()


@pytest.fixture
def worker(adapter: ZgwAdapter) -> Worker:
    return Worker(adapter)


class Counter:
    """A pace that never waits."""

    def __init__(self) -> None:
        self.calls = 0

    async def __call__(self) -> None:
        self.calls += 1


async def all_listed(adapter: ZgwAdapter, day: date, pace: Pace) -> list[Sighting]:
    found: list[Sighting] = []
    page = await adapter.listed(day, None, pace)
    found += page.sightings
    while page.cursor is not None:
        page = await adapter.listed(day, page.cursor, pace)
        found += page.sightings
    return found


async def seen(adapter: ZgwAdapter, *messages: Any) -> list[tuple[int, str]]:
    things = [thing for one in messages for thing in expected(one)]
    return [(one.times, one.complaint) for one in await adapter.find(things, Counter())]


async def behind_our_back(what: Any, *args: Any, **more: Any) -> Any:
    return await asyncio.to_thread(what, *args, **more)


def test_the_adapter_can_be_compared(adapter: ZgwAdapter) -> None:
    assert isinstance(adapter, Comparer)


def test_a_message_tells_what_it_leaves_there() -> None:
    assert [[(one.kind, one.identifier, one.part_of) for one in expected(m)] for m in STORY] == [
        [(Kind.ZAAK, ZAAK, "")],
        [(Kind.STATUS, "2026-11-02T09:15:00Z", ZAAK)],
        [(Kind.DOCUMENT, "DOC-2026-0001", ZAAK)],
        [],
        [(Kind.STATUS, "2026-11-03T15:00:00Z", ZAAK)],
    ]
    again = expected(message("heropend"))
    assert [(one.kind, one.identifier) for one in again] == [(Kind.STATUS, "2026-11-05T08:00:00Z")]


async def test_cases_are_listed_by_the_day_of_their_registration(
    simulator: ZgwSimulator, adapter: ZgwAdapter, worker: Worker
) -> None:
    await worker.deliver(GESTART)
    await Worker(adapter).deliver(message("gestart", zaak="ANDERS", registratiedatum="2026-11-01"))
    await behind_our_back(Colleague(simulator.base_url).open_case, "VAN-BALIE", day="2026-11-02")

    found = await all_listed(adapter, DAY, Counter())

    assert sorted(found, key=lambda one: one.thing.identifier) == [
        Sighting(thing=expected(GESTART)[0]),
        Sighting(thing=Thing(kind=Kind.ZAAK, identifier="VAN-BALIE", owner=RSIN)),
    ]


async def test_a_long_list_takes_one_call_a_page(
    simulator: ZgwSimulator, adapter: ZgwAdapter
) -> None:
    for number in range(103):
        simple = message(
            "gestart", zaak=f"Z{number}", eigenschappen=[], initiator=None, status=None
        )
        await Worker(adapter).deliver(simple)
    pace = Counter()

    found = await all_listed(adapter, DAY, pace)

    assert {one.thing.identifier for one in found} == {f"Z{number}" for number in range(103)}
    assert pace.calls == 2


async def test_an_older_zaaksysteem_is_listed_by_startdatum(simulator: ZgwSimulator) -> None:
    older = ZgwAdapter(settings(simulator.base_url, list_by="startdatum"), clock=WallClock())
    await Worker(older).deliver(message("gestart", registratiedatum="2026-11-01"))

    assert len(await all_listed(older, DAY, Counter())) == 1
    await older.aclose()


async def test_what_is_there_is_found(adapter: ZgwAdapter, worker: Worker) -> None:
    for one in STORY:
        await worker.deliver(one)

    assert await seen(adapter, *STORY) == [(1, "")] * 4


async def test_what_hangs_on_one_case_is_read_once(adapter: ZgwAdapter, worker: Worker) -> None:
    for one in STORY:
        await worker.deliver(one)
    pace = Counter()

    await adapter.find([thing for one in STORY for thing in expected(one)], pace)

    assert pace.calls == 4, "the case, its statuses, the document, the links"


async def test_what_was_never_delivered_is_not_found(adapter: ZgwAdapter) -> None:
    without = "Its case is not there."

    assert await seen(adapter, *STORY) == [(0, ""), (0, without), (0, ""), (0, without)]


async def test_a_status_of_another_moment_is_not_ours(adapter: ZgwAdapter, worker: Worker) -> None:
    await worker.deliver(GESTART)
    await worker.deliver(STATUS)

    assert await seen(adapter, STATUS, AFGESLOTEN) == [(1, ""), (0, "")]


async def test_a_case_of_somebody_else_does_not_carry_our_mark(
    simulator: ZgwSimulator, adapter: ZgwAdapter
) -> None:
    await behind_our_back(Colleague(simulator.base_url).open_case, ZAAK, day="2026-11-02")

    (found,) = await adapter.find(expected(GESTART), Counter())

    assert (found.times, found.thing.mark) == (1, "")


async def test_a_document_without_its_case_is_told(
    simulator: ZgwSimulator, adapter: ZgwAdapter, worker: Worker
) -> None:
    await worker.deliver(GESTART)
    await worker.deliver(DOCUMENT)
    colleague = Colleague(simulator.base_url)

    await behind_our_back(colleague.unlink_document, "DOC-2026-0001")
    ((times, complaint),) = await seen(adapter, DOCUMENT)
    assert (times, complaint) == (1, "The document is there, but it is not linked to its case.")

    await behind_our_back(colleague.remove_case, ZAAK)
    ((times, complaint),) = await seen(adapter, DOCUMENT)
    assert (times, complaint) == (1, "The document is there, but its case is not.")


async def test_a_case_that_was_removed_comes_back_whole(
    simulator: ZgwSimulator, adapter: ZgwAdapter, worker: Worker
) -> None:
    """In a new place: nothing may refer to the old one. Seen failing with the old address."""
    for one in STORY:
        await worker.deliver(one)
    colleague = Colleague(simulator.base_url)
    await behind_our_back(colleague.remove_case, ZAAK)

    for one in STORY:  # none of them knows where the case is now
        await Worker(adapter, references=dict(worker.references), again=True).deliver(one)

    assert await seen(adapter, *STORY) == [(1, "")] * 4
    case = await behind_our_back(colleague.case, ZAAK)
    assert await behind_our_back(colleague.count, "/rollen", zaak=case["url"]) == 1
    assert len(case["eigenschappen"]) == 2
    assert case["einddatum"] == "2026-11-03"


async def test_what_is_there_is_not_made_twice(
    simulator: ZgwSimulator, adapter: ZgwAdapter, worker: Worker
) -> None:
    """Eigenschappen have no key at all: seen doubled without the look before each step."""
    for one in (GESTART, STATUS, DOCUMENT):
        await worker.deliver(one)
    before = [effect.kind for effect in simulator.journal.effects]

    again = Worker(adapter, references=dict(worker.references), again=True)
    for one in (GESTART, STATUS, DOCUMENT):
        await again.deliver(one)

    assert [effect.kind for effect in simulator.journal.effects] == before


async def test_a_lost_link_comes_back_alone(
    simulator: ZgwSimulator, adapter: ZgwAdapter, worker: Worker
) -> None:
    await worker.deliver(GESTART)
    await worker.deliver(DOCUMENT)
    await behind_our_back(Colleague(simulator.base_url).unlink_document, "DOC-2026-0001")
    before = len(simulator.journal.effects)

    await Worker(adapter, references=dict(worker.references), again=True).deliver(DOCUMENT)

    assert await seen(adapter, DOCUMENT) == [(1, "")]
    assert len(simulator.journal.effects) == before + 1


async def test_a_case_that_somebody_else_made_meanwhile_is_left_alone(
    simulator: ZgwSimulator, adapter: ZgwAdapter, worker: Worker
) -> None:
    await worker.deliver(GESTART)
    colleague = Colleague(simulator.base_url)
    await behind_our_back(colleague.remove_case, ZAAK)
    await behind_our_back(colleague.open_case, ZAAK, day="2026-11-02")

    with pytest.raises(RejectedError, match="somebody else made it"):
        await Worker(adapter, again=True).deliver(GESTART)
