"""Reconciliations, and making a delivery again."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count

from continuity.delivery import OnParked
from continuity.store.audit import Action, Fact
from continuity.store.records import (
    Delivery,
    Difference,
    NewDelivery,
    NewDifference,
    Reconciliation,
    ReconciliationState,
    Settlement,
)
from continuity.store.rules import (
    check_kept,
    check_redelivery,
    check_settlement,
    first_state,
    no_such,
    redelivered_as,
    redelivery_of,
    settled,
)
from continuity.store.sqlite import reading
from continuity.store.sqlite import reconciling_sql as own_sql
from continuity.store.sqlite.intake import delivery_row
from continuity.store.sqlite.operation import Act, envelope_of
from continuity.store.sqlite.rows import Row, to_delivery
from continuity.store.sqlite.times import from_micros, to_micros
from continuity.store.sqlite.transaction import Transaction

_NEWEST = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What `save_reconciliation` writes."""

    before: str
    checkpoint: str
    state: ReconciliationState
    note: str
    retry_at: datetime | None
    found: Sequence[NewDifference]


def ask(tx: Transaction, destination: str, day: date, by: str, now: datetime) -> Reconciliation:
    row = tx.connection.execute(own_sql.PENDING_REPORT, (destination, day.isoformat())).fetchone()
    if row is not None:
        return _to_report(row)
    at = to_micros(now)
    (number,) = tx.connection.execute(
        own_sql.INSERT_REPORT, (destination, day.isoformat(), by, at, at)
    ).fetchone()
    return get(tx.connection, number)


def get(connection: sqlite3.Connection, reconciliation_id: int) -> Reconciliation:
    row = connection.execute(own_sql.GET_REPORT, (reconciliation_id,)).fetchone()
    if row is None:
        raise no_such("reconciliation", reconciliation_id)
    return _to_report(row)


def list_reports(
    connection: sqlite3.Connection,
    destination: str | None,
    day: date | None,
    before: int | None,
    limit: int,
) -> list[Reconciliation]:
    values = {
        "destination": destination,
        "day": day and day.isoformat(),
        "before": _NEWEST if before is None else before,
        "limit": limit,
    }
    statement = own_sql.LIST_REPORTS
    if day is not None:
        statement = own_sql.LIST_REPORTS_ON
    elif destination is not None:
        statement = own_sql.LIST_REPORTS_OF
    return [_to_report(row) for row in connection.execute(statement, values)]


def pending(connection: sqlite3.Connection, destination: str) -> list[Reconciliation]:
    return [_to_report(row) for row in connection.execute(own_sql.PENDING_REPORTS, (destination,))]


def save(tx: Transaction, reconciliation_id: int, progress: Progress, now: datetime) -> bool:
    known = get(tx.connection, reconciliation_id)
    values = {
        "id": reconciliation_id,
        "before": progress.before,
        "checkpoint": progress.checkpoint,
        "state": progress.state.value,
        "note": progress.note,
        "retry_at": to_micros(progress.retry_at),
        "changed_at": to_micros(now),
        "found": len(progress.found),
    }
    if not tx.connection.execute(own_sql.SAVE_REPORT, values).rowcount:
        return False
    tx.connection.executemany(
        own_sql.INSERT_DIFFERENCE,
        [
            (reconciliation_id, number, new.code, new.kind, new.delivery_id, new.body)
            for number, new in zip(count(known.differences + 1), progress.found, strict=False)
        ],
    )
    return True


def list_differences(
    connection: sqlite3.Connection,
    reconciliation_id: int,
    code: str | None,
    *,
    settled: bool | None,
    after: int,
    limit: int,
) -> list[Difference]:
    values = {
        "id": reconciliation_id,
        "code": code,
        "settled": settled,
        "after": after,
        "limit": limit,
    }
    return [_to_difference(row) for row in connection.execute(own_sql.LIST_DIFFERENCES, values)]


def get_difference(
    connection: sqlite3.Connection, reconciliation_id: int, number: int
) -> Difference:
    row = connection.execute(own_sql.GET_DIFFERENCE, (reconciliation_id, number)).fetchone()
    if row is None:
        raise no_such("difference", number)
    return _to_difference(row)


def settle(
    tx: Transaction, reconciliation_id: int, number: int, settlement: Settlement, act: Act
) -> Difference:
    known = get_difference(tx.connection, reconciliation_id, number)
    check_settlement(reconciliation_id, number, known.settlement)
    tx.connection.execute(
        own_sql.SETTLE,
        (
            settlement.value,
            act.by,
            to_micros(act.now),
            act.reason,
            reconciliation_id,
            number,
        ),
    )
    tx.connection.execute(own_sql.COUNT_SETTLED, (reconciliation_id,))
    after = get_difference(tx.connection, reconciliation_id, number)
    report = get(tx.connection, reconciliation_id)
    tx.record(settled(after, report.destination, by=act.by, now=act.now))
    return after


def list_accepted(
    connection: sqlite3.Connection,
    destination: str,
    since: datetime,
    *,
    after: int,
    until: datetime,
    limit: int,
) -> list[Delivery]:
    values = {
        "destination": destination,
        "since": to_micros(since),
        "after": after,
        "until": to_micros(until),
        "limit": limit,
    }
    return [to_delivery(row) for row in connection.execute(own_sql.ACCEPTED, values)]


def redeliver(tx: Transaction, delivery_id: int, act: Act) -> Delivery:
    row = tx.get(delivery_id)
    check_kept(row.id, reading.get_delivery(tx.connection, row.id).purged_at)
    round_, route, on_parked, edited, newest_id = tx.connection.execute(
        own_sql.ROUND, (delivery_id,)
    ).fetchone()
    envelope = envelope_of(tx, row)
    check_redelivery(
        row.id,
        row.state,
        newest_id=newest_id,
        deliver_until=envelope.deliver_until,
        now=act.now,
    )
    new = NewDelivery(destination=row.destination, route=route, on_parked=OnParked(on_parked))
    fact = Fact(
        at=act.now,
        actor=act.by,
        action=Action.REDELIVER,
        tenant=row.tenant,
        message_id=row.message_id,
        delivery_id=tx.next_id("delivery"),
        destination=row.destination,
        after=first_state(new).value,
        reason=redelivery_of(row.id, act.reason),
    )
    added = fact.delivery_id or 0
    values = list(delivery_row(tx, envelope, new, fact))
    tx.connection.execute(own_sql.INSERT_NEXT_ROUND, (*values, round_ + 1, edited))
    tx.connection.execute(own_sql.COPY_EDIT, (added, row.id))
    tx.record(
        Fact(
            at=act.now,
            actor=act.by,
            action=Action.REDELIVER,
            tenant=row.tenant,
            message_id=row.message_id,
            delivery_id=row.id,
            destination=row.destination,
            before=row.state.value,
            after=row.state.value,
            reason=redelivered_as(added, act.reason),
        )
    )
    return reading.get_delivery(tx.connection, added)


def forget(tx: Transaction, before: date, limit: int) -> int:
    old = tx.connection.execute(own_sql.OLD_REPORTS, (before.isoformat(), limit)).fetchall()
    tx.connection.executemany(own_sql.DELETE_DIFFERENCES, old)
    tx.connection.executemany(own_sql.DELETE_REPORT, old)
    return len(old)


def _to_report(row: Row) -> Reconciliation:
    return Reconciliation(
        id=row[0],
        destination=row[1],
        day=date.fromisoformat(row[2]),
        state=ReconciliationState(row[3]),
        asked_by=row[4],
        asked_at=from_micros(row[5]),
        changed_at=from_micros(row[6]),
        retry_at=from_micros(row[7]),
        note=row[8],
        checkpoint=row[9],
        differences=row[10],
        open=row[11],
    )


def _to_difference(row: Row) -> Difference:
    return Difference(
        reconciliation_id=row[0],
        number=row[1],
        code=row[2],
        kind=row[3],
        delivery_id=row[4],
        body=row[5],
        settlement=Settlement(row[6]) if row[6] else None,
        settled_by=row[7],
        settled_at=from_micros(row[8]),
        reason=row[9],
    )
