"""The audit trail of many writers: entries with a hash each, and seals that chain the hashes.

Numbers are drawn before commits, so for a moment a smaller one may still be missing. A seal covers
only what can no longer change: whoever writes entries shares a lock from before it draws numbers
until its commit, and who seals takes that lock alone for an instant, to see the last number.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import asyncpg

from continuity.store.audit import GENESIS, first_break
from continuity.store.contract import StoreError
from continuity.store.postgres import sql
from continuity.store.postgres.connection import Connection
from continuity.store.postgres.core import Core, Readers
from continuity.store.postgres.rows import to_entry
from continuity.store.records import AuditEntry

_EVERY: Final = 1.0
"""Seconds between seals while there is something to seal."""
_MOST: Final = 10_000
"""Entries under one seal, and in memory at once."""
_TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class _Seal:
    number: int
    upto: int
    """The last entry that it covers."""
    hash: bytes


class AuditPart(Core):
    async def audit_trail(self, *, after: int, limit: int) -> Sequence[AuditEntry]:
        upto = await self._sealed()
        rows = await self._read(lambda db: db.fetch(sql.AUDIT_TRAIL, after, upto, limit))
        return [to_entry(row) for row in rows]

    async def verify_audit(self) -> int | None:
        await self._sealed()
        return await self._read_together(verify)

    async def _sealed(self) -> int:
        """Seals what was committed before, if writers let it; returns where the last seal ends."""
        for _ in range(_TRIES):
            if await self._read(seal):
                break
        return (await self._read(last_seal)).upto


async def keep_sealing(readers: Readers) -> None:
    """Until it is cancelled. What fails now is sealed later."""
    while True:
        await asyncio.sleep(_EVERY)
        with suppress(StoreError, asyncpg.PostgresError):
            await readers.run(seal)


async def last_seal(connection: Connection) -> _Seal:
    row = await connection.fetchrow(sql.LAST_SEAL)
    return _Seal(0, 0, GENESIS) if row is None else _Seal(*row)


async def seal(connection: Connection) -> bool:
    """Seals everything that was committed before; False when a lock could not be had in time."""
    before = await last_seal(connection)
    if await connection.fetchval(sql.LAST_ENTRY) <= before.upto:
        return True
    try:
        upto = await _last_complete(connection)
        while before.upto < upto:
            before = await _seal_next(connection, upto)
    except asyncpg.LockNotAvailableError:
        return False
    return True


async def _last_complete(connection: Connection) -> int:
    """The last entry before which none can appear any more."""
    async with connection.transaction():
        await connection.execute(sql.WAIT_A_MOMENT)
        await connection.execute(sql.LOCK_AUDIT)
        last: int = await connection.fetchval(sql.LAST_ENTRY)
        return last


async def _seal_next(connection: Connection, upto: int) -> _Seal:
    """The next seal, or what another process has sealed meanwhile."""
    async with connection.transaction():
        await connection.execute(sql.LOCK_SEAL)
        before = await last_seal(connection)
        if before.upto >= upto:
            return before
        rows = await connection.fetch(sql.HASHES, before.upto, upto, _MOST)
        after = _Seal(
            before.number + 1, rows[-1][0], chained(before.hash, [row[1] for row in rows])
        )
        now = datetime.now(UTC)
        values = (after.number, after.upto, len(rows), now, after.hash)
        await connection.execute(sql.INSERT_SEAL, *values)
        return after


def chained(previous: bytes, hashes: Sequence[bytes]) -> bytes:
    return hashlib.sha256(b"".join((previous, *hashes))).digest()


async def verify(connection: Connection) -> int | None:
    """The number of the first entry that does not fit, or None. Reads the whole trail, in parts.

    When entries of a seal are missing, the number after which the first of them was.
    """
    previous, reached, number = GENESIS, 0, 0
    while seals := await connection.fetch(sql.SEALS, number, 1):
        ((number, upto, count, sealed),) = seals
        rows = await connection.fetch(sql.AUDIT_TRAIL, reached, upto, _MOST + 1)
        broken = await asyncio.to_thread(_broken, [to_entry(row) for row in rows])
        if broken is not None:
            return broken
        previous = chained(previous, [row["hash"] for row in rows])
        if (len(rows), previous) != (count, sealed):
            return reached + 1
        reached = upto
    while rows := await connection.fetch(sql.AUDIT_TRAIL, reached, sql.NO_END, _MOST):
        broken = await asyncio.to_thread(_broken, [to_entry(row) for row in rows])
        if broken is not None:
            return broken
        reached = rows[-1]["seq"]
    return None


def _broken(entries: Sequence[AuditEntry]) -> int | None:
    """The first that does not say what its own hash covers."""
    broken = (first_break([entry], seq=entry.seq - 1) for entry in entries)
    return next((seq for seq in broken if seq is not None), None)
