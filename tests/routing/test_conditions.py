"""What a condition in a rule means."""

from __future__ import annotations

import pytest

from routing import Condition, InvalidCondition


@pytest.mark.parametrize(
    ("wanted", "found", "holds"),
    [
        ("B0237", ["B0237"], True),
        ("B0237", ["b0237"], False),
        ("B0237", [], False),
        ("B0237", ["B0366", "B0237"], True),
        ("B02*", ["B0237"], True),
        ("B02*", ["AB0237"], False),
        ("*37", ["B0237"], True),
        ("B.237", ["B0237"], False),
        (["B0237", "C*"], ["C1"], True),
        (["B0237", "C*"], ["D1"], False),
        (5, ["5"], True),
        (True, ["true"], True),
        (False, ["true"], False),
        ({"exists": True}, ["x"], True),
        ({"exists": True}, [], False),
        ({"exists": False}, [], True),
        ({"exists": False}, ["x"], False),
    ],
)
def test_a_condition_holds_as_its_form_says(
    wanted: object, found: list[str], *, holds: bool
) -> None:
    assert Condition.parse("data.x", wanted).holds(found) is holds


@pytest.mark.parametrize(
    ("wanted", "advice"),
    [
        ([], "exists = false"),
        ("", "counts as absent"),
        ({"exist": True}, "one key"),
        ({"exists": "yes"}, "one key"),
        ({}, "one key"),
        (1.5, "whole number"),
        (None, "whole number"),
        ([["x"]], "whole number"),
    ],
)
def test_a_condition_that_cannot_be_read_says_how_to_write_it(wanted: object, advice: str) -> None:
    with pytest.raises(InvalidCondition, match=advice):
        Condition.parse("data.x", wanted)


def test_a_condition_reads_as_half_a_sentence() -> None:
    assert str(Condition.parse("data.x", ["b", "a"])) == 'data.x is "a" or "b"'
    assert str(Condition.parse("data.x", {"exists": False})) == "data.x is absent"
