"""Answers in memory: how long, for whom, how many."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.contract import Question, Reason
from schakel.kept import KeptAnswers
from tests.schakel.asking_kit import SettableClock, question

BSN = "999990019"
MINUTE = timedelta(minutes=1)


def asked(clock: SettableClock, **changes: Any) -> Question:
    reason = Reason(doelbinding="verhuizing", gebruiker="m.dewit")
    return replace(question(clock), data={"bsn": BSN}, reason=reason, **changes)


def test_it_is_found_until_its_time_is_over() -> None:
    clock = SettableClock()
    kept = KeptAnswers(clock)
    kept.keep(asked(clock), {"personen": []}, frozenset({BSN}), MINUTE)
    clock.advance(seconds=59)
    found = kept.find(asked(clock))
    assert found is not None
    assert found.data == {"personen": []}
    assert (found.persons, found.age) == (frozenset({BSN}), timedelta(seconds=59))
    clock.advance(seconds=1)
    assert kept.find(asked(clock)) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"tenant": "0363"},
        {"type": "persoon.zoeken"},
        {"fields": frozenset({"personen.bsn"})},
        {"data": {"bsn": "999993653"}},
        {"reason": Reason(doelbinding="adresonderzoek", gebruiker="m.dewit")},
    ],
)
def test_nobody_gets_what_was_said_to_another_question(changes: dict[str, Any]) -> None:
    clock = SettableClock()
    kept = KeptAnswers(clock)
    kept.keep(asked(clock), {"personen": []}, frozenset(), MINUTE)
    assert kept.find(replace(asked(clock), **changes)) is None


def test_another_user_with_the_same_purpose_gets_it_too() -> None:
    clock = SettableClock()
    kept = KeptAnswers(clock)
    kept.keep(asked(clock), {"personen": []}, frozenset(), MINUTE)
    other = Reason(doelbinding="verhuizing", gebruiker="p.jansen")
    assert kept.find(replace(asked(clock), reason=other)) is not None


def test_the_oldest_make_room_and_what_is_too_large_is_not_kept() -> None:
    clock = SettableClock()
    kept = KeptAnswers(clock, most_bytes=100)
    three = [replace(asked(clock), data={"huisnummer": number}) for number in range(3)]
    for one in three:
        kept.keep(one, {"naam": "x" * 30}, frozenset(), MINUTE)
    assert [kept.find(one) is not None for one in three] == [False, True, True]
    kept.keep(three[0], {"naam": "x" * 200}, frozenset(), MINUTE)
    assert [kept.find(one) is not None for one in three] == [False, True, True]


def test_a_later_answer_takes_the_place_of_the_earlier() -> None:
    clock = SettableClock()
    kept = KeptAnswers(clock, most_bytes=100)
    for name in ("x" * 30, "y" * 30, "z" * 30, "z" * 30):
        kept.keep(asked(clock), {"naam": name}, frozenset(), MINUTE)
    found = kept.find(asked(clock))
    assert found is not None
    assert found.data == {"naam": "z" * 30}


def test_no_number_of_a_person_shows() -> None:
    clock = SettableClock()
    kept = KeptAnswers(clock)
    kept.keep(asked(clock), {"bsn": BSN}, frozenset({BSN}), MINUTE)
    assert BSN not in repr(vars(kept))
    assert BSN not in repr(kept.find(asked(clock)))
