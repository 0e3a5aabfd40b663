"""What the hub tells itself about dossiers, and when; pure.

| stage   | lane             | what it does                                                    |
|---------|------------------|-----------------------------------------------------------------|
| DOSSIER | the dossier      | tells the core of a dossier that waits for us, or went on       |
| TERM    | beside it        | looks whether it was taken up in time, and reminds if not       |
| FOLLOW  | beside it        | looks how far a dossier is that we made others open             |
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from adapters._kit.terugmelding import stage
from adapters.contract import OWN, News
from schemas.werkdagen import NEDERLAND, einde_van, werkdag_na

SOURCE: Final = "tmv"
DOSSIER: Final = "tmv.dossier"
TERM: Final = "tmv.termijn"
FOLLOW: Final = "tmv.volgen"

KNOWN: Final = f"{OWN}dossier"
"""Reference of a dossier of others with us: what the core was told of it."""
ANSWERED: Final = f"{OWN}beantwoord"
"""Reference of it: when the core said that it was answered."""

WORKING_DAYS: Final = 5
"""To take a dossier up or settle it (RvIG)."""
OVER: Final = "over"
_FIRST: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """How long a dossier may wait."""

    begins: date
    closed: Collection[date]
    remind_at: time

    @property
    def last(self) -> date:
        return werkdag_na(self.begins, WORKING_DAYS, self.closed)

    def moments(self) -> Iterator[tuple[str, datetime]]:
        """When to look: in the morning of working day 4 and 5, and when it is over."""
        for number in (_FIRST, WORKING_DAYS):
            day = werkdag_na(self.begins, number, self.closed)
            yield str(number), datetime.combine(day, self.remind_at, NEDERLAND)
        yield OVER, einde_van(self.last)


def begin_of(dossier: Mapping[str, Any], today: date) -> date:
    """Return the day on which the term of a dossier begins to count."""
    text = dossier.get("aangelegd") or dossier.get("gewijzigd")
    return date.fromisoformat(text) if text else today


def dossier_stage(dossier: Mapping[str, Any], now: datetime) -> News:
    """Return the news of how a dossier is now; the same state of it is taken once."""
    number = dossier["dossiernummer"]
    state = [dossier.get(name) for name in ("stand", "resultaat", "gewijzigd")]
    key = json.dumps([number, *state, len(dossier.get("meldingen", ()))])
    return stage(DOSSIER, key, {"dossier": dict(dossier)}, number, now)


def term_stages(number: str, term: Term, now: datetime) -> list[News]:
    """Return the looks that are still to come; the last one always is."""
    inhoud = {"uiterlijk": term.last.isoformat()}
    return [
        stage(TERM, f"{number}/{name}", {**inhoud, "keer": name}, number, now, not_before=at)
        for name, at in term.moments()
        if at > now or name == OVER
    ]
