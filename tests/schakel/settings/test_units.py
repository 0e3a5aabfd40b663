"""Lengths of time and sizes as people write them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schakel.settings.units import format_duration, format_size, parse_duration, parse_size


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("500ms", 0.5),
        ("30s", 30),
        ("1.5s", 1.5),
        ("5m", 300),
        ("5 m", 300),
        ("2h", 7200),
        ("1d", 86400),
    ],
)
def test_a_length_of_time_is_a_number_with_a_unit(text: str, seconds: float) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "wrong", [30, "30", "30 sec", "-5s", "0s", "5s ", "", None, "1h30m", "9999999d", True]
)
def test_anything_else_is_refused_with_how_to_write_it(wrong: object) -> None:
    with pytest.raises(ValueError, match=r"unit|more than zero"):
        parse_duration(wrong)


@pytest.mark.parametrize(("text", "size"), [("1B", 1), ("512KiB", 512 << 10), ("10 MiB", 10 << 20)])
def test_a_size_is_a_whole_number_with_a_unit(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("wrong", ["10", "1.5MiB", "10MB", "10mib", -1, None])
def test_a_size_without_its_unit_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="unit"):
        parse_size(wrong)


@given(st.integers(min_value=1, max_value=86400 * 1000))
def test_what_is_shown_can_be_read_back(milliseconds: int) -> None:
    length = timedelta(milliseconds=milliseconds)
    assert parse_duration(format_duration(length)) == length


@given(st.integers(min_value=1, max_value=1 << 40))
def test_a_size_that_is_shown_can_be_read_back(size: int) -> None:
    assert parse_size(format_size(size)) == size
