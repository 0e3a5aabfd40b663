"""Following dossiers: those of others with us in their term, and our own at others."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from adapters._kit.terugmelding import followed, told
from adapters.contract import Context, DeliveryError, Polled, Receipt, RejectedError
from adapters.tmv import terms, translate
from adapters.tmv.client import TmvClient
from adapters.tmv.errors import REGISTER
from adapters.tmv.settings import TmvSettings
from schemas import Message
from schemas.postroom import OntvangstGemeld
from schemas.werkdagen import dag_van

_LOOK: Final = "SCHAKEL"
_log = structlog.stdlib.get_logger("schakel.tmv")

Inhoud = Mapping[str, Any]


class Dossiers:
    """What is heard from the Terugmeldvoorziening."""

    def __init__(self, settings: TmvSettings, client: TmvClient) -> None:
        self._settings = settings
        self._client = client

    async def look(self, cursor: str | None, now: datetime) -> Polled:
        """Look for dossiers of our inhabitants that changed since the look before.

        A day is looked at again: the Terugmeldvoorziening knows days only.
        """
        today = dag_van(now)
        back = self._settings.look_back_days
        since = today - timedelta(days=back) if cursor is None else _day(cursor)
        found = await self.open_here(since=translate.day_number(since - timedelta(days=1)))
        news = [terms.dossier_stage(one, now) for one in found]
        return Polled(news=news, cursor=today.isoformat())

    async def open_here(self, *, since: int | None = None) -> list[dict[str, Any]]:
        """Return the dossiers of our inhabitants, those without a number left out."""
        wanted = translate.inspection(
            _LOOK, behandelendeGemeente=self._settings.gemeente, datumVanaf=since
        )
        seconds = self._settings.http.call_timeout
        rows = await self._client.dossiers(wanted, seconds=seconds)
        found = [translate.dossier(row) for row in rows if row]
        return [one for one in found if str(one.get("dossiernummer")).isdecimal()]

    async def work_out(self, message: Message, context: Context) -> Receipt:
        """Carry out one stage. Raises the consequences of the contract."""
        data = message.data
        stages = {
            terms.DOSSIER: self._dossier,
            terms.TERM: self._term,
            terms.FOLLOW: self._follow,
        }
        work = stages.get(data.soort) if isinstance(data, OntvangstGemeld) else None
        if not isinstance(data, OntvangstGemeld) or work is None:
            raise RejectedError(f"{REGISTER}:soort", "This is no stage that this adapter knows.")
        return await work(data.inhoud, message.subject or "", context)

    def term_of(self, dossier: Mapping[str, Any], now: datetime) -> terms.Term:
        settings = self._settings
        return terms.Term(
            begins=terms.begin_of(dossier, dag_van(now)),
            closed=settings.sluitingsdagen,
            remind_at=settings.remind_at,
        )

    async def _dossier(self, inhoud: Inhoud, number: str, context: Context) -> Receipt:
        dossier, now = inhoud["dossier"], context.clock.now()
        state = {name: dossier.get(name) for name in ("stand", "resultaat")}
        state["meldingen"] = len(dossier.get("meldingen", ()))
        before = json.loads(context.references.get(terms.KNOWN, "null"))
        known = {terms.KNOWN: json.dumps(state, sort_keys=True)}
        if before is None:
            if dossier.get("stand") != "doorgemeld":
                return Receipt(detail="It does not wait for us.")
            term = self.term_of(dossier, now)
            data = {"uiterlijk": term.last.isoformat(), "dossier": dossier}
            news = [
                told(terms.SOURCE, "ontvangen", number, "", data, time=now),
                *terms.term_stages(number, term, now),
            ]
            return Receipt(references=known, news=news, detail=f"Dossier {number} waits for us.")
        if before == state:
            return Receipt(detail="Nothing of it is new.")
        key = json.dumps([state, dossier.get("gewijzigd")])
        news = [told(terms.SOURCE, "gewijzigd", number, key, {"dossier": dossier}, time=now)]
        return Receipt(references=known, news=news, detail=f"Dossier {number} went on.")

    async def _term(self, inhoud: Inhoud, number: str, context: Context) -> Receipt:
        """Remind of a dossier that nobody took up; also when that cannot be found out now."""
        now, turn = context.clock.now(), inhoud["keer"]
        stand = await self._stand(number, context)
        if stand is not None and stand not in translate.OPEN:
            return Receipt(detail=f"Dossier {number} was taken up in time.")
        data = {"uiterlijk": inhoud["uiterlijk"]}
        if stand is not None:
            data["stand"] = stand
        answered = context.references.get(terms.ANSWERED)
        if answered is not None:
            data["beantwoord"] = answered
            data["melding"] = "It was answered here: enter the answer in the TMV portal."
        elif stand is None:
            data["melding"] = "The Terugmeldvoorziening cannot be asked now: look yourself."
        if turn == terms.OVER:
            _log.warning("terugmelding_too_late", dossier=number, until=inhoud["uiterlijk"])
            news = told(terms.SOURCE, "termijn-verstreken", number, "", data, time=now)
            return Receipt(news=[news], detail=f"The term of dossier {number} is over.")
        left = terms.WORKING_DAYS - int(turn)
        data |= {"werkdagenOver": left}
        news = told(terms.SOURCE, "termijn-nadert", number, turn, data, time=now)
        return Receipt(news=[news], detail=f"Dossier {number}: {left} working days left.")

    async def _follow(self, inhoud: Inhoud, number: str, context: Context) -> Receipt:
        now = context.clock.now()
        every = timedelta(hours=self._settings.follow_every_hours)
        row = await self._row(number, context)
        if row is None:
            raise RejectedError(
                f"{REGISTER}:dossier", "The TMV does not know this dossier (any more)."
            )
        dossier = translate.dossier(row)
        return followed(terms.SOURCE, terms.FOLLOW, inhoud, dossier, now=now, every=every)

    async def _stand(self, number: str, context: Context) -> str | None:
        try:
            row = await self._row(number, context)
        except DeliveryError as error:
            _log.warning("terugmelding_not_looked_at", dossier=number, detail=error.detail)
            return None
        return None if row is None else translate.dossier(row).get("stand")

    async def _row(self, number: str, context: Context) -> Mapping[str, Any] | None:
        seconds = (context.deadline - context.clock.now()).total_seconds()
        wanted = translate.inspection(_LOOK, dossiernummer=number)
        rows = await self._client.dossiers(wanted, seconds=seconds)
        return next((row for row in rows if row), None)


def _day(cursor: str) -> Any:
    return datetime.fromisoformat(cursor).date()
