"""How slow a simulator is while nothing is wrong with it."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import TracebackType


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Service time of one request in seconds, and how many are served at the same time.

    `seconds` plus at most `jitter`; `capacity` None means that nothing waits for its turn.
    """

    seconds: float = 0.0
    jitter: float = 0.0
    capacity: int | None = None

    def as_json(self) -> dict[str, Any]:
        return {"seconds": self.seconds, "jitter": self.jitter, "capacity": self.capacity}


AT_ONCE = Pace()
OPEN_ZAAK = Pace(seconds=0.05, jitter=0.03, capacity=2)
"""About what a small Open Zaak does: some 20 to 30 simple calls a second, however many clients."""


class Turnstile:
    """Makes each request wait as `pace` says."""

    def __init__(self, pace: Pace, seed: int) -> None:
        self.pace = pace
        self._dice = random.Random(seed)  # noqa: S311 - repeatable jitter, no secret
        self._places = None if pace.capacity is None else asyncio.Semaphore(pace.capacity)

    async def __aenter__(self) -> None:
        if self._places is not None:
            await self._places.acquire()
        try:
            await asyncio.sleep(self.pace.seconds + self.pace.jitter * self._dice.random())
        except BaseException:
            self._leave()
            raise

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._leave()

    def _leave(self) -> None:
        if self._places is not None:
            self._places.release()
