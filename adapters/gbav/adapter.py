"""The GBA-V adapter: one question, one call, one answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from adapters._kit.checking import checked
from adapters._kit.digikoppeling.envelope import SoapFault
from adapters.contract import (
    Answer,
    AskContext,
    Clock,
    DeliveryError,
    Health,
    Question,
    RejectedError,
)
from adapters.gbav import questions, translate
from adapters.gbav.client import GbavClient
from adapters.gbav.errors import REGISTER, counted, of_fault
from adapters.gbav.settings import GbavSettings
from schemas.persoonvragen import PersonenAntwoord


class GbavAdapter:
    """Answers questions about persons from GBA-V."""

    answers: ClassVar[frozenset[str]] = frozenset({"persoon.raadplegen", "persoon.zoeken"})

    def __init__(self, settings: GbavSettings, *, clock: Clock) -> None:
        del clock  # the question says until when
        self._settings = settings
        self._client = GbavClient(settings)

    async def ask(self, question: Question, context: AskContext) -> Answer:
        seconds = (question.deadline - context.clock.now()).total_seconds()
        message = questions.question(question.data, question.fields, self._settings.gemeente)
        try:
            found = await self._client.ask(message, seconds=seconds)
        except SoapFault as fault:
            raise of_fault(fault) from None
        data = _read(found, question)
        return Answer(data=checked(PersonenAntwoord, data, system=REGISTER))

    async def check(self) -> Health:
        """Ask nothing: each login counts, and a wrong one locks the account."""
        try:
            self._client.refuse_again()
        except DeliveryError as error:
            return Health(ok=False, detail=error.detail)
        return Health(ok=True, detail="Not asked: each login counts. It was not refused until now.")

    async def aclose(self) -> None:
        await self._client.aclose()


def _read(found: Mapping[str, Any], question: Question) -> dict[str, Any]:
    bsn = question.data.get("bsn")
    lists = (found.get("persoonslijsten") or {}).get("item") or ()
    with_dead = bsn is not None or question.data.get("inclusiefOverleden") is True
    people = translate.persons(lists, with_dead=with_dead)
    if bsn is not None and any(one.get("bsn") != bsn for one in people):
        detail = "GBA-V answered with another person than was asked for; have it looked into."
        raise RejectedError("gbav:other-person", detail)
    said = counted(str((found.get("resultaat") or {}).get("omschrijving") or ""))
    return {"personen": people, "meer": said is not None and said > len(lists)}
