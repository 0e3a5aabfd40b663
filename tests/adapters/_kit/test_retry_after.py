"""Retry-After: what a partner may ask, and what it cannot mean."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters._kit import read_retry_after

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("0", timedelta(0)),
        (" 120 ", timedelta(minutes=2)),
        ("Mon, 23 Nov 2026 12:05:00 GMT", timedelta(minutes=5)),
        ("Monday, 23-Nov-26 12:05:00 GMT", timedelta(minutes=5)),
        ("Mon, 23 Nov 2026 12:05:00 -0000", timedelta(minutes=5)),
        ("315360000", timedelta(days=366)),
        ("Sat, 23 Nov 2041 12:00:00 GMT", timedelta(days=366)),
    ],
)
def test_a_well_formed_value_is_a_wait_of_at_most_a_year(value: str, wait: timedelta) -> None:
    assert read_retry_after(value, NOW) == wait


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "-1",
        "1.5",
        "soon",
        "9" * 5000,
        "٣",
        "Mon, 23 Nov 2026 11:59:00 GMT",
        "Mon, 99 Nov 2026 11:59:00 GMT",
        "Mon, 23 Nov 99999 11:59:00 GMT",
    ],
)
def test_what_cannot_be_meant_says_nothing(value: str | None) -> None:
    assert read_retry_after(value, NOW) is None


@given(st.text(max_size=60))
def test_any_text_is_read_without_an_error(value: str) -> None:
    wait = read_retry_after(value, NOW)
    assert wait is None or timedelta(0) <= wait <= timedelta(days=366)
