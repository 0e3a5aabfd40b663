"""What the core can be told of deliveries."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

from continuity.store.records import Told
from continuity.store.sqlite import sql
from continuity.store.sqlite.rows import to_delivery


def to_tell(connection: sqlite3.Connection, delivery_ids: Collection[int]) -> list[Told]:
    found = (_told(connection, delivery_id) for delivery_id in sorted(set(delivery_ids)))
    return [told for told in found if told is not None]


def end_of_trail(connection: sqlite3.Connection) -> int:
    row = connection.execute(sql.LAST_AUDIT).fetchone()
    return row[0] if row else 0


def _told(connection: sqlite3.Connection, delivery_id: int) -> Told | None:
    row = connection.execute(sql.GET_DELIVERY, (delivery_id,)).fetchone()
    if row is None:
        return None
    delivery = to_delivery(row)
    (correlation_id,) = connection.execute(sql.CORRELATION, (delivery.message_id,)).fetchone()
    subject = (delivery.tenant, delivery.destination, delivery.subject)
    return Told(
        delivery=delivery,
        correlation_id=correlation_id,
        references=dict(connection.execute(sql.REFERENCES, subject).fetchall()),
    )
