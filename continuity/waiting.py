"""Why a delivery waits, for the operator: what must happen first is said first.

Pure: it judges by what the store and the configuration say. Two things only the worker knows,
and they are part of `Cause.TURN`: the silence that a partner asked for (Retry-After), and how
much of its concurrency and rate is in use.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from continuity.breaker import BreakerState
from continuity.delivery import State, Wait
from continuity.policy import DestinationPolicy
from continuity.retry import DOCUMENT_AWAY
from continuity.store.records import Delivery, DestinationStatus, Head


class Cause(StrEnum):
    NOT_CONFIGURED = "not_configured"  # the configuration has no such destination any more
    HELD = "held"  # an operator holds the destination
    BREAKER_OPEN = "breaker_open"  # the destination failed; nothing goes until a probe is good
    OUTSIDE_HOURS = "outside_hours"  # the send window is closed
    BEHIND_EARLIER = "behind_earlier"  # an earlier delivery of its lane is still open
    DEPENDENCY = "dependency"  # the message that `dependson` names is not settled
    SCHEDULED = "scheduled"  # `deliverfrom` lies in the future
    RETRY = "retry"  # an attempt failed; the next one is due later
    LOOK_UP = "look_up"  # the outcome is in doubt; the look-up is due later
    NOT_COLLECTED = "not_collected"  # nothing is sent there: the core comes and collects
    NO_WORKER = "no_worker"  # no process serves the destination now
    TURN = "turn"  # nothing but its turn: concurrency, rate, or silence asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    cause: Cause
    detail: str
    """For the operator; it quotes the reasons of a hold and of a breaker, unmasked."""
    until: datetime | None
    """When time alone ends this cause; another one may follow. None: something must happen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What decides whether one delivery may go now."""

    delivery: Delivery
    destination: DestinationStatus
    policy: DestinationPolicy | None
    """None: the destination is not in the configuration."""
    ahead: Head | None
    """The earliest open delivery of its lane; None when that is this one."""
    settled: bool
    """What it depends on is out of its way."""
    now: datetime
    is_collected: bool = False
    """Nothing is sent to the destination: what waits there is collected."""


def why_it_waits(situation: Situation) -> Waiting | None:
    """None when it does not wait by itself: closed, parked for an operator, or being sent."""
    if situation.delivery.state not in {State.WAITING, State.UNCERTAIN}:
        return None
    rules = _COLLECTED if situation.is_collected else _FIRST_THINGS_FIRST
    found = (rule(situation) for rule in rules)
    return next((waiting for waiting in found if waiting is not None), _its_turn(situation))


def _not_configured(at: Situation) -> Waiting | None:
    if at.policy is not None:
        return None
    name = at.destination.name
    return _event(
        Cause.NOT_CONFIGURED,
        f"Nothing is sent to {name}: it is not in the configuration. Put it back, or discard "
        "what waits for it.",
    )


def _held(at: Situation) -> Waiting | None:
    name, by, reason = at.destination.name, at.destination.held_by, at.destination.held_reason
    if by is None:
        return None
    words = f", who said: '{reason}'" if reason else ""
    return _event(Cause.HELD, f"{name} is held by {by}{words}. It goes on after a release.")


def _breaker_open(at: Situation) -> Waiting | None:
    name, breaker = at.destination.name, at.destination.breaker
    if breaker.state is not BreakerState.OPEN:
        return None
    reason = f" ('{breaker.reason}')" if breaker.reason else ""
    return _event(
        Cause.BREAKER_OPEN,
        f"The breaker of {name} is open{reason}. It closes when a probe finds {name} well.",
    )


def _outside_hours(at: Situation) -> Waiting | None:
    window = at.policy.send_window if at.policy else None
    if window is None or window.is_open(at.now):
        return None
    return Waiting(
        cause=Cause.OUTSIDE_HOURS,
        detail=f"{at.destination.name} is sent to in its hours only: {window}, Europe/Amsterdam.",
        until=window.next_opening(at.now),
    )


_AHEAD: Final[dict[State, str]] = {
    State.WAITING: "which waits itself",
    State.SENDING: "which is being sent",
    State.UNCERTAIN: "which is looked up before anything else is sent",
    State.PARKED: "which is parked: replay or discard that one",
}
"""What is to be said of each open state."""


def _behind_earlier(at: Situation) -> Waiting | None:
    if at.ahead is None:
        return None
    state = _AHEAD[at.ahead.state]
    return _event(
        Cause.BEHIND_EARLIER, f"It is behind delivery {at.ahead.id} of the same lane, {state}."
    )


def _dependency(at: Situation) -> Waiting | None:
    # What may have been taken already is looked up without regard to what it depended on.
    if at.settled or at.delivery.state is State.UNCERTAIN:
        return None
    return _event(
        Cause.DEPENDENCY,
        "The message that its dependson names is not settled: it was not accepted yet, or its "
        f"delivery to {at.destination.name} is still open.",
    )


def _due_later(at: Situation) -> Waiting | None:
    delivery = at.delivery
    if delivery.wait is Wait.QUEUED or delivery.due_at is None or delivery.due_at <= at.now:
        return None
    cause, detail = _DUE_LATER[delivery.wait]
    if delivery.fault is not None and delivery.fault.code == DOCUMENT_AWAY:
        detail = _DOCUMENT_AWAY
    said = detail.format(attempt=delivery.attempts, name=at.destination.name)
    return Waiting(cause=cause, detail=said, until=delivery.due_at)


_DUE_LATER: Final[dict[Wait, tuple[Cause, str]]] = {
    Wait.SCHEDULED: (Cause.SCHEDULED, "Its deliverfrom lies in the future."),
    Wait.RETRY: (Cause.RETRY, "Attempt {attempt} failed; the next one is due later."),
    Wait.LOOK_UP: (
        Cause.LOOK_UP,
        "Whether attempt {attempt} arrived is in doubt; {name} is asked when the look-up is due.",
    ),
    Wait.SETTLE: (
        Cause.LOOK_UP,
        "Attempt {attempt} was broken off; {name} is asked when it can no longer be busy with it.",
    ),
}


_DOCUMENT_AWAY: Final = (
    "The hub cannot read its document now, which is no fault of {name}: see that the folder or "
    "bucket under [documents] can be reached. It is tried again at least every minute."
)


def _no_worker(at: Situation) -> Waiting | None:
    lease = at.destination.lease
    if lease is not None and lease.expires_at > at.now:
        return None
    return _event(
        Cause.NO_WORKER,
        f"No process delivers to {at.destination.name} now: see that a worker runs.",
    )


def _not_collected(at: Situation) -> Waiting:
    return _event(
        Cause.NOT_COLLECTED,
        f"It waits in the inbox {at.destination.name} until the core collects and acknowledges it: "
        "when that does not happen, look at the core.",
    )


def _its_turn(at: Situation) -> Waiting:
    name, policy = at.destination.name, at.policy or DestinationPolicy()
    if at.destination.breaker.state is BreakerState.HALF_OPEN:
        detail = f"{name} answers again: one delivery is tried first, the others follow that one."
    else:
        rate = f" and {policy.rate_per_second:g} a second" if policy.rate_per_second else ""
        detail = (
            f"Nothing is in its way but its turn: {name} gets at most {policy.concurrency} at a "
            f"time{rate}, and nothing while it asks for silence (Retry-After)."
        )
    return _event(Cause.TURN, detail)


_FIRST_THINGS_FIRST: Final[tuple[Callable[[Situation], Waiting | None], ...]] = (
    _not_configured,
    _held,
    _breaker_open,
    _outside_hours,
    _behind_earlier,
    _dependency,
    _due_later,
    _no_worker,
)
"""In order of precedence; after the last of them it is only a matter of its turn."""

_COLLECTED: Final[tuple[Callable[[Situation], Waiting | None], ...]] = (
    _not_configured,
    _held,
    _due_later,
    _not_collected,
)
"""The same where deliveries are collected: nothing else keeps one from whoever comes."""


def _event(cause: Cause, detail: str) -> Waiting:
    """A cause that no passing of time ends."""
    return Waiting(cause=cause, detail=detail, until=None)
