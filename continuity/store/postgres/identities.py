"""Case numbers that were given out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from continuity.store.postgres import identity_sql as sql
from continuity.store.postgres.core import Call, Core
from continuity.store.postgres.rows import Row, columns
from continuity.store.postgres.transaction import Transaction
from continuity.store.records import Identity, IdentityFilter, Issuer, NewIdentity
from continuity.store.rules import newly_issued, number_taken

_NEWEST: Final = 2**63 - 1
"""Before this id lies everything."""


class IdentitiesPart(Core):
    async def next_number(self, series: str) -> int:
        return await self._write(Call(run=lambda tx: next_number(tx, series)))

    async def add_identity(self, new: NewIdentity, *, now: datetime) -> Identity:
        return await self._write(Call(run=lambda tx: add_identity(tx, new, now)))

    async def find_identity(self, tenant: str, key: bytes) -> Identity | None:
        row = await self._read(lambda db: db.fetchrow(sql.FIND_IDENTITY, tenant, key))
        return None if row is None else _to_identity(row)

    async def list_identities(
        self, which: IdentityFilter, *, before: int | None, limit: int
    ) -> Sequence[Identity]:
        asked = {"case_number": which.case_number, "tenant": which.tenant}
        values = {name: value for name, value in asked.items() if value is not None}
        names = [*values, *((which.state.value,) if which.state else ())]
        newest = _NEWEST if before is None else before
        statement = sql.list_identities(names)
        rows = await self._read(lambda db: db.fetch(statement, newest, limit, *values.values()))
        return [_to_identity(row) for row in rows]

    async def unannounced_identities(
        self, tenants: Collection[str], *, limit: int
    ) -> Sequence[Identity]:
        rows = await self._read(lambda db: db.fetch(sql.UNANNOUNCED, sorted(tenants), limit))
        return [_to_identity(row) for row in rows]

    async def mark_announced(self, identities: Sequence[Identity], *, now: datetime) -> None:
        await self._write(Call(run=lambda tx: mark_announced(tx, identities, now)))


async def next_number(tx: Transaction, series: str) -> int:
    [(number,)] = await tx.write(sql.NEXT_NUMBER, series)
    return int(number)


async def add_identity(tx: Transaction, new: NewIdentity, now: datetime) -> Identity:
    """Another process may be doing the same: the unique indexes decide, and then it is read."""
    made = newly_issued(new, number=0, now=now)
    first = await tx.fetch_one(sql.FIND_IDENTITY, new.tenant, new.key)
    if first is not None:
        return _to_identity(first)
    rows = await tx.write(
        sql.INSERT_IDENTITY,
        made.tenant,
        made.case_number,
        made.destination,
        new.key,
        made.issuer.value,
        made.asked_by,
        made.issued_at,
        made.definitive_number,
        made.settled_at,
        made.announced_at,
    )
    if rows:
        return _to_identity(rows[0])
    first = await tx.fetch_one(sql.FIND_IDENTITY, new.tenant, new.key)
    if first is None:
        raise number_taken(new.tenant)
    return _to_identity(first)


async def mark_announced(tx: Transaction, identities: Sequence[Identity], now: datetime) -> None:
    told = [(one.id, one.settled_at) for one in identities]
    await tx.execute(sql.MARK_ANNOUNCED, *columns(told, 2), now)


async def settle(tx: Transaction, told: Sequence[tuple[str, str, str, str, datetime]]) -> None:
    """Destinations told the numbers of cases: (tenant, destination, subject, number, when)."""
    last = {row[:3]: row for row in told}
    values = columns(sorted(last.values()), 5)
    await tx.execute(sql.SETTLE, *values)
    await tx.execute(sql.SEE, *values)


def _to_identity(row: Row) -> Identity:
    return Identity(
        id=row[0],
        tenant=row[1],
        case_number=row[2],
        destination=row[3],
        issuer=Issuer(row[4]),
        asked_by=row[5],
        issued_at=row[6],
        definitive_number=row[7],
        settled_at=row[8],
        announced_at=row[9],
    )
