"""Paths through answers: what a purpose lets through, and whom an answer is about."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.fieldpaths import SIGNALS, bsns_in, bsns_told, keep_only, ordered, paths_of
from schemas.persoonvragen import PersonenAntwoord
from schemas.questions import QUESTION_TYPES

ANSWER = {
    "personen": [
        {
            "bsn": "999990019",
            "geslachtsnaam": "Bakker",
            "verblijfplaats": {"postcode": "3511ZZ", "huisnummer": 12, "inOnderzoek": True},
            "partners": [{"bsn": "999993653", "geslachtsnaam": "Molenaar"}],
            "geheimhouding": True,
        },
        {"geslachtsnaam": "Vroeger"},
    ],
    "meer": False,
}


@pytest.mark.parametrize(
    ("allowed", "kept"),
    [
        ({"personen"}, ANSWER),
        (
            {"personen.geslachtsnaam"},
            {
                "personen": [
                    {"geslachtsnaam": "Bakker", "geheimhouding": True},
                    {"geslachtsnaam": "Vroeger"},
                ],
                "meer": False,
            },
        ),
        (
            {"personen.verblijfplaats.postcode", "personen.partners.geslachtsnaam"},
            {
                "personen": [
                    {
                        "verblijfplaats": {"postcode": "3511ZZ", "inOnderzoek": True},
                        "partners": [{"geslachtsnaam": "Molenaar"}],
                        "geheimhouding": True,
                    },
                    {},
                ],
                "meer": False,
            },
        ),
        (set(), {"meer": False}),
        (
            {"personen.bsn.cijfers"},
            {"personen": [{"geheimhouding": True}, {}], "meer": False},
        ),
    ],
)
def test_only_what_a_path_covers_stays_with_the_signals_beside_it(
    allowed: set[str], kept: dict[str, object]
) -> None:
    assert keep_only(ANSWER, allowed) == kept


def test_everybody_whom_an_answer_is_about_is_found_at_any_depth() -> None:
    assert bsns_in(PersonenAntwoord, ANSWER) == {"999990019", "999993653"}
    assert bsns_in(PersonenAntwoord, {"personen": []}) == frozenset()
    assert bsns_in(PersonenAntwoord, {"personen": [{"bsn": None}]}) == frozenset()


@pytest.mark.parametrize(
    ("allowed", "told"),
    [
        (set(), {"999990019", "999993653"}),
        ({"personen"}, {"999990019", "999993653"}),
        ({"personen.partners"}, {"999990019", "999993653"}),
        ({"personen.partners.geslachtsnaam"}, {"999990019", "999993653"}),
        ({"personen.verblijfplaats.postcode"}, {"999990019"}),
        ({"meer"}, set()),
    ],
)
def test_somebody_of_whom_something_is_given_was_told_about(
    allowed: set[str], told: set[str]
) -> None:
    assert bsns_told(PersonenAntwoord, ANSWER, allowed) == told


def test_people_read_an_answer_in_the_order_of_the_model() -> None:
    shuffled = {"meer": False, "personen": [{"geslachtsnaam": "Bakker", "x": 1, "bsn": "9"}]}
    assert json.dumps(ordered(PersonenAntwoord, shuffled)) == (
        '{"personen": [{"bsn": "9", "geslachtsnaam": "Bakker", "x": 1}], "meer": false}'
    )


def test_the_questions_that_name_a_person_say_so_in_a_place_that_is_known() -> None:
    question = QUESTION_TYPES["eigendom.van-adres"].question
    assert bsns_in(question, {"bsn": "999990019", "postcode": "3511ZZ"}) == {"999990019"}


def test_each_signal_stands_in_some_answer() -> None:
    known = {
        path.rpartition(".")[2]
        for kind in QUESTION_TYPES.values()
        if kind.personal
        for path in paths_of(kind.answer)
    }
    assert known >= SIGNALS


@given(st.sets(st.sampled_from(sorted(paths_of(PersonenAntwoord)))))
def test_nothing_is_added_and_no_number_stays_that_no_path_covers(allowed: set[str]) -> None:
    kept = keep_only(ANSWER, allowed)
    found = bsns_in(PersonenAntwoord, kept)
    assert found <= bsns_in(PersonenAntwoord, ANSWER)
    assert ("999990019" in found) == bool(allowed & {"personen", "personen.bsn"})
    assert ("999993653" in found) == bool(
        allowed & {"personen", "personen.partners", "personen.partners.bsn"}
    )
