from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from continuity.delivery import State, Wait
from continuity.replay import (
    JUDGED_FROM,
    RESUMABLE,
    TRANSITIONS,
    Fate,
    ReplayState,
    Tally,
    Target,
    after_a_step,
    brake,
    cancellable,
    fate_of,
    free_after,
    turns,
)

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_every_state_is_in_the_table_and_only_two_are_final() -> None:
    assert set(TRANSITIONS) == set(ReplayState)
    final = {state for state, after in TRANSITIONS.items() if not after}
    assert final == {ReplayState.DONE, ReplayState.CANCELLED}
    assert set(cancellable()) == set(ReplayState) - final
    assert all(ReplayState.RUNNING in TRANSITIONS[state] for state in RESUMABLE)


@pytest.mark.parametrize(
    ("state", "wait", "before", "fate"),
    [
        (State.DELIVERED, Wait.QUEUED, None, Fate.DELIVERED),
        (State.PARKED, Wait.QUEUED, Fate.RETRYING, Fate.FAILED),
        (State.EXPIRED, Wait.QUEUED, None, Fate.FAILED),
        (State.DISCARDED, Wait.QUEUED, Fate.RETRYING, Fate.CLOSED),
        (State.WAITING, Wait.RETRY, None, Fate.RETRYING),
        (State.WAITING, Wait.QUEUED, None, None),
        (State.SENDING, Wait.QUEUED, Fate.RETRYING, Fate.RETRYING),
        (State.UNCERTAIN, Wait.LOOK_UP, None, None),
    ],
)
def test_the_fate_of_a_row_follows_from_its_delivery(
    state: State, wait: Wait, before: Fate | None, fate: Fate | None
) -> None:
    assert fate_of(state, wait, before) is fate


def test_a_tally_counts_each_row_once() -> None:
    tally = Tally().changed(None, Fate.RETRYING).changed(None, Fate.DELIVERED)
    assert tally.changed(Fate.RETRYING, Fate.FAILED) == Tally(delivered=1, failed=1)
    assert tally.changed(Fate.RETRYING, Fate.RETRYING) == tally


@pytest.mark.parametrize(
    ("tally", "percent", "stops"),
    [
        (Tally(failed=JUDGED_FROM - 1), 1, False),
        (Tally(failed=2, delivered=8), 20, True),
        (Tally(failed=1, retrying=1, delivered=8), 20, True),
        (Tally(failed=1, delivered=9), 20, False),
        (Tally(failed=2, delivered=8, closed=90), 20, True),
        (Tally(failed=100), 0, False),
        (Tally(failed=10), 100, True),
    ],
)
def test_the_brake_stops_at_a_share_of_what_is_known(
    tally: Tally, percent: int, *, stops: bool
) -> None:
    assert (brake(tally, percent) is not None) is stops


@given(
    rate=st.floats(min_value=0.05, max_value=200),
    steps=st.lists(st.floats(min_value=0, max_value=3), min_size=1, max_size=40),
)
def test_no_pace_of_asking_gets_more_than_the_rate_and_one_burst(
    rate: float, steps: list[float]
) -> None:
    """Seen failing with `_start` not bounded, and with `free_after` returning `free_at`."""
    target, now, gone, waited = Target(name="zgw"), NOW, 0, 0.0
    for seconds in steps:
        now += timedelta(seconds=seconds)
        waited += seconds
        for turn in turns([target], rate=rate, limit=100_000, now=now):
            assert turn.rows <= rate + 1
            gone += turn.rows
            free_at = free_after(target.free_at, turn.rows, rate=rate, now=now)
            target = Target(name="zgw", free_at=free_at)
    assert gone <= (waited + 1) * rate + 2


@given(st.integers(min_value=1, max_value=20), st.integers(min_value=1, max_value=100))
def test_a_limit_is_shared_and_the_longest_waiting_goes_first(count: int, limit: int) -> None:
    targets = [
        Target(name=f"d{number}", free_at=NOW - timedelta(seconds=number))
        for number in range(count)
    ]
    given_turns = turns(targets, rate=None, limit=limit, now=NOW)
    assert sum(turn.rows for turn in given_turns) <= limit
    names = [turn.target.name for turn in given_turns]
    assert names == [f"d{number}" for number in reversed(range(count))][: len(names)]
    assert len(names) == min(count, limit)


def test_a_sample_ends_before_the_plan_does() -> None:
    assert after_a_step(ahead=None, upto=5) is ReplayState.DONE
    assert after_a_step(ahead=6, upto=5) is ReplayState.SAMPLED
    assert after_a_step(ahead=5, upto=5) is ReplayState.RUNNING
    assert after_a_step(ahead=5, upto=None) is ReplayState.RUNNING
