"""What goes over the wire about reconciliations."""

from __future__ import annotations

from datetime import date

from pydantic import AwareDatetime, Field

from continuity.reconciliation import Code, Remedy
from continuity.store.records import ReconciliationState, Settlement
from schakel.http.models import ApiModel, Reason, Word


class NewReconciliation(ApiModel):
    destination: Word
    day: date = Field(description="Europe/Amsterdam; today at the latest.")


class TallyView(ApiModel):
    expected: int = Field(description="What should be there by the messages of that day.")
    there: int = Field(description="Of those, what is there as it was delivered.")
    listed: int = Field(
        description="What the destination says was registered that day; 0 where it cannot tell."
    )
    others: int = Field(description="Of those, what the hub has no message for.")


class ReconciliationView(ApiModel):
    id: int
    destination: str
    day: date
    state: ReconciliationState
    line: str = Field(description="The outcome in one sentence.")
    asked_by: str
    asked_at: AwareDatetime
    changed_at: AwareDatetime
    retry_at: AwareDatetime | None = Field(description="While incomplete: when it is tried again.")
    note: str = Field(description="Why it is incomplete.")
    messages: int = Field(description="Messages of that day that were compared so far.")
    kinds: dict[str, TallyView]
    differences: int
    open: int = Field(description="Differences that nobody has dealt with yet.")
    acknowledged: int = Field(
        description="Left out, since they were acknowledged in an earlier report of that day."
    )


class ReconciliationPage(ApiModel):
    items: list[ReconciliationView] = Field(description="Newest first.")
    next: str | None = Field(description="Address of the next page; null after the last.")


class ReconciliationQuery(ApiModel):
    destination: Word | None = None
    day: date | None = None
    limit: int = Field(default=50, ge=1, le=200)
    after: Word | None = Field(default=None, description="Cursor; take it from `next`.")


class DifferenceView(ApiModel):
    number: int
    code: Code
    kind: str = Field(description="zaak, document, status, or message for anything else.")
    identifier: str
    part_of: str = Field(description="Number of the case it belongs to; empty for a case.")
    tenant: str
    type: str
    event_id: str
    delivery_id: int | None = Field(description="null: the hub has no message for it.")
    times: int = Field(description="How often the destination has it.")
    known: str = Field(description="What the hub knows of it; BSNs masked.")
    remedy: Remedy = Field(description="What its repair does.")
    settlement: Settlement | None = Field(description="What was done about it; null: open.")
    settled_by: str
    settled_at: AwareDatetime | None
    reason: str


class DifferencePage(ApiModel):
    items: list[DifferenceView]
    next: str | None = Field(description="Address of the next page; null after the last.")


class DifferenceQuery(ApiModel):
    code: Code | None = None
    settled: bool | None = None
    limit: int = Field(default=50, ge=1, le=200)
    after: Word | None = Field(default=None, description="Cursor; take it from `next`.")


class Repair(ApiModel):
    reason: Reason


class RepairAll(ApiModel):
    code: Code
    upto: int = Field(ge=1, description="Number of the last difference that you were shown.")
    reason: Reason


class RepairedView(ApiModel):
    difference: DifferenceView
    deliveries: list[int] = Field(description="Deliveries that are on their way now.")


class RepairedAll(ApiModel):
    settled: int = Field(description="Differences that this call dealt with.")
    deliveries: list[int]
    left: bool = Field(description="There are more: call again, with the same `upto`.")
