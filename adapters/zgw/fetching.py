"""Working out what came in: every stage looks at the case as it is now, and tells what is new.

A case that we opened has references by the time that its lane comes to this (`Context.references`),
or carries our kenmerk: it is linked, and only what others add to it is told. Of a case that others
started, every other change is told too. What was told leaves a reference behind (`gemeld:`, and the
facts of the case), so that a case with a hundred documents is not told anew each time; the ids of
the news make each thing be taken once in any case.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from adapters._kit import facts
from adapters.contract import Context, News, Receipt, RejectedError
from adapters.zgw import inbound, stages
from adapters.zgw.desk import (
    KNOWN,
    MOST_TRIES,
    NOTHING_TOLD,
    Desk,
    Inhoud,
    destination_of,
    last,
    pause,
    told_mark,
)
from adapters.zgw.fetching_documents import document_stage, documentmelding, one_document
from adapters.zgw.postroom_settings import PostroomSettings
from adapters.zgw.reading import Gone
from schemas import Message
from schemas.postroom import OntvangstGemeld

FOUND: Final = "gevonden"
"""In place of a resource: no notification came, the case was found by looking."""


@dataclass(slots=True, kw_only=True)
class _Case:
    """The case of a stage and what is to be told about it, gathered on the way."""

    desk: Desk
    context: Context
    zaak: Mapping[str, Any] = field(repr=False)
    bestemming: str
    news: list[News] = field(default_factory=list, repr=False)
    references: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def url(self) -> str:
        return str(self.zaak["url"])

    @property
    def now(self) -> datetime:
        return self.context.clock.now()


async def work_out(message: Message, context: Context, desk: Desk) -> Receipt:
    """Carry out one stage. Raises the consequences of the contract; reads only."""
    data = message.data
    work = _STAGES.get(data.soort) if isinstance(data, OntvangstGemeld) else None
    if not isinstance(data, OntvangstGemeld) or work is None:
        raise RejectedError("zgw:onbekend-soort", "This is no stage that this adapter knows.")
    try:
        return await work(data.inhoud, message, context, desk)
    except Gone as gone:
        return Receipt(detail=f"Nothing to tell: {gone}.")
    except inbound.Unfit as unfit:
        raise RejectedError("zgw:onvolledig", f"No message can be made of it: {unfit}.") from unfit


def case_stage(zaak: Mapping[str, Any], key: str, now: datetime) -> News:
    """Return the stage for a case that was found without a notification."""
    inhoud = {"zaak": zaak["url"], "resource": FOUND, "ontvangen": now.isoformat()}
    return _zaak_stage(zaak, key, inhoud, now)


def _zaak_stage(zaak: Mapping[str, Any], key: str, inhoud: Inhoud, now: datetime) -> News:
    more = {"eigen": bool(inbound.our_mark(zaak))}
    subject = str(zaak["identificatie"])
    return stages.stage(stages.ZAAK, key, {**inhoud, **more}, time=now, subject=subject)


async def _zaakmelding(inhoud: Inhoud, message: Message, context: Context, desk: Desk) -> Receipt:
    """Find out which case it is about, and go on in the lane of that case."""
    zaak = await desk.reader.zaak(str(inhoud["zaak"]))
    if not (inbound.our_mark(zaak) or await desk.reader.is_wanted(zaak)):
        return Receipt(detail="Nothing to tell: the settings leave out this kind of case.")
    news = _zaak_stage(zaak, message.id, inhoud, context.clock.now())
    return Receipt(news=[news], detail=f"zaak {last(zaak['url'])}")


async def _zaak(inhoud: Inhoud, message: Message, context: Context, desk: Desk) -> Receipt:
    """In the lane of the case: what we sent about it before this is done."""
    if KNOWN in context.references:
        return await _about_known(inhoud, message, context, desk)
    if inhoud.get("eigen"):
        return _wait_for_ours(inhoud, message, context)
    until = _settles_until(inhoud, desk.settings)
    if until is not None and context.clock.now() < until:
        return _wait_for_rest(inhoud, message, context, until)
    return await _tell(inhoud, message, context, desk)


async def _about_known(inhoud: Inhoud, message: Message, context: Context, desk: Desk) -> Receipt:
    """Its statuses and documents; and what else changed, when somebody else started it."""
    resource, actie = inhoud.get("resource"), inhoud.get("actie")
    told, part = facts.BEELD in context.references, resource in stages.PARTS
    if (resource, actie) == ("zaak", "create") or (part and not told):
        return Receipt(detail="Nothing to tell: the case is known.")
    zaak = await desk.reader.zaak(str(inhoud["zaak"]))
    case = _Case(desk=desk, context=context, zaak=zaak, bestemming=destination_of(message))
    if told:
        await _change(case, message.id)
    return _receipt(case) if part else await _look(case, inhoud)


def _settles_until(inhoud: Inhoud, settings: PostroomSettings) -> datetime | None:
    """Until when the case is waited for; None: it is told now.

    All that is heard of a case within half of that time waits for the same moment.
    """
    received = inbound.moment_of(inhoud.get("ontvangen"))
    if inhoud.get("bezonken") or settings.settle == 0 or received is None:
        return None
    window = settings.settle / 2
    begun = math.floor(received.timestamp() / window) * window
    return datetime.fromtimestamp(begun + window + settings.settle, UTC)


def _wait_for_rest(inhoud: Inhoud, message: Message, context: Context, until: datetime) -> Receipt:
    """One look for everything that waits for this moment."""
    news = stages.stage(
        stages.ZAAK,
        f"{inhoud['zaak']} bezonken {until.isoformat()}",
        {**inhoud, "bezonken": True},
        time=context.clock.now(),
        subject=message.subject,
        not_before=until,
    )
    return Receipt(news=[news], detail="Waits for the rest of the case.")


def _wait_for_ours(inhoud: Inhoud, message: Message, context: Context) -> Receipt:
    """Our mark, and no references: we are opening it at this moment, in another lane perhaps.

    It is looked at again some times. Then it is left alone: better untold than told as new.
    """
    tries = int(inhoud.get("poging") or 0) + 1
    if tries > MOST_TRIES:
        return Receipt(
            detail="Not told: it carries our mark, but nothing that we sent is known under its "
            "number. Does the zaaksysteem give numbers of its own?"
        )
    now = context.clock.now()
    news = stages.stage(
        stages.ZAAK,
        f"{inhoud['zaak']} eigen {tries}",
        {**inhoud, "poging": tries},
        time=now,
        subject=message.subject,
        not_before=now + pause(tries - 1),
    )
    return Receipt(news=[news], detail="Waits until our own delivery of this case is done.")


async def _tell(inhoud: Inhoud, message: Message, context: Context, desk: Desk) -> Receipt:
    """A case that somebody else started: all of it, once."""
    zaak = await desk.reader.zaak(str(inhoud["zaak"]))
    case = _Case(desk=desk, context=context, zaak=zaak, bestemming=destination_of(message))
    data = inbound.zaak_ontvangen(await desk.reader.beeld(zaak), case.bestemming)
    case.news.append(stages.told("ontvangen", case.url, data, time=case.now))
    case.references |= {
        KNOWN: case.url,
        "zaaktype": str(zaak.get("zaaktype")),
        facts.BEELD: facts.written(facts.facts_of(data)),
    }
    return await _look(case, inhoud)


async def _change(case: _Case, key: str) -> None:
    """Tell the whole case once more, unless all of it was told, or comes from the core.

    The news has an id of what was looked at (`key`) and what was seen: the same change to and fro
    is told each time, and a look that is made again after a crash is not.
    """
    data = inbound.zaak_ontvangen(await case.desk.reader.beeld(case.zaak), case.bestemming)
    now = facts.facts_of(data)
    seen = case.references[facts.BEELD] = facts.written(now)
    if facts.changes(facts.read(case.context.references[facts.BEELD]), now):
        name = f"{case.url} {key} {seen}"
        changed = inbound.zaak_wijziging(data)
        case.news.append(stages.told("wijziging-ontvangen", name, changed, time=case.now))


async def _look(case: _Case, inhoud: Inhoud) -> Receipt:
    """Tell the statuses and documents of the case that are neither ours nor told before."""
    await _statuses(case)
    await _documents(case, str(inhoud.get("ontvangen"))[: len("2026-11-23")])
    return _receipt(case)


def _receipt(case: _Case) -> Receipt:
    detail = f"{len(case.news)} piece(s) of news." if case.news else "Nothing new."
    return Receipt(references=case.references, news=case.news, detail=detail)


async def _statuses(case: _Case) -> None:
    known = case.context.references
    for status in await case.desk.reader.statuses(case.url):
        ours, told = inbound.status_mark(status), told_mark(status.get("url"))
        if ours is None or ours in known or told in known:
            continue
        case.references[told] = "1"
        beeld = await case.desk.reader.statusbeeld(status)
        data = inbound.zaak_status_ontvangen(beeld, case.zaak, case.bestemming)
        if data is None:
            continue
        time = inbound.moment_of(status.get("datumStatusGezet")) or case.now
        case.news.append(stages.told("status-ontvangen", str(status.get("url")), data, time=time))


async def _documents(case: _Case, day: str) -> None:
    """A stage for each that was not told. It leaves its reference itself, with the version.

    One that is hidden from us now, or had no content yet, gets another stage on another `day`.
    """
    for url in await case.desk.reader.documents_of(case.url):
        if case.context.references.get(told_mark(url), NOTHING_TOLD) == NOTHING_TOLD:
            case.news.append(document_stage(case.zaak, url, f"{url} {day}", case.now))


_Work = Callable[[Inhoud, Message, Context, Desk], Awaitable[Receipt]]

_STAGES: Final[Mapping[str, _Work]] = {
    stages.ZAAKMELDING: _zaakmelding,
    stages.DOCUMENTMELDING: documentmelding,
    stages.ZAAK: _zaak,
    stages.DOCUMENT: one_document,
}
