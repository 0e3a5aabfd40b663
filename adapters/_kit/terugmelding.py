"""What the two ways of reporting a doubt have in common: telling the core, and following; pure."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from adapters.contract import News, Receipt
from schemas import Message
from schemas.aflevering import Bericht
from schemas.messagetypes import ONTVANGST

_TYPES: Final = "nl.burgerzaken.terugmelding."
_LONGEST: Final = timedelta(days=366)
"""How long a dossier of our own is looked at."""
_HEX: Final = 32

Json = dict[str, Any]


def told(
    source: str, name: str, number: str, key: str, data: Mapping[str, Any], *, time: datetime
) -> News:
    """Return news for the core: `terugmelding.` with `name`; an empty `key`: once for a dossier."""
    parts = (source, number, name, *([_digest(key)] if key else []))
    return News(
        id=":".join(parts),
        type=_TYPES + name,
        data={"dossiernummer": number, **data},
        time=time,
        subject=number,
    )


def stage(
    soort: str,
    key: str,
    inhoud: Mapping[str, Any],
    number: str,
    now: datetime,
    *,
    not_before: datetime | None = None,
) -> News:
    """Return what the hub tells itself about a dossier; one for later has a lane of its own."""
    return News(
        id=f"{soort}-{_digest(key)}",
        type=ONTVANGST,
        data={"soort": soort, "inhoud": dict(inhoud)},
        time=now,
        subject=number,
        ordering_key=f"{number}:{soort}" if not_before else None,
        not_before=not_before,
    )


def mark_of(tenant: str, source: str, number: str) -> str:
    """Return our own mark of the message with that source and id: always the same twelve."""
    digest = sha256(f"{tenant}/{source}/{number}".encode()).digest()
    return base64.b32encode(digest)[:12].decode("ascii")


def origin_of(message: Message) -> Json:
    """Return how the core knows the message that led to a dossier."""
    known = Bericht(
        id=message.id, bron=message.source, type=message.type, onderwerp=message.subject
    )
    return known.model_dump(mode="json", by_alias=True, exclude_none=True)


def registered(source: str, soort: str, message: Message, number: str, every: timedelta) -> Receipt:
    """Return the receipt of a new dossier, which tells the core its number and follows it."""
    origin = origin_of(message)
    said = {"bericht": origin, "dossier": {"dossiernummer": number, "stand": "aangemeld"}}
    follow = {"dossiernummer": number, "bericht": origin, "stand": ["aangemeld", None], "keer": 1}
    news = [
        told(source, "gewijzigd", number, f"{message.id}/aangemeld", said, time=message.time),
        _follow(soort, follow, message.time, every),
    ]
    return taken(message, number, news)


def taken(message: Message, number: str, news: list[News] | None = None) -> Receipt:
    """Return the receipt of what went into a dossier."""
    references = {"dossiernummer": number} if message.subject else {}
    return Receipt(references=references, detail=f"In dossier {number}.", news=news or ())


def followed(
    source: str,
    soort: str,
    inhoud: Mapping[str, Any],
    dossier: Mapping[str, Any],
    *,
    now: datetime,
    every: timedelta,
) -> Receipt:
    """Return what a look at a dossier of our own gave, with the next look while it is open."""
    number = inhoud["dossiernummer"]
    state = [dossier.get("stand"), dossier.get("resultaat")]
    news = []
    if state != inhoud["stand"]:
        data = {"bericht": inhoud["bericht"], "dossier": dossier}
        key = json.dumps([inhoud["bericht"]["id"], *state])
        news.append(told(source, "gewijzigd", number, key, data, time=now))
    turn = inhoud["keer"] + 1
    if dossier.get("stand") != "gesloten" and turn * every < _LONGEST:
        news.append(_follow(soort, {**inhoud, "stand": state, "keer": turn}, now, every))
    return Receipt(news=news, detail=f"Dossier {number} is {state[0]}.")


def _follow(soort: str, inhoud: Mapping[str, Any], now: datetime, after: timedelta) -> News:
    number = inhoud["dossiernummer"]
    key = f"{number}/{inhoud['bericht']['id']}/{inhoud['keer']}"
    return stage(soort, key, inhoud, number, now, not_before=now + after)


def _digest(key: str) -> str:
    return sha256(key.encode()).hexdigest()[:_HEX]
