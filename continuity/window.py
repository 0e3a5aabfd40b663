"""The hours in which a destination may be sent to, on the clock of the town hall."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

TOWN_HALL = ZoneInfo("Europe/Amsterdam")
_FORM = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")


@dataclass(frozen=True, slots=True)
class SendWindow:
    """From `opens` up to, not including, `closes`, every day, Europe/Amsterdam.

    A window may pass midnight (`22:00-06:00`). In the hour that the clock skips or repeats, the
    wall clock decides: a repeated hour counts twice, a skipped one not at all.
    """

    opens: time
    closes: time

    @classmethod
    def parse(cls, text: str) -> Self:
        """From `HH:MM-HH:MM`; `ValueError` says what is wrong. `24:00` is the end of the day."""
        match = _FORM.fullmatch(text)
        if match is None:
            raise ValueError(f"'{text}' is not a send window: write HH:MM-HH:MM, as in 07:00-22:00")
        hour, minute, end_hour, end_minute = map(int, match.groups())
        if (end_hour, end_minute) == (24, 0):
            end_hour = 0
        try:
            window = cls(time(hour, minute), time(end_hour, end_minute))
        except ValueError as error:
            raise ValueError(f"'{text}' is not a send window: {error}") from error
        if window.opens == window.closes:
            raise ValueError(f"'{text}' is empty: leave send_window out to send at any time")
        return window

    def is_open(self, now: datetime) -> bool:
        wall = now.astimezone(TOWN_HALL).time()
        if self.opens < self.closes:
            return self.opens <= wall < self.closes
        return wall >= self.opens or wall < self.closes

    def next_opening(self, now: datetime) -> datetime:
        """`now` itself when open; else the next opening, in `now`'s zone."""
        if self.is_open(now):
            return now
        return min(
            moment for moment in self._beginnings(now) if moment > now and self.is_open(moment)
        )

    def _beginnings(self, now: datetime) -> Iterator[datetime]:
        """Moments of the next days at which it may open: its hour, and the jumps of the clock."""
        today = now.astimezone(TOWN_HALL).date()
        for days in range(4):
            for fold in (0, 1):
                opening = datetime.combine(today + timedelta(days=days), self.opens, TOWN_HALL)
                yield opening.replace(fold=fold).astimezone(now.tzinfo)
        hour = now.replace(minute=0, second=0, microsecond=0)
        if hour.astimezone(TOWN_HALL).utcoffset() != (
            (hour + timedelta(days=4)).astimezone(TOWN_HALL).utcoffset()
        ):
            yield from (hour + timedelta(hours=number) for number in range(1, 4 * 24))

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}-{self.closes:%H:%M}"
