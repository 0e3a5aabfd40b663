"""Working days of the Netherlands, for terms that are counted in them.

A day is a calendar date in Europe/Amsterdam. Closed are Saturday, Sunday and the days of the
Algemene termijnenwet, article 3: its general holidays with 5 May in every year, and Goede Vrijdag.
A caller may add days on which one town hall is closed. Whether such a day puts off a term that a
law sets is for the municipality to judge: the Algemene termijnenwet itself does not know them.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

import holidays

NEDERLAND: Final = ZoneInfo("Europe/Amsterdam")

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5
_OPTIONAL_TOO: Final = ("public", "optional")
"""The package counts 5 May outside lustrum years, and Goede Vrijdag, as optional."""


@cache
def feestdagen(year: int) -> frozenset[date]:
    """Return the days of a year that article 3 names, and the Sundays of Easter and Pentecost."""
    return frozenset(holidays.country_holidays("NL", years=year, categories=_OPTIONAL_TOO))


def is_werkdag(day: date, closed: Collection[date] = ()) -> bool:
    """Return whether `day` counts; `closed` are days on which this town hall is closed as well."""
    return day.weekday() < _SATURDAY and day not in feestdagen(day.year) and day not in closed


def werkdag_na(day: date, count: int, closed: Collection[date] = ()) -> date:
    """Return the working day number `count` after `day`; the day after `day` is the first to count.

    Raises ValueError for a count below 1.
    """
    if count < 1:
        raise ValueError("count working days from 1 on; the day of receipt itself never counts")
    while count:
        day += _DAY
        count -= is_werkdag(day, closed)
    return day


def werkdagen_tot(day: date, last: date, closed: Collection[date] = ()) -> int:
    """Return how many working days are left after `day`, up to and with `last`.

    0 on the last day itself. Below 0 when it has passed: -1 one working day too late.
    """
    if last < day:
        return -werkdagen_tot(last, day, closed)
    days = (day + _DAY * number for number in range(1, (last - day).days + 1))
    return sum(is_werkdag(one, closed) for one in days)


def dag_van(moment: datetime) -> date:
    """Return the day in the Netherlands in which an aware moment falls.

    Raises ValueError for a moment without a zone.
    """
    if moment.utcoffset() is None:
        raise ValueError("a moment without a zone falls in no known day")
    return moment.astimezone(NEDERLAND).date()


def begin_van(day: date) -> datetime:
    """Return the first moment of a day in the Netherlands, in UTC."""
    return datetime.combine(day, time(), NEDERLAND).astimezone(UTC)


def einde_van(day: date) -> datetime:
    """Return the first moment after a day in the Netherlands, in UTC: a term has then passed."""
    return begin_van(day + _DAY)


def uiterlijk(received: datetime, count: int, closed: Collection[date] = ()) -> date:
    """Return the last day of a term of `count` working days from an aware moment of receipt."""
    return werkdag_na(dag_van(received), count, closed)
