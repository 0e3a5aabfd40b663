"""Replay plans: a fixed set of parked deliveries, sent again row by row."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from continuity.delivery import State
from continuity.store.audit import Action, Fact
from continuity.store.records import UNROUTED, DeliveryFilter, ReplayPlan
from continuity.store.rules import check_plan, fingerprint, in_plan, no_such
from continuity.store.sqlite import sql
from continuity.store.sqlite.listing import parked_query
from continuity.store.sqlite.operation import Act, replay_row
from continuity.store.sqlite.rows import to_plan
from continuity.store.sqlite.times import to_micros
from continuity.store.sqlite.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    """A plan, and how far it is."""

    plan: ReplayPlan
    started_by: str
    reached: int


def plan_replay(tx: Transaction, which: DeliveryFilter, act: Act) -> ReplayPlan:
    rows = _parked(tx.connection, which)
    ids = [delivery_id for delivery_id, _ in rows]
    numbers = Counter(destination for _, destination in rows)
    values = (
        act.by,
        act.reason,
        to_micros(act.now),
        fingerprint(ids),
        len(ids),
        json.dumps(dict(sorted(numbers.items()))),
    )
    (replay_id,) = tx.connection.execute(sql.INSERT_REPLAY, values).fetchone()
    tx.connection.executemany(
        sql.INSERT_REPLAY_ROW, ((replay_id, delivery_id) for delivery_id in ids)
    )
    plan = get_replay(tx.connection, replay_id)
    _audit(tx, plan, None, by=act.by, action=Action.PLAN_REPLAY, now=act.now)
    return plan


def _parked(connection: sqlite3.Connection, which: DeliveryFilter) -> list[tuple[int, str]]:
    """Ids and destinations in ascending order."""
    if which.state not in {None, State.PARKED}:
        return []
    rows = connection.execute(*parked_query(which)).fetchall()
    return sorted((number, name) for number, name in rows if name != UNROUTED)


def start_replay(tx: Transaction, replay_id: int, by: str, now: datetime) -> ReplayPlan:
    stored = _get(tx.connection, replay_id)
    check_plan(replay_id, stored.plan.state, "planned")
    return _change(tx, stored, "running", by=by, action=Action.START_REPLAY, now=now)


def cancel_replay(tx: Transaction, replay_id: int, by: str, now: datetime) -> ReplayPlan:
    stored = _get(tx.connection, replay_id)
    check_plan(replay_id, stored.plan.state, "planned", "running")
    return _change(tx, stored, "cancelled", by=by, action=Action.CANCEL_REPLAY, now=now)


def advance_replay(tx: Transaction, replay_id: int, limit: int, now: datetime) -> ReplayPlan:
    stored = _get(tx.connection, replay_id)
    if stored.plan.state != "running":
        return stored.plan
    rows = tx.connection.execute(
        sql.NEXT_REPLAY_ROWS, (replay_id, stored.reached, limit)
    ).fetchall()
    act = Act(by=stored.started_by, reason=in_plan(stored.plan), now=now)
    replayed = sum(_take_turn(tx, replay_id, delivery_id, act) for (delivery_id,) in rows)
    reached = rows[-1][0] if rows else stored.reached
    tx.connection.execute(sql.PROGRESS_REPLAY, (replayed, len(rows) - replayed, reached, replay_id))
    if tx.connection.execute(sql.NEXT_REPLAY_ROWS, (replay_id, reached, 1)).fetchone():
        return get_replay(tx.connection, replay_id)
    return _change(tx, stored, "done", by=stored.started_by, action=Action.END_REPLAY, now=now)


def _take_turn(tx: Transaction, replay_id: int, delivery_id: int, act: Act) -> bool:
    """True when it was replayed; False when somebody moved it after the plan was made."""
    row = tx.get(delivery_id)
    parked = row.state is State.PARKED
    if parked:
        replay_row(tx, row, act, doubtful=row.doubtful)
    mark = "replayed" if parked else "skipped"
    tx.connection.execute(sql.MARK_REPLAY_ROW, (mark, replay_id, delivery_id))
    return parked


def running_replays(connection: sqlite3.Connection) -> list[int]:
    return [replay_id for (replay_id,) in connection.execute(sql.RUNNING_REPLAYS)]


def get_replay(connection: sqlite3.Connection, replay_id: int) -> ReplayPlan:
    return _get(connection, replay_id).plan


def _get(connection: sqlite3.Connection, replay_id: int) -> _Stored:
    row = connection.execute(sql.GET_REPLAY, (replay_id,)).fetchone()
    if row is None:
        raise no_such("replay", replay_id)
    return _Stored(plan=to_plan(row), started_by=row[3], reached=row[10])


def _change(
    tx: Transaction, before: _Stored, state: str, *, by: str, action: Action, now: datetime
) -> ReplayPlan:
    started_by = by if action is Action.START_REPLAY else before.started_by
    tx.connection.execute(sql.CHANGE_REPLAY, (state, started_by, before.plan.id))
    plan = get_replay(tx.connection, before.plan.id)
    _audit(tx, plan, before.plan.state, by=by, action=action, now=now)
    return plan


def _audit(
    tx: Transaction,
    plan: ReplayPlan,
    before: str | None,
    *,
    by: str,
    action: Action,
    now: datetime,
) -> None:
    tx.record(
        Fact(at=now, actor=by, action=action, before=before, after=plan.state, reason=in_plan(plan))
    )
