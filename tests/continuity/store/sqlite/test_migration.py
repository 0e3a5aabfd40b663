from __future__ import annotations

import os
import sqlite3
import stat
from pathlib import Path

import pytest

from continuity.store.contract import StoreUnavailable
from continuity.store.sqlite import SqliteStore, migrate
from continuity.store.sqlite.migration import Migration, migrations, statements
from tests.conformance._store.given import accept, new_message

MODULE = "continuity.store.sqlite.migration.migrations"

LATER_PRE = Migration(
    number=9001, phase="pre", name="9001_pre_colour", sql="ALTER TABLE hold ADD COLUMN colour TEXT;"
)
LATER_POST = Migration(
    number=9002, phase="post", name="9002_post_tidy", sql="CREATE TABLE tidy (id INTEGER);"
)
BROKEN = Migration(
    number=9001,
    phase="pre",
    name="9001_pre_broken",
    sql="CREATE TABLE half (id INTEGER);\nALTER TABLE nowhere ADD COLUMN x;",
)


NAMES = [migration.name for migration in migrations()]


def with_also(monkeypatch: pytest.MonkeyPatch, *more: Migration) -> None:
    known = [*migrations(), *more]
    monkeypatch.setattr(MODULE, lambda: known)


def test_a_new_file_gets_the_whole_schema(tmp_path: Path) -> None:
    assert migrate(tmp_path / "hub.db") == NAMES
    assert migrate(tmp_path / "hub.db") == []


def test_only_the_owner_can_read_the_file(tmp_path: Path) -> None:
    path = tmp_path / "hub.db"
    migrate(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_the_log_beside_the_file_is_as_private(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "hub.db")
    await store.open()
    await accept(store, new_message())

    modes = {stat.S_IMODE(entry.stat().st_mode) for entry in os.scandir(tmp_path)}

    await store.close()
    assert modes == {0o600}


async def test_a_new_file_is_made_by_opening(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "hub.db")
    await store.open()
    await store.open()
    await accept(store, new_message())
    await store.close()
    await store.close()


async def test_an_older_database_is_refused_until_it_is_migrated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "hub.db"
    migrate(path)
    with_also(monkeypatch, LATER_PRE)
    store = SqliteStore(path)

    with pytest.raises(StoreUnavailable, match=r"older .*9001_pre_colour.*'schakel migrate'"):
        await store.open()

    assert migrate(path) == ["9001_pre_colour"]
    await store.open()
    await store.close()


async def test_a_newer_database_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "hub.db"
    with monkeypatch.context() as newer:
        with_also(newer, LATER_PRE)
        migrate(path)

    with pytest.raises(StoreUnavailable, match=r"newer .*9001_pre_colour.*install the version"):
        await SqliteStore(path).open()
    with pytest.raises(StoreUnavailable, match="newer"):
        migrate(path)


async def test_what_comes_after_the_start_may_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "hub.db"
    with_also(monkeypatch, LATER_PRE, LATER_POST)

    assert migrate(path, phase="pre") == [*NAMES, "9001_pre_colour"]
    store = SqliteStore(path)
    await store.open()
    await store.close()
    assert migrate(path, phase="post") == ["9002_post_tidy"]


def test_a_migration_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "hub.db"
    with_also(monkeypatch, BROKEN)

    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        migrate(path)

    connection = sqlite3.connect(path)
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")}
    connection.close()
    assert "half" not in tables
    assert "message" in tables


async def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE theirs (id INTEGER)")
    connection.close()

    with pytest.raises(StoreUnavailable, match="belongs to another program"):
        await SqliteStore(path).open()


def test_migrations_are_numbered_without_a_gap() -> None:
    assert [migration.number for migration in migrations()] == [
        number + 1 for number in range(len(migrations()))
    ]


def test_a_script_is_cut_into_statements() -> None:
    script = (
        "CREATE TABLE a (x);\n-- why\nCREATE TRIGGER t BEFORE UPDATE ON a\nBEGIN\nSELECT 1;\nEND;\n"
    )

    assert [statement.split()[-1] for statement in statements(script)] == ["(x);", "END;"]
