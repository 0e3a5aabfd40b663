"""Work that one process at a time does beside the messages, in small steps, for all of them.

How far it is stands in a cursor of the store. A step that finds another process further on changes
nothing, so it may run in every worker, be killed anywhere, and go on elsewhere.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from contextlib import suppress
from typing import Final

import structlog

from continuity.store.contract import StoreUnavailable

LOOK_EVERY_SECONDS: Final = 1.0
BETWEEN_STEPS_SECONDS: Final = 0.02
"""After each step others get the store: messages go before housekeeping."""


class Errand(ABC):
    def __init__(self, name: str) -> None:
        self._stopping = asyncio.Event()
        self._store_away = False
        self._log = structlog.stdlib.get_logger(f"schakel.{name}")

    @abstractmethod
    async def step(self) -> bool:
        """Does a little; False when there is nothing to do now. Raises as the store."""

    async def run(self) -> None:
        """Until `stop`, or until cancelled: either leaves the rest for later."""
        while not self._stopping.is_set():
            worked = await self._try_step()
            await self._rest(BETWEEN_STEPS_SECONDS if worked else LOOK_EVERY_SECONDS)

    def stop(self) -> None:
        self._stopping.set()

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
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
