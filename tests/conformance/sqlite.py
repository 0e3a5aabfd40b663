"""Databases of SQLite for tests that want an empty one and do not test how it is made."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from continuity.store.sqlite import SqliteStore
from tests.services import aside


def empty_database(path: Path) -> Path:
    """Writes a database with all tables and no rows; the migrations ran once, for all tests."""
    path.write_bytes(_migrated())
    return path


@cache
def _migrated() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        aside(_made(path))
        return path.read_bytes()


async def _made(path: Path) -> None:
    store = SqliteStore(path, inline=True)
    await store.open()
    await store.close()
