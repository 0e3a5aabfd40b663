import re
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from schemas.fields import LINE_PATTERN, TEXT_PATTERN, Day, Line80, Moment, Toelichting

MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)
DAY: TypeAdapter[date] = TypeAdapter(Day)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(datetime(1900, 1, 2), datetime(2999, 12, 30), timezones=ZONES))  # noqa: DTZ001 - hypothesis wants naive bounds
def test_a_moment_comes_back_as_it_was_written(moment: datetime) -> None:
    again = MOMENT.validate_json(MOMENT.dump_json(moment))
    assert again == moment
    assert again.utcoffset() == moment.utcoffset()


@given(st.dates())
def test_a_day_comes_back_as_it_was_written(day: date) -> None:
    assert DAY.validate_json(DAY.dump_json(day)) == day


@given(st.text() | st.integers() | st.floats() | st.none())
def test_anything_else_is_refused_by_a_rule_of_ours(value: object) -> None:
    for adapter in (MOMENT, DAY):
        with pytest.raises(ValidationError) as refused:
            adapter.validate_python(value)
        assert refused.value.errors()[0]["type"] in {"wrong_type", "date", "date_time"}


def test_a_moment_in_lower_case_is_rfc_3339_too() -> None:
    assert MOMENT.validate_python("2026-11-23t10:00:00z") == datetime(2026, 11, 23, 10, tzinfo=UTC)


def test_a_moment_is_no_day() -> None:
    with pytest.raises(ValidationError):
        DAY.validate_python(datetime(2026, 11, 23, tzinfo=UTC))


@given(st.text(max_size=80))
def test_a_text_that_passes_can_stand_in_xml(text: str) -> None:
    forbidden = re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", text)
    for adapter in (TypeAdapter(Line80), TypeAdapter(Toelichting)):
        try:
            adapter.validate_python(text)
        except ValidationError:
            continue
        assert not forbidden


def test_a_line_has_one_line_and_something_visible() -> None:
    assert re.match(LINE_PATTERN, " De Linde ")
    assert not re.match(LINE_PATTERN, " \u00a0 ")
    assert not re.match(LINE_PATTERN, "a\tb")
    assert re.match(TEXT_PATTERN, "a\tb\r\nc")
    assert re.match(TEXT_PATTERN, "")
