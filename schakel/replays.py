"""Carries out replay plans that an operator started, a hundred rows at a time.

Which plans run is in the store, so that a plan continues after a restart. Several hub processes
may do this at once: each row is moved in one transaction with its mark, so none moves twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Final

import structlog

from adapters.contract import Clock
from continuity.store.contract import NotFound, Store, StoreUnavailable, WrongState

ROWS_AT_A_TIME: Final = 100
LOOK_EVERY_SECONDS: Final = 1.0


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
        self._log = structlog.stdlib.get_logger("schakel.replays")

    async def run(self) -> None:
        """Until `stop`, or until cancelled: both leave a running plan to be continued later."""
        while not self._stopping:
            if not await self._try_step():
                await self._rest()

    def nudge(self) -> None:
        """A plan was started: look at once."""
        self._nudged.set()

    def stop(self) -> None:
        self._stopping = True
        self._nudged.set()

    async def step(self) -> bool:
        """Advances every running plan once; False when there was none. Raises as the store."""
        running = await self._store.running_replays()
        for replay_id in running:
            await self._advance(replay_id)
        return bool(running)

    async def _advance(self, replay_id: int) -> None:
        try:
            plan = await self._store.advance_replay(
                replay_id, limit=ROWS_AT_A_TIME, now=self._clock.now()
            )
        except (NotFound, WrongState):
            return  # cancelled, or finished by another process, since we looked
        self._wake(plan.destinations)
        if plan.state == "done":
            self._log.info(
                "replay_done", replay=plan.id, replayed=plan.replayed, skipped=plan.skipped
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

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(LOOK_EVERY_SECONDS):
                await self._nudged.wait()
        except TimeoutError:
            pass
        if not self._stopping:
            self._nudged.clear()
