"""Calendar days of the town hall: those of 23 and 25 hours too."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from continuity.window import TOWN_HALL

MOST_DAYS_BACK: Final = 7
"""Days that are caught up with after the hub was off, counted from yesterday."""

_DAY: Final = timedelta(days=1)


def bounds(day: date) -> tuple[datetime, datetime]:
    """The day's first moment, and the next day's; both UTC."""
    return _midnight(day), _midnight(day + _DAY)


def day_of(moment: datetime) -> date:
    return moment.astimezone(TOWN_HALL).date()


def latest_day(now: datetime, at: time) -> date:
    """The last day whose comparison is due: yesterday from `at` on, by the wall clock.

    A night that skips `at` has it at the first moment after; one that has it twice, the first time.
    """
    wall = now.astimezone(TOWN_HALL)
    yesterday = wall.date() - _DAY
    return yesterday if wall.time() >= at or wall.fold else yesterday - _DAY


def due_days(now: datetime, at: time, last: date | None) -> list[date]:
    """The days to compare, oldest first; `last` was asked for before, None: none ever was."""
    latest = latest_day(now, at)
    first = latest if last is None else max(last + _DAY, latest - (MOST_DAYS_BACK - 1) * _DAY)
    return [first + number * _DAY for number in range((latest - first).days + 1)]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), TOWN_HALL).astimezone(UTC)
