"""What every store decides and says in the same way: pure, so that stores cannot differ in it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from continuity.delivery import State, Wait, check_move
from continuity.store.audit import Action, Fact, why
from continuity.store.contract import NotFound, NumberTaken, StaleLease, WrongState
from continuity.store.records import (
    UNROUTED,
    ApiKey,
    Difference,
    Identity,
    Issuer,
    Lease,
    NewDelivery,
    NewIdentity,
    NewMessage,
    Outcome,
    ReplayPlan,
    Settlement,
)

OWED: Final = (State.WAITING, State.SENDING, State.UNCERTAIN)
"""States of a delivery that goes on without an operator: what makes a destination late."""

DUE_LATER: Final = (Wait.RETRY, Wait.LOOK_UP)
"""Waits that end early when the partner is back."""

PAGE_BYTES: Final = 4 * 1024 * 1024
"""A page of values ends with the value that reaches this, so that memory stays bounded."""

# Codes of faults: why a delivery cannot even be read.
DAMAGED: Final = "damaged"
KEY_MISSING: Final = "data_key_missing"

# Names and reasons in the audit trail.
EXPIRY: Final = "expiry"
EXPIRED: Final = "deliveruntil passed before it was taken"
RECOVERED: Final = "the owner before died or stopped during the attempt"
NO_DESTINATION: Final = "the routes send it nowhere"
HELD: Final = "held"


def origin_of(message: NewMessage) -> str:
    return f"source:{message.source}"


def after_recovery(
    *, doubtful: bool, now: datetime, settle: timedelta
) -> tuple[Wait, datetime | None]:
    """How a delivery waits that an owner before left in `sending`: see `acquire_lease`."""
    if not settle:
        return Wait.LOOK_UP, None
    return Wait.SETTLE, now + (2 * settle if doubtful else settle)


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


NO_EDIT: Final = b"[]"
"""What a purge leaves of an edit: who, when and why, and no values."""


def purged_reason(count: int, message_type: str, reason: str) -> str:
    return f"{count} of type {message_type}: {reason}"


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
    digest_ids(digest, delivery_ids)
    return digest.hexdigest()


def digest_ids(digest: hashlib._Hash, delivery_ids: Iterable[int]) -> None:
    """Adds the next ids to a fingerprint: a large set is read page by page."""
    for delivery_id in delivery_ids:
        digest.update(b"%d\n" % delivery_id)


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


def check_kept(delivery_id: int, purged_at: datetime | None) -> None:
    if purged_at is not None:
        raise WrongState(
            f"The content of delivery {delivery_id} was removed by the rules of retention: it "
            "cannot be sent any more. Publish a new message."
        )


def check_redelivery(
    delivery_id: int,
    state: State,
    *,
    newest_id: int,
    deliver_until: datetime | None,
    now: datetime,
) -> None:
    if newest_id != delivery_id:
        raise WrongState(
            f"Delivery {delivery_id} was made again already, as delivery {newest_id}: look there."
        )
    if state is not State.DELIVERED:
        raise WrongState(
            f"Delivery {delivery_id} is {state}: only what was delivered can be made again."
        )
    if deliver_until is not None and deliver_until <= now:
        raise WrongState(
            f"Delivery {delivery_id} may not be made any more: its deliveruntil has passed. "
            "Publish a new message."
        )


def redelivery_of(delivery_id: int, reason: str) -> str:
    return f"delivery {delivery_id} made again: {reason}"


def redelivered_as(delivery_id: int, reason: str) -> str:
    return f"made again as delivery {delivery_id}: {reason}"


def check_settlement(reconciliation_id: int, number: int, settlement: Settlement | None) -> None:
    if settlement is not None:
        raise WrongState(
            f"Difference {number} of reconciliation {reconciliation_id} was {settlement} already."
        )


def settled(found: Difference, destination: str, *, by: str, now: datetime) -> Fact:
    """For the audit trail; `found` is the difference as it has become."""
    place = f"reconciliation {found.reconciliation_id}, difference {found.number}"
    return Fact(
        at=now,
        actor=by,
        action=Action.RECONCILE,
        delivery_id=found.delivery_id,
        destination=destination,
        before=found.code,
        after=found.settlement,
        reason=f"{place}: {found.reason}",
    )


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


def newly_issued(new: NewIdentity, *, number: int, now: datetime) -> Identity:
    """As it is recorded; a definitive one was told in the answer to the question."""
    told = now if new.definitive else None
    return Identity(
        id=number,
        tenant=new.tenant,
        case_number=new.case_number,
        destination=new.destination,
        issuer=new.issuer,
        asked_by=new.asked_by,
        issued_at=now,
        definitive_number=new.case_number if new.definitive else None,
        settled_at=told,
        announced_at=told,
    )


def seen_in_message(
    number: int, *, tenant: str, destination: str, subject: str, case_number: str, now: datetime
) -> Identity:
    """The destination gave another number to a case for which nobody had asked one."""
    return Identity(
        id=number,
        tenant=tenant,
        case_number=subject,
        destination=destination,
        issuer=Issuer.CORE,
        asked_by="",
        issued_at=now,
        definitive_number=case_number,
        settled_at=now,
        announced_at=None,
    )


def settled_as(known: Identity, case_number: str, *, now: datetime) -> Identity:
    """After the destination told its number; unchanged when that was known already."""
    if known.definitive_number == case_number:
        return known
    return replace(known, definitive_number=case_number, settled_at=now, announced_at=None)


def number_taken(tenant: str) -> NumberTaken:
    return NumberTaken(f"A case number of {tenant} was given to somebody else before.")


def stale(destination: str, epoch: int) -> StaleLease:
    return StaleLease(
        f"The lease on {destination} under epoch {epoch} has ended: another owner may be sending."
    )


def no_such(what: str, name: object) -> NotFound:
    return NotFound(f"There is no {what} {name}.")


def ended_before(number: int) -> str:
    return f"Protocol entry {number} has its outcome: it is written once."


def key_in_use(key: ApiKey) -> WrongState:
    return WrongState(f"The id or the secret of key {key.id} is in use: make a new key.")
