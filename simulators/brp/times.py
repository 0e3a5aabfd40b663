"""Who lived where, when: days as far as they are known, compared as the BRP compares them."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulators.town import Person, Stay

_FULL: Final = 3


def stays_of(one: Person) -> Iterator[tuple[Stay, str | None]]:
    """Give each stay with the day on which the next began; None: it lasts."""
    for now, then in pairwise(one.stays):
        yield now, then.van
    last = one.stays[-1]
    yield last, one.overleden or None


def within(stay: Stay, until: str | None, first: str, end: str) -> bool:
    """Say whether a stay and the days from `first` until `end`, not included, meet.

    What is not known of a day counts as the earliest: 2015-03 begins on its first day.
    """
    return stay.van < end and (until is None or until > first)


def next_day(day: str) -> str:
    """Return the day after."""
    return date.fromordinal(date.fromisoformat(day).toordinal() + 1).isoformat()


def age_on(born: str, today: date) -> int | None:
    """Return somebody's age; None when the day of birth is not known."""
    parts = [int(part) for part in born.split("-")] if born else []
    if len(parts) != _FULL:
        return None
    year, month, day = parts
    return today.year - year - ((today.month, today.day) < (month, day))
