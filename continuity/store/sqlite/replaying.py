"""What operators do with replay plans: make, approve, start, pause, resume, cancel, look."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Final

from continuity.delivery import State
from continuity.replay import ReplayState, Tally
from continuity.store.audit import Action
from continuity.store.planning import (
    Change,
    check_change,
    first_plan_state,
    options_text,
    plan_event,
    plan_fact,
)
from continuity.store.records import (
    DeliveryFilter,
    PlannedRow,
    ReplayEvent,
    ReplayOptions,
    ReplayPlan,
)
from continuity.store.rules import fingerprint, no_such
from continuity.store.sqlite import replay_sql as sql
from continuity.store.sqlite.listing import parked_query
from continuity.store.sqlite.operation import Act
from continuity.store.sqlite.replay_rows import to_event, to_plan, to_planned_row
from continuity.store.sqlite.times import to_micros
from continuity.store.sqlite.transaction import Transaction

_LAST: Final = 2**63 - 1
"""No id lies behind this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPlan:
    """A plan with what only the store needs of it; see the table `replay`."""

    plan: ReplayPlan
    upto: int | None
    watched: int
    leg: int
    leg_fates: Tally


def plan_replay(
    tx: Transaction,
    which: DeliveryFilter,
    act: Act,
    *,
    options: ReplayOptions,
    tenant: str | None,
) -> ReplayPlan:
    at = to_micros(act.now)
    (replay_id,) = tx.connection.execute(
        sql.INSERT_REPLAY, (act.by, tenant, act.reason, at, at, options_text(options))
    ).fetchone()
    _insert_rows(tx.connection, replay_id, which, options)
    ids = (number for (number,) in tx.connection.execute(sql.ROW_IDS, (replay_id,)))
    print_of_ids = fingerprint(ids)
    numbers = dict(tx.connection.execute(sql.ROWS_BY_DESTINATION, (replay_id,)).fetchall())
    total = sum(numbers.values())
    state = first_plan_state(total, options)
    fixed = (state.value, print_of_ids, total, json.dumps(numbers), replay_id)
    tx.connection.execute(sql.FIX_REPLAY, fixed)
    tx.connection.execute(sql.INSERT_TARGETS, (replay_id,))
    plan = get_replay(tx.connection, replay_id)
    change = Change(action=Action.PLAN_REPLAY, after=state, by=act.by, now=act.now)
    _note(tx, plan, None, change)
    return plan


def _insert_rows(
    connection: sqlite3.Connection, replay_id: int, which: DeliveryFilter, options: ReplayOptions
) -> None:
    if which.state not in {None, State.PARKED}:
        return
    parked, values = parked_query(which)
    to = options.to.destination if options.to else None
    statement = sql.INSERT_ROWS.format(parked=parked)
    connection.execute(statement, {**values, "replay_id": replay_id, "to": to})


def operate(
    tx: Transaction, replay_id: int, change: Change, *, sample: int | None = None
) -> ReplayPlan:
    """What an operator does to a plan; `WrongState` when its state does not allow it."""
    stored = get_stored(tx.connection, replay_id)
    check_change(stored.plan, change)
    if change.after is ReplayState.RUNNING:
        upto = _nth_pending(tx.connection, replay_id, sample) if sample else None
        tx.connection.execute(sql.START_LEG, (change.by, upto, replay_id))
    if change.action is Action.APPROVE_REPLAY:
        tx.connection.execute(sql.APPROVE_REPLAY, (change.by, replay_id))
    return change_plan(tx, stored.plan, change)


def change_plan(tx: Transaction, plan: ReplayPlan, change: Change) -> ReplayPlan:
    values = (change.after.value, change.reason, to_micros(change.now), plan.id)
    tx.connection.execute(sql.CHANGE_REPLAY, values)
    _note(tx, plan, plan.state, change)
    return get_replay(tx.connection, plan.id)


def _note(tx: Transaction, plan: ReplayPlan, before: ReplayState | None, change: Change) -> None:
    tx.record(plan_fact(plan, before, change))
    event = plan_event(plan, change)
    tx.connection.execute(
        sql.PUT_EVENT,
        {
            "replay_id": plan.id,
            "at": to_micros(event.at),
            "actor": event.by,
            "action": event.action,
            "state": event.state.value,
            "reason": event.reason,
        },
    )


def _nth_pending(connection: sqlite3.Connection, replay_id: int, sample: int) -> int | None:
    """None when there are not so many: then the sample is all that is left."""
    row = connection.execute(sql.NTH_PENDING, (replay_id, sample - 1)).fetchone()
    return None if row is None else int(row[0])


def running_replays(connection: sqlite3.Connection) -> list[int]:
    return [replay_id for (replay_id,) in connection.execute(sql.RUNNING_REPLAYS)]


def followed_replays(connection: sqlite3.Connection) -> list[int]:
    return [replay_id for (replay_id,) in connection.execute(sql.FOLLOWED_REPLAYS)]


def get_replay(connection: sqlite3.Connection, replay_id: int) -> ReplayPlan:
    return get_stored(connection, replay_id).plan


def get_stored(connection: sqlite3.Connection, replay_id: int) -> StoredPlan:
    row = connection.execute(sql.GET_REPLAY, (replay_id,)).fetchone()
    if row is None:
        raise no_such("replay", replay_id)
    delivered, failed, retrying, closed = row[23:27]
    return StoredPlan(
        plan=to_plan(row),
        upto=row[20],
        watched=row[21],
        leg=row[22],
        leg_fates=Tally(delivered=delivered, failed=failed, retrying=retrying, closed=closed),
    )


def list_replays(
    connection: sqlite3.Connection, before: int | None, limit: int, tenant: str | None
) -> list[ReplayPlan]:
    end = _LAST if before is None else before
    if tenant is None:
        rows = connection.execute(sql.LIST_REPLAYS, (end, limit))
    else:
        rows = connection.execute(sql.LIST_REPLAYS_OF, (end, tenant, limit))
    return [to_plan(row) for row in rows]


def replay_rows(
    connection: sqlite3.Connection, replay_id: int, after: int, limit: int
) -> list[PlannedRow]:
    get_stored(connection, replay_id)
    rows = connection.execute(sql.PLANNED_ROWS, (replay_id, after, limit))
    return [to_planned_row(row) for row in rows]


def replay_history(connection: sqlite3.Connection, replay_id: int) -> list[ReplayEvent]:
    get_stored(connection, replay_id)
    return [to_event(row) for row in connection.execute(sql.EVENTS, (replay_id,))]
