"""What people and machines look at."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from continuity.store.audit import first_break
from continuity.store.records import (
    AuditEntry,
    Count,
    Delivery,
    DeliveryFilter,
    DestinationStatus,
    Edit,
    StoredMessage,
)
from continuity.store.rules import no_such
from continuity.store.sqlite import replay_sql, sql
from continuity.store.sqlite.listing import list_query
from continuity.store.sqlite.replay_rows import to_edit
from continuity.store.sqlite.rows import to_count, to_delivery, to_entry, to_message, to_status


def get_message(connection: sqlite3.Connection, message_id: int) -> StoredMessage:
    row = connection.execute(sql.GET_MESSAGE, (message_id,)).fetchone()
    if row is None:
        raise no_such("message", message_id)
    return to_message(row)


def find_message(
    connection: sqlite3.Connection, tenant: str, source: str, event_id: str
) -> StoredMessage | None:
    row = connection.execute(sql.FIND_MESSAGE, (event_id, tenant, source)).fetchone()
    return None if row is None else to_message(row)


def get_delivery(connection: sqlite3.Connection, delivery_id: int) -> Delivery:
    row = connection.execute(sql.GET_DELIVERY, (delivery_id,)).fetchone()
    if row is None:
        raise no_such("delivery", delivery_id)
    return to_delivery(row)


def get_body(connection: sqlite3.Connection, delivery_id: int) -> bytes:
    row = connection.execute(sql.GET_WORK, (delivery_id,)).fetchone()
    if row is None:
        raise no_such("delivery", delivery_id)
    body: bytes = row[1]
    return body


def list_edits(connection: sqlite3.Connection, delivery_id: int) -> list[Edit]:
    get_delivery(connection, delivery_id)
    return [to_edit(row) for row in connection.execute(replay_sql.EDITS, (delivery_id,))]


def list_deliveries(
    connection: sqlite3.Connection, which: DeliveryFilter, before: int | None, limit: int
) -> list[Delivery]:
    statement, values = list_query(which, before=before, limit=limit)
    return [to_delivery(row) for row in connection.execute(statement, values)]


def counts(connection: sqlite3.Connection) -> list[Count]:
    return [to_count(row) for row in connection.execute(sql.COUNTS)]


def recount(connection: sqlite3.Connection) -> list[Count]:
    return [to_count(row) for row in connection.execute(sql.RECOUNT)]


def destinations(connection: sqlite3.Connection) -> list[DestinationStatus]:
    return [to_status(row) for row in connection.execute(sql.DESTINATIONS)]


def timeline(connection: sqlite3.Connection, delivery_id: int) -> list[AuditEntry]:
    get_delivery(connection, delivery_id)
    return [to_entry(row) for row in connection.execute(sql.TIMELINE, (delivery_id,))]


def audit_trail(connection: sqlite3.Connection, after: int, limit: int) -> list[AuditEntry]:
    return [to_entry(row) for row in connection.execute(sql.AUDIT_TRAIL, (after, limit))]


def verify_audit(connection: sqlite3.Connection) -> int | None:
    """Reads the whole trail, a row at a time."""
    return first_break(_entries(connection))


def _entries(connection: sqlite3.Connection) -> Iterator[AuditEntry]:
    everything = -1
    return map(to_entry, connection.execute(sql.AUDIT_TRAIL, (0, everything)))


def ping(connection: sqlite3.Connection) -> None:
    connection.execute(sql.PING).fetchone()
