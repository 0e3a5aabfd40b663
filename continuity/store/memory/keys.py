"""The keys of callers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from continuity.store.memory.tables import Tables
from continuity.store.records import ApiKey
from continuity.store.rules import key_added, key_in_use, key_revoked, no_such


class MemoryKeys:
    _tables: Tables

    async def add_key(self, key: ApiKey, *, by: str = "schakel") -> None:
        keys = self._tables.keys
        if key.id in keys or any(key.secret_hash == other.secret_hash for other in keys.values()):
            raise key_in_use(key)
        keys[key.id] = key
        self._tables.record(key_added(key, by=by))
        await self._tables.commit()

    async def find_key(self, secret_hash: bytes) -> ApiKey | None:
        keys = self._tables.keys.values()
        return next((key for key in keys if key.secret_hash == secret_hash), None)

    async def list_keys(self) -> Sequence[ApiKey]:
        return list(self._tables.keys.values())

    async def revoke_key(self, key_id: str, *, by: str, now: datetime) -> None:
        key = self._tables.keys.get(key_id)
        if key is None:
            raise no_such("key", key_id)
        if key.revoked_at is None:
            self._tables.keys[key_id] = replace(key, revoked_at=now)
            self._tables.record(key_revoked(key, by=by, now=now))
        await self._tables.commit()
