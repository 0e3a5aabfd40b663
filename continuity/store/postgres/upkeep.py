"""Housekeeping: values rewritten under another key, and content removed in time."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from continuity.store.audit import Action, Fact
from continuity.store.postgres import upkeep_sql as sql
from continuity.store.postgres.connection import Connection
from continuity.store.postgres.core import Call, Core
from continuity.store.postgres.documents import stop_using
from continuity.store.postgres.operation import Act
from continuity.store.postgres.receptions import count_old, purge_receptions, unpurged_tenants
from continuity.store.postgres.rows import columns
from continuity.store.postgres.transaction import Transaction
from continuity.store.records import RECEPTION_TYPE, Column, NewValue, Purged, StoredValue
from continuity.store.rules import NO_EDIT, purged_reason
from continuity.store.tokens import kept_token

_ALL: Final = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """Messages of one tenant and type that were accepted, and closed, before a moment."""

    tenant: str
    type: str
    before: datetime
    after: int = 0

    def values(self, last: int) -> tuple[Any, ...]:
        return (self.type, self.tenant, self.after, last, self.before)


class UpkeepPart(Core):
    async def read_values(
        self, column: Column, *, after: str | None, limit: int
    ) -> Sequence[StoredValue]:
        start = () if after is None else tuple(json.loads(after))
        statement = sql.read(sql.SPOTS[column], first=after is None)
        rows = await self._read(lambda db: db.fetch(statement, limit, *start))
        return [StoredValue(place=json.dumps(list(row)[:-1]), value=row[-1]) for row in rows]

    async def replace_values(self, column: Column, changes: Sequence[NewValue]) -> int:
        return await self._write(Call(run=lambda tx: replace_values(tx, column, changes)))

    async def tally_values(
        self, column: Column, *, mark: bytes | str, length: int
    ) -> Mapping[str, int]:
        statement = sql.tally(column)
        rows = await self._read(lambda db: db.fetch(statement, mark, length))
        return {_text(head): count for head, count in rows}

    async def unpurged(self) -> Sequence[tuple[str, str]]:
        return await self._read_together(_unpurged)

    async def purgeable(self, tenant: str, message_type: str, *, before: datetime) -> int:
        which = Which(tenant=tenant, type=message_type, before=before)
        return await self._read_together(lambda db: _purgeable(db, which))

    async def purge(
        self,
        tenant: str,
        message_type: str,
        *,
        before: datetime,
        after: int,
        limit: int,
        by: str,
        reason: str,
        now: datetime,
    ) -> Purged:
        which = Which(tenant=tenant, type=message_type, before=before, after=after)
        act = Act(by=by, reason=reason, now=now)
        return await self._write(Call(run=lambda tx: purge(tx, which, limit, act)))

    async def wipe(self) -> None:
        await self._read(_vacuum)


async def _vacuum(connection: Connection) -> None:
    await connection.execute(sql.TAKE_YOUR_TIME)
    try:
        await connection.execute(sql.VACUUM)
    finally:
        await connection.execute(sql.HURRY_AGAIN)


async def replace_values(tx: Transaction, column: Column, changes: Sequence[NewValue]) -> int:
    await tx.write_rows()
    rows = [(*json.loads(one.place), one.before, one.after) for one in changes]
    return await tx.execute(sql.write(column), *columns(rows, len(sql.SPOTS[column].key) + 2))


def _text(head: bytes | str) -> str:
    return head.decode("latin-1") if isinstance(head, bytes) else head


async def _unpurged(connection: Connection) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    last = ("", "")
    while (row := await connection.fetchrow(sql.NEXT_UNPURGED, *last)) is not None:
        last = (row[0], row[1])
        pairs.append((row[1], row[0]))
    return sorted(pairs + await unpurged_tenants(connection))


async def _purgeable(connection: Connection, which: Which) -> int:
    if which.type == RECEPTION_TYPE:
        return await count_old(connection, which.tenant, which.before)
    last = await connection.fetchval(sql.LAST_BEFORE, which.before)
    if last is None:
        return 0
    rows = await connection.fetch(sql.CANDIDATES, *which.values(last), _ALL)
    numbers = [row[0] for row in rows]
    kept = await connection.fetch(sql.STILL_KEPT, numbers, which.before)
    return len(numbers) - len(kept)


async def purge(tx: Transaction, which: Which, limit: int, act: Act) -> Purged:
    """The messages are locked: what another process purges at this moment is not counted twice."""
    if which.type == RECEPTION_TYPE:
        return await purge_receptions(tx, which.tenant, which.before, limit, act)
    await tx.write_rows()
    last = await tx.connection.fetchval(sql.LAST_BEFORE, which.before)
    if last is None:
        return Purged(messages=0, reached=which.after, done=True)
    looked = await tx.fetch(sql.LOCK_CANDIDATES, *which.values(last), limit)
    kept = await tx.fetch(sql.STILL_KEPT, [row[0] for row in looked], which.before)
    still_kept = {row[0] for row in kept}
    closed = [(row[0], row[1]) for row in looked if row[0] not in still_kept]
    if closed:
        await _remove(tx, which, closed, act)
    reached = looked[-1][0] if looked else which.after
    return Purged(messages=len(closed), reached=reached, done=len(looked) < limit)


async def _remove(
    tx: Transaction, which: Which, closed: Sequence[tuple[int, str]], act: Act
) -> None:
    numbers = [number for number, _ in closed]
    rows = [(row[0], row[1], row[2]) for row in await tx.fetch(sql.DELIVERIES, numbers)]
    ids = [number for number, _, _ in rows]
    lanes = sorted({(destination, lane) for _, destination, lane in rows})
    await tx.execute(sql.DELETE_RECALLS, *columns(lanes, 2))
    await tx.execute(
        sql.EMPTY_DELIVERIES, *columns([(one, kept_token(lane)) for one, _, lane in rows], 2)
    )
    await tx.execute(sql.EMPTY_EDIT, ids)
    await tx.execute(sql.EMPTY_EDITS, ids, NO_EDIT)
    await tx.execute(sql.DELETE_STEPS, ids)
    emptied = [(number, kept_token(subject)) for number, subject in closed]
    await tx.execute(sql.EMPTY_MESSAGES, *columns(emptied, 2), act.now)
    await stop_using(tx, numbers, act.now)
    subjects = sorted({subject for _, subject in closed})
    await tx.execute(sql.DELETE_REFERENCES, which.tenant, subjects)
    await tx.execute(sql.DELETE_IDENTITIES, which.tenant, subjects)
    tx.record(
        Fact(
            at=act.now,
            actor=act.by,
            action=Action.PURGE,
            tenant=which.tenant,
            reason=purged_reason(len(closed), which.type, act.reason),
        )
    )
