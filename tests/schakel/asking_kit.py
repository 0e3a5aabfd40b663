"""A scripted system that answers questions, for the tests of asking."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, ClassVar

from adapters.contract import Answer, AskContext, Health, Question
from continuity.breaker import BreakerPolicy
from continuity.store.memory import MemoryStore
from schakel.asking import Told
from schakel.askline import AskLine
from schakel.purposes import Purpose, Purposes

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DESTINATION = "zaaksysteem-utrecht"
TENANT = "0344"
RSIN = "002220647"
TYPE = "zaak.identificatie"

Turn = Mapping[str, Any] | Exception | Callable[[], Awaitable[Mapping[str, Any]]]


class SettableClock:
    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        return self.time

    def advance(self, **by: float) -> None:
        self.time += timedelta(**by)


class ScriptedAsker:
    """Answers each question with the next turn; the last one is repeated."""

    answers: ClassVar[frozenset[str]] = frozenset({TYPE})

    def __init__(self, *turns: Turn) -> None:
        self.turns = list(turns)
        self.asked: list[tuple[Question, AskContext]] = []

    async def ask(self, question: Question, context: AskContext) -> Answer:
        self.asked.append((question, context))
        turn = self.turns.pop(0) if len(self.turns) > 1 else self.turns[0]
        if isinstance(turn, Exception):
            raise turn
        return Answer(data=turn if isinstance(turn, Mapping) else await turn())

    async def check(self) -> Health:
        return Health(ok=True, detail="")

    async def aclose(self) -> None: ...


class Books:
    """Records of questions about persons: what was asked where, and about whom the answer was."""

    def __init__(self) -> None:
        self.asked: list[tuple[Question, str]] = []
        self.persons: list[frozenset[str]] = []

    async def recorded(
        self, question: Question, destination: str, ask: Callable[[], Awaitable[Told]]
    ) -> Told:
        self.asked.append((question, destination))
        told = await ask()
        self.persons.append(told.persons)
        return told


def purposes(name: str, asks: Mapping[str, frozenset[str]], verwerking: str = "") -> Purposes:
    """One purpose of the municipality of these tests."""
    return {(name, TENANT): Purpose(name=name, asks=asks, verwerking=verwerking)}


class Hanging:
    """Takes the question and says nothing; `taken` is set from then on."""

    def __init__(self) -> None:
        self.taken = asyncio.Event()

    async def __call__(self) -> Mapping[str, Any]:
        self.taken.set()
        await asyncio.Event().wait()
        return {}


def make_line(
    asker: ScriptedAsker,
    *,
    clock: SettableClock,
    store: MemoryStore | None = None,
    concurrency: int = 2,
    threshold: int = 3,
) -> AskLine:
    return AskLine(
        destination=DESTINATION,
        asker=asker,
        concurrency=concurrency,
        breaker=BreakerPolicy(threshold=threshold, probe_interval=timedelta(seconds=30)),
        store=store or MemoryStore(),
        clock=clock,
        random=Random(1),
    )


def question(clock: SettableClock, *, seconds: float = 5, **data: Any) -> Question:
    return Question(
        type=TYPE,
        tenant=TENANT,
        data={"bronorganisatie": RSIN, **data},
        deadline=clock.now() + timedelta(seconds=seconds),
        caller="balie (k0123456789)",
    )
