from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from continuity.delivery import State
from continuity.store.contract import StoreUnavailable
from continuity.store.memory import MemoryStore
from continuity.store.records import DeliveryFilter, ReplayPlan
from schakel.replays import ROWS_AT_A_TIME, ReplayRunner
from schakel.security import Scope
from tests.schakel.http.harness import Harness, event

PARKED = DeliveryFilter(state=State.PARKED)


async def _planned(hub: Harness, count: int) -> ReplayPlan:
    async with hub.client(Scope.PUBLISH) as client:
        await client.publish_all([event(number=number) for number in range(1, count + 1)])
    await hub.park("zaken-utrecht")
    hub.woken.clear()
    now = hub.clock.now()
    plan = await hub.store.plan_replay(PARKED, by="an operator", reason="mended", now=now)
    return await hub.store.start_replay(plan.id, by="an operator", now=now)


def _runner(hub: Harness) -> ReplayRunner:
    return ReplayRunner(store=hub.store, clock=hub.clock, wake=hub.wake)


async def test_a_plan_advances_a_hundred_rows_at_a_time_and_wakes_its_destinations() -> None:
    hub = Harness()
    plan = await _planned(hub, ROWS_AT_A_TIME + 20)
    runner = _runner(hub)
    assert await runner.step()
    assert (await hub.store.get_replay(plan.id)).replayed == ROWS_AT_A_TIME
    assert hub.woken == ["zaken-utrecht"]
    while await runner.step():
        pass
    done = await hub.store.get_replay(plan.id)
    assert (done.state, done.replayed, done.skipped) == ("done", ROWS_AT_A_TIME + 20, 0)


async def test_another_runner_continues_where_the_first_one_stopped() -> None:
    hub = Harness()
    plan = await _planned(hub, ROWS_AT_A_TIME + 20)
    await _runner(hub).step()
    while await _runner(hub).step():
        pass
    assert (await hub.store.get_replay(plan.id)).replayed == ROWS_AT_A_TIME + 20


async def test_a_started_plan_is_carried_out_by_the_loop_until_it_is_stopped() -> None:
    hub = Harness()
    plan = await _planned(hub, 3)
    runner = _runner(hub)
    woken = asyncio.Event()
    runner._wake = lambda _: woken.set()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(runner.run())
        await woken.wait()
        runner.stop()
    assert (await hub.store.get_replay(plan.id)).replayed == 3


async def test_a_nudge_ends_the_rest_between_two_looks() -> None:
    hub = Harness()
    runner = _runner(hub)
    looked = asyncio.Queue[None]()
    running = hub.store.running_replays

    async def looking() -> Sequence[int]:
        looked.put_nowait(None)
        return await running()

    hub.store.running_replays = looking  # type: ignore[method-assign]  # listens in on one method
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(runner.run())
        await looked.get()
        runner.nudge()
        await looked.get()
        runner.stop()


class _ComesAndGoes(MemoryStore):
    """Cancels a plan between the look and the work, and is away once."""

    away = 1

    async def running_replays(self) -> Sequence[int]:
        if self.away:
            self.away -= 1
            raise StoreUnavailable("The database is locked by another process: stop it.")
        return await super().running_replays()

    async def advance_replay(self, replay_id: int, *, limit: int, now: datetime) -> ReplayPlan:
        await self.cancel_replay(replay_id, by="somebody else", now=now)
        return await super().advance_replay(replay_id, limit=limit, now=now)


async def test_neither_a_store_that_is_away_nor_a_cancelled_plan_ends_the_loop() -> None:
    hub = Harness(_ComesAndGoes())
    plan = await _planned(hub, 3)
    runner = _runner(hub)
    assert not await runner._try_step()
    assert await runner._try_step()
    assert not await runner._try_step()
    assert (await hub.store.get_replay(plan.id)).replayed == 0
