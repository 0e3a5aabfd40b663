"""The ZGW adapter: plan the steps of a message, carry them out, tell what came of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import ClassVar

from adapters._kit.deadline import within_deadline
from adapters.contract import (
    CannotTell,
    Clock,
    ConfigurationError,
    Context,
    DeliveryError,
    Health,
    NotThere,
    Receipt,
    RejectedError,
)
from adapters.zgw.cases import find_case
from adapters.zgw.catalogue import Catalogue
from adapters.zgw.client import ZgwClient
from adapters.zgw.errors import STALE_CODES
from adapters.zgw.health import what_is_wrong
from adapters.zgw.plans import DOCUMENT_STEP, HANDLES, plan_for
from adapters.zgw.settings import ZgwSettings
from adapters.zgw.steps import Work, carry_out, find_done
from schemas import Message
from schemas.zaak import ZaakDocumentToegevoegd, ZaakGestart
from schemas.zaakpayload import ZaakPayload


class ZgwAdapter:
    """Delivers messages about a zaak to a zaaksysteem with the ZGW APIs (such as Open Zaak)."""

    handles: ClassVar[frozenset[str]] = HANDLES

    def __init__(self, settings: ZgwSettings, *, clock: Clock) -> None:
        self._client = ZgwClient(settings, clock)
        self._catalogue = Catalogue(self._client, settings, clock)

    async def deliver(self, message: Message, context: Context) -> Receipt:
        plan = plan_for(message)
        async with self._attempt(context):
            work = await self._work(message, context)
            await carry_out(plan, work)
            return await _receipt(message, work)

    async def look_up(self, message: Message, context: Context) -> Receipt | NotThere | CannotTell:
        plan = plan_for(message)
        if not any(context.steps.prepared(step.name) for step in plan):
            return NotThere()
        async with self._attempt(context):
            work = await self._work(message, context)
            return await _receipt(message, work) if await find_done(plan, work) else NotThere()

    async def check(self) -> Health:
        try:
            wrong = await what_is_wrong(self._client, self._catalogue)
        except DeliveryError as err:
            wrong = err.detail
        return Health(ok=wrong is None, detail=wrong or "The three APIs answer our credential.")

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
            known = await find_case(self._client, message.data, context.references)
        return Work(
            client=self._client, catalogue=self._catalogue, steps=context.steps, known=known
        )


async def _receipt(message: Message, work: Work) -> Receipt:
    zaak = await work.zaak()
    references = {"zaak": zaak.url, "zaaktype": zaak.zaaktype}
    if isinstance(message.data, ZaakDocumentToegevoegd):
        number = message.data.documentidentificatie
        references[f"document:{number}"] = work.result(DOCUMENT_STEP)
    return Receipt(references=references, detail=f"zaak {zaak.url.rpartition('/')[2]}")
