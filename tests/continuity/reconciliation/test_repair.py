"""One action mends what differs, once, and never sends anything that is there."""

from __future__ import annotations

import pytest

from continuity.delivery import State
from continuity.reconciliation import Act, Code, acknowledge, repair, repair_all
from continuity.store.contract import NotFound, WrongState
from continuity.store.memory import MemoryStore
from continuity.store.records import Reconciliation, Settlement
from tests.continuity.reconciliation.scene import (
    NIGHT,
    ZGW,
    Clock,
    Hub,
    Partner,
    case,
    codes,
    compared,
    differences,
    of_another,
)

ACT = Act(by="anna", reason="it was lost", now=NIGHT)


class Morning:
    """A hub, its partner, and the report of the night."""

    def __init__(self) -> None:
        self.store, self.partner = MemoryStore(), Partner()
        self.hub = Hub(store=self.store, partner=self.partner)

    async def report(self) -> Reconciliation:
        return await compared(self.store, self.partner, Clock())

    async def waiting(self) -> list[tuple[str, str]]:
        """Subject and type of what is on its way now, in order."""
        heads = await self.store.read_open(ZGW, after=0, limit=100)
        found = [await self.store.get_delivery(head.id) for head in heads]
        return [(one.subject, one.type.rpartition(".")[2]) for one in found]


async def test_what_is_missing_is_made_again() -> None:
    morning = Morning()
    old = await morning.hub.deliver("Z1")
    morning.partner.remove("Z1")
    report = await morning.report()

    done = await repair(morning.store, report, 1, ACT)

    (new,) = done.deliveries
    assert new > old
    assert done.difference.settlement is Settlement.REDELIVERED
    assert await morning.waiting() == [("Z1", "gestart")]
    assert await codes(morning.store, await morning.report()) == {"Z1": "waiting"}
    await morning.hub.end(new, State.DELIVERED)
    morning.partner.add(case("Z1"))
    assert await codes(morning.store, await morning.report()) == {}


async def test_a_case_comes_back_with_all_that_was_delivered_about_it_in_order() -> None:
    morning = Morning()
    await morning.hub.deliver("Z1")
    await morning.hub.deliver("Z2")
    for event in ("e1", "e2"):
        number = await morning.hub.accept("Z1", kind="bijgewerkt", event=event)
        await morning.hub.end(number, State.DELIVERED)
    morning.partner.remove("Z1")

    done = await repair(morning.store, await morning.report(), 1, ACT)

    assert len(done.deliveries) == 3
    assert await morning.waiting() == [
        ("Z1", "gestart"),
        ("Z1", "bijgewerkt"),
        ("Z1", "bijgewerkt"),
    ]
    events = [(await morning.store.get_delivery(one)).event_id for one in done.deliveries]
    assert events == ["event-Z1", "e1", "e2"]


async def test_what_is_parked_is_replayed() -> None:
    morning = Morning()
    number = await morning.hub.accept("Z1")
    await morning.hub.end(number, State.PARKED)

    done = await repair(morning.store, await morning.report(), 1, ACT)

    assert done.deliveries == (number,)
    assert done.difference.settlement is Settlement.REPLAYED
    assert (await morning.store.get_delivery(number)).state is State.WAITING


async def test_what_is_on_its_way_needs_nothing() -> None:
    morning = Morning()
    await morning.hub.accept("Z1")
    report = await morning.report()

    with pytest.raises(WrongState, match="Nothing has to be done: Not delivered yet"):
        await repair(morning.store, report, 1, ACT)

    assert (await differences(morning.store, report))[0].settlement is None


async def test_what_others_made_is_only_acknowledged() -> None:
    morning = Morning()
    morning.partner.add(of_another("X1"))

    done = await repair(morning.store, await morning.report(), 1, ACT)

    assert (done.deliveries, done.difference.settlement) == ((), Settlement.ACKNOWLEDGED)
    assert await codes(morning.store, await morning.report()) == {}


async def test_what_was_removed_on_purpose_can_stay_away() -> None:
    morning = Morning()
    await morning.hub.deliver("Z1")
    morning.partner.remove("Z1")

    await acknowledge(morning.store, await morning.report(), 1, ACT)

    assert await morning.waiting() == []
    assert await codes(morning.store, await morning.report()) == {}


async def test_a_second_click_sends_nothing() -> None:
    morning = Morning()
    await morning.hub.deliver("Z1")
    morning.partner.remove("Z1")
    report, later = await morning.report(), await morning.report()
    await repair(morning.store, report, 1, ACT)

    with pytest.raises(WrongState, match="redelivered already"):
        await repair(morning.store, report, 1, ACT)
    done = await repair(morning.store, later, 1, ACT)

    assert (done.deliveries, done.difference.settlement) == ((), Settlement.OVERTAKEN)
    assert len(await morning.waiting()) == 1


async def test_a_repair_that_was_killed_half_way_is_finished_by_doing_it_again() -> None:
    """Killed after the new delivery was stored, before the difference was settled."""
    morning = Morning()
    old = await morning.hub.deliver("Z1")
    morning.partner.remove("Z1")
    report = await morning.report()
    await morning.store.redeliver(old, by="anna", reason="it was lost", now=NIGHT)

    await repair(morning.store, report, 1, ACT)

    assert len(await morning.waiting()) == 1
    assert (await differences(morning.store, report))[0].settlement is Settlement.OVERTAKEN


async def test_what_was_replayed_meanwhile_is_not_replayed_again() -> None:
    morning = Morning()
    number = await morning.hub.accept("Z1")
    await morning.hub.end(number, State.PARKED)
    report = await morning.report()
    await morning.store.replay(number, by="bert", reason="mended", now=NIGHT)

    done = await repair(morning.store, report, 1, ACT)

    assert (done.deliveries, done.difference.settlement) == ((), Settlement.OVERTAKEN)


async def test_all_of_one_kind_are_mended_and_nothing_else() -> None:
    morning = Morning()
    for number in ("Z1", "Z2", "Z3", "Z4"):
        await morning.hub.deliver(number)
        morning.partner.remove(number)
    await morning.hub.end(await morning.hub.accept("P1"), State.PARKED)
    report = await morning.report()

    first = await repair_all(morning.store, report, Code.MISSING, ACT, upto=3, limit=2)
    second = await repair_all(morning.store, report, Code.MISSING, ACT, upto=3, limit=2)

    assert [one.difference.number for one in (*first, *second)] == [1, 2, 3]
    assert [subject for subject, _ in await morning.waiting()] == ["P1", "Z1", "Z2", "Z3"]
    found = await differences(morning.store, report)
    assert [one.settlement for one in found[3:]] == [None, None]


async def test_what_does_not_exist_is_not_mended() -> None:
    morning = Morning()

    with pytest.raises(NotFound):
        await repair(morning.store, await morning.report(), 1, ACT)
