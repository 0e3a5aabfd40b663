"""What this zaaksysteem calls things: the settings, as far as translating needs them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from adapters.contract import RejectedError
from adapters.stuf_zds.writing.values import ROLLEN
from schemas.zaakdelen import Rolsoort

LONGEST_CODE: Final = 10


@dataclass(frozen=True, slots=True)
class Zaaktype:
    code: str
    omschrijving: str | None = None


@dataclass(frozen=True, slots=True)
class Statustype:
    omschrijving: str
    volgnummer: int | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """How a case of some zaaktype is closed (Q14)."""

    by: Literal["einddatum", "eindstatus", "beide"] = "einddatum"
    eindstatus: str | None = None
    """The statustype, in our words, of a case that is closed; for `eindstatus` and `beide`."""
    resultaat_eerst: bool = False
    """The result goes in an updateZaak of its own, before anything else."""

    @property
    def with_date(self) -> bool:
        return self.by in {"einddatum", "beide"}

    @property
    def with_status(self) -> bool:
        return self.by in {"eindstatus", "beide"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Our words to theirs. What is not in a mapping is called the same."""

    zaaktypen: Mapping[str, Zaaktype] = field(default_factory=dict)
    statustypen: Mapping[str, Statustype] = field(default_factory=dict)
    """By `zaaktype/statustype` or by statustype alone; the first counts."""
    resultaattypen: Mapping[str, str] = field(default_factory=dict)
    documenttypen: Mapping[str, str] = field(default_factory=dict)
    besluittypen: Mapping[str, str] = field(default_factory=dict)
    rollen: Mapping[Rolsoort, str] = field(default_factory=lambda: ROLLEN)
    extra_elementen: Mapping[str, str] = field(default_factory=dict)
    """Which fields without an element in StUF go as extraElement, and under which name."""
    sluiten: Mapping[str, Closing] = field(default_factory=dict)
    """By zaaktype; `*` is every other."""
    vertrouwelijkheid: str = "zaakvertrouwelijk"
    """Of a document that does not say; 1.2 wants one."""
    gezet_door: str | None = None
    """Number of the department that sets statuses; 1.2 wants to know."""
    correctie: Literal["C", "F"] = "F"

    def zaaktype(self, ours: str) -> Zaaktype:
        """Return the zaaktype; raises RejectedError when its code is longer than StUF takes."""
        found = self.zaaktypen.get(ours) or Zaaktype(ours)
        if len(found.code) > LONGEST_CODE:
            raise RejectedError(
                "stuf:zaaktype",
                f"A zaaktype has a code of at most {LONGEST_CODE} characters in StUF, and this one "
                "is longer: give its code in the setting zaaktypen, then replay this.",
            )
        return found

    def statustype(self, zaaktype: str | None, ours: str) -> Statustype:
        own = self.statustypen.get(f"{zaaktype}/{ours}")
        return own or self.statustypen.get(ours) or Statustype(ours)

    def closing(self, zaaktype: str | None) -> Closing:
        return self.sluiten.get(zaaktype or "*") or self.sluiten.get("*") or Closing()

    def named_extra(self, values: Mapping[str, str | None]) -> dict[str, str | None]:
        """Return those values that the settings give a name, under that name."""
        return {
            self.extra_elementen[name]: value
            for name, value in values.items()
            if name in self.extra_elementen
        }
