"""The values that go into and come out of a store. All times are aware and in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from continuity.breaker import Breaker
from continuity.delivery import OnParked, State, Wait
from continuity.replay import Fate, Mark, ReplayState, Skip, Tally

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
    document: str | None = None
    """SHA-256 (hex) of the document beside the message that it refers to."""
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
class MissingDocument:
    """The message refers to a document that its tenant has not stored: it was not taken."""

    sha256: str


class ReceptionOutcome(StrEnum):
    """What became of something that a system outside the hub handed in."""

    TAKEN = "taken"  # understood; its messages, if any, are accepted
    REFUSED = "refused"  # answered with a fault; may be handed in again under the same key
    IGNORED = "ignored"  # understood, and nothing to do: a change of our own, an old piece of news


RECEPTION_TYPE: Final = "ontvangst"
"""Stands for receptions where a message type is meant: `unpurged`, `purge`, rules of retention."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReception:
    """What was handed in from outside, what came of it, and what was answered."""

    tenant: str
    destination: str
    """The system that it came from, by the name that we deliver to it under."""
    key: str
    """The sender's own number for it; empty: it has none, and is never recognised again."""
    digest: bytes
    """Of the content that counts: the same key with another digest is refused."""
    outcome: ReceptionOutcome
    kind: str
    """What it was, in a short code: `creeerZaak`, `zaken/status/create`. No personal data."""
    code: str = ""
    """Of the fault that was answered; empty when there was none."""
    detail: str = ""
    """Why, for the operator. No personal data."""
    request: bytes = field(repr=False)
    request_headers: str = field(default="{}", repr=False)
    """Those that say how to read the request, as a JSON object; never who the caller was."""
    answer: bytes = field(repr=False)
    answer_status: int
    """Of HTTP."""
    answer_type: str
    """Its Content-Type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """As it is kept. In a list `request`, `request_headers` and `answer` are left out: empty."""

    id: int
    tenant: str
    destination: str
    key: str
    digest: bytes
    at: datetime
    outcome: ReceptionOutcome
    kind: str
    code: str
    detail: str
    message_ids: tuple[int, ...]
    """The messages that came of it, also those that were known before."""
    request: bytes = field(repr=False)
    request_headers: str = field(repr=False)
    answer: bytes = field(repr=False)
    answer_status: int
    answer_type: str
    purged_at: datetime | None = None
    """When key, request and answer were removed; then they are empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """It is durable, and so are its messages. A conflict is a message that was known before."""

    reception: Reception
    results: tuple[Accepted | Conflict, ...]
    """One for each message, in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """The same was received before: give the same answer again. Nothing was stored."""

    reception: Reception


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTaken:
    """Its key was used before for something else. Nothing was stored."""

    reception: Reception
    """The one that used it first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceptionFilter:
    """Which receptions; None means any. All given conditions must hold."""

    tenant: str | None = None
    destination: str | None = None
    outcome: ReceptionOutcome | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxItem:
    """A delivery that its destination comes to collect."""

    delivery_id: int
    message_id: int
    tenant: str
    destination: str
    body: bytes = field(repr=False)
    """The CloudEvent, with an operator's edits applied."""
    accepted_at: datetime
    unreadable: Fault | None = None
    """What is stored cannot be decrypted; then `body` is empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document that lies complete in the blob store; each tenant has its own."""

    tenant: str
    sha256: str
    """Of the content: 64 small hexadecimal digits. With the tenant it names the document."""
    size: int
    """Bytes of the content."""
    media_type: str
    location: str
    """Where the blob store has it. Each upload has its own, so removing one never hits another."""
    key: bytes = field(repr=False)
    """Opens the content. A secret: a sealed store encrypts it like a payload."""
    stored_at: datetime


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
    again: bool = False
    """An earlier delivery of the same message to this destination was delivered (`redeliver`)."""
    unreadable: Fault | None = None
    """What is stored cannot be decrypted: nothing may be sent; `body` and the rest are empty."""


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
    case_number: str | None = None
    """Number under which the destination keeps the case of the message's subject, once told."""


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
    purged_at: datetime | None = None
    """When content and case number were removed; then `subject` is empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the core can be told of a delivery: as it is now, with what belongs to it."""

    delivery: Delivery
    correlation_id: str | None
    """Of the message."""
    references: Mapping[str, str]
    """What the destination calls the subject."""


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
    purged_at: datetime | None = None
    """When content and case number were removed; then `body` and `subject` are empty."""


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
    """Who changed what, when and why. `hash` makes a later change of the trail show.

    In a store with one writer it chains the entry to all before it; in one with many writers it
    covers the entry, and seals over many entries are chained (`verify_audit` checks either).
    """

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
class Elsewhere:
    """Another destination than the one where a delivery is parked."""

    destination: str
    types: frozenset[str]
    """Message types that it takes."""
    tenant: str | None = None
    """The only municipality that it serves; None: all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayOptions:
    """How a plan is carried out; kept with it, so that what was approved is what happens."""

    rate_per_second: float | None = None
    """Most rows released per second for each destination; None: no limit."""
    stop_at_percent: int = 20
    """Share of known outcomes that may fail before the plan stops itself; 0: it never does."""
    approve_above: int = 0
    """A plan of more rows needs a second person; 0: none does."""
    to: Elsewhere | None = None
    """None: every row goes to its own destination again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayPlan:
    """A fixed set of parked deliveries to send again, and how far that is.

    `fingerprint` is a SHA-256 over the exact delivery ids: what is started is what was shown.
    """

    id: int
    state: ReplayState
    note: str
    """Why it is in this state, in the words of the brake or of the operator; may be empty."""
    created_by: str
    approved_by: str | None
    started_by: str | None
    """Who started it, or resumed it last: the audit trail names them for the rows that go."""
    tenant: str | None
    """Municipality of the key that planned it; None: a key of all municipalities."""
    reason: str
    created_at: datetime
    changed_at: datetime
    """When it came into its state."""
    fingerprint: str
    options: ReplayOptions
    total: int
    replayed: int
    skipped: int
    """Rows that were left as they were when their turn came; `PlannedRow.skip` says why."""
    fates: Tally
    """What became of the replayed rows; of the others nothing is known yet."""
    destinations: Mapping[str, int]
    """Where the rows were parked when the plan was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRow:
    """One row of a plan, with what became of it until now."""

    delivery_id: int
    tenant: str
    destination: str
    """Where it was parked."""
    subject: str
    mark: Mark
    skip: Skip | None
    replayed_at: datetime | None
    went_as: int | None
    """The delivery at the other destination; None when it went to its own."""
    fate: Fate | None
    """As this plan saw it: a delivery that was parked again stays failed for the plan."""
    state: State
    """Of the delivery that went, now."""
    fault: Fault | None
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayEvent:
    """Something that was done with a plan: by whom, when and why."""

    at: datetime
    by: str
    action: str
    state: ReplayState
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """An operator's change of what is delivered. `diff` holds old and new values: a payload."""

    at: datetime
    by: str
    reason: str
    diff: bytes
    """A JSON array of changes, as the one who edited handed it in."""


class Column(StrEnum):
    """Where personal data lies in a store. The values are names for cursors and progress."""

    BODY = "bodies"
    CORRELATION_ID = "correlation ids"
    EDITED_BODY = "edited bodies"
    EDIT_DIFF = "edits"
    REQUEST = "requests"
    RESULT = "results"
    REFERENCE = "references"
    DIFFERENCE = "differences"
    DOCUMENT_KEY = "document keys"
    RECEIVED = "received requests"
    RECEIVED_HEADERS = "headers of received requests"
    ANSWERED = "answers to received requests"
    SUBJECT = "case numbers"
    DIGEST = "digests"
    LANE = "lanes"
    REFERENCE_SUBJECT = "case numbers of references"
    CASE_NUMBER = "given case numbers"
    DEFINITIVE_NUMBER = "definitive case numbers"
    RECEPTION_KEY = "keys of received requests"
    RECEPTION_DIGEST = "digests of received requests"


TEXT_COLUMNS: Final = frozenset(
    {
        *(Column.CORRELATION_ID, Column.RESULT, Column.REFERENCE, Column.SUBJECT, Column.LANE),
        *(Column.REFERENCE_SUBJECT, Column.CASE_NUMBER, Column.DEFINITIVE_NUMBER),
        *(Column.RECEIVED_HEADERS, Column.RECEPTION_KEY),
    }
)
"""Those that hold text; the others hold bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredValue:
    """One value of a column, as it lies in the store."""

    place: str
    """Names the row within its column, and sorts as the pages do; nothing else reads it."""
    value: bytes | str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewValue:
    """A value that takes the place of another, if that still lies there."""

    place: str
    before: bytes | str = field(repr=False)
    after: bytes | str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """What one step of a purge did."""

    messages: int
    reached: int
    """The next step starts above this message id."""
    done: bool
    """Nothing is left above `reached`."""


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


class ReconciliationState(StrEnum):
    WANTED = "wanted"  # asked for; it may be under way
    INCOMPLETE = "incomplete"  # broken off (the partner was away); goes on by itself
    DONE = "done"  # both sides were compared to the end


class Settlement(StrEnum):
    """What was done about a difference."""

    REDELIVERED = "redelivered"  # the message was sent once more, looked up first
    REPLAYED = "replayed"  # the parked delivery was sent again
    ACKNOWLEDGED = "acknowledged"  # somebody knows of it; nothing was sent
    OVERTAKEN = "overtaken"  # it had been dealt with in another way already


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """The comparison of one day of one destination: how far it is and what it counted."""

    id: int
    destination: str
    day: date
    """In Europe/Amsterdam."""
    state: ReconciliationState
    asked_by: str
    asked_at: datetime
    changed_at: datetime
    retry_at: datetime | None
    """While incomplete: not before this time is it tried again."""
    note: str
    """Why it is incomplete: a sentence without personal data."""
    checkpoint: str
    """How far it is, and the numbers so far; empty at first. No personal data."""
    differences: int
    open: int
    """Differences that nobody has settled yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDifference:
    code: str
    kind: str
    delivery_id: int | None
    """None: the hub knows no delivery for it."""
    body: bytes
    """Identifiers and what is known, as JSON: personal data, since it holds case numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    reconciliation_id: int
    number: int
    """From 1, in the order in which they were found."""
    code: str
    kind: str
    delivery_id: int | None
    body: bytes
    settlement: Settlement | None
    """None: still open."""
    settled_by: str
    settled_at: datetime | None
    reason: str


class IdentityState(StrEnum):
    """Whether the number of a case may still be replaced."""

    PROVISIONAL = "provisional"  # the hub gave it while the zaaksysteem was away
    DEFINITIVE = "definitive"  # it stays, at this destination


class Issuer(StrEnum):
    """Who gave a case its number."""

    HUB = "hub"  # by the municipality's rule
    ZAAKSYSTEEM = "zaaksysteem"  # it was asked, and gave it
    CORE = "core"  # nobody was asked: the hub saw the number in a message


@dataclass(frozen=True, slots=True, kw_only=True)
class NewIdentity:
    """A case number that is about to be given to somebody who asked for one."""

    tenant: str
    case_number: str
    destination: str
    """The zaaksysteem that gave it, or will keep or replace it; empty: none was configured."""
    key: bytes
    """SHA-256 of who asked and the key of the request: the same one gets the same number."""
    issuer: Issuer
    definitive: bool
    asked_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A case number that the core uses, and what the destination calls the same case."""

    id: int
    tenant: str
    case_number: str
    """The subject of the case's messages."""
    destination: str
    issuer: Issuer
    asked_by: str
    """Empty when nobody asked (`Issuer.CORE`)."""
    issued_at: datetime
    definitive_number: str | None
    """None while provisional; differs from `case_number` where the destination insisted."""
    settled_at: datetime | None
    """When the definitive number became known; None while provisional."""
    announced_at: datetime | None
    """When the definitive number was told: in the answer, or in a message to the core."""

    @property
    def state(self) -> IdentityState:
        provisional = self.definitive_number is None
        return IdentityState.PROVISIONAL if provisional else IdentityState.DEFINITIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityFilter:
    """Which identities; None means any. All given conditions must hold."""

    state: IdentityState | None = None
    tenant: str | None = None
    case_number: str | None = None
