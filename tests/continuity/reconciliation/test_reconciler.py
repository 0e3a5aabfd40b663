"""Who compares when: once, in one process, gently, and to the end."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.contract import TransientError
from continuity.breaker import CLOSED, opened
from continuity.policy import DestinationPolicy
from continuity.reconciliation.reconciler import CLAIM_LIFE, NIGHTLY, RETRY_AFTER
from continuity.store.memory import MemoryStore
from continuity.store.records import ReconciliationState
from continuity.window import SendWindow
from tests.continuity.reconciliation.scene import (
    DAY,
    NIGHT,
    QUICK,
    ZGW,
    Clock,
    Hub,
    Partner,
    codes,
    on_demand,
    reconciler,
)


async def asked(store: MemoryStore) -> int:
    return (await store.ask_reconciliation(ZGW, DAY, by="anna", now=NIGHT)).id


async def days(store: MemoryStore) -> list[str]:
    found = await store.list_reconciliations(ZGW, day=None, before=None, limit=20)
    return [one.day.isoformat() for one in found]


async def test_yesterday_is_compared_once_a_night() -> None:
    store, clock = MemoryStore(), Clock(NIGHT - timedelta(minutes=1))
    nightly = reconciler(store, Partner(), clock)

    assert await nightly.step(ZGW), "the day before yesterday, since nothing ever was"
    clock.at = NIGHT
    assert await nightly.step(ZGW)
    assert not await nightly.step(ZGW)

    assert await days(store) == ["2026-11-22", "2026-11-21"]
    (newest, _) = await store.list_reconciliations(ZGW, day=None, before=None, limit=2)
    assert (newest.asked_by, newest.state) == (NIGHTLY, ReconciliationState.DONE)


async def test_two_processes_make_one_report_a_night() -> None:
    store, clock = MemoryStore(), Clock()
    both = [reconciler(store, Partner(), clock, node=node) for node in ("a", "b")]

    await asyncio.gather(*(one.step(ZGW) for one in both))
    await asyncio.gather(*(one.step(ZGW) for one in both))

    assert await days(store) == ["2026-11-22"]


async def test_the_nights_can_be_switched_off() -> None:
    store = MemoryStore()
    quiet = reconciler(store, Partner(), Clock(), policy=replace(QUICK, nightly=False))

    assert not await quiet.step(ZGW)


async def test_old_reports_go_after_their_time() -> None:
    store, clock = MemoryStore(), Clock()
    nightly = reconciler(store, Partner(), clock)
    await nightly.step(ZGW)
    clock.at += timedelta(days=92)

    while await nightly.step(ZGW):
        pass

    assert "2026-11-22" not in await days(store)


async def test_a_partner_that_is_away_leaves_an_incomplete_report_that_goes_on() -> None:
    """What was compared is kept: its differences are not found twice."""
    store, clock = MemoryStore(), Clock()
    partner = Partner(page_size=1000)
    hub = Hub(store=store, partner=partner)
    for number in range(120):
        await hub.deliver(f"Z{number}")
    for lost in ("Z3", "Z110"):
        partner.remove(lost)
    partner.breaks_at = 3  # the list, Z3, then Z110
    partner.error = TransientError("zaken.example.nl cannot be reached.")
    number = await asked(store)
    day = on_demand(store, partner, clock)

    await day.step(ZGW)

    report = await store.get_reconciliation(number)
    assert report.state is ReconciliationState.INCOMPLETE
    assert report.note == "zaken.example.nl cannot be reached."
    assert report.retry_at == NIGHT + RETRY_AFTER
    assert await codes(store, report) == {"Z3": "missing"}
    calls, partner.breaks_at = partner.calls, None
    assert not await day.step(ZGW), "not before its time"
    clock.at += RETRY_AFTER
    await day.step(ZGW)
    report = await store.get_reconciliation(number)
    assert report.state is ReconciliationState.DONE
    assert (report.differences, await codes(store, report)) == (
        2,
        {"Z3": "missing", "Z110": "missing"},
    )
    assert partner.calls == calls + 2


async def test_a_killed_comparison_goes_on_in_another_process() -> None:
    """Killed between two pages, and taken over when its claim has ended; nothing is told twice."""
    store, clock = MemoryStore(), Clock()
    partner = Partner(page_size=1000)
    hub = Hub(store=store, partner=partner)
    for number in range(150):
        await hub.deliver(f"Z{number}")
    for lost in ("Z1", "Z120"):
        partner.remove(lost)
    number = await asked(store)
    partner.breaks_at, partner.error = 3, KeyboardInterrupt()  # type: ignore[assignment]  # as a kill
    with pytest.raises(KeyboardInterrupt):
        await on_demand(store, partner, clock, node="first").step(ZGW)
    await store.save_cursor(
        f"reconciling:{ZGW}",
        f"first {(NIGHT + CLAIM_LIFE).isoformat()}",
        before=await store.read_cursor(f"reconciling:{ZGW}"),
    )
    partner.breaks_at = None
    second = on_demand(store, partner, clock, node="second")

    assert not await second.step(ZGW), "the first may still live"
    clock.at += CLAIM_LIFE
    await second.step(ZGW)

    report = await store.get_reconciliation(number)
    assert report.state is ReconciliationState.DONE
    assert (report.differences, set(await codes(store, report))) == (2, {"Z1", "Z120"})


async def test_who_has_lost_its_claim_writes_nothing_more() -> None:
    """Two that believe to own the comparison: the checkpoint lets one of them through."""
    store, clock, partner = MemoryStore(), Clock(), Partner()
    hub = Hub(store=store, partner=partner)
    await hub.deliver("Z1")
    partner.remove("Z1")
    number = await asked(store)

    async def overtake() -> None:
        clock.at += CLAIM_LIFE
        await on_demand(store, partner, clock, node="second").step(ZGW)

    partner.meanwhile = overtake

    await on_demand(store, partner, clock, node="first").step(ZGW)

    report = await store.get_reconciliation(number)
    assert (report.state, report.differences) == (ReconciliationState.DONE, 1)


@pytest.mark.parametrize("obstacle", ["held", "hours", "breaker"])
async def test_a_partner_that_is_left_alone_is_not_called(obstacle: str) -> None:
    store, clock, partner = MemoryStore(), Clock(), Partner()
    policy = DestinationPolicy()
    if obstacle == "held":
        await store.hold(ZGW, by="anna", reason="maintenance", now=NIGHT)
    elif obstacle == "hours":
        policy = DestinationPolicy(send_window=SendWindow.parse("07:00-22:00"))
    else:
        lease = await store.acquire_lease(
            ZGW, "w", now=NIGHT, ttl=timedelta(minutes=1), settle=timedelta(0)
        )
        assert lease is not None
        away = opened(CLOSED, policy.breaker, now=NIGHT, reason="503")
        await store.save_breaker(lease, away, reason="503", now=NIGHT)
    number = await asked(store)

    await on_demand(store, partner, clock, destination=policy).step(ZGW)

    report = await store.get_reconciliation(number)
    assert (report.state, partner.calls) == (ReconciliationState.INCOMPLETE, 0)
    assert report.retry_at is not None
    assert report.retry_at > NIGHT
    if obstacle == "hours":
        assert report.retry_at.isoformat() == "2026-11-23T06:00:00+00:00"


async def test_a_bug_of_ours_ends_in_the_report_and_not_in_a_storm_of_calls() -> None:
    store, clock, partner = MemoryStore(), Clock(), Partner(breaks_at=1)
    partner.error = ValueError("999993653")
    number = await asked(store)

    await on_demand(store, partner, clock).step(ZGW)

    report = await store.get_reconciliation(number)
    assert report.state is ReconciliationState.INCOMPLETE
    assert "ValueError in" in report.note
    assert "999993653" not in report.note


async def test_the_loop_stops_when_it_is_told_to_and_looks_when_it_is_nudged() -> None:
    store, partner, compared = MemoryStore(), Partner(), asyncio.Event()

    async def tell() -> None:
        compared.set()

    partner.meanwhile = tell
    loop = on_demand(store, partner, Clock())
    task = asyncio.create_task(loop.run())
    await asyncio.sleep(0)
    number = await asked(store)
    loop.nudge([ZGW, "unknown"])

    async with asyncio.timeout(5):
        await compared.wait()
    loop.stop()

    async with asyncio.timeout(5):
        await task
    assert (await store.get_reconciliation(number)).day == DAY
