"""What goes over the wire in JSON, apart from the events themselves: camelCase, strict."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

from continuity.breaker import BreakerState
from continuity.delivery import OnParked, State, Wait
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
    event: dict[str, Any] = Field(description="What is delivered, edits applied; BSNs masked.")
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
    event: dict[str, Any] = Field(description="As published; BSNs masked, documents left out.")
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


class StartReplay(ApiModel):
    fingerprint: Word = Field(description="The plan's: what is started is what was shown.")


class ReplayView(ApiModel):
    id: int
    state: str = Field(description="planned, running, done or cancelled.")
    created_by: str
    reason: str
    created_at: AwareDatetime
    fingerprint: str
    total: int
    replayed: int
    skipped: int = Field(description="No longer parked when their turn came: left as they were.")
    destinations: dict[str, int]


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


class HealthView(ApiModel):
    status: str
