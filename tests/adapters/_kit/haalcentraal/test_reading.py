"""What is odd counts as absent, whichever register says it."""

from __future__ import annotations

from typing import Any

import pytest

from adapters._kit.haalcentraal import reading


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("1987-04-12", "1987-04-12"),
        ({"datum": "1987-04-12"}, "1987-04-12"),
        ({"datum": "gisteren", "jaar": 1987}, None),
        ({"jaar": 1987, "maand": 4}, "1987-04"),
        ({"jaar": 1987, "maand": 13}, "1987"),
        ({"jaar": 800}, "0800"),
        ({"jaar": True}, None),
        ({"maand": 4}, None),
        ({}, None),
        (19870412, None),
        (None, None),
    ],
)
def test_a_date_is_as_far_as_it_is_known(value: Any, said: str | None) -> None:
    assert reading.date_of(value) == said


@pytest.mark.parametrize("odd", [True, False, "5", 5.0, None, -1, 11])
def test_what_is_no_number_within_bounds_is_none(odd: Any) -> None:
    assert reading.whole(odd, 0, 10) is None


def test_a_number_within_bounds_is_one() -> None:
    assert [reading.whole(one, 0, 10) for one in (0, 10)] == [0, 10]


@pytest.mark.parametrize("odd", [{}, {"_embedded": None}, {"_embedded": {"a": {}}}, {"a": [{}]}])
def test_a_collection_without_members_is_empty(odd: dict[str, Any]) -> None:
    assert reading.listed(odd, "a") == []


def test_a_line_is_one_line_and_has_an_end() -> None:
    assert reading.line("  a\n b  ", 80) == "a b"
    assert reading.line("abcdef", 3) == "abc"
    assert reading.line(7, 3) is None
