"""What the owner of a destination does. Everything is checked before anything is written."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from continuity.breaker import Breaker
from continuity.delivery import State
from continuity.store.audit import Action, Fact, why
from continuity.store.records import Head, Lease, Outcome, StoredStep, Work
from continuity.store.rules import (
    EXPIRED,
    EXPIRY,
    RECOVERED,
    after_recovery,
    check_outcome,
    check_under_way,
    ending,
    no_such,
    worker_of,
)
from continuity.store.sqlite import sql
from continuity.store.sqlite.identities import settle
from continuity.store.sqlite.rows import FREE, from_breaker, to_breaker, to_head
from continuity.store.sqlite.times import from_micros, to_micros
from continuity.store.sqlite.transaction import DeliveryRow, Transaction, check_lease, moved


def announce(
    tx: Transaction, node: str, destinations: Collection[str], now: datetime, ttl: timedelta
) -> dict[str, frozenset[str]]:
    serves = json.dumps(sorted(destinations))
    tx.connection.execute(sql.PUT_NODE, (node, to_micros(now + ttl), serves))
    tx.connection.execute(sql.FORGET_NODES, (to_micros(now),))
    rows = tx.connection.execute(sql.NODES).fetchall()
    return {name: frozenset(json.loads(names)) for name, names in rows}


def withdraw(tx: Transaction, node: str) -> None:
    tx.connection.execute(sql.DELETE_NODE, (node,))


def acquire_lease(
    tx: Transaction,
    destination: str,
    owner: str,
    now: datetime,
    *,
    ttl: timedelta,
    settle: timedelta,
) -> Lease | None:
    row = tx.connection.execute(sql.GET_LEASE, (destination,)).fetchone()
    held_by, epoch, expires_at = row or (FREE, 0, 0)
    if held_by not in {FREE, owner} and from_micros(expires_at) > now:
        return None
    lease = Lease(destination=destination, owner=owner, epoch=epoch + 1, expires_at=now + ttl)
    _put_lease(tx, lease)
    _audit_lease(tx, lease, before=held_by, after=owner, now=now)
    tx.know(destination)
    tx.connection.execute(sql.CLEAR_RECALLED, (destination,))
    for (delivery_id,) in tx.connection.execute(sql.SENDING, (destination,)).fetchall():
        before = tx.get(delivery_id)
        wait, due_at = after_recovery(doubtful=before.doubtful, now=now, settle=settle)
        uncertain = moved(before, State.UNCERTAIN)
        after = replace(uncertain, wait=wait, due_at=due_at, doubtful=True, look_ups=0)
        actor = worker_of(lease)
        tx.move(before, after, now=now, actor=actor, action=Action.RECOVER, reason=RECOVERED)
    return lease


def renew_lease(tx: Transaction, lease: Lease, now: datetime, ttl: timedelta) -> Lease:
    tx.check_lease(lease)
    renewed = replace(lease, expires_at=now + ttl)
    _put_lease(tx, renewed)
    return renewed


def release_lease(tx: Transaction, lease: Lease, now: datetime) -> None:
    tx.check_lease(lease)
    _put_lease(tx, replace(lease, owner=FREE, expires_at=now))
    _audit_lease(tx, lease, before=lease.owner, after=FREE, now=now)


def _put_lease(tx: Transaction, lease: Lease) -> None:
    expires_at = to_micros(lease.expires_at)
    tx.connection.execute(sql.PUT_LEASE, (lease.destination, lease.owner, lease.epoch, expires_at))


def _audit_lease(tx: Transaction, lease: Lease, *, before: str, after: str, now: datetime) -> None:
    tx.record(
        Fact(
            at=now,
            actor=worker_of(lease),
            action=Action.LEASE,
            destination=lease.destination,
            before=before or None,
            after=after or None,
            reason=f"epoch {lease.epoch}",
        )
    )


def read_open(
    connection: sqlite3.Connection, destination: str, after: int, limit: int
) -> list[Head]:
    return [to_head(row) for row in connection.execute(sql.READ_OPEN, (destination, after, limit))]


def read_lane(
    connection: sqlite3.Connection, destination: str, lane: str, upto: int, limit: int
) -> list[Head]:
    rows = connection.execute(sql.READ_LANE, (destination, lane, upto, limit))
    return [to_head(row) for row in rows]


def any_recalled(connection: sqlite3.Connection, lease: Lease) -> bool:
    """A read, so that asking costs no commit while there is nothing to tell."""
    check_lease(connection, lease)
    return connection.execute(sql.RECALLED, (lease.destination,)).fetchone() is not None


def take_recalled(tx: Transaction, lease: Lease) -> list[str]:
    tx.check_lease(lease)
    rows = tx.connection.execute(sql.RECALLED, (lease.destination,)).fetchall()
    tx.connection.execute(sql.CLEAR_RECALLED, (lease.destination,))
    return [lane for (lane,) in rows]


def is_held(connection: sqlite3.Connection, destination: str) -> bool:
    return connection.execute(sql.GET_HOLD, (destination,)).fetchone() is not None


def waits_for(connection: sqlite3.Connection, delivery_ids: Sequence[int]) -> dict[int, int | None]:
    rows = (connection.execute(sql.WAITS_FOR, (number,)).fetchone() for number in delivery_ids)
    return dict(filter(None, rows))


def begin(tx: Transaction, lease: Lease, delivery_ids: Sequence[int], now: datetime) -> list[Work]:
    tx.check_lease(lease)
    begun: list[Work] = []
    for delivery_id in delivery_ids:
        before = tx.find(delivery_id)
        if before is None or before.destination != lease.destination:
            continue
        if before.state is not State.WAITING:
            continue
        after = replace(moved(before, State.SENDING), attempts=before.attempts + 1)
        reason = f"attempt {after.attempts}"
        actor = worker_of(lease)
        tx.move(before, after, now=now, actor=actor, action=Action.SEND, reason=reason)
        begun.append(_work(tx.connection, after))
    return begun


def load(tx: Transaction, lease: Lease, delivery_ids: Sequence[int]) -> list[Work]:
    tx.check_lease(lease)
    rows = [row for row in map(tx.find, delivery_ids) if row is not None]
    return [
        _work(tx.connection, row)
        for row in rows
        if row.destination == lease.destination and row.state is State.UNCERTAIN
    ]


def _work(connection: sqlite3.Connection, row: DeliveryRow) -> Work:
    accepted_at, body, round_ = connection.execute(sql.GET_WORK, (row.id,)).fetchone()
    steps = connection.execute(sql.STEPS, (row.id,))
    subject = (row.tenant, row.destination, row.subject)
    return Work(
        delivery_id=row.id,
        attempt=row.attempts,
        doubtful=row.doubtful,
        accepted_at=from_micros(accepted_at),
        look_ups=row.look_ups,
        tenant=row.tenant,
        subject=row.subject,
        body=body,
        steps={name: StoredStep(request=request, result=result) for name, request, result in steps},
        references=dict(connection.execute(sql.REFERENCES, subject).fetchall()),
        again=round_ > 0,
    )


def save_steps(
    tx: Transaction,
    lease: Lease,
    delivery_id: int,
    prepared: Mapping[str, bytes],
    completed: Mapping[str, str],
) -> None:
    tx.check_lease(lease)
    row = _under(tx, lease, delivery_id)
    check_under_way(row.id, row.state)
    tx.connection.executemany(
        sql.PREPARE_STEP, [(row.id, step, request) for step, request in prepared.items()]
    )
    _complete(tx, row.id, completed)


def finish(tx: Transaction, lease: Lease, outcomes: Sequence[Outcome], now: datetime) -> None:
    tx.check_lease(lease)
    rows = {outcome.delivery_id: _under(tx, lease, outcome.delivery_id) for outcome in outcomes}
    for outcome in outcomes:
        check_outcome(outcome, rows[outcome.delivery_id].state)
    for outcome in outcomes:
        _finish(tx, rows[outcome.delivery_id], outcome, lease=lease, now=now)


def _finish(
    tx: Transaction, before: DeliveryRow, outcome: Outcome, *, lease: Lease, now: datetime
) -> None:
    after = replace(
        before,
        state=outcome.state,
        wait=outcome.wait,
        due_at=outcome.due_at,
        doubtful=outcome.doubtful,
        fault=outcome.fault,
        detail=outcome.detail,
        look_ups=outcome.look_ups,
    )
    tx.move(
        before,
        after,
        now=now,
        actor=worker_of(lease),
        action=ending(before.state),
        reason=why(outcome.fault, outcome.detail),
    )
    _complete(tx, before.id, outcome.completed)
    subject = (before.tenant, before.destination, before.subject)
    tx.connection.executemany(
        sql.PUT_REFERENCE, [(*subject, name, value) for name, value in outcome.references.items()]
    )
    if outcome.case_number is not None:
        settle(tx, before, outcome.case_number, now)


def _under(tx: Transaction, lease: Lease, delivery_id: int) -> DeliveryRow:
    row = tx.get(delivery_id)
    if row.destination != lease.destination:
        raise no_such(f"delivery to {lease.destination} with number", delivery_id)
    return row


def _complete(tx: Transaction, delivery_id: int, completed: Mapping[str, str]) -> None:
    tx.connection.executemany(
        sql.COMPLETE_STEP, [(delivery_id, step, result) for step, result in completed.items()]
    )


def expire(tx: Transaction, destination: str, now: datetime, limit: int) -> list[int]:
    rows = tx.connection.execute(sql.LATE, (destination, to_micros(now), limit)).fetchall()
    expired = [delivery_id for (delivery_id,) in rows]
    for delivery_id in expired:
        before = tx.get(delivery_id)
        after = moved(before, State.EXPIRED)
        tx.move(before, after, now=now, actor=EXPIRY, action=Action.EXPIRE, reason=EXPIRED)
    return expired


def any_late(connection: sqlite3.Connection, destination: str, now: datetime) -> bool:
    """A read, so that asking costs no commit while nothing is late."""
    return connection.execute(sql.LATE, (destination, to_micros(now), 1)).fetchone() is not None


def make_due(tx: Transaction, lease: Lease, now: datetime) -> int:
    tx.check_lease(lease)
    return tx.connection.execute(sql.MAKE_DUE, (lease.destination, to_micros(now))).rowcount


def read_breaker(connection: sqlite3.Connection, destination: str) -> Breaker:
    return to_breaker(connection.execute(sql.GET_BREAKER, (destination,)).fetchone())


def save_breaker(
    tx: Transaction, lease: Lease, breaker: Breaker, reason: str, now: datetime
) -> None:
    tx.check_lease(lease)
    before = read_breaker(tx.connection, lease.destination)
    tx.connection.execute(sql.PUT_BREAKER, from_breaker(lease.destination, breaker))
    if before.state is not breaker.state:
        tx.record(
            Fact(
                at=now,
                actor=worker_of(lease),
                action=Action.BREAKER,
                destination=lease.destination,
                before=before.state.value,
                after=breaker.state.value,
                reason=reason,
            )
        )
