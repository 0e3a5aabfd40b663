"""The StUF-ZDS adapter: what goes out, what comes in, what is asked and what is compared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from adapters._kit.stuf.client import StufClient
from adapters.contract import (
    Answer,
    AskContext,
    CannotTell,
    Clock,
    Context,
    Health,
    InboundRequest,
    ListedPage,
    NotThere,
    Pace,
    Question,
    Receipt,
    ReceiveContext,
    Received,
    Sighting,
    Thing,
    WireAnswer,
)
from adapters.stuf_zds import comparing
from adapters.stuf_zds.asking import ANSWERS, answer
from adapters.stuf_zds.client import Questions
from adapters.stuf_zds.delivering import Deliveries
from adapters.stuf_zds.endpoints import Endpoints
from adapters.stuf_zds.heads import Heads
from adapters.stuf_zds.health import health
from adapters.stuf_zds.plans import HANDLES
from adapters.stuf_zds.settings import StufZdsSettings
from schemas import Message
from schemas.messagetypes import ONTVANGST


class StufZdsAdapter:
    """Delivers messages about a zaak to a zaaksysteem that speaks StUF-ZDS; takes what it sends."""

    handles: ClassVar[frozenset[str]] = HANDLES
    answers: ClassVar[frozenset[str]] = ANSWERS

    def __init__(self, settings: StufZdsSettings, *, clock: Clock) -> None:
        self._settings = settings
        heads = Heads(settings, clock)
        self._client = StufClient(settings, clock)
        self._questions = Questions(self._client, settings, heads)
        self._deliveries = Deliveries(settings, self._client, self._questions, heads)
        self._endpoints = Endpoints(settings, clock=clock)

    async def deliver(self, message: Message, context: Context) -> Receipt:
        if message.type == ONTVANGST:
            return await self._endpoints.work_out(message, context)
        return await self._deliveries.deliver(message, context)

    async def look_up(self, message: Message, context: Context) -> Receipt | NotThere | CannotTell:
        if message.type == ONTVANGST:
            return NotThere()  # it only reads
        return await self._deliveries.look_up(message, context)

    def admits(self, request: InboundRequest) -> WireAnswer | None:
        return self._endpoints.admits(request)

    async def receive(self, request: InboundRequest, context: ReceiveContext) -> Received:
        return await self._endpoints.receive(request, context)

    def unavailable(self, request: InboundRequest) -> WireAnswer:
        return self._endpoints.unavailable(request)

    async def ask(self, question: Question, context: AskContext) -> Answer:
        return await answer(self._questions, self._settings, question, context.documents)

    async def check(self) -> Health:
        return await health(self._questions, self._settings)

    def expected(self, message: Message) -> Sequence[Thing]:
        return comparing.expected(message, self._settings.vocabulary)

    async def listed(self, day: date, cursor: str | None, pace: Pace) -> ListedPage:
        """Nothing: StUF-ZDS cannot be asked for the cases of a day."""
        del day, cursor, pace
        return ListedPage(sightings=(), cursor=None)

    async def find(self, things: Sequence[Thing], pace: Pace) -> Sequence[Sighting]:
        return await comparing.find(self._questions, things, pace)

    async def aclose(self) -> None:
        await self._client.aclose()
