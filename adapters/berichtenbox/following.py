"""Working out what is heard of letters, each in the lane of its letter."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from adapters.berichtenbox import dossier
from adapters.berichtenbox.dossier import Brief
from adapters.berichtenbox.errors import OUTCOMES, REGISTER, WORDS, Outcome
from adapters.berichtenbox.letters import Unreadable, content_of, letter_of, results_of
from adapters.berichtenbox.offering import Offering
from adapters.contract import Context, News, Polled, Receipt, RejectedError
from schemas import Message
from schemas.postroom import OntvangstGemeld

MOST_TURNS: Final = 5
"""Offers of one letter without asking an operator."""
_PAUSES: Final = (15, 60, 240, 720)
"""Minutes before the next offer, by how often it was offered."""
_WAITS: Final = (1, 2, 4, 8, 15, 30, 60, 120, 240, 480)
"""Minutes between looks for a letter that is not remembered yet: 16 hours in all."""
_EVENT_STEPS: Final = {"DELIVERED": "bevestigd", "FAILED": "mislukt", "EXPIRED": "mislukt"}

Inhoud = Mapping[str, Any]


class Following:
    """Everything after a letter was offered."""

    def __init__(self, offering: Offering) -> None:
        self._offering = offering
        self._gateway = offering.gateway
        self._settings = offering.gateway_settings
        self._stages: Mapping[str, Callable[[Inhoud, Message, Context], Awaitable[Receipt]]] = {
            dossier.BRIEF: self._brief,
            dossier.EVENT: self._event,
            dossier.PARCEL: self._parcel,
            dossier.DONE: self._done,
            dossier.RESULT: self._result,
            dossier.AGAIN: self._again,
            dossier.WATCH: self._watch,
        }

    async def poll(self, now: datetime) -> Polled:
        """Look what the gateway has heard; a look that is made twice tells nothing new."""
        news = []
        for number, kind in await self._gateway.events():
            letter = letter_of(number)
            if letter is not None:
                inhoud = {"ebms": number, "soort": kind}
                key = f"{number}/{kind}"
                news.append(dossier.stage(dossier.EVENT, key, inhoud, time=now, letter=letter))
        news += [
            dossier.stage(
                dossier.PARCEL, number, {"ebms": number}, time=now, lane=dossier.lane_of(number)
            )
            for number in await self._gateway.results()
        ]
        return Polled(news=news, cursor=dossier.moment(now))

    async def work_out(self, message: Message, context: Context) -> Receipt:
        data = message.data
        work = self._stages.get(data.soort) if isinstance(data, OntvangstGemeld) else None
        if not isinstance(data, OntvangstGemeld) or work is None:
            raise RejectedError(f"{REGISTER}:soort", "This is no stage that this adapter knows.")
        return await work(data.inhoud, message, context)

    async def _brief(self, inhoud: Inhoud, message: Message, context: Context) -> Receipt:
        del context
        brief = dossier.brief_from(inhoud)
        if brief.result:  # found not to be reachable before it was offered
            return Receipt(news=[_not_delivered(brief, brief.result, message)])
        letter, settings = brief.numbers.letter, self._settings
        late = timedelta(hours=settings.late_after_hours)
        offered = datetime.fromisoformat(brief.course[-1]["moment"])
        return Receipt(
            references=brief.reference(),
            detail=f"Letter {letter} was offered.",
            news=[dossier.watch(letter, "1", offered, late)],
        )

    async def _event(self, inhoud: Inhoud, message: Message, context: Context) -> Receipt:
        brief = dossier.known_brief(context.references)
        if brief is None:
            return _later(inhoud, message, context)
        kind, number, now = inhoud["soort"], inhoud["ebms"], context.clock.now()
        by = dossier.LOGIUS if kind == "DELIVERED" else dossier.GATEWAY
        after = brief.step(_EVENT_STEPS[kind], now, by, kind)
        await self._gateway.noted(number)
        if kind == "DELIVERED" or brief.result or number != brief.ebms:
            return Receipt(references=after.reference(), detail=f"Its gateway says {kind}.")
        return _offered_again(after, now, f"gateway:{kind}")

    async def _parcel(self, inhoud: Inhoud, message: Message, context: Context) -> Receipt:
        del message
        number, now = inhoud["ebms"], context.clock.now()
        found = await self._gateway.message(number)
        done = dossier.stage(
            dossier.DONE, number, {"ebms": number}, time=now, lane=dossier.lane_of(number)
        )
        if found is None:
            return Receipt(detail="The gateway has no such message any more.")
        try:
            results = results_of(content_of(found))
        except Unreadable as error:
            raise RejectedError(f"{REGISTER}:uitslag", f"A result: {error}.") from None
        news = [dossier.result_stage(number, one, now) for one in results if _is_guid(one.letter)]
        return Receipt(detail=f"Results of {len(news)} letters.", news=[*news, done])

    async def _done(self, inhoud: Inhoud, message: Message, context: Context) -> Receipt:
        del message, context
        await self._gateway.worked_out(inhoud["ebms"])
        return Receipt(detail="Taken off the gateway's list.")

    async def _result(self, inhoud: Inhoud, message: Message, context: Context) -> Receipt:
        brief = dossier.known_brief(context.references)
        if brief is None:
            return _later(inhoud, message, context)
        code, now = inhoud["code"], context.clock.now()
        outcome = OUTCOMES.get(code)
        if outcome is None:
            raise RejectedError(f"{REGISTER}:code", "Logius gave a code that is not in its schema.")
        at = datetime.fromisoformat(inhoud["verwerkt"]) if inhoud["verwerkt"] else now
        after = brief.step("verwerkt", at, dossier.BOX, code)
        if brief.result:
            return Receipt(detail=f"{code}, and it was {brief.result} before.")
        if outcome is Outcome.KNOWN:
            detail = "It was offered before: the result of that counts."
            return Receipt(references=after.reference(), detail=detail)
        if outcome in {Outcome.AGAIN, Outcome.ANEW}:
            return _offered_again(after, now, code)
        settled = replace(after, result=code)
        if outcome is Outcome.DELIVERED:
            news = _told("afgeleverd", settled, message, at=at)
        else:
            news = _not_delivered(settled, code, message)
        return Receipt(references=settled.reference(), detail=code, news=[news])

    async def _again(self, inhoud: Inhoud, message: Message, context: Context) -> Receipt:
        brief = dossier.known_brief(context.references)
        if brief is None or brief.result or brief.turn >= inhoud["beurt"]:
            return Receipt(detail="Nothing is left to be offered.")
        if inhoud["vragen"] and context.steps.result("gevraagd") is None:
            await context.steps.complete("gevraagd", inhoud["reden"])
            raise RejectedError(
                f"{REGISTER}:{inhoud['reden'].rpartition(':')[2]}",
                f"It was offered {brief.turn} times in vain. Replay this to offer it again under "
                "the same numbers; discard it if the citizen was reached in another way.",
            )
        after = await self._offering.offer_again(brief, inhoud["beurt"], context)
        if after.result:
            return Receipt(
                references=after.reference(),
                detail="It cannot be offered again.",
                news=[_not_delivered(after, after.result, message)],
            )
        return Receipt(references=after.reference(), detail=f"Offered for the {after.turn}th time.")

    async def _watch(self, inhoud: Inhoud, message: Message, context: Context) -> Receipt:
        brief = dossier.known_brief(context.references)
        if brief is None or brief.result:
            return Receipt(detail="Its result is known.")
        if inhoud["keer"] != "1":
            raise RejectedError(
                f"{REGISTER}:geen-uitslag",
                "Logius has not said what became of it. Ask Logius by the BatchID; replaying this "
                "looks again, and a result that still comes is worked out.",
            )
        now, settings = context.clock.now(), self._settings
        detail = f"No result after {settings.late_after_hours:g} hours."
        fault = {"code": f"{REGISTER}:geen-uitslag", "melding": detail}
        rest = timedelta(hours=settings.missing_after_hours - settings.late_after_hours)
        return Receipt(
            detail=detail,
            news=[
                _told("vertraagd", brief, message, at=now, fout=fault),
                dossier.watch(brief.numbers.letter, "2", now, rest),
            ],
        )


def _later(inhoud: Inhoud, message: Message, context: Context) -> Receipt:
    """Look once more: it may be heard of before the hub remembers that it was offered."""
    turn = int(inhoud.get("keer", 0))
    if turn >= len(_WAITS):
        detail = "No letter of this hub has this number; another system may use the gateway."
        raise RejectedError(f"{REGISTER}:onbekende-brief", detail)
    now = context.clock.now()
    data = message.data
    news = dossier.stage(
        data.soort if isinstance(data, OntvangstGemeld) else "",
        f"{message.id}/{turn + 1}",
        {**inhoud, "keer": turn + 1},
        time=now,
        letter=message.subject,
        not_before=now + timedelta(minutes=_WAITS[turn]),
    )
    return Receipt(detail="Waits until the hub remembers this letter.", news=[news])


def _offered_again(brief: Brief, now: datetime, reason: str) -> Receipt:
    ask = brief.turn >= MOST_TURNS
    pause = timedelta(minutes=0 if ask else _PAUSES[min(brief.turn, len(_PAUSES)) - 1])
    news = dossier.again(brief, now, pause, reason, ask=ask)
    return Receipt(references=brief.reference(), detail=f"{reason}: offered again.", news=[news])


def _not_delivered(brief: Brief, code: str, message: Message) -> News:
    reason = "niet_bereikbaar" if OUTCOMES.get(code) is Outcome.UNREACHABLE else "geweigerd"
    words = WORDS.get(code, "The letter is too old, or the gateway has lost it.")
    fault = {"code": f"{REGISTER}:{code}", "melding": words}
    at = datetime.fromisoformat(brief.course[-1]["moment"])
    return _told("niet-afgeleverd", brief, message, at=at, reden=reason, fout=fault)


def _told(name: str, brief: Brief, message: Message, *, at: datetime, **more: Any) -> News:
    return dossier.told(
        name,
        brief.origin,
        brief.numbers.letter,
        at=at,
        destination=message.source.rpartition(":")[2],
        brief=brief,
        **more,
    )


def _is_guid(text: str) -> bool:
    return letter_of(f"{text}.1") == text
