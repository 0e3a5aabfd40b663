"""Days of the town hall, on the nights of the clock change too."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from continuity.reconciliation.days import bounds, day_of, due_days, latest_day

AT = time(2, 30)


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2026, 11, 22), 24),
        (date(2026, 3, 29), 23),
        (date(2026, 10, 25), 25),
    ],
)
def test_a_day_is_as_long_as_the_town_hall_clock_says(day: date, hours: int) -> None:
    start, end = bounds(day)

    assert end - start == timedelta(hours=hours)
    assert day_of(start) == day_of(end - timedelta(microseconds=1)) == day
    assert day_of(end) == day + timedelta(days=1)


def test_days_follow_each_other_without_a_gap() -> None:
    for number in range(400):
        day = date(2026, 1, 1) + timedelta(days=number)
        assert bounds(day)[1] == bounds(day + timedelta(days=1))[0]


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-11-23T01:29:59+00:00", date(2026, 11, 21)),
        ("2026-11-23T01:30:00+00:00", date(2026, 11, 22)),
        ("2026-11-23T22:59:59+00:00", date(2026, 11, 22)),
        # 02:30 does not exist: at 02:00 the clock goes to 03:00
        ("2026-03-29T00:59:59+00:00", date(2026, 3, 27)),
        ("2026-03-29T01:00:00+00:00", date(2026, 3, 28)),
        # 02:30 comes twice, and after the first time the day stays due
        ("2026-10-25T00:29:59+00:00", date(2026, 10, 23)),
        ("2026-10-25T00:30:00+00:00", date(2026, 10, 24)),
        ("2026-10-25T01:10:00+00:00", date(2026, 10, 24)),
    ],
)
def test_yesterday_is_due_from_its_hour_on(now: str, day: date) -> None:
    assert latest_day(datetime.fromisoformat(now), AT) == day


NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_the_first_night_looks_at_yesterday_only() -> None:
    assert due_days(NOW, AT, None) == [date(2026, 11, 22)]


def test_days_on_which_the_hub_was_off_are_caught_up_with() -> None:
    last = date(2026, 11, 19)

    assert due_days(NOW, AT, last) == [date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 22)]
    assert due_days(NOW, AT, date(2026, 11, 22)) == []
    assert due_days(NOW, AT, date(2025, 1, 1))[0] == date(2026, 11, 16)
