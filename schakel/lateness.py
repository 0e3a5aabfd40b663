"""Letting expire what nobody collected in time: no worker owns the destinations of the inbox."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final, Protocol

from adapters.contract import Clock
from schakel.errand import Errand

AT_A_TIME: Final = 500


class Expiry(Protocol):
    """What it needs of the store."""

    async def expire(self, destination: str, *, now: datetime, limit: int) -> Sequence[int]: ...


class Lateness(Errand):
    """Looks every second. Several processes may do it at once: a delivery expires once."""

    def __init__(self, *, store: Expiry, destinations: Collection[str], clock: Clock) -> None:
        super().__init__("lateness")
        self._store = store
        self.destinations = tuple(sorted(destinations))
        self._clock = clock

    async def step(self) -> bool:
        more = False
        for name in self.destinations:
            now = self._clock.now()
            expired = await self._store.expire(name, now=now, limit=AT_A_TIME)
            more = more or len(expired) == AT_A_TIME
        return more
