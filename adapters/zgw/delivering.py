"""One attempt at one message: plan its steps, carry them out, tell what came of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from adapters._kit.deadline import within_deadline
from adapters.contract import (
    CannotTell,
    ConfigurationError,
    Context,
    NotThere,
    Receipt,
    RejectedError,
)
from adapters.zgw.cases import find_case
from adapters.zgw.catalogue import Catalogue
from adapters.zgw.client import ZgwClient
from adapters.zgw.closed import closed_case_explained
from adapters.zgw.errors import STALE_CODES
from adapters.zgw.plans import plan_for
from adapters.zgw.receipts import receipt_for
from adapters.zgw.settings import ZgwSettings
from adapters.zgw.steps import carry_out, find_done
from adapters.zgw.work import Work
from schemas import Message
from schemas.zaak import ZaakGestart
from schemas.zaakpayload import ZaakPayload


class Delivering:
    """The sending side of one zaaksysteem."""

    def __init__(self, client: ZgwClient, settings: ZgwSettings, catalogue: Catalogue) -> None:
        self._client = client
        self._settings = settings
        self._catalogue = catalogue

    async def deliver(self, message: Message, context: Context) -> Receipt:
        plan = plan_for(message)
        async with self.attempt(context):
            work = await self._work(message, context)
            async with closed_case_explained(message, work):
                await carry_out(plan, work)
            return await receipt_for(message, work)

    async def look_up(self, message: Message, context: Context) -> Receipt | NotThere | CannotTell:
        plan = plan_for(message)
        if not any(context.steps.prepared(step.name) for step in plan):
            return NotThere()
        async with self.attempt(context):
            work = await self._work(message, context)
            return await receipt_for(message, work) if await find_done(plan, work) else NotThere()

    @asynccontextmanager
    async def attempt(self, context: Context) -> AsyncIterator[None]:
        """Keep to the deadline; drop what we remember of a catalogue that was contradicted."""
        try:
            async with within_deadline(context):
                yield
        except (ConfigurationError, RejectedError) as err:
            if isinstance(err, ConfigurationError) or err.code in STALE_CODES:
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
            clock=context.clock,
            documents=context.documents,
            known=known,
            again=context.again,
            own_numbers=self._settings.own_numbers,
            references=context.references,
            lock_wait=timedelta(seconds=self._settings.lock_wait_seconds),
        )
