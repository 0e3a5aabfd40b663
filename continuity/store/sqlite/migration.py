"""The schema's versions: numbered SQL files, applied in order, forward only.

`NNNN_pre_name.sql` is applied before the program that needs it is started; `NNNN_post_name.sql`
when no older program runs any more, and may wait until then.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import Final, Literal

from continuity.store.contract import StoreUnavailable
from continuity.store.sqlite.connection import connect_writer, create_file
from continuity.store.sqlite.errors import unavailable

Phase = Literal["pre", "post"]

_PATIENCE: Final = timedelta(seconds=30)

_CREATE_VERSIONS: Final = """
CREATE TABLE IF NOT EXISTS schema_version (
    number     INTEGER PRIMARY KEY,
    name       TEXT NOT NULL,
    applied_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
)
"""
_HAS_TABLES: Final = "SELECT count(*) FROM sqlite_schema WHERE type = 'table'"
_HAS_VERSIONS: Final = "SELECT count(*) FROM sqlite_schema WHERE name = 'schema_version'"
_VERSIONS: Final = "SELECT number, name FROM schema_version ORDER BY number"
_INSERT_VERSION: Final = "INSERT INTO schema_version (number, name) VALUES (?, ?)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    number: int
    phase: Phase
    name: str
    sql: str


def migrate(path: Path, *, phase: Phase | None = None) -> list[str]:
    """Applies what is missing, of one phase or of both; returns the names of what it applied.

    Creates the file when there is none. Each migration is one transaction. Raises
    `StoreUnavailable`, also for a database that a newer program has migrated.
    """
    create_file(path)
    connection = connect_writer(path, patience=_PATIENCE)
    try:
        return _apply(connection, path, phase)
    except sqlite3.Error as error:
        raise unavailable(error, path) from error
    finally:
        connection.close()


def check_schema(connection: sqlite3.Connection, path: Path) -> None:
    """Raises `StoreUnavailable` when this program and the database do not fit."""
    applied = _applied(connection, path)
    missing = [m.name for m in migrations() if m.number not in applied and m.phase == "pre"]
    if missing:
        raise StoreUnavailable(
            f"The database {path} is older than this program (it lacks {', '.join(missing)}): "
            "make a backup, then run 'schakel migrate'."
        )


def migrations() -> list[Migration]:
    """Those that this program knows, by number."""
    folder = resources.files(__package__) / "migrations"
    files = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".sql")),
        key=lambda entry: entry.name,
    )
    return [_read(entry.name, entry.read_text(encoding="utf-8")) for entry in files]


def statements(sql: str) -> Iterator[str]:
    """The statements of a script, one by one: `executescript` would commit on its way."""
    collected = ""
    for line in sql.splitlines(keepends=True):
        collected += line
        if sqlite3.complete_statement(collected):
            yield collected
            collected = ""


def _read(file_name: str, sql: str) -> Migration:
    name = file_name.removesuffix(".sql")
    number, phase, _ = name.split("_", 2)
    if phase not in {"pre", "post"}:
        raise ValueError(f"{file_name}: name a migration NNNN_pre_name.sql or NNNN_post_name.sql")
    return Migration(
        number=int(number), phase="pre" if phase == "pre" else "post", name=name, sql=sql
    )


def _apply(connection: sqlite3.Connection, path: Path, phase: Phase | None) -> list[str]:
    done: list[str] = []
    for migration in migrations():
        if phase not in {None, migration.phase}:
            continue
        connection.execute("BEGIN IMMEDIATE")
        try:
            applied = _applied(connection, path)  # within: another process may be migrating too
            if migration.number not in applied:
                connection.execute(_CREATE_VERSIONS)
                for statement in statements(migration.sql):
                    connection.execute(statement)
                connection.execute(_INSERT_VERSION, (migration.number, migration.name))
                done.append(migration.name)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    return done


def _applied(connection: sqlite3.Connection, path: Path) -> set[int]:
    if not connection.execute(_HAS_VERSIONS).fetchone()[0]:
        if connection.execute(_HAS_TABLES).fetchone()[0]:
            raise StoreUnavailable(
                f"The database {path} belongs to another program: change the store's path."
            )
        return set()
    applied = dict(connection.execute(_VERSIONS))
    unknown = sorted(set(applied) - {migration.number for migration in migrations()})
    if unknown:
        names = ", ".join(applied[number] for number in unknown)
        raise StoreUnavailable(
            f"The database {path} is newer than this program (it has {names}): install the "
            "version that migrated it, or put back the backup from before 'schakel migrate'."
        )
    return set(applied)
