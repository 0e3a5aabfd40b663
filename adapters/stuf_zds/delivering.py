"""One attempt at a message that goes out: its plan, what is done of it, and what is let go."""

from __future__ import annotations

from contextlib import suppress

from adapters._kit.deadline import within_deadline
from adapters._kit.stuf.client import StufClient
from adapters.contract import (
    CannotTell,
    ConfigurationError,
    Context,
    DeliveryError,
    NotThere,
    Receipt,
    RejectedError,
)
from adapters.stuf_zds import translate
from adapters.stuf_zds.client import Questions
from adapters.stuf_zds.finding import Unknown
from adapters.stuf_zds.heads import Heads
from adapters.stuf_zds.plans import CHECK_OUT, DOCUMENT, Plan, plan_for
from adapters.stuf_zds.receipts import ZAAKTYPE, receipt_for
from adapters.stuf_zds.settings import StufZdsSettings
from adapters.stuf_zds.steps import Work, carry_out, find_done
from adapters.stuf_zds.writing.berichten import operation_of
from schemas import Message
from schemas.zaak import ZaakGestart
from schemas.zaakdocument import ZaakDocumentBijgewerkt


class Deliveries:
    """Takes messages to one system. It holds nothing between two attempts."""

    def __init__(
        self, settings: StufZdsSettings, client: StufClient, questions: Questions, heads: Heads
    ) -> None:
        self._settings = settings
        self._target = settings.target
        self._client = client
        self._questions = questions
        self._heads = heads

    async def deliver(self, message: Message, context: Context) -> Receipt:
        if self._settings.role == "application":
            raise ConfigurationError(
                "role",
                "This destination is an application that sends to us (role). Route messages to a "
                "zaaksysteem.",
            )
        work, plan = self._work(message, context), self._plan(message, context)
        async with within_deadline(context):
            try:
                await carry_out(plan, work)
            except RejectedError:
                await self._let_go(message, work)
                raise
        return self._receipt(message, work, context)

    async def look_up(self, message: Message, context: Context) -> Receipt | NotThere | CannotTell:
        work, plan = self._work(message, context), self._plan(message, context)
        if not any(context.steps.prepared(step.name) for step in plan):
            return NotThere()
        async with within_deadline(context):
            found = await find_done(plan, work)
        if isinstance(found, Unknown):
            return NotThere() if self._settings.dedupes else CannotTell(found.detail)
        return self._receipt(message, work, context) if found else NotThere()

    async def _let_go(self, message: Message, work: Work) -> None:
        """Give a document free that was checked out for a change which was refused."""
        key = work.steps.result(CHECK_OUT)
        if not isinstance(message.data, ZaakDocumentBijgewerkt) or key is None:
            return
        if work.steps.result(DOCUMENT) is not None:
            return
        number, head = message.data.documentidentificatie, work.heads.for_question()
        request = translate.cancel_checkout(number, key, self._target, head)
        operation = operation_of("cancelCheckout", self._target)
        with suppress(DeliveryError):  # the refusal itself is what the operator has to know
            await self._client.call(operation, self._questions.render(request))

    def _plan(self, message: Message, context: Context) -> Plan:
        return plan_for(message, self._target, _zaaktype(message, context))

    def _receipt(self, message: Message, work: Work, context: Context) -> Receipt:
        return receipt_for(
            message, work.zaaktype, self._target.vocabulary, before=context.references
        )

    def _work(self, message: Message, context: Context) -> Work:
        return Work(
            message=message,
            client=self._client,
            questions=self._questions,
            settings=self._settings,
            heads=self._heads,
            steps=context.steps,
            zaaktype=_zaaktype(message, context),
            documents=context.documents,
            again=context.again,
            attempt=context.attempt,
        )


def _zaaktype(message: Message, context: Context) -> str | None:
    """Our name of it: as the message says, or as an earlier delivery left it."""
    if isinstance(message.data, ZaakGestart):
        return message.data.zaaktype.identificatie
    return context.references.get(ZAAKTYPE)
