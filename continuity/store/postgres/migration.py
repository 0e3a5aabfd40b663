"""The schema's versions: numbered SQL files, applied in order, forward only.

`NNNN_pre_name.sql` only adds, so that a program of the version before goes on running with it, and
may be restarted; it is applied before the first program of the new version starts.
`NNNN_post_name.sql` takes away what only older programs need: it waits until none runs any more,
and an older program refuses a database that has it.

A file is one transaction. One whose first line is `-- outside a transaction` is not: each of its
statements must be able to run again (CREATE INDEX CONCURRENTLY IF NOT EXISTS). No statement waits
long for a lock, for then all traffic would wait behind it: it gives up, and tries again.
"""

from __future__ import annotations

import asyncio
import random
import re
from dataclasses import dataclass
from importlib import resources
from typing import Final, Literal

import asyncpg

from continuity.store.contract import StoreUnavailable
from continuity.store.postgres import sql
from continuity.store.postgres.connection import CONNECTION_ERRORS, Connection, Server
from continuity.store.postgres.errors import unavailable

Phase = Literal["pre", "post"]

_TRIES: Final = 60
_PAUSE: Final = 0.5
"""Seconds between them, on average."""
_OUTSIDE: Final = "-- outside a transaction"

_SETTINGS: Final = """
SET lock_timeout = 0; SET statement_timeout = 0; SET idle_in_transaction_session_timeout = '60s'
"""
_LOCK: Final = f"SELECT pg_advisory_lock({sql.LOCK_SPACE}, {sql.MIGRATE})"
_IMPATIENT: Final = "SET lock_timeout = '500ms'"

_CREATE_VERSIONS: Final = """
CREATE TABLE IF NOT EXISTS schema_version (
    number     integer PRIMARY KEY,
    name       text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)
"""
_TABLES: Final = """
SELECT count(*), count(*) FILTER (WHERE c.relname = 'schema_version') FROM pg_class c
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace
"""
_VERSIONS: Final = "SELECT number, name FROM schema_version ORDER BY number"
_INSERT_VERSION: Final = "INSERT INTO schema_version (number, name) VALUES ($1, $2)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    number: int
    phase: Phase
    name: str
    sql: str


async def migrate(url: str, *, phase: Phase | None = None) -> list[str]:
    """Applies what is missing, of one phase or of both; returns the names of what it applied.

    Of two processes that migrate at once one waits for the other. Raises `StoreUnavailable`, also
    for a database that a newer program has migrated.
    """
    server = Server(url=url)
    try:
        connection = await server.connect("migration", patient=True)
        try:
            await connection.execute(_SETTINGS)
            await connection.execute(_LOCK)
            await connection.execute(_IMPATIENT)
            return await _apply(connection, server.place, phase)
        finally:
            await connection.close()
    except CONNECTION_ERRORS as error:
        raise unavailable(error, server.place) from error


async def is_empty(connection: Connection) -> bool:
    return not (await connection.fetchval(_TABLES))


async def check_schema(connection: Connection, place: str) -> None:
    """Raises `StoreUnavailable` when this program and the database do not fit."""
    applied = await _applied(connection, place)
    missing = [m.name for m in migrations() if m.number not in applied and m.phase == "pre"]
    if missing:
        raise StoreUnavailable(
            f"The database at {place} is older than this program (it lacks "
            f"{', '.join(missing)}): make a backup, then run 'schakel migrate'."
        )
    _refuse_newer({n: name for n, name in _unknown(applied).items() if "_post_" in name}, place)


def migrations() -> list[Migration]:
    """Those that this program knows, by number."""
    folder = resources.files(__package__) / "migrations"
    files = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".sql")),
        key=lambda entry: entry.name,
    )
    return [_read(entry.name, entry.read_text(encoding="utf-8")) for entry in files]


def _read(file_name: str, text: str) -> Migration:
    name = file_name.removesuffix(".sql")
    number, phase, _ = name.split("_", 2)
    if phase not in {"pre", "post"}:
        raise ValueError(f"{file_name}: name a migration NNNN_pre_name.sql or NNNN_post_name.sql")
    return Migration(
        number=int(number), phase="pre" if phase == "pre" else "post", name=name, sql=text
    )


async def _apply(connection: Connection, place: str, phase: Phase | None) -> list[str]:
    applied = await _applied(connection, place)
    _refuse_newer(_unknown(applied), place)
    await connection.execute(_CREATE_VERSIONS)
    missing = [m for m in migrations() if m.number not in applied and phase in {None, m.phase}]
    for migration in missing:
        await _patiently(connection, migration)
    return [migration.name for migration in missing]


async def _patiently(connection: Connection, migration: Migration) -> None:
    for _ in range(_TRIES):
        try:
            return await _apply_one(connection, migration)
        except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
            pause = _PAUSE * random.uniform(0.5, 1.5)  # noqa: S311 - spreads tries
            await asyncio.sleep(pause)
    return await _apply_one(connection, migration)


async def _apply_one(connection: Connection, migration: Migration) -> None:
    if migration.sql.startswith(_OUTSIDE):
        for statement in re.split(r";\s*$", migration.sql, flags=re.MULTILINE):
            if statement.strip():
                await connection.execute(statement)
        await connection.execute(_INSERT_VERSION, migration.number, migration.name)
        return
    async with connection.transaction():
        await connection.execute(migration.sql)
        await connection.execute(_INSERT_VERSION, migration.number, migration.name)


async def _applied(connection: Connection, place: str) -> dict[int, str]:
    tables, versions = await connection.fetchrow(_TABLES) or (0, 0)
    if versions:
        return {row[0]: row[1] for row in await connection.fetch(_VERSIONS)}
    if tables:
        raise StoreUnavailable(
            f"The database at {place} belongs to another program: change the store's URL."
        )
    return {}


def _unknown(applied: dict[int, str]) -> dict[int, str]:
    known = {migration.number for migration in migrations()}
    return {number: name for number, name in applied.items() if number not in known}


def _refuse_newer(unknown: dict[int, str], place: str) -> None:
    if unknown:
        raise StoreUnavailable(
            f"The database at {place} is newer than this program (it has "
            f"{', '.join(unknown.values())}): install the version that migrated it, or put back "
            "the backup from before 'schakel migrate'."
        )
