"""What people and machines look at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import asyncpg

from continuity.store.postgres import sql
from continuity.store.postgres.connection import Connection
from continuity.store.postgres.core import Core
from continuity.store.postgres.listing import list_query
from continuity.store.postgres.rows import (
    to_count,
    to_delivery,
    to_edit,
    to_entry,
    to_message,
    to_status,
)
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

_A_WHILE: Final = 600.0
"""Seconds that a look at every delivery may take."""


class ReadingPart(Core):
    async def get_message(self, message_id: int) -> StoredMessage:
        row = await self._read(lambda db: db.fetchrow(sql.GET_MESSAGE, message_id))
        if row is None:
            raise no_such("message", message_id)
        return to_message(row)

    async def find_message(self, tenant: str, source: str, event_id: str) -> StoredMessage | None:
        row = await self._read(lambda db: db.fetchrow(sql.FIND_MESSAGE, event_id, tenant, source))
        return None if row is None else to_message(row)

    async def get_delivery(self, delivery_id: int) -> Delivery:
        return await self._read(lambda db: get_delivery(db, delivery_id))

    async def get_body(self, delivery_id: int) -> bytes:
        body: bytes | None = await self._read(lambda db: db.fetchval(sql.GET_BODY, delivery_id))
        if body is None:
            raise no_such("delivery", delivery_id)
        return body

    async def list_deliveries(
        self, which: DeliveryFilter, *, before: int | None, limit: int
    ) -> Sequence[Delivery]:
        statement, values = list_query(which, before=before, limit=limit)
        rows = await self._read(lambda db: db.fetch(statement, *values))
        return [to_delivery(row) for row in rows]

    async def list_edits(self, delivery_id: int) -> Sequence[Edit]:
        await self.get_delivery(delivery_id)
        rows = await self._read(lambda db: db.fetch(sql.EDITS, delivery_id))
        return [to_edit(row) for row in rows]

    async def counts(self) -> Sequence[Count]:
        return [to_count(row) for row in await self._read(lambda db: db.fetch(sql.COUNTS))]

    async def recount(self) -> Sequence[Count]:
        return [to_count(row) for row in await self._read_together(_recount)]

    async def destinations(self) -> Sequence[DestinationStatus]:
        rows = await self._read(lambda db: db.fetch(sql.DESTINATIONS))
        return [to_status(row) for row in rows]

    async def timeline(self, delivery_id: int) -> Sequence[AuditEntry]:
        await self.get_delivery(delivery_id)
        rows = await self._read(lambda db: db.fetch(sql.TIMELINE, delivery_id))
        return [to_entry(row) for row in rows]


async def get_delivery(connection: Connection, delivery_id: int) -> Delivery:
    row = await connection.fetchrow(sql.GET_DELIVERY, delivery_id)
    if row is None:
        raise no_such("delivery", delivery_id)
    return to_delivery(row)


async def _recount(connection: Connection) -> list[asyncpg.Record]:
    """Here a look at the whole table is what is wanted, and may take its time."""
    await connection.execute(sql.ALLOW_SCANS)
    return await connection.fetch(sql.RECOUNT, timeout=_A_WHILE)
