"""However calls come, no second and no day has more of them than a key may make."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.bag import Options
from simulators.bag.limits import Limits
from simulators.kadaster import Problem

START = datetime(2026, 10, 24, 21, 59, tzinfo=UTC)
"""A minute before the day on which the clock goes back begins in Amsterdam."""
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
STEPS = st.lists(st.sampled_from([0, 0, 0, 0.3, 1, 20, 3_600, 50_000]), max_size=60)


@given(steps=STEPS, per_second=st.integers(1, 4), per_day=st.integers(1, 9))
def test_no_second_and_no_day_has_too_many(
    steps: list[float], per_second: int, per_day: int
) -> None:
    options, limits, now = Options(per_second=per_second, per_day=per_day), Limits(), START
    seconds: Counter[int] = Counter()
    days: Counter[str] = Counter()
    for step in steps:
        now += timedelta(seconds=step)
        second, day = int(now.timestamp()), now.astimezone(AMSTERDAM).date().isoformat()
        room = seconds[second] < per_second and days[day] < per_day
        if not room:
            with pytest.raises(Problem):
                limits.count(options, now)
            continue
        headers = limits.count(options, now)
        seconds[second] += 1
        days[day] += 1
        assert headers["X-Rate-Limit-Remaining"] == str(per_second - seconds[second])
        left = headers["Kadaster-RateLimit-DayLimit-Remaining"]
        assert left == str(per_day - days[day])
