"""What is known of one letter, kept as a reference of its BerichtID, and the news that it makes.

Pure. Three truths are kept apart: our gateway took it (`aangenomen`), Logius' gateway confirmed it
(`bevestigd`), the Berichtenbox worked it out (`verwerkt`, with a code). What is kept holds no
personal data: numbers of the letter, and when who said what.

| stage    | lane             | what it does                                                     |
|----------|------------------|------------------------------------------------------------------|
| BRIEF    | the letter       | remembers that a letter was offered, and for whose message       |
| EVENT    | the letter       | a gateway confirmed it, or gave up                               |
| PARCEL   | the ebMS message | takes a batch of results apart                                   |
| DONE     | the ebMS message | takes it off the gateway's list, after all of it is stored       |
| RESULT   | the letter       | tells the core, or lets it be offered again                      |
| AGAIN    | the letter       | offers it again under the same numbers                           |
| WATCH    | its own          | looks whether a result came in time                              |
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from adapters.berichtenbox.letters import Numbers, Result
from adapters.contract import OWN, News
from schemas import Message
from schemas.messagetypes import ONTVANGST

BRIEF: Final = "berichtenbox.brief"
EVENT: Final = "berichtenbox.gebeurtenis"
PARCEL: Final = "berichtenbox.uitslagen"
DONE: Final = "berichtenbox.afmelden"
RESULT: Final = "berichtenbox.uitslag"
AGAIN: Final = "berichtenbox.opnieuw"
WATCH: Final = "berichtenbox.volgen"

KNOWN: Final = f"{OWN}brief"
"""Name of the reference in which a letter is kept."""

GATEWAY: Final = "gateway"
LOGIUS: Final = "Logius"
BOX: Final = "Berichtenbox"

_TYPES: Final = "nl.burgerzaken.bericht."
_MOST_STEPS: Final = 60
_HEX: Final = 32

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """One letter."""

    origin: Mapping[str, Any]
    """The message that asked for it: id, bron, type, onderwerp."""
    numbers: Numbers
    sha256: str
    ebms: str
    """The gateway's id of the last message that carried it."""
    turn: int = 1
    """How often it was offered."""
    course: tuple[Mapping[str, Any], ...] = ()
    result: str = ""
    """The VerwerkingsCode that settled it."""

    def step(self, name: str, at: datetime, by: str, code: str | None = None) -> Brief:
        """Return the letter with one thing more known about it."""
        said: Json = {"stap": name, "moment": moment(at), "door": by}
        if code:
            said["code"] = code
        return replace(self, course=(*self.course, said)[-_MOST_STEPS:])

    @property
    def checked_at(self) -> datetime | None:
        """When the subscription was last found good."""
        times = [one["moment"] for one in self.course if one["stap"] == "abonnement_gecontroleerd"]
        return datetime.fromisoformat(times[-1]) if times else None

    def reference(self) -> dict[str, str]:
        return {KNOWN: json.dumps(self.as_json(), sort_keys=True)}

    def as_json(self) -> Json:
        return {
            "bericht": dict(self.origin),
            "batch": self.numbers.batch,
            "brief": self.numbers.letter,
            "sha256": self.sha256,
            "ebms": self.ebms,
            "beurt": self.turn,
            "verloop": [dict(one) for one in self.course],
            "uitslag": self.result,
        }


def brief_from(known: Mapping[str, Any]) -> Brief:
    """Return the letter that `as_json` wrote."""
    return Brief(
        origin=known["bericht"],
        numbers=Numbers(batch=known["batch"], letter=known["brief"]),
        sha256=known["sha256"],
        ebms=known["ebms"],
        turn=known["beurt"],
        course=tuple(known["verloop"]),
        result=known["uitslag"],
    )


def known_brief(references: Mapping[str, str]) -> Brief | None:
    """Return what the references of a BerichtID say; None: it was not remembered (yet)."""
    text = references.get(KNOWN)
    return None if text is None else brief_from(json.loads(text))


def origin_of(message: Message) -> Json:
    """Return how the core knows the message."""
    origin = {"id": message.id, "bron": message.source, "type": message.type}
    return origin | ({"onderwerp": message.subject} if message.subject else {})


def moment(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def lane_of(message: str) -> str:
    """Return the lane of an ebMS message; its id may hold what the name of a lane may not."""
    return f"ebms:{sha256(message.encode()).hexdigest()[:_HEX]}"


def stage(
    soort: str,
    key: str,
    inhoud: Mapping[str, Any],
    *,
    time: datetime,
    letter: str | None = None,
    lane: str = "",
    not_before: datetime | None = None,
) -> News:
    """Return a stage; the same `soort` and `key` is taken once. `lane`: another than the letter."""
    return News(
        id=f"{soort}-{sha256(key.encode()).hexdigest()[:_HEX]}",
        type=ONTVANGST,
        data={"soort": soort, "inhoud": dict(inhoud)},
        time=time,
        subject=letter,
        ordering_key=lane or None,
        not_before=not_before,
    )


def offered(brief: Brief, at: datetime) -> News:
    """Return the news by which the hub remembers a letter."""
    letter = brief.numbers.letter
    return stage(BRIEF, letter, brief.as_json(), time=at, letter=letter)


def watch(letter: str, key: str, at: datetime, after: timedelta) -> News:
    """Return the news to look for a result later, in a lane beside the letter's."""
    return stage(
        WATCH,
        f"{letter}/{key}",
        {"keer": key},
        time=at,
        letter=letter,
        lane=f"{letter}:volgen",
        not_before=at + after,
    )


def again(brief: Brief, at: datetime, after: timedelta, reason: str, *, ask: bool) -> News:
    """Return the news to offer a letter again; `ask`: an operator has to agree first."""
    letter = brief.numbers.letter
    inhoud = {"beurt": brief.turn + 1, "reden": reason, "vragen": ask}
    key = f"{letter}/{brief.turn + 1}"
    return stage(AGAIN, key, inhoud, time=at, letter=letter, not_before=at + after)


def result_stage(parcel: str, result: Result, at: datetime) -> News:
    """Return the news of one letter's result."""
    inhoud = {
        "code": result.code,
        "stadium": result.stage,
        "verwerkt": None if result.at is None else moment(result.at),
    }
    key = f"{parcel}/{result.letter}"
    return stage(RESULT, key, inhoud, time=at, letter=result.letter)


def told(
    name: str,
    origin: Mapping[str, Any],
    letter: str,
    *,
    at: datetime,
    destination: str,
    brief: Brief | None = None,
    **more: Any,
) -> News:
    """Return news for the core: `bericht.` with `name`, at most once for each letter."""
    data: Json = {
        "bericht": dict(origin),
        "kanaal": "berichtenbox",
        "bestemming": destination,
        "moment": moment(at),
        **more,
    }
    if brief is not None:
        data["verloop"] = [dict(one) for one in brief.course]
        data["kenmerken"] = [
            {"naam": "BatchID", "waarde": brief.numbers.batch},
            {"naam": "BerichtID", "waarde": brief.numbers.letter},
            {"naam": "ebMS-bericht", "waarde": brief.ebms},
            {"naam": "sha256", "waarde": brief.sha256},
        ]
    return News(
        id=f"berichtenbox:{letter}:{name}",
        type=_TYPES + name,
        data=data,
        time=at,
        subject=origin.get("onderwerp"),
        ordering_key=letter,
    )
