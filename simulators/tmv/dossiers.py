"""Dossiers of the Terugmeldvoorziening: who doubts what of whom, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from schemas.werkdagen import dag_van, werkdag_na, werkdagen_tot

if TYPE_CHECKING:
    from datetime import date, datetime

TERM: Final = 5
"""Working days in which a municipality takes a dossier up or decides on it."""
WITHDRAWAL: Final = "Registratie intrekken"
"""Toelichting of a melding that takes an earlier one back."""
AANGEMELD, DOORGEMELD, IN_ONDERZOEK, GESLOTEN = "1234"
_NO_RESULT, _RUNNING, _DONE, _STOPPED = "0123"
_RESULTS: Final = {IN_ONDERZOEK: _RUNNING, GESLOTEN: _DONE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    rubrieknummer: str | None
    original: str | None
    proposed: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Melding:
    berichtnummer: str
    day: date
    details: tuple[Detail, ...]
    melder: str | None = None
    toelichting: str | None = None

    @property
    def withdraws(self) -> bool:
        """Return whether it takes an earlier one back: nothing is proposed that differs."""
        same = all(one.original == one.proposed for one in self.details)
        return same and self.toelichting == WITHDRAWAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    nummer: int
    anummer: str | None
    bsn: str | None
    gemeente: str
    opened: date
    changed: date
    meldingen: tuple[Melding, ...]
    status: str = AANGEMELD
    resultaat: str = _NO_RESULT
    toelichting: str | None = None
    by_itself: bool = True
    """Goes on as days go by; False: only when the control port says so."""

    @property
    def due(self) -> date:
        return werkdag_na(self.opened, TERM)

    def concerns(self, anummer: str | None, bsn: str | None) -> bool:
        return (bsn is not None and bsn == self.bsn) or (
            anummer is not None and anummer == self.anummer
        )

    def at(self, day: date, pace: tuple[int, int, int]) -> Dossier:
        """Return it as it is on `day`: `pace` says after how many working days 2, 3 and 4 come."""
        if not self.by_itself or self.status == GESLOTEN:
            return self
        age = max(werkdagen_tot(self.opened, day), 0)
        status = str(1 + sum(age >= days for days in pace))
        if status == self.status:
            return self
        since = max(pace[int(status) - 2], 1)
        changed = werkdag_na(self.opened, since) if pace[int(status) - 2] else self.opened
        result = _RESULTS.get(status, _NO_RESULT)
        return replace(self, status=status, resultaat=result, changed=changed)

    def withdrawn_by(self, melding: Melding) -> Dossier:
        """Return it with the withdrawal in it, closed."""
        return replace(
            self,
            meldingen=(*self.meldingen, melding),
            status=GESLOTEN,
            resultaat=_STOPPED,
            changed=melding.day,
        )

    def doubts(self, melding: Melding) -> bool:
        """Return whether what `melding` takes back is what this dossier is about."""
        mine = {
            (one.rubrieknummer, one.original) for each in self.meldingen for one in each.details
        }
        theirs = {(one.rubrieknummer, one.original) for one in melding.details}
        return self.status != GESLOTEN and theirs <= mine


@dataclass(slots=True)
class Dossiers:
    """All of them, by number."""

    pace: tuple[int, int, int] = (1, 3, 5)
    _kept: dict[int, Dossier] = field(default_factory=dict)

    def on(self, now: datetime) -> list[Dossier]:
        """Return all as they are now, oldest first."""
        day = dag_van(now)
        self._kept = {one.nummer: one.at(day, self.pace) for one in self._kept.values()}
        return list(self._kept.values())

    def keep(self, dossier: Dossier) -> Dossier:
        self._kept[dossier.nummer] = dossier
        return dossier

    def next_number(self) -> int:
        return 1_000_001 + len(self._kept)

    def clear(self) -> None:
        self._kept.clear()
