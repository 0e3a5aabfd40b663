"""The TMV adapter: reports doubts about the BRP, and follows those of others about our people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar, Final

from adapters._kit.checking import checked
from adapters.contract import (
    Answer,
    AskContext,
    CannotTell,
    Clock,
    Context,
    DeliveryError,
    Health,
    NotThere,
    Polled,
    Question,
    Receipt,
)
from adapters.tmv import translate
from adapters.tmv.client import TmvClient
from adapters.tmv.dossiers import Dossiers
from adapters.tmv.errors import REGISTER
from adapters.tmv.reporting import GEDAAN, INGETROKKEN, Reporting
from adapters.tmv.settings import TmvSettings
from adapters.tmv.terms import ANSWERED
from schemas import Message
from schemas.messagetypes import ONTVANGST
from schemas.terugmeldvragen import InzienAntwoord, TermijnenAntwoord
from schemas.werkdagen import dag_van, werkdagen_tot

BEANTWOORD: Final = "nl.burgerzaken.terugmelding.beantwoord"
_LATE: Final = "terugmelding.termijnen"


class TmvAdapter:
    """Delivers terugmeldingen, answers what became of them, and tells which wait for us."""

    handles: ClassVar[frozenset[str]] = frozenset({GEDAAN, INGETROKKEN, BEANTWOORD, ONTVANGST})
    answers: ClassVar[frozenset[str]] = frozenset({"terugmelding.inzien", _LATE})

    def __init__(self, settings: TmvSettings, *, clock: Clock) -> None:
        del clock  # every call says what time it is
        self._settings = settings
        self._client = TmvClient(settings)
        self._dossiers = Dossiers(settings, self._client)
        self._reporting = Reporting(settings, self._client)

    async def deliver(self, message: Message, context: Context) -> Receipt:
        if message.type == ONTVANGST:
            return await self._dossiers.work_out(message, context)
        if message.type == BEANTWOORD:
            moment = message.time.isoformat().replace("+00:00", "Z")
            detail = "Kept with its term. TMV has no interface for it: enter it in the TMV portal."
            return Receipt(references={ANSWERED: moment}, detail=detail)
        return await self._reporting.report(message, context)

    async def look_up(self, message: Message, context: Context) -> Receipt | NotThere | CannotTell:
        if message.type in {ONTVANGST, BEANTWOORD}:
            return NotThere()  # nothing is made at the other side
        return await self._reporting.find(message, context)

    async def ask(self, question: Question, context: AskContext) -> Answer:
        now = context.clock.now()
        if question.type == _LATE:
            terms: list[dict[str, Any]] = []
            for one in await self._dossiers.open_here():
                if one.get("stand") not in translate.OPEN:
                    continue
                last = self._dossiers.term_of(one, now).last
                left = werkdagen_tot(dag_van(now), last, self._settings.sluitingsdagen)
                terms.append({"uiterlijk": last.isoformat(), "werkdagenOver": left, "dossier": one})
            terms.sort(key=lambda one: (one["uiterlijk"], one["dossier"]["dossiernummer"]))
            found = {"termijnen": terms}
            return Answer(data=checked(TermijnenAntwoord, found, system=REGISTER))
        seconds = (question.deadline - now).total_seconds()
        wanted = translate.inspection("SCHAKEL", **question.data)
        rows = await self._client.dossiers(wanted, seconds=seconds)
        dossiers = [translate.dossier(row) for row in rows if row]
        return Answer(data=checked(InzienAntwoord, {"dossiers": dossiers}, system=REGISTER))

    @property
    def poll_every(self) -> timedelta | None:
        minutes = self._settings.look_every_minutes
        return None if minutes is None else timedelta(minutes=minutes)

    async def poll(self, cursor: str | None, clock: Clock) -> Polled:
        return await self._dossiers.look(cursor, clock.now())

    async def check(self) -> Health:
        settings = self._settings
        asked = translate.inspection("SCHAKEL", behandelendeGemeente=settings.gemeente)
        try:
            await self._client.dossiers(
                {**asked, "statusDossier": 1}, seconds=settings.http.call_timeout
            )
        except DeliveryError as error:
            return Health(ok=False, detail=error.detail)
        return Health(ok=True, detail="It shows the dossiers of our municipality.")

    async def aclose(self) -> None:
        await self._client.aclose()
