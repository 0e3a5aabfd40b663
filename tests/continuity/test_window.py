"""Send windows: wall clock of the town hall, over midnight and over both changes of the clock."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from continuity.window import TOWN_HALL, SendWindow

MINUTE = timedelta(minutes=1)
SPRING = datetime(2026, 3, 29, tzinfo=UTC)  # 02:00 becomes 03:00 at 01:00 UTC
WINTER = datetime(2026, 1, 14, tzinfo=UTC)
AUTUMN = datetime(2026, 10, 25, tzinfo=UTC)  # 03:00 becomes 02:00 at 01:00 UTC


def utc(night: datetime, clock: str) -> datetime:
    return datetime.combine(night.date(), time.fromisoformat(clock), tzinfo=UTC)


times = st.builds(time, st.integers(0, 23), st.integers(0, 59))
around_a_change = st.sampled_from([SPRING, AUTUMN]).flatmap(
    lambda night: st.integers(-24 * 60, 24 * 60).map(lambda minutes: night + minutes * MINUTE)
)
any_time = st.integers(0, 2 * 365 * 24 * 60 * 60).map(
    lambda number: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=number)
)


@st.composite
def windows(draw: st.DrawFn) -> SendWindow:
    opens, closes = draw(times), draw(times)
    assume(opens != closes)
    return SendWindow(opens, closes)


@pytest.mark.parametrize(
    ("text", "opens", "closes"),
    [
        ("07:00-22:00", time(7), time(22)),
        ("22:00-06:30", time(22), time(6, 30)),
        ("07:00-24:00", time(7), time(0)),
        ("00:00-12:00", time(0), time(12)),
    ],
)
def test_a_window_is_read_from_its_text(text: str, opens: time, closes: time) -> None:
    assert SendWindow.parse(text) == SendWindow(opens, closes)


@given(windows())
def test_a_window_is_read_back_from_what_it_prints(window: SendWindow) -> None:
    assert SendWindow.parse(str(window)) == window


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "write HH:MM-HH:MM"),
        ("7:00-22:00", "write HH:MM-HH:MM"),
        ("07:00", "write HH:MM-HH:MM"),
        ("07:00-22:00 ", "write HH:MM-HH:MM"),
        ("25:00-26:00", "hour must be in 0..23"),
        ("24:00-06:00", "hour must be in 0..23"),
        ("07:60-08:00", "minute must be in 0..59"),
        ("07:00-07:00", "leave send_window out"),
        ("00:00-24:00", "leave send_window out"),
    ],
)
def test_a_mistake_in_a_window_is_named(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says) as refused:
        SendWindow.parse(text)
    assert f"'{text}'" in str(refused.value)


@pytest.mark.parametrize(
    ("window", "clock", "is_open"),
    [
        # Winter in Amsterdam: an hour ahead of UTC.
        ("07:00-22:00", "05:59:59.999999", False),
        ("07:00-22:00", "06:00", True),
        ("07:00-22:00", "20:59:59.999999", True),
        ("07:00-22:00", "21:00", False),
        ("22:00-06:00", "20:59", False),
        ("22:00-06:00", "21:00", True),
        ("22:00-06:00", "23:30", True),
        ("22:00-06:00", "04:59", True),
        ("22:00-06:00", "05:00", False),
        ("07:00-24:00", "22:59", True),
        ("07:00-24:00", "23:00", False),
    ],
)
def test_a_window_counts_in_the_time_of_the_town_hall(
    window: str,
    clock: str,
    is_open: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert SendWindow.parse(window).is_open(utc(WINTER, clock)) is is_open


def test_the_hour_that_the_clock_skips_does_not_count() -> None:
    window = SendWindow.parse("02:15-02:45")
    assert not any(window.is_open(SPRING + minute * MINUTE) for minute in range(240))
    assert window.next_opening(SPRING) == SPRING + timedelta(days=1, minutes=15)


def test_a_window_that_begins_in_the_skipped_hour_opens_when_the_clock_jumps() -> None:
    window = SendWindow.parse("02:30-05:00")
    assert not window.is_open(utc(SPRING, "00:59:59"))
    assert window.is_open(utc(SPRING, "01:00"))
    assert window.next_opening(utc(SPRING, "00:30")) == utc(SPRING, "01:00")


def test_the_hour_that_the_clock_repeats_counts_twice() -> None:
    window = SendWindow.parse("02:30-02:45")
    openings = [m for m in range(240) if window.is_open(AUTUMN + m * MINUTE)]
    assert openings == [*range(30, 45), *range(90, 105)]
    assert window.next_opening(utc(AUTUMN, "00:00")) == utc(AUTUMN, "00:30")
    assert window.next_opening(utc(AUTUMN, "00:50")) == utc(AUTUMN, "01:30")


def test_a_window_that_closed_before_the_clock_went_back_opens_again_with_it() -> None:
    window = SendWindow.parse("01:00-02:30")
    assert window.next_opening(utc(AUTUMN, "00:40")) == utc(AUTUMN, "01:00")


@given(window=windows(), now=any_time)
def test_the_next_opening_is_open_not_past_and_now_when_open(
    window: SendWindow, now: datetime
) -> None:
    opening = window.next_opening(now)
    assert window.is_open(opening)
    assert opening >= now
    assert (opening == now) is window.is_open(now)


@given(window=windows(), now=around_a_change)
@example(window=SendWindow(time(2, 30), time(5)), now=utc(SPRING, "00:30"))
@example(window=SendWindow(time(2, 15), time(2, 45)), now=utc(SPRING, "00:30"))
@example(window=SendWindow(time(2, 30), time(2, 45)), now=utc(AUTUMN, "00:50"))
@example(window=SendWindow(time(1), time(2, 30)), now=utc(AUTUMN, "00:40"))
def test_nothing_between_now_and_the_next_opening_is_open(
    window: SendWindow, now: datetime
) -> None:
    """Minute by minute, over the nights on which the clock changes."""
    opening = window.next_opening(now)
    assert window.is_open(opening)
    assert now <= opening <= now + timedelta(days=2, hours=1)
    minute = now
    while minute < opening:
        assert not window.is_open(minute)
        minute += MINUTE


@pytest.mark.parametrize(
    "zone", [UTC, TOWN_HALL, ZoneInfo("America/New_York"), timezone(timedelta(hours=5, minutes=45))]
)
@pytest.mark.parametrize("night", [SPRING, AUTUMN])
def test_the_next_opening_is_the_same_moment_in_whatever_zone_one_asks(
    zone: timezone | ZoneInfo, night: datetime
) -> None:
    window = SendWindow.parse("07:00-22:00")
    for hour in range(-6, 30):
        now = night + timedelta(hours=hour, minutes=20)
        opening = window.next_opening(now.astimezone(zone))
        assert opening.tzinfo is zone
        assert opening.astimezone(UTC) == window.next_opening(now)
