"""How often a key may ask: in a second, and in a day that ends at midnight in Amsterdam."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from simulators.kadaster import Problem

if TYPE_CHECKING:
    from datetime import date, datetime

    from simulators.bag.options import Options

_AMSTERDAM: Final = ZoneInfo("Europe/Amsterdam")


class Limits:
    """Counts calls of the one key."""

    def __init__(self) -> None:
        self._second: tuple[int, int] = (0, 0)
        self._days: Counter[date] = Counter()

    def clear(self) -> None:
        self._second = (0, 0)
        self._days.clear()

    def spent_today(self, now: datetime) -> int:
        return self._days[now.astimezone(_AMSTERDAM).date()]

    def count(self, options: Options, now: datetime) -> dict[str, str]:
        """Count one call; return the headers that go with its answer.

        Raises Problem when it is one too many; such a call is not counted.
        """
        second, today = int(now.timestamp()), now.astimezone(_AMSTERDAM).date()
        calls = self._second[1] if self._second[0] == second else 0
        if self._days[today] >= options.per_day:
            raise Problem("tooManyRequests", headers=_headers(options, options.per_second, 0))
        left = options.per_day - self._days[today]
        if calls >= options.per_second:
            raise Problem("tooManyRequests", headers=_headers(options, 0, left))
        self._second = (second, calls + 1)
        self._days[today] += 1
        return _headers(options, options.per_second - calls - 1, left - 1)


def _headers(options: Options, left: int, left_today: int) -> dict[str, str]:
    headers = {
        "X-Rate-Limit-Limit": str(options.per_second),
        "X-Rate-Limit-Remaining": str(left),
        "X-Rate-Limit-Reset": "1",
    }
    if options.day_header:
        headers[options.day_header] = str(options.per_day)
        headers[f"{options.day_header}-Remaining"] = str(left_today)
    return headers
