"""The ZGW adapter: its sides as one, for the hub."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import ClassVar

from adapters.contract import (
    Answer,
    AskContext,
    CannotTell,
    Clock,
    Context,
    DeliveryError,
    Health,
    InboundRequest,
    ListedPage,
    NotThere,
    Pace,
    Polled,
    Question,
    Receipt,
    ReceiveContext,
    Received,
    Sighting,
    Thing,
    WireAnswer,
)
from adapters.zgw import comparing
from adapters.zgw.answering import Answers
from adapters.zgw.asking import ANSWERS, Asking
from adapters.zgw.catalogue import Catalogue
from adapters.zgw.client import ZgwClient
from adapters.zgw.delivering import Delivering
from adapters.zgw.downloading import Downloader
from adapters.zgw.health import what_is_wrong
from adapters.zgw.plans import HANDLES
from adapters.zgw.postroom import Postroom
from adapters.zgw.settings import ZgwSettings
from adapters.zgw.subscriptions import Subscriptions
from schemas import Message
from schemas.messagetypes import ONTVANGST


class ZgwAdapter:
    """Delivers messages about a zaak to a zaaksysteem with the ZGW APIs (such as Open Zaak)."""

    handles: ClassVar[frozenset[str]] = HANDLES | {ONTVANGST}
    answers: ClassVar[frozenset[str]] = ANSWERS

    def __init__(self, settings: ZgwSettings, *, clock: Clock) -> None:
        self._client = ZgwClient(settings, clock)
        self._settings = settings
        self._catalogue = Catalogue(self._client, settings, clock)
        self._delivering = Delivering(self._client, settings, self._catalogue)
        downloader = Downloader(settings, self._client, clock)
        answers = Answers(self._client, settings, clock, downloader)
        self._asking = Asking(self._client, settings, answers)
        self.postroom = Postroom(settings, self._client, clock, downloader)

    async def deliver(self, message: Message, context: Context) -> Receipt:
        if message.type == ONTVANGST:
            async with self._delivering.attempt(context):
                return await self.postroom.work_out(message, context)
        return await self._delivering.deliver(message, context)

    async def look_up(self, message: Message, context: Context) -> Receipt | NotThere | CannotTell:
        if message.type == ONTVANGST:
            return NotThere()  # it only reads: doing it again is finding out
        return await self._delivering.look_up(message, context)

    async def ask(self, question: Question, context: AskContext) -> Answer:
        return await self._asking.answer(question, context.documents)

    async def check(self) -> Health:
        try:
            wrong = await what_is_wrong(self._client, self._catalogue)
        except DeliveryError as err:
            wrong = err.detail
        well = "Its APIs answer our credential."
        if wrong is None and (remark := await self.postroom.remark()):
            well += f" {remark}"
        return Health(ok=wrong is None, detail=wrong or well)

    def expected(self, message: Message) -> Sequence[Thing]:
        return comparing.expected(message)

    async def listed(self, day: date, cursor: str | None, pace: Pace) -> ListedPage:
        return await comparing.listed(self._client, self._settings.list_by, day, cursor, pace)

    async def find(self, things: Sequence[Thing], pace: Pace) -> Sequence[Sighting]:
        return await comparing.find(self._client, things, pace)

    def admits(self, request: InboundRequest) -> WireAnswer | None:
        return self.postroom.admits(request)

    async def receive(self, request: InboundRequest, context: ReceiveContext) -> Received:
        return self.postroom.receive(request, context)

    def unavailable(self, _request: InboundRequest) -> WireAnswer:
        return self.postroom.unavailable()

    @property
    def subscriptions(self) -> Subscriptions | None:
        """For `schakel subscriptions`; None: the settings name no Notificaties API."""
        return self.postroom.subscriptions

    @property
    def poll_every(self) -> timedelta | None:
        return self.postroom.poll_every

    async def poll(self, cursor: str | None, clock: Clock) -> Polled:
        return await self.postroom.poll(cursor, clock)

    async def aclose(self) -> None:
        await self.postroom.aclose()
        await self._client.aclose()
