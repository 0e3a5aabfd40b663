"""The BRP adapter: one question, one call, one answer."""

from __future__ import annotations

from typing import ClassVar, Final

from adapters._kit.checking import checked
from adapters.brp import questions
from adapters.brp.client import BrpClient
from adapters.brp.errors import PROBE_REFUSED, REGISTER, refuse_others, search_refused
from adapters.brp.operations import OPERATIONS
from adapters.brp.settings import BrpSettings
from adapters.contract import (
    Answer,
    AskContext,
    Clock,
    DeliveryError,
    Health,
    NotOffered,
    Question,
    RejectedError,
)

_FINE: Final = "It answers our credential."
_PROBE: Final = {
    "type": "RaadpleegMetBurgerservicenummer",
    "burgerservicenummer": ["schakel"],
    "fields": ["burgerservicenummer"],
}
"""Refused as no number, after the credential was checked; nobody's data is asked for."""


class BrpAdapter:
    """Answers questions about persons, residents and travel documents from the BRP."""

    answers: ClassVar[frozenset[str]] = frozenset(OPERATIONS)

    def __init__(self, settings: BrpSettings, *, clock: Clock) -> None:
        self._settings = settings
        self._client = BrpClient(settings, clock)

    async def ask(self, question: Question, context: AskContext) -> Answer:
        operation = OPERATIONS[question.type]
        url = getattr(self._settings, operation.address)
        if url is None:
            raise NotOffered
        try:
            body = operation.body(question, self._settings)
        except questions.NoSuchSearch as error:
            raise search_refused(error) from None
        seconds = (question.deadline - context.clock.now()).total_seconds()
        document = await self._client.post(
            url, body, address=operation.address, seconds=seconds, question=question
        )
        data = operation.read(document)
        if question.type == "persoon.raadplegen":
            refuse_others(data, str(question.data["bsn"]))
        return Answer(data=checked(operation.answer, data, system=REGISTER))

    async def check(self) -> Health:
        url, seconds = self._settings.personen_url, self._settings.http.call_timeout
        try:
            await self._client.post(url, _PROBE, address="personen_url", seconds=seconds)
        except RejectedError as error:
            return Health(ok=error.code == PROBE_REFUSED, detail=_said(error))
        except DeliveryError as error:
            return Health(ok=False, detail=error.detail)
        return Health(ok=True, detail=_FINE)

    async def aclose(self) -> None:
        await self._client.aclose()


def _said(error: RejectedError) -> str:
    return _FINE if error.code == PROBE_REFUSED else error.detail
