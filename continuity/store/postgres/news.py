"""News between processes: which destinations have something new, told with NOTIFY after a commit.

It is only a wake-up. Whoever reconnects has missed some, and so looks everywhere once.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Any, Final

from continuity.store.contract import StoreUnavailable
from continuity.store.postgres import sql
from continuity.store.postgres.connection import CONNECTION_ERRORS, Link

CHANNEL: Final = "schakel"

_MOST_BYTES: Final = 7_900
"""PostgreSQL takes less than 8,000."""
_EVERYWHERE: Final = "*"
_LOOK_WHETHER_IT_LIVES: Final = 15.0
"""Seconds: a silent connection may be a dead one."""
_PAUSE: Final = 1.0

Heard = Callable[[frozenset[str]], None]


def announcement(mark: str, destinations: Collection[str]) -> str:
    """Who tells, and on each further line a destination."""
    told = "\n".join((mark, *sorted(destinations)))
    return told if len(told.encode()) <= _MOST_BYTES else f"{mark}\n{_EVERYWHERE}"


class Listener:
    """Hears what other stores tell, and calls `heard` in the loop."""

    def __init__(self, link: Link, heard: Heard) -> None:
        self._link = link
        self._heard = heard
        self.ready = asyncio.Event()
        """Set while it hears."""
        self._stirred = asyncio.Event()
        """Set when there is something to look after: a lost connection, or news of everything."""
        self._look_everywhere = False
        self._task = asyncio.create_task(self._listen(), name="store-listener")

    async def stop(self) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        await self._link.close()

    async def _listen(self) -> None:
        again = False
        while True:
            try:
                await self._listen_once(look_first=again)
            except (StoreUnavailable, *CONNECTION_ERRORS):
                await asyncio.sleep(_PAUSE * random.uniform(0.5, 1.5))  # noqa: S311 - spreads reconnects
            self.ready.clear()
            self._link.drop()
            again = True

    async def _listen_once(self, *, look_first: bool) -> None:
        """Returns when the connection is lost."""
        connection = await self._link.get()
        connection.add_termination_listener(self._end)
        await connection.add_listener(CHANNEL, self._take)
        self._look_everywhere = look_first
        self.ready.set()
        while not connection.is_closed():
            self._stirred.clear()
            if self._look_everywhere:
                self._look_everywhere = False
                self._heard(frozenset([row[0] for row in await connection.fetch(sql.KNOWN)]))
            else:
                await connection.fetchval(sql.PING)
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_WHETHER_IT_LIVES):
                    await self._stirred.wait()

    def _end(self, _: object) -> None:
        self._stirred.set()

    def _take(self, _connection: Any, _pid: int, _channel: str, payload: object) -> None:
        mark, *names = str(payload).split("\n")
        if mark == self._link.server.mark:
            return
        if _EVERYWHERE in names:
            self._look_everywhere = True
            self._stirred.set()
        else:
            self._heard(frozenset(names))
