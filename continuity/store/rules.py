"""What every store decides and says in the same way: pure, so that stores cannot differ in it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from continuity.delivery import State, Wait, check_move
from continuity.store.audit import Action, Fact, why
from continuity.store.contract import NotFound, StaleLease, WrongState
from continuity.store.records import (
    UNROUTED,
    ApiKey,
    Lease,
    NewDelivery,
    NewMessage,
    Outcome,
    ReplayPlan,
)

OWED: Final = (State.WAITING, State.SENDING, State.UNCERTAIN)
"""States of a delivery that goes on without an operator: what makes a destination late."""

DUE_LATER: Final = (Wait.RETRY, Wait.LOOK_UP)
"""Waits that end early when the partner is back."""

# Names and reasons in the audit trail.
EXPIRY: Final = "expiry"
EXPIRED: Final = "deliveruntil passed before it was taken"
RECOVERED: Final = "the owner before died or stopped during the attempt"
NO_DESTINATION: Final = "the routes send it nowhere"
HELD: Final = "held"


def origin_of(message: NewMessage) -> str:
    return f"source:{message.source}"


def worker_of(lease: Lease) -> str:
    return f"worker:{lease.owner}"


def reason_to_accept(new: NewDelivery) -> str:
    return why(new.parked, f"route {new.route}")


def in_plan(plan: ReplayPlan) -> str:
    return f"replay {plan.id}: {plan.reason}"


def ending(before: State) -> Action:
    """What ended for a delivery that was `before`: an attempt, or a look-up."""
    return Action.FINISH if before is State.SENDING else Action.LOOK_UP


def key_added(key: ApiKey, *, by: str) -> Fact:
    scopes = " ".join(sorted(key.scopes))
    return Fact(
        at=key.created_at,
        actor=by,
        action=Action.ADD_KEY,
        tenant=key.tenant,
        after="active",
        reason=f"{key.id} ({key.name}): {scopes}",
    )


def key_revoked(key: ApiKey, *, by: str, now: datetime) -> Fact:
    return Fact(
        at=now,
        actor=by,
        action=Action.REVOKE_KEY,
        tenant=key.tenant,
        before="active",
        after="revoked",
        reason=f"{key.id} ({key.name})",
    )


def first_state(new: NewDelivery) -> State:
    return State.WAITING if new.parked is None else State.PARKED


def first_wait(
    new: NewDelivery, *, deliver_from: datetime | None, now: datetime
) -> tuple[Wait, datetime | None]:
    """How a delivery starts to wait, and until when."""
    if new.parked is None and deliver_from is not None and deliver_from > now:
        return Wait.SCHEDULED, deliver_from
    return Wait.QUEUED, None


def wait_after_replay(*, doubtful: bool) -> Wait:
    return Wait.LOOK_UP if doubtful else Wait.QUEUED


def reroutable(deliveries: Iterable[NewDelivery]) -> list[NewDelivery]:
    return [new for new in deliveries if new.destination != UNROUTED]


def fingerprint(delivery_ids: Iterable[int]) -> str:
    """SHA-256 over the ids in ascending order, one a line."""
    digest = hashlib.sha256()
    for delivery_id in delivery_ids:
        digest.update(b"%d\n" % delivery_id)
    return digest.hexdigest()


def check_outcome(outcome: Outcome, before: State) -> None:
    """`WrongState` when no attempt or look-up was under way; `ForbiddenMove` is a bug of ours."""
    check_under_way(outcome.delivery_id, before)
    if not outcome.state is before is State.UNCERTAIN:
        check_move(before, outcome.state)


def check_under_way(delivery_id: int, state: State) -> None:
    if state not in {State.SENDING, State.UNCERTAIN}:
        raise WrongState(
            f"Delivery {delivery_id} is {state}: no attempt or look-up of it is under way."
        )


def check_replay(delivery_id: int, destination: str, state: State) -> None:
    if destination == UNROUTED:
        raise WrongState(f"Delivery {delivery_id} has no destination yet: reroute it instead.")
    if state is not State.PARKED:
        raise WrongState(f"Delivery {delivery_id} is {state}: only a parked one can be replayed.")


def check_reroute(
    delivery_id: int, destination: str, state: State, deliveries: Sequence[NewDelivery]
) -> None:
    if destination != UNROUTED or state is not State.PARKED:
        raise WrongState(
            f"Delivery {delivery_id} is {state} for {destination}: only a message that is parked "
            f"as {UNROUTED} can be rerouted."
        )
    if not reroutable(deliveries):
        raise WrongState(
            f"No route wants the message of delivery {delivery_id} yet: add a route, or discard it."
        )


def check_discard(delivery_id: int, state: State) -> None:
    if state not in {State.WAITING, State.PARKED}:
        raise WrongState(
            f"Delivery {delivery_id} is {state}: only a waiting or parked one can be discarded."
        )


def check_plan(replay_id: int, state: str, *wanted: str) -> None:
    if state not in wanted:
        raise WrongState(f"Replay {replay_id} is {state}, not {' or '.join(wanted)}.")


def stale(destination: str, epoch: int) -> StaleLease:
    return StaleLease(
        f"The lease on {destination} under epoch {epoch} has ended: another owner may be sending."
    )


def no_such(what: str, name: object) -> NotFound:
    return NotFound(f"There is no {what} {name}.")


def key_in_use(key: ApiKey) -> WrongState:
    return WrongState(f"The id or the secret of key {key.id} is in use: make a new key.")
