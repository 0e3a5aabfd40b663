"""An adapter without a hub: what it tells itself is delivered to it again, when it is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from adapters.contract import Clock, Context, Deliverer, News, Polled, Receipt, RejectedError
from schakel.intake import _event
from schemas import Message, parse_message
from schemas.messagetypes import ONTVANGST
from simulators.kit import Simulator
from tests.conformance.memory_steps import MemorySteps

BEGIN: Final = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Looker(Deliverer, Protocol):
    """An adapter that delivers and looks."""

    async def poll(self, cursor: str | None, clock: Clock) -> Polled: ...


class Watch:
    """A clock that is put on by hand."""

    def __init__(self, at: datetime = BEGIN) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


@dataclass(slots=True, kw_only=True)
class Roundabout:
    """One adapter with a memory for references and for what it told."""

    adapter: Looker
    source: str
    simulated: Simulator
    clock: Watch = field(default_factory=Watch)
    cursor: str | None = None
    references: dict[str, dict[str, str]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    waiting: list[tuple[Message, MemorySteps]] = field(default_factory=list)
    told: list[Message] = field(default_factory=list)
    details: list[str] = field(default_factory=list)
    parked: list[tuple[Message, MemorySteps, RejectedError]] = field(default_factory=list)

    async def send(self, message: Message, steps: MemorySteps | None = None) -> Receipt:
        receipt = await self._deliver(message, steps or MemorySteps())
        assert receipt is not None
        return receipt

    async def go_by(self, **time: float) -> None:
        """Let time go by, look at the other side, and work out all that is due."""
        await self.go_to(self.clock.at + timedelta(**time))

    async def go_to(self, moment: datetime) -> None:
        self.clock.at = moment
        self.simulated.clock.set(moment, frozen=True)
        more = True
        while more:
            polled = await self.adapter.poll(self.cursor, self.clock)
            self.cursor = polled.cursor
            self._hear(polled.news)
            due = [one for one in self.waiting if self._is_due(one[0])]
            more = bool(due)
            for one in due:
                self.waiting.remove(one)
                await self._deliver(*one)

    async def replay(self) -> None:
        """As an operator does with what is parked."""
        parked, self.parked = self.parked, []
        for message, steps, _ in parked:
            await self._deliver(message, steps)

    def kinds(self) -> list[str]:
        """The last word of each type that was told."""
        return [one.type.rpartition(".")[2] for one in self.told]

    def context(self, steps: MemorySteps | None = None, subject: str = "") -> Context:
        return Context(
            delivery_id=1,
            attempt=1,
            deadline=self.clock.at + timedelta(seconds=20),
            references=dict(self.references.get(subject, {})),
            steps=steps or MemorySteps(),
            clock=self.clock,
        )

    def _is_due(self, message: Message) -> bool:
        return message.deliverfrom is None or message.deliverfrom <= self.clock.at

    async def _deliver(self, message: Message, steps: MemorySteps) -> Receipt | None:
        subject = message.subject or ""
        try:
            receipt = await self.adapter.deliver(message, self.context(steps, subject))
        except RejectedError as error:
            self.parked.append((message, steps, error))
            return None
        if receipt.references:
            self.references.setdefault(subject, {}).update(receipt.references)
        self.details.append(receipt.detail)
        self._hear(receipt.news)
        return receipt

    def _hear(self, news: Sequence[News]) -> None:
        for one in news:
            if one.id in self.seen:
                continue
            self.seen.add(one.id)
            message = parse_message(_event(one, "0344", self.source))
            if message.type == ONTVANGST:
                self.waiting.append((message, MemorySteps()))
            else:
                self.told.append(message)
