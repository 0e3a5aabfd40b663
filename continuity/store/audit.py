"""The audit trail's hash chain: pure, the same for every store.

Each entry's hash covers the hash before it and everything the entry says, so that a changed,
removed or inserted entry breaks the chain from there on. A tail that was cut off leaves a shorter
chain that still holds: whoever must detect that keeps the last hash elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from continuity.store.records import AuditEntry, Fault

GENESIS: Final = bytes(32)
"""What the first entry is chained to."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class Action(StrEnum):
    """What was done."""

    ACCEPT = "accept"  # a publisher's message became a delivery
    SEND = "send"  # the intent of one attempt was committed
    FINISH = "finish"  # an attempt ended
    LOOK_UP = "look_up"  # a look-up ended
    RECOVER = "recover"  # a new owner found an attempt that its dead owner left
    EXPIRE = "expire"  # `deliveruntil` passed
    REPLAY = "replay"  # an operator sent a parked delivery again
    REROUTE = "reroute"  # an operator gave an unrouted message its destinations
    REDELIVER = "redeliver"  # what was delivered is missing there: the message goes once more
    RECONCILE = "reconcile"  # a difference that a reconciliation found was dealt with
    REDIRECT = "redirect"  # an operator sent a parked delivery to another destination instead
    COLLECT = "collect"  # whom it was for came and got it
    SHOW_RECEPTION = "show_reception"  # somebody looked at what a system outside handed in
    SEARCH_PROTOCOL = "search_protocol"  # somebody looked into the log of questions about persons
    DISCARD = "discard"  # an operator decided that it need not be delivered
    HOLD = "hold"
    RELEASE = "release"
    BREAKER = "breaker"  # the breaker of a destination changed its state
    LEASE = "lease"  # a destination changed hands
    PLAN_REPLAY = "plan_replay"
    START_REPLAY = "start_replay"
    CANCEL_REPLAY = "cancel_replay"
    APPROVE_REPLAY = "approve_replay"  # a second person agreed to a large plan
    PAUSE_REPLAY = "pause_replay"
    RESUME_REPLAY = "resume_replay"
    SAMPLE_REPLAY = "sample_replay"  # the sample of a plan is out; somebody has to look
    STOP_REPLAY = "stop_replay"  # the brake stopped a plan
    END_REPLAY = "end_replay"  # the last row of a plan was done
    REPLAY_REJECTED = "replay_rejected"  # what came over RabbitMQ and was refused goes in again
    DISCARD_REJECTED = "discard_rejected"  # the same is forgotten
    PURGE = "purge"  # the content of closed messages was removed
    ADD_KEY = "add_key"
    REVOKE_KEY = "revoke_key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """An entry before it has its place in the chain. No payload and no personal data."""

    at: datetime
    actor: str
    action: Action
    tenant: str | None = None
    message_id: int | None = None
    delivery_id: int | None = None
    destination: str | None = None
    before: str | None = None
    after: str | None = None
    reason: str = ""


def link(fact: Fact, *, seq: int, previous: bytes) -> AuditEntry:
    """The entry with number `seq`, chained to the entry whose hash is `previous`."""
    return AuditEntry(
        seq=seq,
        at=fact.at,
        actor=fact.actor,
        action=fact.action.value,
        tenant=fact.tenant,
        message_id=fact.message_id,
        delivery_id=fact.delivery_id,
        destination=fact.destination,
        before=fact.before,
        after=fact.after,
        reason=fact.reason,
        hash=_digest(fact, seq, previous),
    )


def first_break(
    entries: Iterable[AuditEntry], *, seq: int = 0, previous: bytes = GENESIS
) -> int | None:
    """None when `entries` continue the chain that stands at `seq`; else the first that does not.

    When an entry is missing, that is the number it should have had.
    """
    for entry in entries:
        seq += 1
        if entry.seq != seq or entry.hash != _digest(entry, seq, previous):
            return seq
        previous = entry.hash
    return None


def why(fault: Fault | None, otherwise: str) -> str:
    """The reason of an entry: the fault where there is one."""
    return otherwise if fault is None else f"{fault.code}: {fault.detail}"


def _digest(entry: Fact | AuditEntry, seq: int, previous: bytes) -> bytes:
    said = json.dumps(
        (
            seq,
            (entry.at - _EPOCH) // _MICROSECOND,
            entry.actor,
            entry.action,
            entry.tenant,
            entry.message_id,
            entry.delivery_id,
            entry.destination,
            entry.before,
            entry.after,
            entry.reason,
        ),
        separators=(",", ":"),
    )
    return hashlib.sha256(previous + said.encode()).digest()
