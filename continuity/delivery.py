"""The life cycle of a delivery: a table that one can read on a screen.

A delivery is one message on its way to one destination. No state changes anywhere but through
`check_move`; the stores call it for every row they change.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class State(StrEnum):
    WAITING = "waiting"  # stored; why it waits is in `Wait`
    SENDING = "sending"  # write-ahead intent: the first byte may have left
    UNCERTAIN = "uncertain"  # the partner may have it; a look-up comes before any resend
    PARKED = "parked"  # needs an operator: refused, or a bug of ours, or undecidable
    DELIVERED = "delivered"  # the partner has it
    EXPIRED = "expired"  # `deliveruntil` passed before the partner took it
    DISCARDED = "discarded"  # an operator decided that it need not be delivered


class Wait(StrEnum):
    """Why a waiting or uncertain delivery waits."""

    QUEUED = "queued"  # nothing in its way but its turn
    SCHEDULED = "scheduled"  # `deliverfrom` lies in the future
    RETRY = "retry"  # an attempt failed; the next one is due later
    LOOK_UP = "look_up"  # the outcome is in doubt; a look-up is due
    SETTLE = "settle"  # in doubt, and an owner before may still be in the middle of the attempt


class OnParked(StrEnum):
    """What a parked delivery means for the later ones in its lane."""

    BLOCK = "block"  # they wait: order matters more than speed
    SKIP = "skip"  # they go on: each message stands alone


TRANSITIONS: Final[dict[State, frozenset[State]]] = {
    State.WAITING: frozenset({State.SENDING, State.DELIVERED, State.EXPIRED, State.DISCARDED}),
    State.SENDING: frozenset({State.DELIVERED, State.WAITING, State.UNCERTAIN, State.PARKED}),
    State.UNCERTAIN: frozenset({State.DELIVERED, State.WAITING, State.PARKED}),
    State.PARKED: frozenset({State.WAITING, State.DISCARDED}),
    State.DELIVERED: frozenset(),
    State.EXPIRED: frozenset(),
    State.DISCARDED: frozenset(),
}

TERMINAL: Final = frozenset(state for state, after in TRANSITIONS.items() if not after)
OPEN: Final = frozenset(State) - TERMINAL


class ForbiddenMove(Exception):
    """A bug of ours: code tried to move a delivery along an arrow that the table lacks."""


def check_move(before: State, after: State) -> None:
    if after not in TRANSITIONS[before]:
        raise ForbiddenMove(f"{before} -> {after} is not in the life cycle")
