"""The life cycle is what its table says, and nothing else."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from continuity.delivery import OPEN, TERMINAL, TRANSITIONS, ForbiddenMove, State, check_move

LIFE_CYCLE = """\
waiting   -> delivered discarded expired sending
sending   -> delivered parked uncertain waiting
uncertain -> delivered parked waiting
parked    -> discarded waiting
delivered ->
expired   ->
discarded ->
"""


def printed() -> str:
    lines = [
        f"{before:<9} -> {' '.join(sorted(after))}".rstrip()
        for before, after in TRANSITIONS.items()
    ]
    return "\n".join(lines) + "\n"


def test_the_table_is_the_one_that_the_documentation_draws() -> None:
    assert printed() == LIFE_CYCLE


def test_every_state_is_in_the_table() -> None:
    assert set(TRANSITIONS) == set(State)


def test_every_state_is_reached_from_waiting() -> None:
    reached = {State.WAITING}
    while more := {after for state in reached for after in TRANSITIONS[state]} - reached:
        reached |= more
    assert reached == set(State)


def test_every_open_state_leads_to_delivered_and_out_of_every_operators_hands() -> None:
    """A delivery that could only go round would never reach its one terminal state (I1)."""
    leads = set(TERMINAL)
    while more := {state for state in OPEN - leads if TRANSITIONS[state] & leads}:
        leads |= more
    assert leads == set(State)


def test_what_was_delivered_expired_or_discarded_stays_so() -> None:
    assert {State.DELIVERED, State.EXPIRED, State.DISCARDED} == TERMINAL
    assert all(not TRANSITIONS[state] for state in TERMINAL)
    assert set(State) == OPEN | TERMINAL
    assert not OPEN & TERMINAL


def test_what_may_have_been_sent_is_never_resent_without_passing_through_waiting() -> None:
    before_sending = {state for state, after in TRANSITIONS.items() if State.SENDING in after}
    assert before_sending == {State.WAITING}


@pytest.mark.parametrize(("before", "after"), list(product(State, State)))
def test_a_move_is_allowed_when_and_only_when_the_table_has_it(before: State, after: State) -> None:
    """Seen failing: `check_move` without its `raise`."""
    if after in TRANSITIONS[before]:
        check_move(before, after)
    else:
        with pytest.raises(ForbiddenMove, match=f"{before} -> {after}"):
            check_move(before, after)


@given(st.data())
def test_every_walk_that_check_move_allows_follows_the_table_and_ends_in_a_terminal_state(
    data: st.DataObject,
) -> None:
    state = State.WAITING
    for wish in data.draw(st.lists(st.sampled_from(State), max_size=30)):
        try:
            check_move(state, wish)
        except ForbiddenMove:
            assert wish not in TRANSITIONS[state]
        else:
            assert state not in TERMINAL
            state = wish
    assert state in OPEN or not TRANSITIONS[state]
