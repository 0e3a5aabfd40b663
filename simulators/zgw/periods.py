"""ISO 8601 durations added to dates, for the terms of a zaaktype and of the archive."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

_PARTS = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?")
_MONTHS = 12


def add_period(day: date, period: str) -> date:
    """Add a period of years, months, weeks and days; a day that a month lacks becomes its last."""
    found = _PARTS.match(period)
    years, months, weeks, days = (int(part or 0) for part in found.groups()) if found else (0,) * 4
    count = day.year * _MONTHS + day.month - 1 + years * _MONTHS + months
    year, month = divmod(count, _MONTHS)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last)) + timedelta(weeks=weeks, days=days)
