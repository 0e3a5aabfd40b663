"""Rows about replay plans as records. The order of columns is that of `replay_sql`."""

from __future__ import annotations

import json

from continuity.delivery import State
from continuity.replay import Fate, Mark, ReplayState, Skip, Tally
from continuity.store.planning import options_of
from continuity.store.records import Edit, PlannedRow, ReplayEvent, ReplayPlan
from continuity.store.sqlite.rows import Row, to_fault
from continuity.store.sqlite.times import from_micros


def to_plan(row: Row) -> ReplayPlan:
    delivered, failed, retrying, closed = row[15:19]
    return ReplayPlan(
        id=row[0],
        state=ReplayState(row[1]),
        note=row[2],
        created_by=row[3],
        approved_by=row[4],
        started_by=row[5] or None,
        tenant=row[6],
        reason=row[7],
        created_at=from_micros(row[8]),
        changed_at=from_micros(row[9]),
        fingerprint=row[10],
        options=options_of(row[11]),
        total=row[12],
        replayed=row[13],
        skipped=row[14],
        fates=Tally(delivered=delivered, failed=failed, retrying=retrying, closed=closed),
        destinations=json.loads(row[19]),
    )


def to_planned_row(row: Row) -> PlannedRow:
    return PlannedRow(
        delivery_id=row[0],
        tenant=row[1],
        destination=row[2],
        subject=row[3],
        mark=Mark(row[4] or Mark.PENDING),
        skip=None if row[5] is None else Skip(row[5]),
        replayed_at=from_micros(row[6]),
        went_as=row[7],
        fate=None if row[8] is None else Fate(row[8]),
        state=State(row[9]),
        fault=to_fault(row[10], row[11]),
        changed_at=from_micros(row[12]),
    )


def to_event(row: Row) -> ReplayEvent:
    at, actor, action, state, reason = row
    return ReplayEvent(
        at=from_micros(at), by=actor, action=action, state=ReplayState(state), reason=reason
    )


def to_edit(row: Row) -> Edit:
    at, actor, reason, diff = row
    return Edit(at=from_micros(at), by=actor, reason=reason, diff=diff)
