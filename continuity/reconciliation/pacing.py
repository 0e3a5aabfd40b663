"""The brake on a comparison: its calls never hurry, and stop when deliveries would."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from adapters.contract import Clock
from continuity.breaker import BreakerState
from continuity.policy import DestinationPolicy
from continuity.store.contract import Store

LOOK_EVERY: Final = timedelta(seconds=5)
"""How often it is checked whether calls may still be made."""


class Interrupted(Exception):
    """Calls must stop now; the comparison goes on later. The text is for the operator.

    `until`: not before this time; None when nobody knows.
    """

    def __init__(self, reason: str, until: datetime | None = None) -> None:
        super().__init__(reason)
        self.until = until


Look = Callable[[], Awaitable[None]]
"""Raises when calls must stop."""


class Pacer:
    """Awaited before each call."""

    def __init__(self, *, clock: Clock, per_second: float, look: Look) -> None:
        self._clock = clock
        self._gap = timedelta(seconds=1 / per_second)
        self._look = look
        self._next_call = self._next_look = clock.now()

    async def __call__(self) -> None:
        now = self._clock.now()
        if now < self._next_call <= now + self._gap:
            await asyncio.sleep((self._next_call - now).total_seconds())
            now = self._clock.now()
        self._next_call = now + self._gap
        if not now < self._next_look <= now + LOOK_EVERY:
            self._next_look = now + LOOK_EVERY
            await self._look()


async def may_call(
    store: Store, destination: str, policy: DestinationPolicy, *, now: datetime
) -> None:
    """Raises `Interrupted` when the destination is held, out of hours, or left alone."""
    if await store.is_held(destination):
        raise Interrupted(f"{destination} is held: release it to go on.")
    window = policy.send_window
    if window is not None and not window.is_open(now):
        raise Interrupted(
            f"{destination} may be called within {window} only.", window.next_opening(now)
        )
    breaker = await store.read_breaker(destination)
    if breaker.state is not BreakerState.CLOSED:
        why = f": {breaker.reason}" if breaker.reason else ""
        raise Interrupted(f"{destination} is away, its breaker is {breaker.state}{why}")
