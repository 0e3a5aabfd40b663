"""What goes over the wire in JSON, apart from the events themselves: camelCase, strict."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

from continuity.breaker import BreakerState
from continuity.delivery import OnParked, State, Wait
from continuity.replay import Fate, Mark, ReplayState, Skip
from continuity.store.records import IdentityState, Issuer
from continuity.waiting import Cause
from schakel.security import Scope

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=500)]
"""In the operator's own words; it is kept in the audit trail for ever."""
Word = Annotated[str, StringConstraints(min_length=1, max_length=255)]


class ApiModel(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        validate_by_alias=True,
        validate_by_name=True,
    )


class FieldProblemView(ApiModel):
    field: str = Field(description="Dotted JSON path; in a batch it starts with the index: [3].")
    rule: str = Field(description="Short code of the rule that is broken.")
    detail: str


class ProblemView(ApiModel):
    """RFC 9457. `type` ends in a code that programs may act on."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    problems: list[FieldProblemView] | None = None


class Published(ApiModel):
    id: int = Field(description="The hub's number of the message.")
    new: bool = Field(description="False: the same event was accepted before, under this id.")


class PublishedBatch(ApiModel):
    messages: list[Published] = Field(description="In the order of the batch.")


class FaultView(ApiModel):
    code: str
    detail: str = Field(description="In the words of whoever refused; BSNs masked.")


class DeliveryView(ApiModel):
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
    due_at: AwareDatetime | None
    doubtful: bool = Field(description="The partner may have it: it is looked up before sending.")
    attempts: int
    error: FaultView | None
    detail: str
    edited: bool
    accepted_at: AwareDatetime
    changed_at: AwareDatetime
    deliver_until: AwareDatetime | None
    purged_at: AwareDatetime | None = Field(
        description="When content and case number were removed, by the rules of retention."
    )


class DeliveryPage(ApiModel):
    items: list[DeliveryView] = Field(description="Newest first.")
    next: str | None = Field(description="Address of the next page; null after the last.")


class TimelineEntry(ApiModel):
    at: AwareDatetime
    actor: str
    action: str
    before: str | None
    after: str | None
    reason: str


class WaitingView(ApiModel):
    cause: Cause
    detail: str = Field(description="A sentence for the operator; BSNs masked.")
    until: AwareDatetime | None = Field(
        description="When time alone ends this cause; null: something must happen."
    )


class DeliveryDetail(DeliveryView):
    waits_because: WaitingView | None = Field(
        description="What must happen first; null when it is closed, parked or being sent."
    )
    event: dict[str, Any] | None = Field(
        description="What is delivered, edits applied; BSNs masked. Null once it was purged."
    )
    timeline: list[TimelineEntry]


class MessageView(ApiModel):
    id: int
    tenant: str
    source: str
    event_id: str
    type: str
    subject: str
    accepted_at: AwareDatetime
    correlation_id: str | None
    purged_at: AwareDatetime | None = Field(
        description="When content and case number were removed, by the rules of retention."
    )
    event: dict[str, Any] | None = Field(
        description="As published; BSNs masked, documents left out. Null once it was purged."
    )
    deliveries: list[DeliveryView]


class MessageList(ApiModel):
    items: list[MessageView]


class DeliveryQuery(ApiModel):
    state: State | None = None
    destination: Word | None = None
    tenant: Word | None = None
    error: Word | None = Field(default=None, description="Code of the fault.")
    since: AwareDatetime | None = Field(default=None, description="Last changed then or later.")
    subject: Word | None = None
    event: Word | None = Field(default=None, description="The event's own id.")
    limit: int = Field(default=50, ge=1, le=200)
    after: Word | None = Field(default=None, description="Cursor; take it from `next`.")


class ReplayOne(ApiModel):
    reason: Reason
    patch: dict[str, Any] | None = Field(
        default=None, description="JSON Merge Patch (RFC 7396) on the event's `data`."
    )
    verified_absent: bool = Field(
        default=False, description="You checked that the partner does not have it."
    )
    to: Word | None = Field(
        default=None, description="Send it to this destination instead; this one is discarded."
    )


class Replayed(ApiModel):
    delivery: DeliveryView
    destinations: list[str] = Field(description="Where the message goes now.")


class Discard(ApiModel):
    reason: Reason


class ReplayFilter(ApiModel):
    """At least one condition; only parked deliveries are ever replayed."""

    state: State = State.PARKED
    destination: Word | None = None
    tenant: Word | None = None
    error: Word | None = None
    since: AwareDatetime | None = None
    subject: Word | None = None
    event: Word | None = None


class NewReplay(ApiModel):
    filter: ReplayFilter
    reason: Reason
    rate_per_second: float | None = Field(
        default=None, gt=0, le=1000, description="Per destination; null: as the hub is set up."
    )
    stop_at_percent: int | None = Field(
        default=None, ge=0, le=100, description="0: no brake; null: as the hub is set up."
    )
    to: Word | None = Field(
        default=None, description="Send them all to this destination instead of their own."
    )


Sample = Annotated[int, Field(ge=1, le=1_000_000)]


class StartReplay(ApiModel):
    fingerprint: Word = Field(description="The plan's: what is started is what was shown.")
    sample: Sample | None = Field(
        default=None, description="Only the first so many, the oldest; then it waits for you."
    )


class ApproveReplay(ApiModel):
    fingerprint: Word = Field(description="The plan's: what is approved is what was shown.")
    reason: Reason


class PauseReplay(ApiModel):
    reason: Reason


class ResumeReplay(ApiModel):
    reason: Reason
    sample: Sample | None = Field(
        default=None, description="Only so many more; then it waits for you again."
    )


class CancelReplay(ApiModel):
    reason: Reason


class FatesView(ApiModel):
    """What became of the rows that were sent; of `unknown` ones nothing is known yet."""

    delivered: int
    failed: int = Field(description="Parked again, or too late.")
    retrying: int = Field(description="An attempt failed; it is made again.")
    closed: int = Field(description="Discarded by an operator meanwhile.")
    unknown: int


class ReplayView(ApiModel):
    id: int
    state: ReplayState
    note: str = Field(description="Why it is in this state; may be empty.")
    created_by: str
    approved_by: str | None
    started_by: str | None = Field(description="Who started it, or resumed it last.")
    reason: str
    created_at: AwareDatetime
    changed_at: AwareDatetime
    fingerprint: str
    rate_per_second: float | None
    stop_at_percent: int
    to: str | None = Field(description="Where the rows go instead of to their own destination.")
    total: int
    replayed: int
    skipped: int = Field(description="Left as they were when their turn came; see the report.")
    fates: FatesView
    destinations: dict[str, int] = Field(description="Where the rows were parked.")
    waits_for: dict[str, str] = Field(
        default_factory=dict,
        description="Destinations that get nothing now: `held` or `breaker_open`.",
    )


class ReplayPage(ApiModel):
    items: list[ReplayView] = Field(description="Newest first.")
    next: str | None = Field(description="Address of the next page; null after the last.")


class ReplayQuery(ApiModel):
    limit: int = Field(default=50, ge=1, le=200)
    after: Word | None = Field(default=None, description="Cursor; take it from `next`.")


class ReportQuery(ApiModel):
    limit: int = Field(default=200, ge=1, le=1000)
    after: Word | None = Field(default=None, description="Cursor; take it from `next`.")


class ReplayEventView(ApiModel):
    at: AwareDatetime
    by: str
    action: str
    state: ReplayState
    reason: str


class ReplayRowView(ApiModel):
    delivery_id: int
    tenant: str
    destination: str = Field(description="Where it was parked.")
    subject: str
    mark: Mark
    skip: Skip | None = Field(description="Why it was left as it was.")
    replayed_at: AwareDatetime | None
    went_as: int | None = Field(description="The delivery at the other destination.")
    fate: Fate | None = Field(description="As this replay saw it; a failure stays one.")
    state: State = Field(description="Of the delivery, now.")
    error: FaultView | None
    changed_at: AwareDatetime


class ReplayReport(ApiModel):
    replay: ReplayView
    history: list[ReplayEventView] = Field(description="Who did what with it, oldest first.")
    items: list[ReplayRowView] = Field(description="By number of the delivery.")
    next: str | None = Field(description="Address of the next page; null after the last.")


class ChangeView(ApiModel):
    op: str = Field(description="add, remove or replace.")
    path: str = Field(description="JSON Pointer within the event.")
    old: Any = None
    new: Any = None


class EditView(ApiModel):
    at: AwareDatetime
    by: str
    reason: str
    changes: list[ChangeView] = Field(description="Against what was delivered before; masked.")


class EditList(ApiModel):
    original: dict[str, Any] = Field(description="As published; masked.")
    items: list[EditView] = Field(description="Oldest first.")


class BreakerView(ApiModel):
    state: BreakerState
    failures: int
    opened_at: AwareDatetime | None
    probe_at: AwareDatetime | None
    reason: str


class DestinationView(ApiModel):
    name: str
    tenant: str | None = Field(description="The only municipality it serves; null: shared.")
    held: bool
    held_by: str | None
    held_reason: str
    breaker: BreakerView
    oldest_open_at: AwareDatetime | None
    counts: dict[State, int]


class DestinationList(ApiModel):
    items: list[DestinationView]


class DestinationChange(ApiModel):
    held: bool
    reason: Reason


class Answered(BaseModel):
    """The answer, in the form that belongs to the question type."""

    model_config = ConfigDict(extra="allow")


class IdentityView(ApiModel):
    id: int
    number: str = Field(description="The case number that was given, and that messages carry.")
    tenant: str
    destination: str | None = Field(description="The zaaksysteem that is about; null: none.")
    state: IdentityState
    issued_by: Issuer
    asked_by: str = Field(description="The key or system that asked; empty: nobody did.")
    issued_at: AwareDatetime
    definitive_number: str | None = Field(
        description="What the destination calls the case; null while provisional."
    )
    settled_at: AwareDatetime | None
    announced_at: AwareDatetime | None = Field(
        description="When the core was told the definitive number."
    )


class IdentityPage(ApiModel):
    items: list[IdentityView] = Field(description="Newest first.")
    next: str | None = Field(description="Address of the next page; null after the last.")


class IdentityQuery(ApiModel):
    state: IdentityState | None = None
    tenant: Word | None = None
    number: Word | None = Field(default=None, description="The case number that was given.")
    limit: int = Field(default=50, ge=1, le=200)
    after: Word | None = Field(default=None, description="Cursor; take it from `next`.")


class KeyView(ApiModel):
    id: str
    name: str
    scopes: list[Scope]
    tenant: str | None
    created_at: AwareDatetime
    revoked_at: AwareDatetime | None


class KeyList(ApiModel):
    items: list[KeyView]


class CreateKey(ApiModel):
    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._@-]{0,79}$")]
    scopes: list[Scope] = Field(min_length=1)
    tenant: Word | None = Field(default=None, description="null: every municipality.")


class CreatedKey(KeyView):
    secret: str = Field(description="Shown here once, and nowhere kept.")


class DocumentView(ApiModel):
    sha256: str
    dataref: str = Field(description="What a message writes to refer to it.")
    size: int = Field(description="In bytes.")
    media_type: str
    stored_at: AwareDatetime


class HealthView(ApiModel):
    status: str
    amqp: str | None = Field(
        default=None,
        description="connected or away; absent when this process takes nothing from RabbitMQ.",
    )
