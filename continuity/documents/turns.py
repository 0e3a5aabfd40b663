"""Turns to upload: few at once, since each takes memory; and nobody keeps one by being slow.

Who has a turn may be as slow as the entrance allows, as long as nobody waits for one. From the
moment that somebody does, a sender must keep up `FAIR` on average; what it was faster before buys
it `GRACE` at most. Only the time that we wait for the sender counts.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

from continuity.documents.errors import ContentTooSlow, UploadsBusy

FAIR: Final = 1 << 20
"""Bytes per second, while others wait."""
GRACE: Final = timedelta(seconds=10)
"""How long a sender may be silent while others wait."""
PATIENCE: Final = timedelta(seconds=120)
"""How long an upload waits for its turn before it is told to come later."""


class Turns:
    """Given in the order in which they were asked for."""

    def __init__(self, at_once: int) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._taken: set[Turn] = set()
        self._waiting = 0

    @asynccontextmanager
    async def take(self) -> AsyncIterator[Turn]:
        """Raises `UploadsBusy` when no turn comes free in time."""
        await self._wait()
        turn = Turn(hurried=self._waiting > 0)
        self._taken.add(turn)
        try:
            yield turn
        finally:
            self._taken.remove(turn)
            self._free.release()

    async def _wait(self) -> None:
        if not self._free.locked():
            await self._free.acquire()
            return
        self._waiting += 1
        self._tell()
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                await self._free.acquire()
        except TimeoutError:
            raise UploadsBusy(
                "Other documents are coming in, and none of them was done within "
                f"{PATIENCE.total_seconds():.0f} seconds."
            ) from None
        finally:
            self._waiting -= 1
            self._tell()

    def _tell(self) -> None:
        for turn in self._taken:
            turn.hurry(on=self._waiting > 0)


class Turn:
    """The right to send now."""

    def __init__(self, *, hurried: bool) -> None:
        self._hurried = hurried
        self._credit = GRACE.total_seconds()
        self._since = 0.0
        self._limit: asyncio.Timeout | None = None

    def hurry(self, *, on: bool) -> None:
        """Somebody waits now, or nobody any more."""
        if on == self._hurried:
            return
        self._hurried = on
        self._credit = GRACE.total_seconds()
        self._since = _now()
        self._set()

    async def pieces(self, content: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Those of `content`; raises `ContentTooSlow` when others wait and it is slow."""
        while (piece := await self._next(content)) is not None:
            self._credit = min(self._credit + len(piece) / FAIR, GRACE.total_seconds())
            yield piece

    async def _next(self, content: AsyncIterator[bytes]) -> bytes | None:
        limit = asyncio.timeout(None)
        try:
            async with limit:
                self._limit, self._since = limit, _now()
                self._set()
                return await anext(content, None)
        except TimeoutError:
            if not limit.expired():
                raise
            raise ContentTooSlow(
                f"Others wait, and this document came in slower than {FAIR} bytes per second."
            ) from None
        finally:
            self._limit = None
            self._credit -= _now() - self._since

    def _set(self) -> None:
        """Puts the end of the wait that is under way, if one is."""
        if self._limit is not None:
            self._limit.reschedule(self._since + self._credit if self._hurried else None)


def _now() -> float:
    return asyncio.get_running_loop().time()
