"""The pattern of case numbers: what it gives, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schakel.numbering import NumberRule, RangeUsedUp
from schemas import Zaakidentificatie

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
USUAL = NumberRule.parse("{gemeentecode}H{jaar}{volgnummer:07}")


def test_a_number_has_gemeentecode_year_and_counter() -> None:
    assert USUAL.number("0344", NOW, 17) == "0344H20260000017"


def test_the_year_is_that_of_the_town_hall() -> None:
    new_year = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert USUAL.number("0344", new_year, 1) == "0344H20270000001"
    assert USUAL.series("0344", new_year) != USUAL.series("0344", NOW)


def test_a_series_is_what_its_numbers_have_in_common() -> None:
    assert USUAL.series("0344", NOW) == "0344/0344H2026#/1"
    fixed = NumberRule.parse("0344H{jaar}{volgnummer:07}")
    assert fixed.series("0344", NOW) == USUAL.series("0344", NOW)
    without_year = NumberRule.parse("H{volgnummer:05}", first=500)
    assert without_year.series("0344", NOW) == "0344/H#/500"


def test_the_hub_keeps_to_its_own_range() -> None:
    rule = NumberRule.parse("H{volgnummer:04}", first=9000, last=9001)
    assert [rule.number("0344", NOW, drawn) for drawn in (1, 2)] == ["H9000", "H9001"]
    with pytest.raises(RangeUsedUp, match="widen it"):
        rule.number("0344", NOW, 3)


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "0344",
        "{volgnummer}",
        "{volgnummer:7}",
        "{volgnummer:03}",
        "{volgnummer:013}",
        "{volgnummer:07}{volgnummer:07}",
        "{Volgnummer:07}",
        "{jaar}{maand}{volgnummer:07}",
        "zaak {volgnummer:07}",
        "/{volgnummer:07}",
        "-{volgnummer:07}",
        "{volgnummer:07",
        "{volgnummer:07}}",
        "A" * 34 + "{volgnummer:07}",
    ],
)
def test_a_pattern_that_gives_no_case_number_is_refused_with_an_example(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"0344H\{jaar\}\{volgnummer:07\}"):
        NumberRule.parse(pattern)


@pytest.mark.parametrize(("first", "last"), [(0, None), (10000, None), (5, 4), (1, 10000)])
def test_a_range_that_does_not_fit_the_digits_is_refused(first: int, last: int | None) -> None:
    with pytest.raises(ValueError, match="from 1 to 9999"):
        NumberRule.parse("H{volgnummer:04}", first=first, last=last)


@given(st.integers(1, 9_999_999), st.integers(1, 9_999_999))
def test_two_draws_never_give_one_number_and_every_number_can_be_used(one: int, two: int) -> None:
    numbers = [USUAL.number("0344", NOW, drawn) for drawn in (one, two)]
    assert (numbers[0] == numbers[1]) == (one == two)
    assert [str(Zaakidentificatie(number)) for number in numbers] == numbers
