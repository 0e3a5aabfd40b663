"""An event loop in which time passes only when nothing else can happen.

With it a day of retries takes milliseconds, and the same seed gives the same history.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

Result = TypeVar("Result")
BEGINNING = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
STUCK = timedelta(hours=8)


class Stuck(AssertionError):
    """Nothing is ready and nothing is due: somebody waits for what will never happen."""


class _InstantSelector(selectors.SelectSelector):
    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        events = super().select(0)
        if not events and timeout != 0:
            if timeout is None:
                raise Stuck("every task waits for another")
            self._loop.advance(timeout)
        return events


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._elapsed = 0.0
        super().__init__(_InstantSelector(self))

    def time(self) -> float:
        return self._elapsed

    def advance(self, seconds: float) -> None:
        self._elapsed += seconds
        if self._elapsed > STUCK.total_seconds():
            raise Stuck(f"still not done after {STUCK} of simulated time")


class VirtualClock:
    """`now` follows the loop's time."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def now(self) -> datetime:
        return BEGINNING + timedelta(seconds=self._loop.time())


def run_virtual(main: Coroutine[Any, Any, Result]) -> Result:
    """Runs `main` to its end on a new virtual loop."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)
