"""Carries out replay plans that an operator started, and follows what becomes of their rows.

Which plans run, how far they are and how fast they may go is in the store, so that a plan continues
after a restart and obeys a pause that another process was told. Several hub processes may do this
at once: each row is moved in one transaction with its mark, so none moves twice, and the pace is
the plan's, not the process's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Final

import structlog

from adapters.contract import Clock
from continuity.replay import ReplayState
from continuity.store.contract import NotFound, Store, StoreUnavailable, WrongState
from continuity.store.records import ReplayPlan

ROWS_AT_A_TIME: Final = 250
STEP_SECONDS: Final = 0.2
"""Between two steps of a running plan; with the rows of one step it bounds the fastest pace."""
LOOK_EVERY_SECONDS: Final = 1.0
"""Between two looks while no plan runs."""
FOLLOW_EVERY_SECONDS: Final = 5.0
"""Between two looks at the rows of a plan that does not run any more."""


class ReplayRunner:
    def __init__(
        self, *, store: Store, clock: Clock, wake: Callable[[Iterable[str]], None]
    ) -> None:
        self._store = store
        self._clock = clock
        self._wake = wake
        self._nudged = asyncio.Event()
        self._stopping = False
        self._store_away = False
        self._follow_at = 0.0
        self._log = structlog.stdlib.get_logger("schakel.replays")

    async def run(self) -> None:
        """Until `stop`, or until cancelled: both leave a running plan to be continued later."""
        while not self._stopping:
            await self._rest(STEP_SECONDS if await self._try_step() else LOOK_EVERY_SECONDS)

    def nudge(self) -> None:
        """A plan was started or resumed: look at once."""
        self._nudged.set()

    def stop(self) -> None:
        self._stopping = True
        self._nudged.set()

    async def step(self) -> bool:
        """Advances every running plan once; False when there was none. Raises as the store.

        Now and then it also follows plans that do not run any more.
        """
        running = await self._store.running_replays()
        for replay_id in running:
            await self._advance(replay_id)
        if self._is_time_to_follow():
            for replay_id in set(await self._store.followed_replays()) - set(running):
                await self._advance(replay_id)
        return bool(running)

    def _is_time_to_follow(self) -> bool:
        now = asyncio.get_running_loop().time()
        if now < self._follow_at:
            return False
        self._follow_at = now + FOLLOW_EVERY_SECONDS
        return True

    async def _advance(self, replay_id: int) -> None:
        before = await self._store.get_replay(replay_id)
        try:
            plan = await self._store.advance_replay(
                replay_id, limit=ROWS_AT_A_TIME, now=self._clock.now()
            )
        except (NotFound, WrongState):
            return  # cancelled, or finished by another process, since we looked
        if plan.replayed != before.replayed:
            to = plan.options.to
            self._wake({*plan.destinations, *([to.destination] if to else [])})
        if plan.state is not before.state:
            self._tell(plan)

    def _tell(self, plan: ReplayPlan) -> None:
        told = self._log.warning if plan.state is ReplayState.STOPPED else self._log.info
        told(
            f"replay_{plan.state}",
            replay=plan.id,
            replayed=plan.replayed,
            skipped=plan.skipped,
            total=plan.total,
            detail=plan.note,
        )

    async def _try_step(self) -> bool:
        try:
            worked = await self.step()
        except StoreUnavailable as error:
            if not self._store_away:
                self._log.warning("store_away", detail=str(error))
            self._store_away = True
            return False
        self._store_away = False
        return worked

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._nudged.wait()
        except TimeoutError:
            pass
        if not self._stopping:
            self._nudged.clear()
