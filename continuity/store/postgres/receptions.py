"""What systems outside handed in, and what they come to collect."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from continuity.delivery import State
from continuity.store.audit import Action, Fact
from continuity.store.postgres import reception_sql as sql
from continuity.store.postgres import sql as base_sql
from continuity.store.postgres.connection import Connection
from continuity.store.postgres.core import Call, Core
from continuity.store.postgres.deliveries import moved
from continuity.store.postgres.intake import accept_in, lacking_document
from continuity.store.postgres.operation import Act
from continuity.store.postgres.rows import Row, clean
from continuity.store.postgres.transaction import Transaction
from continuity.store.receptions import (
    document_gone,
    kept_reception,
    received_before,
    to_collect,
)
from continuity.store.records import (
    RECEPTION_TYPE,
    Accepted,
    Conflict,
    InboxItem,
    KeyTaken,
    NewMessage,
    NewReception,
    Purged,
    Received,
    Reception,
    ReceptionFilter,
    ReceptionOutcome,
    Repeated,
)
from continuity.store.rules import no_such, purged_reason

_NEWEST: Final = 2**63 - 1
"""Before this id lies everything."""


class ReceptionsPart(Core):
    async def receive(
        self, new: NewReception, messages: Sequence[NewMessage], *, now: datetime
    ) -> Received | Repeated | KeyTaken:
        size = len(new.request) + len(new.answer) + sum(len(one.body) for one in messages)
        return await self._write(Call(size=size, run=lambda tx: receive(tx, new, messages, now)))

    async def get_reception(self, reception_id: int) -> Reception:
        row = await self._read(lambda db: db.fetchrow(sql.GET_RECEPTION, reception_id))
        if row is None:
            raise no_such("reception", reception_id)
        return _to_reception(row)

    async def list_receptions(
        self, which: ReceptionFilter, *, before: int | None, limit: int
    ) -> Sequence[Reception]:
        asked = {
            "kind": which.kind,
            "destination": which.destination,
            "tenant": which.tenant,
            "outcome": which.outcome and which.outcome.value,
        }
        values = [value for name in sql.FIELDS if (value := asked[name]) is not None]
        statement = sql.list_receptions([name for name in asked if asked[name] is not None])
        newest = _NEWEST if before is None else before
        rows = await self._read(lambda db: db.fetch(statement, newest, limit, *values))
        return [_to_reception(row) for row in rows]

    async def read_inbox(
        self,
        destinations: Collection[str],
        *,
        after: int,
        limit: int,
        now: datetime,
        tenant: str | None = None,
    ) -> Sequence[InboxItem]:
        async def read(connection: Connection) -> list[Row]:
            ids: list[int] = []
            for name in sorted(set(destinations)):
                if not await connection.fetchval(base_sql.IS_HELD, name):
                    rows = await connection.fetch(sql.IN_INBOX, name, after, limit, now, tenant)
                    ids += [row[0] for row in rows]
            return await connection.fetch(sql.INBOX_ITEMS, sorted(ids)[:limit]) if ids else []

        return [_to_item(row) for row in await self._read_together(read)]

    async def collect(
        self, delivery_ids: Collection[int], *, by: str, now: datetime
    ) -> Sequence[int]:
        ids = sorted(set(delivery_ids))
        return await self._write(Call(rows=ids, run=lambda tx: collect(tx, ids, by, now)))


async def receive(
    tx: Transaction, new: NewReception, messages: Sequence[NewMessage], now: datetime
) -> Received | Repeated | KeyTaken:
    """Under the lock on acceptance: whoever has the same key comes before this, or after it."""
    new = _cleaned(new)
    await tx.fetch(base_sql.LOCK_ACCEPT)
    if new.key:
        first = await tx.fetch_one(sql.UNDER_KEY, new.tenant, new.destination, new.key)
        if first is not None:
            return received_before(new, _to_reception(first))
    lacking = await lacking_document(tx, messages)
    if lacking is not None:
        raise document_gone(lacking)
    answers = await accept_in(tx, messages, [now] * len(messages))
    results = tuple(one for one in answers if isinstance(one, Accepted | Conflict))
    kept = kept_reception(new, results, number=0, now=now)
    [(number,)] = await tx.write(sql.INSERT_RECEPTION, *_values(kept))
    return Received(reception=replace(kept, id=number), results=results)


async def collect(
    tx: Transaction, delivery_ids: Sequence[int], by: str, now: datetime
) -> list[int]:
    rows = [await tx.get(number) for number in delivery_ids]
    waiting = [row for row in rows if to_collect(row.id, row.state)]
    for row in waiting:
        after = moved(row, State.DELIVERED)
        tx.move(row, after, now=now, actor=by, action=Action.COLLECT, reason="")
    return [row.id for row in waiting]


async def unpurged_tenants(connection: Connection) -> list[tuple[str, str]]:
    """In the form of `unpurged`."""
    found: list[tuple[str, str]] = []
    last = ""
    while (row := await connection.fetchrow(sql.NEXT_UNPURGED_TENANT, last)) is not None:
        last = row[0]
        found.append((last, RECEPTION_TYPE))
    return found


async def count_old(connection: Connection, tenant: str, before: datetime) -> int:
    return int(await connection.fetchval(sql.COUNT_OLD, tenant, before))


async def purge_receptions(
    tx: Transaction, tenant: str, before: datetime, limit: int, act: Act
) -> Purged:
    rows = await tx.write(sql.EMPTY_RECEPTIONS, tenant, before, limit, act.now)
    found = [row[0] for row in rows]
    if found:
        tx.record(
            Fact(
                at=act.now,
                actor=act.by,
                action=Action.PURGE,
                tenant=tenant,
                reason=purged_reason(len(found), RECEPTION_TYPE, act.reason),
            )
        )
    return Purged(messages=len(found), reached=max(found, default=0), done=len(found) < limit)


def _cleaned(new: NewReception) -> NewReception:
    """Everything in it that may be somebody else's words."""
    return replace(
        new,
        key=clean(new.key),
        kind=clean(new.kind),
        code=clean(new.code),
        detail=clean(new.detail),
        request_headers=clean(new.request_headers),
        answer_type=clean(new.answer_type),
    )


def _values(one: Reception) -> tuple[object, ...]:
    return (
        one.tenant,
        one.destination,
        one.key or None,
        one.digest,
        one.at,
        one.outcome.value,
        one.kind,
        one.code,
        one.detail,
        one.message_ids,
        one.answer_status,
        one.answer_type,
        one.request_headers,
        one.answer,
        one.request,
    )


def _to_reception(row: Row) -> Reception:
    return Reception(
        id=row[0],
        tenant=row[1],
        destination=row[2],
        key=row[3] or "",
        digest=row[4],
        at=row[5],
        outcome=ReceptionOutcome(row[6]),
        kind=row[7],
        code=row[8],
        detail=row[9],
        message_ids=tuple(row[10]),
        answer_status=row[11],
        answer_type=row[12],
        purged_at=row[13],
        request_headers=row[14],
        answer=row[15],
        request=row[16],
    )


def _to_item(row: Row) -> InboxItem:
    return InboxItem(
        delivery_id=row[0],
        message_id=row[1],
        tenant=row[2],
        destination=row[3],
        body=row[4],
        accepted_at=row[5],
    )
