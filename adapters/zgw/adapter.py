"""The ZGW adapter: plan the steps of a message, carry them out, tell what came of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date
from typing import ClassVar

from adapters._kit.deadline import within_deadline
from adapters.contract import (
    Answer,
    AskContext,
    CannotTell,
    Clock,
    ConfigurationError,
    Context,
    DeliveryError,
    Health,
    ListedPage,
    NotThere,
    Pace,
    Question,
    Receipt,
    RejectedError,
    Sighting,
    Thing,
)
from adapters.zgw import comparing
from adapters.zgw.asking import ANSWERS, reserve
from adapters.zgw.cases import find_case
from adapters.zgw.catalogue import Catalogue
from adapters.zgw.client import ZgwClient
from adapters.zgw.errors import STALE_CODES
from adapters.zgw.health import what_is_wrong
from adapters.zgw.plans import HANDLES, plan_for
from adapters.zgw.receipts import receipt_for
from adapters.zgw.settings import ZgwSettings
from adapters.zgw.steps import Work, carry_out, find_done
from schemas import Message
from schemas.zaak import ZaakGestart
from schemas.zaakpayload import ZaakPayload


class ZgwAdapter:
    """Delivers messages about a zaak to a zaaksysteem with the ZGW APIs (such as Open Zaak)."""

    handles: ClassVar[frozenset[str]] = HANDLES
    answers: ClassVar[frozenset[str]] = ANSWERS

    def __init__(self, settings: ZgwSettings, *, clock: Clock) -> None:
        self._client = ZgwClient(settings, clock)
        self._settings = settings
        self._catalogue = Catalogue(self._client, settings, clock)

    async def deliver(self, message: Message, context: Context) -> Receipt:
        plan = plan_for(message)
        async with self._attempt(context):
            work = await self._work(message, context)
            await carry_out(plan, work)
            return await receipt_for(message, work)

    async def look_up(self, message: Message, context: Context) -> Receipt | NotThere | CannotTell:
        plan = plan_for(message)
        if not any(context.steps.prepared(step.name) for step in plan):
            return NotThere()
        async with self._attempt(context):
            work = await self._work(message, context)
            return await receipt_for(message, work) if await find_done(plan, work) else NotThere()

    async def ask(self, question: Question, _context: AskContext) -> Answer:
        return await reserve(self._client, question, offered=self._settings.reserve_numbers)

    async def check(self) -> Health:
        try:
            wrong = await what_is_wrong(self._client, self._catalogue)
        except DeliveryError as err:
            wrong = err.detail
        return Health(ok=wrong is None, detail=wrong or "The three APIs answer our credential.")

    def expected(self, message: Message) -> Sequence[Thing]:
        return comparing.expected(message)

    async def listed(self, day: date, cursor: str | None, pace: Pace) -> ListedPage:
        return await comparing.listed(self._client, self._settings.list_by, day, cursor, pace)

    async def find(self, things: Sequence[Thing], pace: Pace) -> Sequence[Sighting]:
        return await comparing.find(self._client, things, pace)

    async def aclose(self) -> None:
        await self._client.aclose()

    @asynccontextmanager
    async def _attempt(self, context: Context) -> AsyncIterator[None]:
        try:
            async with within_deadline(context):
                yield
        except (ConfigurationError, RejectedError) as err:
            if isinstance(err, ConfigurationError) or err.code.removeprefix("zgw:") in STALE_CODES:
                self._catalogue.forget()
            raise

    async def _work(self, message: Message, context: Context) -> Work:
        known = None
        if isinstance(message.data, ZaakPayload) and not isinstance(message.data, ZaakGestart):
            # What the zaaksysteem lost may be there under a new address by now.
            known = await find_case(
                self._client, message.data, context.references, moved=context.again
            )
        return Work(
            client=self._client,
            catalogue=self._catalogue,
            steps=context.steps,
            documents=context.documents,
            known=known,
            again=context.again,
            own_numbers=self._settings.own_numbers,
        )
