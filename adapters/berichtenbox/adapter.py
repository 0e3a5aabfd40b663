"""The Berichtenbox adapter: says who wants which letters there."""

from __future__ import annotations

from typing import ClassVar

from adapters._kit.checking import checked
from adapters._kit.digikoppeling.envelope import SoapFault
from adapters.berichtenbox import translate
from adapters.berichtenbox.client import BerichtenboxClient
from adapters.berichtenbox.errors import REGISTER, of_fault
from adapters.berichtenbox.settings import BerichtenboxSettings
from adapters.contract import (
    Answer,
    AskContext,
    Clock,
    DeliveryError,
    Health,
    Question,
    TransientError,
)
from schemas.berichtenboxvragen import AbonnementenAntwoord

_PROBE = {"bsns": [], "berichttype": "SCHAKEL"}
"""About nobody."""


class BerichtenboxAdapter:
    """Answers who may get a kind of letter in the Berichtenbox."""

    answers: ClassVar[frozenset[str]] = frozenset({"berichtenbox.abonnementen"})

    def __init__(self, settings: BerichtenboxSettings, *, clock: Clock) -> None:
        del clock  # the question says until when
        self._settings = settings
        self._client = BerichtenboxClient(settings)

    async def ask(self, question: Question, context: AskContext) -> Answer:
        now = context.clock.now()
        message = translate.question(question.data, self._settings.leverancier)
        seconds = (question.deadline - now).total_seconds()
        try:
            result = await self._client.validate(message, seconds=seconds)
            data = translate.answer(result, question.data["bsns"], now)
        except SoapFault as fault:
            raise of_fault(fault) from None
        except translate.Incomplete as error:
            detail = f"The Berichtenbox gave an answer that cannot be used: {error}."
            raise TransientError(detail) from None
        return Answer(data=checked(AbonnementenAntwoord, data, system=REGISTER))

    async def check(self) -> Health:
        message = translate.question(_PROBE, self._settings.leverancier)
        try:
            await self._client.validate(message, seconds=self._settings.http.call_timeout)
        except SoapFault:
            return Health(ok=True, detail="It answers our certificate.")
        except DeliveryError as error:
            return Health(ok=False, detail=error.detail)
        return Health(ok=True, detail="It answers our certificate.")

    async def aclose(self) -> None:
        await self._client.aclose()
