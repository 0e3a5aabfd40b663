"""A scripted partner: takes messages in two calls, misbehaves by the book, and keeps its own books.

It stands for adapter and zaaksysteem in one. Each message has two effects (`<event>/case` and
`<event>/detail`), each with a natural key, as a ZGW case and its first status have. What it
recorded in `effects` is the truth that the hub is checked against.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from random import Random
from typing import ClassVar

from adapters.contract import (
    CannotTell,
    Clock,
    ConfigurationError,
    Context,
    Health,
    NotThere,
    Receipt,
    RejectedError,
    TransientError,
    UncertainError,
)
from schemas import MESSAGE_TYPES, Message

STEPS = ("case", "detail")


class Mode(StrEnum):
    """How the partner is, for a while."""

    WELL = "well"
    REFUSED = "refused"  # connection refused: surely not taken
    LOST_ANSWER = "lost_answer"  # commits, then no answer comes
    SWALLOWED = "swallowed"  # the request vanishes, no answer comes
    OVERLOADED = "overloaded"  # 503 with Retry-After
    MISCONFIGURED = "misconfigured"  # our credential is refused
    HANGING = "hanging"  # answers after the attempt's time-out
    SLOW = "slow"  # commits and answers just within the attempt's time-out
    FLAKY = "flaky"  # any of the above, by chance, per call


FAULTY = tuple(mode for mode in Mode if mode not in {Mode.WELL, Mode.FLAKY})


@dataclass(slots=True)
class Call:
    at: datetime
    kind: str
    mode: Mode
    answered: datetime | None = None
    """When a slow one was answered; None for the others, which are answered when they come."""


@dataclass(slots=True)
class Partner:
    random: Random
    clock: Clock
    handles: ClassVar[frozenset[str]] = frozenset(MESSAGE_TYPES)
    mode: Mode = Mode.WELL
    refuses: set[str] = field(default_factory=set)
    """Event ids that it refuses for their content, until mended."""
    effects: list[str] = field(default_factory=list)
    """`<event id>/<step>` in the order in which they were committed; doubles are kept."""
    calls: list[Call] = field(default_factory=list)
    buggy: set[str] = field(default_factory=set)
    """Event ids for which the adapter crashes once, after the first step was committed."""

    async def deliver(self, message: Message, context: Context) -> Receipt:
        for step in STEPS:
            if context.steps.result(step) is not None:
                continue
            key = self._key(message, step).encode()
            request = await context.steps.prepare(step, partial(bytes, key))
            await self._exchange(request.decode(), message)
            await context.steps.complete(step, request.decode())
            if message.id in self.buggy:
                self.buggy.discard(message.id)
                raise KeyError("a bug in the adapter")
        return Receipt(references={"case": self._key(message, "case")})

    async def look_up(self, message: Message, context: Context) -> Receipt | NotThere | CannotTell:
        for step in STEPS:
            if context.steps.result(step) is not None:
                continue
            await self._latency()
            mode = self._mood("look_up")
            if mode not in {Mode.WELL, Mode.SLOW}:
                raise TransientError(f"look-up failed: {mode}")
            key = self._key(message, step)
            if key not in self.effects:
                return NotThere()
            await context.steps.complete(step, key)
        return Receipt()

    async def check(self) -> Health:
        await self._latency()
        mode = self._mood("check")
        well = {Mode.WELL, Mode.SLOW, Mode.LOST_ANSWER, Mode.SWALLOWED}
        return Health(ok=mode in well, detail=str(mode))

    async def aclose(self) -> None: ...

    def doubled(self) -> list[str]:
        return sorted(key for key, count in Counter(self.effects).items() if count > 1)

    async def _exchange(self, key: str, message: Message) -> None:
        """The partner goes on with what it has begun, for a moment also when its caller is gone."""
        gone = asyncio.Event()
        serving = asyncio.create_task(self._serve(key, message, gone))
        serving.add_done_callback(_hear)
        try:
            await asyncio.shield(serving)
        except asyncio.CancelledError:
            gone.set()
            raise

    async def _serve(self, key: str, message: Message, gone: asyncio.Event) -> None:
        await self._latency()
        mode = self._mood("send")
        call = self.calls[-1]
        match mode:
            case Mode.WELL | Mode.FLAKY:
                self._commit(key, message)
            case Mode.SLOW:
                with suppress(TimeoutError):
                    async with asyncio.timeout(self.random.uniform(1, 8)):
                        await gone.wait()
                    await asyncio.sleep(self.random.uniform(0, 1))
                call.answered = self.clock.now()
                self._commit(key, message)
            case Mode.REFUSED:
                raise TransientError("connection refused")
            case Mode.OVERLOADED:
                wait = timedelta(seconds=self.random.choice([1, 20, 90]))
                raise TransientError("503", retry_after=wait)
            case Mode.MISCONFIGURED:
                raise ConfigurationError("settings.secret", "403 invalid-jwt-signature")
            case Mode.SWALLOWED:
                raise UncertainError("no answer")
            case Mode.LOST_ANSWER:
                self._commit(key, message)
                await self._latency()
                raise UncertainError("no answer")
            case Mode.HANGING:
                if self.random.random() < 0.5:
                    self._commit(key, message)
                await asyncio.sleep(3600)
        await self._latency()

    def _commit(self, key: str, message: Message) -> None:
        if message.id in self.refuses:
            raise RejectedError("partner:invalid", "statustype: unknown")
        self.effects.append(key)

    def _mood(self, kind: str) -> Mode:
        mode = self.mode
        if mode is Mode.FLAKY:
            mode = self.random.choice(FAULTY) if self.random.random() < 0.3 else Mode.WELL
        self.calls.append(Call(at=self.clock.now(), kind=kind, mode=mode))
        return mode

    async def _latency(self) -> None:
        await asyncio.sleep(self.random.choice([0, 0.01, 0.05, 0.4]))

    @staticmethod
    def _key(message: Message, step: str) -> str:
        return f"{message.id}/{step}"


def _hear(serving: asyncio.Task[None]) -> None:
    """An answer that nobody waits for any more is no mistake."""
    if not serving.cancelled():
        serving.exception()
