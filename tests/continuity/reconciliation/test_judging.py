"""What differs follows from a state and a sighting alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.contract import Sighting
from continuity.delivery import State
from continuity.reconciliation.judging import REMEDIES, Code, Remedy, judge
from tests.continuity.reconciliation.scene import case

WANTED = case("Z1")
THERE = Sighting(thing=WANTED)
AWAY = Sighting(thing=WANTED, times=0)
ANOTHERS = Sighting(thing=replace(WANTED, mark=""))
TWICE = Sighting(thing=WANTED, times=2)
HALF = Sighting(thing=WANTED, complaint="not linked")


@pytest.mark.parametrize(
    ("state", "seen", "code"),
    [
        (State.DELIVERED, THERE, None),
        (State.DELIVERED, AWAY, Code.MISSING),
        (State.DELIVERED, ANOTHERS, Code.DIFFERENT),
        (State.DELIVERED, HALF, Code.INCOMPLETE),
        (State.DELIVERED, TWICE, Code.DOUBLE),
        (State.DELIVERED, None, None),
        (State.PARKED, AWAY, Code.PARKED),
        (State.PARKED, THERE, Code.PARKED),
        (State.PARKED, None, Code.PARKED),
        (State.WAITING, AWAY, Code.WAITING),
        (State.SENDING, THERE, Code.WAITING),
        (State.UNCERTAIN, AWAY, Code.WAITING),
        (State.DISCARDED, AWAY, Code.DISCARDED),
        (State.DISCARDED, THERE, Code.UNEXPECTED),
        (State.DISCARDED, ANOTHERS, Code.DISCARDED),
        (State.EXPIRED, AWAY, Code.EXPIRED),
        (State.EXPIRED, THERE, Code.UNEXPECTED),
        (State.EXPIRED, None, Code.EXPIRED),
    ],
)
def test_a_state_and_a_sighting_make_a_code(
    state: State, seen: Sighting | None, code: Code | None
) -> None:
    assert judge(state, WANTED if seen else None, seen) == code


def test_nothing_is_sent_for_what_is_there_or_was_decided() -> None:
    sends = {code for code, remedy in REMEDIES.items() if remedy in {"redeliver", "replay"}}

    assert set(REMEDIES) == set(Code)
    assert sends == {Code.MISSING, Code.INCOMPLETE, Code.PARKED}
    assert REMEDIES[Code.WAITING] is Remedy.WAIT
