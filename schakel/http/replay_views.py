"""Replay plans, their reports and edits: from what the store keeps to what the API shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from continuity.store.records import Edit, PlannedRow, ReplayEvent, ReplayPlan
from schakel.http.models import (
    ChangeView,
    EditList,
    EditView,
    FatesView,
    FaultView,
    ReplayEventView,
    ReplayRowView,
    ReplayView,
)
from schakel.http.shown import shown_changes, shown_event
from schakel.telemetry.masking import mask_text


def replay_view(plan: ReplayPlan, waits_for: Mapping[str, str] | None = None) -> ReplayView:
    options, fates = plan.options, plan.fates
    return ReplayView(
        id=plan.id,
        state=plan.state,
        note=mask_text(plan.note),
        created_by=plan.created_by,
        approved_by=plan.approved_by,
        started_by=plan.started_by,
        reason=mask_text(plan.reason),
        created_at=plan.created_at,
        changed_at=plan.changed_at,
        fingerprint=plan.fingerprint,
        rate_per_second=options.rate_per_second,
        stop_at_percent=options.stop_at_percent,
        to=options.to.destination if options.to else None,
        total=plan.total,
        replayed=plan.replayed,
        skipped=plan.skipped,
        fates=FatesView(
            delivered=fates.delivered,
            failed=fates.failed,
            retrying=fates.retrying,
            closed=fates.closed,
            unknown=plan.replayed - fates.known - fates.closed,
        ),
        destinations=dict(plan.destinations),
        waits_for=dict(waits_for or {}),
    )


def event_view(event: ReplayEvent) -> ReplayEventView:
    return ReplayEventView(
        at=event.at,
        by=event.by,
        action=event.action,
        state=event.state,
        reason=mask_text(event.reason),
    )


def row_view(row: PlannedRow) -> ReplayRowView:
    fault = row.fault
    return ReplayRowView(
        delivery_id=row.delivery_id,
        tenant=row.tenant,
        destination=row.destination,
        subject=row.subject,
        mark=row.mark,
        skip=row.skip,
        replayed_at=row.replayed_at,
        went_as=row.went_as,
        fate=row.fate,
        state=row.state,
        error=fault and FaultView(code=fault.code, detail=mask_text(fault.detail)),
        changed_at=row.changed_at,
    )


def edit_list(original: bytes, edits: Iterable[Edit]) -> EditList:
    return EditList(
        original=shown_event(original),
        items=[
            EditView(
                at=edit.at,
                by=edit.by,
                reason=mask_text(edit.reason),
                changes=[ChangeView(**one) for one in shown_changes(edit.diff, original)],
            )
            for edit in edits
        ],
    )
