"""What the tests of continuity share: clocks that are set, messages, a scripted adapter."""

from __future__ import annotations

import asyncio
import hashlib
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar

from adapters.contract import CannotTell, Clock, Context, Health, NotThere, Receipt
from continuity.breaker import Breaker
from continuity.delivery import OnParked, State
from continuity.store.records import (
    Head,
    NewDelivery,
    NewMessage,
)
from schemas import MESSAGE_TYPES, Message, canonical_json
from schemas.examples import load
from tests.simulation.loop import BEGINNING

TYPE = "nl.burgerzaken.zaak.status-gezet"
SECRET = "999993653"
"""A test BSN: must not be found in anything that is kept or shown."""

LOOKS_AT_ONE_TIME = 20_000
"""More looks at a clock that stands still than any test needs."""


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def at(number: float) -> datetime:
    """So many seconds after the beginning of virtual time."""
    return BEGINNING + seconds(number)


@dataclass(slots=True)
class SetClock:
    """Stands still until a test sets it."""

    time: datetime = BEGINNING

    def now(self) -> datetime:
        return self.time


class Spinning(BaseException):
    """Somebody asks for the time over and over while no time passes: a busy loop."""


@dataclass(slots=True)
class ShiftedClock:
    """Follows another clock at a distance: somebody set the machine's clock."""

    clock: Clock
    shift: timedelta = timedelta(0)
    last: datetime = BEGINNING
    asked: int = 0

    def now(self) -> datetime:
        now = self.clock.now() + self.shift
        self.asked = self.asked + 1 if now == self.last else 0
        self.last = now
        if self.asked > LOOKS_AT_ONE_TIME:
            raise Spinning
        return now


def body(event_id: str) -> bytes:
    return canonical_json(load(TYPE) | {"id": event_id})


def head(number: int, lane: str = "a", **other: Any) -> Head:
    """A waiting delivery that is due at once, unless said otherwise."""
    defaults: dict[str, Any] = {
        "state": State.WAITING,
        "due_at": None,
        "on_parked": OnParked.BLOCK,
        "deliver_until": None,
        "dependent": False,
    }
    return Head(id=number, lane=lane, **defaults | other)


def new_message(event_id: str, lane: str, *deliveries: NewDelivery, **other: Any) -> NewMessage:
    content = body(event_id)
    event = load(TYPE)
    return NewMessage(
        tenant="0344",
        source=event["source"],
        event_id=event_id,
        type=TYPE,
        subject=event["subject"],
        lane_key=lane,
        body=content,
        digest=hashlib.sha256(content).digest(),
        deliveries=deliveries,
        **other,
    )


Behaviour = Callable[[Message, Context], Awaitable[Any]]


def raises(error: BaseException) -> Behaviour:
    async def behave(message: Message, context: Context) -> Receipt:
        raise error

    return behave


def answers(answer: Receipt | NotThere | CannotTell, *, after: float = 0) -> Behaviour:
    async def behave(message: Message, context: Context) -> Receipt | NotThere | CannotTell:
        await asyncio.sleep(after)
        return answer

    return behave


async def hangs(message: Message, context: Context) -> Receipt:
    await asyncio.Event().wait()
    raise AssertionError("nobody sets that event")


@dataclass(slots=True)
class Call:
    kind: str
    """deliver | look_up | check"""
    event_id: str
    begun: datetime
    ended: datetime | None = None


@dataclass(slots=True)
class FakeAdapter:
    """Does what the script says; without a script, it takes everything after `latency` seconds."""

    clock: Clock
    handles: ClassVar[frozenset[str]] = frozenset(MESSAGE_TYPES)
    latency: Callable[[], float] = float
    delivers: Behaviour | None = None
    """For every event without a script of its own."""
    looks_up: Behaviour = field(default_factory=lambda: answers(NotThere()))
    health: Callable[[], Awaitable[Health]] | None = None
    script: dict[str, deque[Behaviour]] = field(default_factory=dict)
    """Per event: what its next deliveries do, one behaviour each."""
    calls: list[Call] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    """Events in the order in which the partner took them."""
    running: int = 0
    most_running: int = 0

    def plan(self, event_id: str, *behaviours: Behaviour) -> None:
        self.script.setdefault(event_id, deque()).extend(behaviours)

    async def deliver(self, message: Message, context: Context) -> Receipt:
        call = self._begin("deliver", message.id)
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            planned = self.script.get(message.id)
            behaviour = planned.popleft() if planned else self.delivers
            await asyncio.sleep(self.latency())
            receipt = Receipt() if behaviour is None else await behaviour(message, context)
        finally:
            self.running -= 1
            call.ended = self.clock.now()
        self.taken.append(message.id)
        assert isinstance(receipt, Receipt)
        return receipt

    async def look_up(self, message: Message, context: Context) -> Receipt | NotThere | CannotTell:
        call = self._begin("look_up", message.id)
        try:
            found = await self.looks_up(message, context)
        finally:
            call.ended = self.clock.now()
        assert isinstance(found, Receipt | NotThere | CannotTell)
        return found

    async def check(self) -> Health:
        self._begin("check", "")
        if self.health is None:
            return Health(ok=True, detail="well")
        return await self.health()

    async def aclose(self) -> None: ...

    def times(self, kind: str) -> list[datetime]:
        return [call.begun for call in self.calls if call.kind == kind]

    def kinds(self, event_id: str) -> list[str]:
        return [call.kind for call in self.calls if call.event_id == event_id]

    def _begin(self, kind: str, event_id: str) -> Call:
        call = Call(kind, event_id, self.clock.now())
        self.calls.append(call)
        return call


@dataclass(slots=True)
class Watcher:
    """An observer that keeps what it was told."""

    outcomes: list[tuple[str, State, timedelta]] = field(default_factory=list)
    delays: list[tuple[str, timedelta]] = field(default_factory=list)
    breakers: list[tuple[str, str]] = field(default_factory=list)

    def attempted(self, *, destination: str, outcome: State, took: timedelta) -> None:
        self.outcomes.append((destination, outcome, took))

    def delivered(self, *, destination: str, after: timedelta) -> None:
        self.delays.append((destination, after))

    def breaker_changed(self, *, destination: str, before: Breaker, after: Breaker) -> None:
        self.breakers.append((before.state, after.state))
