import time

import pytest
from pydantic import BaseModel, ValidationError

from schemas import parse_message
from schemas.examples import load
from schemas.problems import (
    MOST_PROBLEMS,
    FieldProblem,
    InvalidMessage,
    nearest,
    problems_of,
    shown_name,
)


class Counted(BaseModel):
    number: int


def test_the_error_lists_every_problem_with_its_field_and_rule() -> None:
    error = InvalidMessage([FieldProblem("a.b", "required", "B."), FieldProblem("", "x", "C.")])
    assert str(error) == "The message breaks 2 rule(s): a.b (required): B.; message (x): C."


def test_a_rule_of_pydantic_that_we_do_not_know_is_told_without_the_value() -> None:
    with pytest.raises(ValidationError) as refused:
        Counted.model_validate({"number": "secret"})
    assert problems_of(refused.value) == (
        FieldProblem("number", "invalid", "This value is not valid here."),
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [("orderingKey", "orderingkey"), ("ORDERINGKEY", "orderingkey"), ("zzz", None), ("", None)],
)
def test_the_nearest_name_is_found_whatever_its_capitals(given: str, expected: str | None) -> None:
    assert nearest(given, ["orderingkey", "subject"]) == expected


@pytest.mark.parametrize("name", ["999993653", "x12345", "a b", "", "x" * 61, "é", "\ud800", "1a"])
def test_a_name_that_is_not_like_ours_is_not_shown(name: str) -> None:
    assert shown_name(name) == "?"


def test_a_name_like_ours_is_shown() -> None:
    assert shown_name("geslachtsnaam_2") == "geslachtsnaam_2"


def test_an_event_with_countless_unknown_names_is_refused_quickly_with_a_limited_list() -> None:
    raw = load("nl.burgerzaken.zaak.gestart") | {f"x{number}": 1 for number in range(20_000)}
    begin = time.process_time()
    with pytest.raises(InvalidMessage) as refused:
        parse_message(raw)
    assert time.process_time() - begin < 2.0
    assert 0 < len(refused.value.problems) <= MOST_PROBLEMS
