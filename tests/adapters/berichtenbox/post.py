"""Letters through the adapter without a hub: what it tells itself is delivered to it again."""

from __future__ import annotations

import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from adapters.berichtenbox import BerichtenboxAdapter, BerichtenboxSettings
from adapters.berichtenbox.letters import numbers_of
from adapters.contract import Context, News, Receipt, RejectedError
from schakel.intake import _event
from schemas import Message, parse_message
from schemas.examples.loading import load
from schemas.messagetypes import ONTVANGST
from simulators.berichtenbox import BerichtenboxSimulator, Options
from simulators.berichtenbox.gateway import HOST
from simulators.kit import running
from simulators.town import town
from tests.conformance.memory_steps import MemorySteps

TOWN: Final = town(1, 60)
PEOPLE: Final = [bsn for bsn, one in TOWN.persons.items() if one.opgeschort is None]
WANTS: Final = next(bsn for bsn in PEOPLE if int(bsn) % 3)
WANTS_NOT: Final = next(bsn for bsn in PEOPLE if int(bsn) % 3 == 0)
OIN: Final = "00000099000000001000"
SOURCE: Final = "urn:nld:oin:00000001002220647000:systeem:berichtenbox"
GEVRAAGD: Final = "nl.burgerzaken.berichtenbox.gevraagd"
BEGIN: Final = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def letter(number: str = "1", bsn: str = WANTS, **data: Any) -> Message:
    raw = load(GEVRAAGD)
    return parse_message(
        {**raw, "id": f"brief-{number}", "data": raw["data"] | {"bsn": bsn} | data}
    )


def settings(base_url: str, **gateway: Any) -> BerichtenboxSettings:
    return BerichtenboxSettings.model_validate(
        {
            "url": f"{base_url}/BerichtenboxValidatieService",
            "leverancier": OIN,
            "http": gateway.get("http", {}),
            "gateway": {
                "root": f"{base_url}/service/rest/v19",
                "host": HOST,
                "cpa_id": Options().cpa,
                "from_oin": OIN,
                "user": Options().user,
                "password": Options().password,
                **gateway,
            },
        }
    )


class Watch:
    """A clock that is put on by hand."""

    def __init__(self) -> None:
        self.at = BEGIN

    def now(self) -> datetime:
        return self.at


@dataclass(slots=True)
class Post:
    """One adapter with a memory for references and for what it told."""

    adapter: BerichtenboxAdapter
    simulator: BerichtenboxSimulator
    clock: Watch
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
        """Let time go by, look at the gateway, and work out all that is due."""
        self.clock.at += timedelta(**time)
        self.simulator.clock.set(self.clock.at, frozen=True)
        more = True
        while more:
            self._hear((await self.adapter.poll(None, self.clock)).news)
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
        return [one.type.removeprefix("nl.burgerzaken.bericht.") for one in self.told]

    @property
    def known(self) -> dict[str, Any]:
        """What the hub remembers of the one letter."""
        [found] = [json.loads(one["_brief"]) for one in self.references.values() if "_brief" in one]
        assert isinstance(found, dict)
        return found

    def _is_due(self, message: Message) -> bool:
        return message.deliverfrom is None or message.deliverfrom <= self.clock.at

    async def _deliver(self, message: Message, steps: MemorySteps) -> Receipt | None:
        subject = message.subject or ""
        context = Context(
            delivery_id=1,
            attempt=1,
            deadline=self.clock.at + timedelta(seconds=20),
            references=dict(self.references.get(subject, {})),
            steps=steps,
            clock=self.clock,
        )
        try:
            receipt = await self.adapter.deliver(message, context)
        except RejectedError as error:
            self.parked.append((message, steps, error))
            return None
        if receipt.references:
            self.references.setdefault(subject, {}).update(receipt.references)
        self.details.append(receipt.detail)
        self._hear(receipt.news)
        return receipt

    def _hear(self, news: Any) -> None:
        for one in news:
            assert isinstance(one, News)
            if one.id in self.seen:
                continue
            self.seen.add(one.id)
            message = parse_message(_event(one, "0344", SOURCE))
            if message.type == ONTVANGST:
                self.waiting.append((message, MemorySteps()))
            else:
                self.told.append(message)


@asynccontextmanager
async def posting(
    options: Options | None = None, *, tls: ssl.SSLContext | None = None, **gateway: Any
) -> AsyncIterator[Post]:
    clock = Watch()
    made = BerichtenboxSimulator(town=TOWN, options=options, tls=tls)
    async with running(made) as simulator:
        simulator.clock.set(clock.at, frozen=True)
        adapter = BerichtenboxAdapter(settings(simulator.base_url, **gateway), clock=clock)
        try:
            yield Post(adapter=adapter, simulator=simulator, clock=clock)
        finally:
            await adapter.aclose()


def number_of(message: Message) -> str:
    return numbers_of(message).letter
