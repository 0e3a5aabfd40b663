"""How far readers have come."""

from __future__ import annotations

from continuity.store.postgres import sql
from continuity.store.postgres.core import Call, Core
from continuity.store.postgres.transaction import Transaction


class CursorsPart(Core):
    async def read_cursor(self, name: str) -> str | None:
        value: str | None = await self._read(lambda db: db.fetchval(sql.GET_CURSOR, name))
        return value

    async def save_cursor(self, name: str, value: str, *, before: str | None) -> bool:
        return await self._write(Call(run=lambda tx: save_cursor(tx, name, value, before)))


async def save_cursor(tx: Transaction, name: str, value: str, before: str | None) -> bool:
    if before is None:
        return await tx.execute(sql.NEW_CURSOR, name, value) > 0
    return await tx.execute(sql.MOVE_CURSOR, name, value, before) > 0
