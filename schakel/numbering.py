"""The rule by which a municipality lets the hub give out case numbers: a pattern and a range."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from continuity.window import TOWN_HALL
from schemas import Zaakidentificatie

_FIELD: Final = re.compile(r"\{([^{}]*)\}")
_COUNTER: Final = re.compile(r"volgnummer:0(\d{1,2})", re.ASCII)
_DIGITS: Final = range(4, 13)
_LONGEST: Final = 40

HOW: Final = (
    "Write a pattern such as 0344H{jaar}{volgnummer:07}: letters, digits, '-', '_' and '.', "
    "{gemeentecode} and {jaar} where wanted, and {volgnummer:0N} once, with N from 4 to 12 digits."
)


class RangeUsedUp(Exception):
    """The range has no number left; a person must widen it. The text names no number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRule:
    """`first` to `last` is the hub's own range of the volgnummer; nobody else gives those out."""

    pattern: str
    first: int
    last: int

    @classmethod
    def parse(cls, pattern: str, *, first: int = 1, last: int | None = None) -> Self:
        """`ValueError` says what is wrong with the pattern or the range."""
        fields = _FIELD.findall(pattern)
        counters = [match for match in map(_COUNTER.fullmatch, fields) if match]
        known = {"gemeentecode", "jaar", *(match[0] for match in counters)}
        if len(counters) != 1 or not known.issuperset(fields):
            raise ValueError(HOW)
        digits = int(counters[0][1])
        if digits not in _DIGITS:
            raise ValueError(HOW)
        most = 10**digits - 1
        last = most if last is None else last
        if not 1 <= first <= last <= most:
            raise ValueError(f"The range runs from 1 to {most} at most, first before last.")
        rule = cls(pattern=pattern, first=first, last=last)
        try:
            Zaakidentificatie(rule.render("0000", 2000, last))
        except ValueError:
            raise ValueError(f"{HOW} A number has at most {_LONGEST} characters.") from None
        return rule

    def series(self, tenant: str, now: datetime) -> str:
        """Name of the series to draw from: what the numbers of a year have in common.

        Another pattern or range is another series, and the store still refuses a number twice.
        """
        year = now.astimezone(TOWN_HALL).year
        common = _FIELD.sub(lambda field: _fill(field[1], tenant, year, number=None), self.pattern)
        return f"{tenant}/{common}/{self.first}"

    def number(self, tenant: str, now: datetime, drawn: int) -> str:
        """The case number for the `drawn`-th draw of the series, from 1; may be `RangeUsedUp`."""
        volgnummer = self.first - 1 + drawn
        if volgnummer > self.last:
            raise RangeUsedUp(
                f"The range of case numbers of {tenant} is used up: widen it under "
                "[tenant.identificatie]."
            )
        return self.render(tenant, now.astimezone(TOWN_HALL).year, volgnummer)

    def render(self, tenant: str, year: int, volgnummer: int) -> str:
        return _FIELD.sub(lambda field: _fill(field[1], tenant, year, volgnummer), self.pattern)


def _fill(field: str, tenant: str, year: int, number: int | None) -> str:
    if field == "gemeentecode":
        return tenant
    if field == "jaar":
        return str(year)
    return "#" if number is None else f"{number:0{field.partition(':0')[2]}d}"
