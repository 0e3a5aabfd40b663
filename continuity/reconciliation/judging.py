"""What it means that the hub knows this and the partner has that: a pure table."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from adapters.contract import Sighting, Thing
from continuity.delivery import State


class Code(StrEnum):
    """Kinds of differences; part of the API."""

    MISSING = "missing"  # delivered according to us, and not there
    INCOMPLETE = "incomplete"  # delivered and there, but a part of it is not
    PARKED = "parked"  # a person has to decide here
    WAITING = "waiting"  # on its way; nobody has to do anything
    DISCARDED = "discarded"  # somebody decided that it need not be delivered
    EXPIRED = "expired"  # its `deliveruntil` passed first
    UNEXPECTED = "unexpected"  # discarded or expired here, and there all the same
    DOUBLE = "double"  # there more than once
    DIFFERENT = "different"  # the number is there, but somebody else made it
    UNKNOWN_HERE = "unknown_here"  # there, and the hub has no message for it


class Remedy(StrEnum):
    """What the one action does about a difference."""

    REDELIVER = "redeliver"  # a new delivery, looked up first
    REPLAY = "replay"  # the parked delivery goes again
    WAIT = "wait"  # it mends itself
    ACKNOWLEDGE = "acknowledge"  # nothing is sent: somebody says that it is known


REMEDIES: Final[Mapping[Code, Remedy]] = {
    Code.MISSING: Remedy.REDELIVER,
    Code.INCOMPLETE: Remedy.REDELIVER,
    Code.PARKED: Remedy.REPLAY,
    Code.WAITING: Remedy.WAIT,
    Code.DISCARDED: Remedy.ACKNOWLEDGE,
    Code.EXPIRED: Remedy.ACKNOWLEDGE,
    Code.UNEXPECTED: Remedy.ACKNOWLEDGE,
    Code.DOUBLE: Remedy.ACKNOWLEDGE,
    Code.DIFFERENT: Remedy.ACKNOWLEDGE,
    Code.UNKNOWN_HERE: Remedy.ACKNOWLEDGE,
}

_NOT_DELIVERED: Final[Mapping[State, Code]] = {
    State.PARKED: Code.PARKED,
    State.WAITING: Code.WAITING,
    State.SENDING: Code.WAITING,
    State.UNCERTAIN: Code.WAITING,
    State.DISCARDED: Code.DISCARDED,
    State.EXPIRED: Code.EXPIRED,
}
_CLOSED_WITHOUT: Final = frozenset({State.DISCARDED, State.EXPIRED})


def judge(state: State, wanted: Thing | None, seen: Sighting | None) -> Code | None:
    """The difference between a delivery in `state` and what the partner has; None: there is none.

    `wanted` None: the delivery leaves nothing that can be looked for, so only its state counts.
    """
    if wanted is None or seen is None:
        return _NOT_DELIVERED.get(state)
    if seen.times > 1:
        return Code.DOUBLE
    ours = bool(seen.times) and wanted.mark in {"", seen.thing.mark}
    if state is State.DELIVERED:
        return _delivered(seen, ours=ours)
    return Code.UNEXPECTED if state in _CLOSED_WITHOUT and ours else _NOT_DELIVERED[state]


def _delivered(seen: Sighting, *, ours: bool) -> Code | None:
    if not seen.times:
        return Code.MISSING
    if not ours:
        return Code.DIFFERENT
    return Code.INCOMPLETE if seen.complaint else None
