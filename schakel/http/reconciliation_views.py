"""Reconciliations as the API shows them."""

from __future__ import annotations

from dataclasses import asdict

from continuity.reconciliation import REMEDIES, Code, Finding, Progress, in_one_line
from continuity.store.records import Difference, Reconciliation
from schakel.http.reconciliation_models import DifferenceView, ReconciliationView, TallyView
from schakel.telemetry.masking import mask_text


def reconciliation_view(report: Reconciliation) -> ReconciliationView:
    progress = Progress.read(report.checkpoint, start=report.asked_at)
    return ReconciliationView(
        id=report.id,
        destination=report.destination,
        day=report.day,
        state=report.state,
        line=in_one_line(report),
        asked_by=report.asked_by,
        asked_at=report.asked_at,
        changed_at=report.changed_at,
        retry_at=report.retry_at,
        note=mask_text(report.note),
        messages=progress.messages,
        kinds={kind: TallyView(**asdict(one)) for kind, one in progress.tallies.items()},
        differences=report.differences,
        open=report.open,
        acknowledged=progress.acknowledged,
    )


def difference_view(difference: Difference) -> DifferenceView:
    finding = Finding.from_bytes(difference.body)
    code = Code(difference.code)
    return DifferenceView(
        number=difference.number,
        code=code,
        kind=difference.kind,
        identifier=finding.identifier,
        part_of=finding.part_of,
        tenant=finding.tenant,
        type=finding.type,
        event_id=finding.event_id,
        delivery_id=difference.delivery_id,
        times=finding.times,
        known=mask_text(finding.known),
        remedy=REMEDIES[code],
        settlement=difference.settlement,
        settled_by=difference.settled_by,
        settled_at=difference.settled_at,
        reason=mask_text(difference.reason),
    )
