"""The values that go into and come out of a store. All times are aware and in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from continuity.breaker import Breaker
from continuity.delivery import OnParked, State, Wait

UNROUTED: Final = "unrouted"
"""The destination of a message that no route wants: parked there, so that a person sees it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why something did not work: a code to group by, and the words of whoever refused.

    Neither holds personal data. The codes are our own (`transient`, `no_route`, ...) or the
    partner's (`zgw:identificatie-niet-uniek`).
    """

    code: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    destination: str
    route: str
    """Name of the rule that chose this destination, kept for the operator."""
    on_parked: OnParked = OnParked.BLOCK
    parked: Fault | None = None
    """Set when the delivery starts parked (no route wanted the message)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """A validated message as it enters the store, with the deliveries that routing decided."""

    tenant: str
    source: str
    event_id: str
    type: str
    subject: str
    lane_key: str
    """Deliveries with the same destination and lane key go strictly one after another."""
    body: bytes
    """The whole CloudEvent as canonical JSON: what is digested, kept and delivered."""
    digest: bytes
    """SHA-256 of `body`: the same event id with another digest is refused."""
    deliver_from: datetime | None = None
    deliver_until: datetime | None = None
    depends_on: str | None = None
    """Event id, of the same tenant and source, that must be settled before this one is sent."""
    correlation_id: str | None = None
    deliveries: tuple[NewDelivery, ...]
    """At most one for each destination."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The message is durable. `new` is False when the same event was accepted before."""

    message_id: int
    new: bool
    destinations: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """This tenant, source and event id were accepted before with other content."""

    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to deliver to one destination, until `expires_at`, under one `epoch`.

    The epoch grows with every change of owner; every write carries it, and a write under an
    older epoch is refused (`StaleLease`).
    """

    destination: str
    owner: str
    epoch: int
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """As much of an open delivery as the dispatcher needs to keep its lanes in order."""

    id: int
    lane: str
    state: State
    due_at: datetime | None
    """Not before this time; None when it is due at once."""
    on_parked: OnParked
    deliver_until: datetime | None
    dependent: bool
    """It may wait for a message of another lane: ask `settled` before it is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredStep:
    """One call of a delivery: what was prepared, and what came of it.

    `request` is None when the partner turned out to have it before anything was prepared.
    """

    request: bytes | None
    result: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Everything that an attempt needs, read in the transaction that wrote its intent."""

    delivery_id: int
    attempt: int
    doubtful: bool
    """An earlier attempt may have been taken: look up before sending."""
    accepted_at: datetime
    look_ups: int
    """Look-ups since the last attempt that could not tell."""
    tenant: str
    subject: str
    body: bytes
    """The CloudEvent to deliver, with an operator's edits applied."""
    steps: Mapping[str, StoredStep]
    references: Mapping[str, str]
    """What the destination called this subject before, per tenant, destination and subject."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How an attempt or a look-up ended: the next state, and why."""

    delivery_id: int
    state: State
    wait: Wait = Wait.QUEUED
    due_at: datetime | None = None
    doubtful: bool = False
    fault: Fault | None = None
    detail: str = ""
    references: Mapping[str, str] = field(default_factory=dict)
    completed: Mapping[str, str] = field(default_factory=dict)
    """Steps that were completed and not yet stored: step -> result."""
    look_ups: int = 0
    """Look-ups so far that could not tell; an attempt sets it back to 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A delivery as an operator sees it; no payload in it."""

    id: int
    message_id: int
    tenant: str
    source: str
    event_id: str
    type: str
    subject: str
    destination: str
    route: str
    lane: str
    on_parked: OnParked
    state: State
    wait: Wait
    due_at: datetime | None
    doubtful: bool
    attempts: int
    fault: Fault | None
    detail: str
    edited: bool
    accepted_at: datetime
    changed_at: datetime
    deliver_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMessage:
    id: int
    tenant: str
    source: str
    event_id: str
    type: str
    subject: str
    accepted_at: datetime
    body: bytes
    correlation_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFilter:
    """Which deliveries; None means any. All given conditions must hold."""

    state: State | None = None
    destination: str | None = None
    tenant: str | None = None
    fault_code: str | None = None
    since: datetime | None = None
    """Last changed at or after this time."""
    subject: str | None = None
    event_id: str | None = None
    message_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    destination: str
    tenant: str
    state: State
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationStatus:
    """One destination as stored: held or not, its breaker, its owner, its oldest open delivery."""

    name: str
    held_by: str | None
    held_reason: str
    breaker: Breaker
    lease: Lease | None
    oldest_open_at: datetime | None
    """When the oldest delivery that is waiting, sending or uncertain was accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """Who changed what, when and why. `hash` chains the entry to all before it."""

    seq: int
    at: datetime
    actor: str
    action: str
    tenant: str | None
    message_id: int | None
    delivery_id: int | None
    destination: str | None
    before: str | None
    after: str | None
    reason: str
    hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayPlan:
    """A fixed set of parked deliveries to send again.

    `fingerprint` is a SHA-256 over the exact delivery ids: what is started is what was shown.
    """

    id: int
    state: str
    """planned | running | done | cancelled"""
    created_by: str
    reason: str
    created_at: datetime
    fingerprint: str
    total: int
    replayed: int
    skipped: int
    """Rows that were no longer parked when their turn came: left as they were."""
    destinations: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A caller's key as stored: only a hash of the secret is kept."""

    id: str
    name: str
    secret_hash: bytes
    scopes: frozenset[str]
    tenant: str | None
    """None: every tenant."""
    created_at: datetime
    revoked_at: datetime | None
