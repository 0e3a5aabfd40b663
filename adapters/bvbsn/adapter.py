"""The BV BSN adapter: says whether a document may be used."""

from __future__ import annotations

import uuid
from typing import ClassVar

from adapters._kit.checking import checked
from adapters._kit.digikoppeling.envelope import SoapFault
from adapters.bvbsn import translate
from adapters.bvbsn.client import BvbsnClient
from adapters.bvbsn.errors import REGISTER, of_fault, refused
from adapters.bvbsn.settings import BvbsnSettings
from adapters.contract import (
    Answer,
    AskContext,
    Clock,
    DeliveryError,
    Health,
    Question,
    TransientError,
)
from schemas.identiteitsvragen import IdentiteitsdocumentAntwoord


class BvbsnAdapter:
    """Answers whether an identity document is valid."""

    answers: ClassVar[frozenset[str]] = frozenset({"identiteitsdocument.verifieren"})

    def __init__(self, settings: BvbsnSettings, *, clock: Clock) -> None:
        del clock  # the question says until when
        self._settings = settings
        self._client = BvbsnClient(settings)

    async def ask(self, question: Question, context: AskContext) -> Answer:
        seconds = (question.deadline - context.clock.now()).total_seconds()
        user = "" if question.reason is None else question.reason.gebruiker
        number = uuid.uuid4().hex
        message = translate.question(
            question.data, sender=self._settings.afzender, number=number, user=user
        )
        try:
            result = await self._client.verify(message, seconds=seconds)
            data = translate.answer(
                result,
                valid=self._settings.geldig_codes,
                invalid=self._settings.ongeldig_codes,
            )
        except SoapFault as fault:
            raise of_fault(fault) from None
        except translate.NotWorkedOn as error:
            raise refused(error) from None
        except translate.Unreadable as error:
            detail = f"BV BSN gave an answer that cannot be used: {error}."
            raise TransientError(detail) from None
        return Answer(data=checked(IdentiteitsdocumentAntwoord, data, system=REGISTER))

    async def check(self) -> Health:
        try:
            await self._client.probe(seconds=self._settings.http.call_timeout)
        except SoapFault as fault:
            return Health(ok=False, detail=of_fault(fault).detail)
        except DeliveryError as error:
            return Health(ok=False, detail=error.detail)
        return Health(ok=True, detail="It answers.")

    async def aclose(self) -> None:
        await self._client.aclose()
