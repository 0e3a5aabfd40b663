"""Rows about replay plans as records. The order of columns is that of `replay_sql`."""

from __future__ import annotations

import json
from dataclasses import dataclass

from continuity.delivery import State
from continuity.replay import Fate, Mark, ReplayState, Skip, Tally
from continuity.store.planning import options_of
from continuity.store.postgres.rows import Row, to_fault
from continuity.store.records import PlannedRow, ReplayEvent, ReplayPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPlan:
    """A plan with what only the store needs of it; see the table `replay`."""

    plan: ReplayPlan
    upto: int | None
    watched: int
    leg: int
    leg_fates: Tally


def to_stored(row: Row) -> StoredPlan:
    delivered, failed, retrying, closed = tuple(row)[23:27]
    return StoredPlan(
        plan=to_plan(row),
        upto=row[20],
        watched=row[21],
        leg=row[22],
        leg_fates=Tally(delivered=delivered, failed=failed, retrying=retrying, closed=closed),
    )


def to_plan(row: Row) -> ReplayPlan:
    delivered, failed, retrying, closed = tuple(row)[15:19]
    return ReplayPlan(
        id=row[0],
        state=ReplayState(row[1]),
        note=row[2],
        created_by=row[3],
        approved_by=row[4],
        started_by=row[5],
        tenant=row[6],
        reason=row[7],
        created_at=row[8],
        changed_at=row[9],
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
        replayed_at=row[6],
        went_as=row[7],
        fate=None if row[8] is None else Fate(row[8]),
        state=State(row[9]),
        fault=to_fault(row[10], row[11]),
        changed_at=row[12],
    )


def to_event(row: Row) -> ReplayEvent:
    return ReplayEvent(
        at=row[0], by=row[1], action=row[2], state=ReplayState(row[3]), reason=row[4]
    )
