"""Working days are those of the Algemene termijnenwet, and terms end on one of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.werkdagen import (
    begin_van,
    dag_van,
    einde_van,
    feestdagen,
    is_werkdag,
    uiterlijk,
    werkdag_na,
    werkdagen_tot,
)

NAMES = (
    "Nieuwjaarsdag",
    "Goede Vrijdag",
    "Tweede Paasdag",
    "Koningsdag",
    "5 mei",
    "Hemelvaartsdag",
    "Tweede Pinksterdag",
    "Eerste Kerstdag",
    "Tweede Kerstdag",
)
LAW = {
    2024: "01-01 03-29 04-01 04-27 05-05 05-09 05-20 12-25 12-26",
    2025: "01-01 04-18 04-21 04-26 05-05 05-29 06-09 12-25 12-26",
    2026: "01-01 04-03 04-06 04-27 05-05 05-14 05-25 12-25 12-26",
    2027: "01-01 03-26 03-29 04-27 05-05 05-06 05-17 12-25 12-26",
    2028: "01-01 04-14 04-17 04-27 05-05 05-25 06-05 12-25 12-26",
    2029: "01-01 03-30 04-02 04-27 05-05 05-10 05-21 12-25 12-26",
    2030: "01-01 04-19 04-22 04-27 05-05 05-30 06-10 12-25 12-26",
}
"""Written from the calendar, in the order of NAMES but for days that change places."""

DAYS = st.dates(min_value=date(2024, 1, 1), max_value=date(2030, 12, 1))
COUNTS = st.integers(min_value=1, max_value=15)
CLOSED = st.frozensets(DAYS, max_size=30)


@pytest.mark.parametrize("year", LAW)
def test_the_closed_days_of_a_year_are_those_of_the_law_and_the_weekends(year: int) -> None:
    law = {date.fromisoformat(f"{year}-{day}") for day in LAW[year].split()}
    assert len(law) == len(NAMES)
    every = [date(year, 1, 1) + timedelta(days=n) for n in range(366)]
    closed = {day for day in every if day.year == year and not is_werkdag(day)}
    assert closed == law | {day for day in every if day.year == year and day.weekday() >= 5}
    assert {day for day in feestdagen(year) if day.weekday() < 5} <= law


@pytest.mark.parametrize(
    ("received", "last"),
    [
        ("2026-11-24T08:00:00+00:00", date(2026, 12, 1)),
        # 00:30 on Wednesday in Utrecht, still Tuesday in UTC
        ("2026-11-24T23:30:00+00:00", date(2026, 12, 2)),
        # over the Christmas days, which fall on Friday and Saturday, and New Year's Day
        ("2026-12-23T10:00:00+00:00", date(2026, 12, 31)),
        ("2026-12-24T10:00:00+00:00", date(2027, 1, 4)),
        # over Goede Vrijdag and Easter; over the change to summer time
        ("2026-04-02T10:00:00+00:00", date(2026, 4, 13)),
        ("2026-03-27T22:59:59+00:00", date(2026, 4, 7)),
        ("2026-03-27T23:00:00+00:00", date(2026, 4, 7)),
        # received on a Saturday: Monday is the first day
        ("2026-11-28T10:00:00+00:00", date(2026, 12, 4)),
    ],
)
def test_five_working_days_count_from_the_day_after_receipt(received: str, last: date) -> None:
    assert uiterlijk(datetime.fromisoformat(received), 5) == last


def test_a_day_on_which_the_town_hall_is_closed_puts_the_term_off() -> None:
    received = datetime(2026, 12, 21, 9, tzinfo=UTC)
    assert uiterlijk(received, 5) == date(2026, 12, 29)
    assert uiterlijk(received, 5, {date(2026, 12, 24)}) == date(2026, 12, 30)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 11, 2), 24)]
)
def test_a_day_ends_where_the_next_begins_also_when_the_clock_changes(
    day: date, hours: int
) -> None:
    assert einde_van(day) - begin_van(day) == timedelta(hours=hours)
    assert dag_van(begin_van(day)) == dag_van(einde_van(day) - timedelta(seconds=1)) == day
    assert dag_van(einde_van(day)) == day + timedelta(days=1)


@given(day=DAYS, count=COUNTS, closed=CLOSED)
def test_a_term_ends_on_a_working_day_with_exactly_its_number_of_days(
    day: date, count: int, closed: frozenset[date]
) -> None:
    last = werkdag_na(day, count, closed)
    assert is_werkdag(last, closed)
    between = [day + timedelta(days=n) for n in range(1, (last - day).days + 1)]
    assert sum(is_werkdag(one, closed) for one in between) == count
    assert werkdagen_tot(day, last, closed) == count
    assert werkdagen_tot(last, day, closed) == -count


@given(one=DAYS, other=DAYS, count=COUNTS, closed=CLOSED)
def test_what_was_received_later_never_ends_earlier(
    one: date, other: date, count: int, closed: frozenset[date]
) -> None:
    first, second = sorted((one, other))
    assert werkdag_na(first, count, closed) <= werkdag_na(second, count, closed)
    assert werkdag_na(first, count, closed) < werkdag_na(first, count + 1, closed)


def test_no_days_and_a_moment_without_a_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="from 1 on"):
        werkdag_na(date(2026, 11, 24), 0)
    with pytest.raises(ValueError, match="without a zone"):
        uiterlijk(datetime(2026, 11, 24, 9), 5)  # noqa: DTZ001 - the refusal of it is tested
