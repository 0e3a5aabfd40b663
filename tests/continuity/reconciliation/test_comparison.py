"""What differs is found, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from continuity.delivery import State
from continuity.reconciliation import Finding, Progress
from continuity.store.memory import MemoryStore
from continuity.store.records import ReconciliationState, Settlement
from tests.continuity.reconciliation.scene import (
    DAY,
    NIGHT,
    NOON,
    ZGW,
    Hub,
    Partner,
    case,
    codes,
    compared,
    differences,
    of_another,
)

FATES = ("fine", "other day", "missing", "parked", "waiting", "discarded", "unexpected", "double")
EXPECTED = {
    "missing": "missing",
    "parked": "parked",
    "waiting": "waiting",
    "discarded": "discarded",
    "unexpected": "unexpected",
    "double": "double",
    "made by another": "unknown_here",
}
ENDS = {
    "parked": State.PARKED,
    "discarded": State.DISCARDED,
    "unexpected": State.DISCARDED,
    "missing": State.DELIVERED,
    "fine": State.DELIVERED,
    "other day": State.DELIVERED,
    "double": State.DELIVERED,
}


async def lived(hub: Hub, number: str, fate: str) -> None:
    """One case of that day with this fate."""
    if fate == "made by another":
        hub.partner.add(of_another(number))
        return
    delivery_id = await hub.accept(number)
    if fate in ENDS:
        await hub.end(delivery_id, ENDS[fate])
    if fate in {"fine", "double", "unexpected"}:
        hub.partner.add(case(number))
    if fate == "double":
        hub.partner.add(case(number))
    if fate == "other day":
        hub.partner.add(case(number), DAY + timedelta(days=1))


@given(st.lists(st.sampled_from([*FATES, "made by another"]), max_size=12))
async def test_every_difference_is_found_and_no_other(fates: list[str]) -> None:
    """Seen failing when nothing was looked for by number, and when doubles were not added up."""
    store, partner = MemoryStore(), Partner()
    hub = Hub(store=store, partner=partner)
    for number, fate in enumerate(fates):
        await lived(hub, f"Z{number}", fate)

    report = await compared(store, partner)

    assert await codes(store, report) == {
        f"Z{number}": EXPECTED[fate] for number, fate in enumerate(fates) if fate in EXPECTED
    }
    assert report.state is ReconciliationState.DONE


async def test_only_messages_of_that_day_count() -> None:
    """Midnight is the town hall's: 23:00 UTC in winter."""
    store, partner = MemoryStore(), Partner()
    hub = Hub(store=store, partner=partner)
    midnight = datetime(2026, 11, 21, 23, tzinfo=UTC)
    for number, at in (
        ("before", midnight - timedelta(microseconds=1)),
        ("first", midnight),
        ("last", midnight + timedelta(hours=24, microseconds=-1)),
        ("after", midnight + timedelta(hours=24)),
    ):
        await hub.accept(number, at=at)

    assert set(await codes(store, await compared(store, partner))) == {"first", "last"}


async def test_what_the_partner_registered_another_day_than_the_hub_is_no_difference() -> None:
    store, partner = MemoryStore(), Partner()
    hub = Hub(store=store, partner=partner)
    await hub.deliver("late", on=DAY + timedelta(days=1))
    await hub.deliver("early", at=NOON - timedelta(days=1))

    report = await compared(store, partner)

    assert report.differences == 0
    tally = Progress.read(report.checkpoint, start=NOON).tally("zaak")
    assert (tally.expected, tally.there, tally.listed, tally.others) == (1, 1, 1, 0)


async def test_messages_that_leave_nothing_to_look_for_count_by_their_state() -> None:
    store, partner = MemoryStore(), Partner()
    hub = Hub(store=store, partner=partner)
    for event, state in (("e1", State.DELIVERED), ("e2", State.PARKED)):
        await hub.end(await hub.accept("Z1", kind="bijgewerkt", event=event), state)

    report = await compared(store, partner)

    (found,) = await differences(store, report)
    assert (found.code, found.kind) == ("parked", "message")
    tally = Progress.read(report.checkpoint, start=NOON).tally("message")
    assert (tally.expected, tally.there) == (2, 1)


async def test_a_difference_says_what_the_hub_knows() -> None:
    store, partner = MemoryStore(), Partner()
    hub = Hub(store=store, partner=partner)
    for number, fate in enumerate(("missing", "parked", "waiting", "unexpected", "double")):
        await lived(hub, f"Z{number}", fate)
    partner.add(of_another("X1"))
    partner.add(case("X2"))

    report = await compared(store, partner)

    known = [Finding.from_bytes(one.body).known for one in await differences(store, report)]
    assert known == [
        "Delivered on 2026-11-22 12:00 after 1 attempt. The partner does not show it.",
        "Parked since 2026-11-22 12:00 (zgw:invalid: statustype unknown).",
        "Not delivered yet, accepted on 2026-11-22 12:00.",
        "Discarded by anna on 2026-11-22 12:00: was a test. The partner has it all the same.",
        (
            "Delivered on 2026-11-22 12:00 after 1 attempt. The partner has it 2 times: let one be "
            "removed there."
        ),
        "Made there by somebody else; the hub has no message about it.",
        (
            "It carries the hub's mark, yet the hub has no message about it: was the hub's "
            "database put back from a backup?"
        ),
    ]


async def test_a_delivery_that_arrives_meanwhile_is_no_difference() -> None:
    """Seen failing when the delivery was not read again before it was reported."""
    store, partner = MemoryStore(), Partner()
    hub = Hub(store=store, partner=partner)
    delivery_id = await hub.accept("Z1")

    async def arrive() -> None:
        await hub.end(delivery_id, State.DELIVERED)
        partner.add(case("Z1"))

    async def list_first() -> None:
        partner.meanwhile = arrive

    await hub.accept("Z2", kind="bijgewerkt", event="e2")
    partner.meanwhile = list_first

    report = await compared(store, partner)

    assert await codes(store, report) == {"Z2": "waiting"}


async def test_what_was_acknowledged_is_not_told_again() -> None:
    store, partner = MemoryStore(), Partner()
    hub = Hub(store=store, partner=partner)
    await lived(hub, "Z1", "missing")
    await lived(hub, "Z2", "made by another")
    first = await compared(store, partner)
    for number in (1, 2):
        await store.settle_difference(
            first.id,
            number,
            settlement=Settlement.ACKNOWLEDGED,
            by="anna",
            reason="removed on purpose",
            now=NIGHT,
        )
    await lived(hub, "Z3", "missing")

    second = await compared(store, partner)

    assert await codes(store, second) == {"Z3": "missing"}
    assert Progress.read(second.checkpoint, start=NOON).acknowledged == 2


async def test_a_long_day_takes_many_pages() -> None:
    store, partner = MemoryStore(), Partner(page_size=40)
    hub = Hub(store=store, partner=partner)
    for number in range(230):
        await hub.deliver(f"Z{number}", at=NOON + number * timedelta(seconds=number % 3))
    partner.remove("Z7")
    partner.remove("Z229")

    report = await compared(store, partner)

    assert await codes(store, report) == {"Z7": "missing", "Z229": "missing"}
    assert Progress.read(report.checkpoint, start=NOON).messages == 230
    assert partner.calls == 6 + 2, "what is in the list is not looked for"


async def test_a_report_can_be_asked_for_twice_a_day() -> None:
    store, partner = MemoryStore(), Partner()

    first, second = await compared(store, partner), await compared(store, partner)

    assert second.id > first.id
    assert [one.id for one in await store.list_reconciliations(ZGW, day=DAY, before=None, limit=5)]
