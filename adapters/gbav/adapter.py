"""The GBA-V adapter: one question, one call, one answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, ClassVar, Final

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
from schemas.persoonvragen import PersonenAntwoord, VerblijfplaatsenAntwoord

_STAYS: Final = "persoon.verblijfplaatsen"


class GbavAdapter:
    """Answers questions about persons from GBA-V."""

    answers: ClassVar[frozenset[str]] = frozenset({"persoon.raadplegen", "persoon.zoeken", _STAYS})

    def __init__(self, settings: GbavSettings, *, clock: Clock) -> None:
        del clock  # the question says until when
        self._settings = settings
        self._client = GbavClient(settings)

    async def ask(self, question: Question, context: AskContext) -> Answer:
        seconds = (question.deadline - context.clock.now()).total_seconds()
        message = self._message(question)
        try:
            found = await self._client.ask(message, seconds=seconds)
        except SoapFault as fault:
            raise of_fault(fault) from None
        if question.type == _STAYS:
            data = _stays(found, question)
            return Answer(data=checked(VerblijfplaatsenAntwoord, data, system=REGISTER))
        data = _read(found, question)
        return Answer(data=checked(PersonenAntwoord, data, system=REGISTER))

    def _message(self, question: Question) -> dict[str, Any]:
        if question.type == _STAYS:
            return questions.stays_question(question.data["bsn"], question.fields)
        return questions.question(question.data, question.fields, self._settings.gemeente)

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
    if bsn is not None:
        _refuse_others({one.get("bsn") for one in people}, bsn)
    said = counted(str((found.get("resultaat") or {}).get("omschrijving") or ""))
    return {"personen": people, "meer": said is not None and said > len(lists)}


def _stays(found: Mapping[str, Any], question: Question) -> dict[str, Any]:
    lists = (found.get("persoonslijsten") or {}).get("item") or ()
    _refuse_others({translate.bsn_of(one) for one in lists}, question.data["bsn"])
    asked = question.data
    if "peildatum" in asked:
        day = date.fromisoformat(asked["peildatum"])
        since, until = day.isoformat(), (day + timedelta(days=1)).isoformat()
    else:
        since, until = asked["datumVan"], asked["datumTot"]
    return translate.stays(lists[0], since, until) if lists else {}


def _refuse_others(told: set[str | None], bsn: str) -> None:
    if told - {bsn}:
        detail = "GBA-V answered with another person than was asked for; have it looked into."
        raise RejectedError("gbav:other-person", detail)
