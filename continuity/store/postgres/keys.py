"""The keys of callers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from continuity.store.postgres import sql
from continuity.store.postgres.core import Call, Core
from continuity.store.postgres.rows import to_key
from continuity.store.postgres.transaction import Transaction
from continuity.store.records import ApiKey
from continuity.store.rules import key_added, key_in_use, key_revoked, no_such


class KeysPart(Core):
    async def add_key(self, key: ApiKey, *, by: str = "schakel") -> None:
        await self._write(Call(run=lambda tx: add_key(tx, key, by)))

    async def find_key(self, secret_hash: bytes) -> ApiKey | None:
        row = await self._read(lambda db: db.fetchrow(sql.FIND_KEY, secret_hash))
        return None if row is None else to_key(row)

    async def list_keys(self) -> Sequence[ApiKey]:
        return [to_key(row) for row in await self._read(lambda db: db.fetch(sql.LIST_KEYS))]

    async def revoke_key(self, key_id: str, *, by: str, now: datetime) -> None:
        await self._write(Call(run=lambda tx: revoke_key(tx, key_id, by, now)))


async def add_key(tx: Transaction, key: ApiKey, by: str) -> None:
    """The unique indexes decide, also between processes: a refused row is not written."""
    added = await tx.write(
        sql.INSERT_KEY,
        key.id,
        key.name,
        key.secret_hash,
        sorted(key.scopes),
        key.tenant,
        key.created_at,
        key.revoked_at,
    )
    if not added:
        raise key_in_use(key)
    tx.record(key_added(key, by=by))


async def revoke_key(tx: Transaction, key_id: str, by: str, now: datetime) -> None:
    row = await tx.fetch_one(sql.LOCK_KEY, key_id)
    if row is None:
        raise no_such("key", key_id)
    key = to_key(row)
    if key.revoked_at is None:
        await tx.execute(sql.REVOKE_KEY, key_id, now)
        tx.record(key_revoked(key, by=by, now=now))
