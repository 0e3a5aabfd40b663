from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from continuity.delivery import State
from continuity.replay import JUDGED_FROM, Mark, ReplayState, Tally
from continuity.store.contract import StoreUnavailable
from continuity.store.memory import MemoryStore
from continuity.store.records import DeliveryFilter, ReplayOptions, ReplayPlan
from schakel.replays import ROWS_AT_A_TIME, ReplayRunner
from schakel.security import Scope
from tests.continuity.fakes import FakeAdapter
from tests.continuity.hub import BREAKER, DOWN, FAR, REFUSED, Hub, mend, opened, virtual
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


async def _many_parked(hub: Hub, adapter: FakeAdapter, count: int) -> None:
    """As many deliveries as that, refused by the partner; then it is well again."""
    names = [f"event-{number}" for number in range(count)]
    adapter.delivers = REFUSED
    await hub.start()
    await hub.publish(*names)
    await hub.until_state(State.PARKED, *names)
    adapter.delivers = None
    adapter.taken.clear()


async def _run_plan(hub: Hub, **options: Any) -> tuple[ReplayRunner, asyncio.Task[None], int]:
    plan = await hub.store.plan_replay(
        PARKED, options=ReplayOptions(**options), by="anna", reason="mended", now=hub.clock.now()
    )
    await hub.store.start_replay(plan.id, by="anna", now=hub.clock.now())
    runner = ReplayRunner(store=hub.store, clock=hub.clock, wake=hub.worker.wake)
    return runner, asyncio.create_task(runner.run()), plan.id


async def _until(hub: Hub, replay_id: int, state: ReplayState) -> ReplayPlan:
    async def reached() -> bool:
        return (await hub.store.get_replay(replay_id)).state is state

    await hub.until(reached)
    return await hub.store.get_replay(replay_id)


@virtual
async def test_a_system_that_has_just_come_back_is_not_flooded(hub: Hub) -> None:
    """Seen failing with the rate left out of `turns`."""
    adapter = hub.destination(concurrency=16)
    await _many_parked(hub, adapter, 40)
    loop = asyncio.get_running_loop()
    began = loop.time()

    runner, task, replay_id = await _run_plan(hub, rate_per_second=4.0)
    await hub.has_taken(adapter, 8)
    first = loop.time() - began
    done = await _until(hub, replay_id, ReplayState.DONE)
    took = loop.time() - began
    runner.stop()
    await task

    assert first >= 7 / 4
    assert 39 / 4 <= took <= 39 / 4 + 3
    assert done.replayed == 40


@virtual
async def test_a_plan_stops_itself_when_the_partner_refuses_again(hub: Hub) -> None:
    """Seen failing with the brake left out of the step."""
    adapter = hub.destination(concurrency=16)
    await _many_parked(hub, adapter, 60)
    adapter.delivers = REFUSED

    runner, task, replay_id = await _run_plan(hub, rate_per_second=5.0, stop_at_percent=20)
    stopped = await _until(hub, replay_id, ReplayState.STOPPED)
    gone = stopped.replayed
    await asyncio.sleep(60)
    still = await hub.store.get_replay(replay_id)
    adapter.delivers = None
    await hub.store.resume_replay(replay_id, by="bert", reason="mended", now=hub.clock.now())
    runner.nudge()
    await _until(hub, replay_id, ReplayState.DONE)
    runner.stop()
    await task

    assert JUDGED_FROM <= gone <= JUDGED_FROM + 10
    assert (still.replayed, still.state) == (gone, ReplayState.STOPPED)
    assert "stops at 20 %" in stopped.note
    rows = await hub.store.replay_rows(replay_id, after=0, limit=100)
    assert sum(row.mark is Mark.REPLAYED for row in rows) == 60


@virtual
async def test_a_pause_from_elsewhere_is_obeyed_at_once_and_a_resume_within_a_second(
    hub: Hub,
) -> None:
    adapter = hub.destination(concurrency=16)
    await _many_parked(hub, adapter, 40)
    loop = asyncio.get_running_loop()
    runner, task, replay_id = await _run_plan(hub, rate_per_second=5.0)
    await hub.has_taken(adapter, 5)

    paused = await hub.store.pause_replay(replay_id, by="bert", reason="busy", now=hub.clock.now())
    await asyncio.sleep(30)
    still = await hub.store.get_replay(replay_id)
    await hub.store.resume_replay(replay_id, by="bert", reason="quiet", now=hub.clock.now())
    resumed = loop.time()

    async def goes_on() -> bool:
        return (await hub.store.get_replay(replay_id)).replayed > paused.replayed

    await hub.until(goes_on)
    took = loop.time() - resumed
    runner.stop()
    await task

    assert still.replayed == paused.replayed < 40
    assert took <= 1.1


@virtual
async def test_nothing_goes_while_the_breaker_is_open(hub: Hub) -> None:
    adapter = hub.destination(concurrency=16, breaker=BREAKER)
    await _many_parked(hub, adapter, 40)
    runner, task, replay_id = await _run_plan(hub, rate_per_second=5.0, stop_at_percent=0)
    await opened(hub, adapter)
    before = (await hub.store.get_replay(replay_id)).replayed
    await asyncio.sleep(20)
    during = (await hub.store.get_replay(replay_id)).replayed
    mend(adapter)
    done = await _until(hub, replay_id, ReplayState.DONE)
    runner.stop()
    await task

    assert during - before <= 2
    assert during < done.replayed == 40


@virtual
async def test_the_fates_of_the_last_rows_are_followed_after_the_plan_is_done(hub: Hub) -> None:
    adapter = hub.destination(retry=FAR)
    await _many_parked(hub, adapter, 3)
    adapter.delivers = DOWN
    runner, task, replay_id = await _run_plan(hub)

    async def retrying() -> bool:
        return (await hub.store.get_replay(replay_id)).fates == Tally(retrying=3)

    await hub.until(retrying)
    adapter.delivers = None

    async def delivered() -> bool:
        return (await hub.store.get_replay(replay_id)).fates == Tally(delivered=3)

    await hub.until(delivered, within=4 * 3600)
    runner.stop()
    await task
    assert list(await hub.store.followed_replays()) == []
