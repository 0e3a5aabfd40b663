"""StUF writes moments as digits in Dutch local time; here is what they mean."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from simulators.kit import SettableClock

_ZONE: Final = ZoneInfo("Europe/Amsterdam")
_SHORTEST: Final = 8
_SECONDS: Final = 14


def written(moment: datetime, *, whole_seconds: bool = False) -> str:
    """Write a moment with milliseconds, or without."""
    here = moment.astimezone(_ZONE)
    digits = here.strftime("%Y%m%d%H%M%S")
    return digits if whole_seconds else f"{digits}{here.microsecond // 1000:03d}"


def day(moment: datetime) -> str:
    return moment.astimezone(_ZONE).strftime("%Y%m%d")


def instant(digits: str) -> datetime | None:
    """Read a moment to the second; None when it is none. Two half hours a year are ambiguous."""
    if not digits.isdigit() or len(digits) < _SHORTEST:
        return None
    try:
        local = datetime.strptime(f"{digits[:_SECONDS]:0<14}+0000", "%Y%m%d%H%M%S%z")
    except ValueError:
        return None
    return local.replace(tzinfo=_ZONE).astimezone(UTC)


def iso_date(digits: str) -> str:
    """`20261123` as `2026-11-23`; anything else is left as it is."""
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}" if digits.isdigit() else digits


def now_text(clock: SettableClock) -> str:
    return written(clock.now())
