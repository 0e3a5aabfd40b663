"""Conditions of the machine, made for real: each has a sentence, and the store goes on after it."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from continuity.store.contract import StoreUnavailable
from continuity.store.records import DeliveryFilter
from continuity.store.sqlite import SqliteStore, migrate
from continuity.store.sqlite.errors import unavailable
from tests.conformance._store.given import NOW, accept, new_message

PATH = Path("hub.db")


@pytest.fixture(params=[False, True], ids=["threaded", "inline"])
async def store(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path / "hub.db", inline=request.param, patience=timedelta(0))
    await store.open()
    yield store
    await store.close()


def writer_of(store: SqliteStore) -> sqlite3.Connection:
    connection = store._writer._connection  # type: ignore[union-attr]  # opened: it has one
    assert isinstance(connection, sqlite3.Connection)
    return connection


def sqlite_error(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("made by a test")
    error.sqlite_errorcode = code
    return error


async def test_a_full_disk_is_said_and_nothing_is_half_kept(store: SqliteStore) -> None:
    connection = writer_of(store)
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + 5}")

    with pytest.raises(StoreUnavailable, match=r"disk that holds .* is full") as caught:
        await store.accept([new_message(body=bytes(100_000))], now=NOW)

    assert not caught.value.uncertain
    assert list(await store.list_deliveries(DeliveryFilter(), before=None, limit=10)) == []
    connection.execute("PRAGMA max_page_count = 1000000")
    (answer,) = await accept(store, new_message(body=bytes(100_000)))
    assert answer.new
    assert await store.counts() == await store.recount()
    assert await store.verify_audit() is None


async def test_another_process_lock_is_said_and_waited_out(store: SqliteStore) -> None:
    other = sqlite3.connect(store._path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(StoreUnavailable, match="locked by another process"):
        await store.accept([new_message()], now=NOW)
    await store.ping()

    other.execute("ROLLBACK")
    other.close()
    await accept(store, new_message())


async def test_a_read_only_database_is_said(store: SqliteStore) -> None:
    connection = writer_of(store)
    connection.execute("PRAGMA query_only = ON")

    with pytest.raises(StoreUnavailable, match="read-only"):
        await store.accept([new_message()], now=NOW)

    connection.execute("PRAGMA query_only = OFF")
    await accept(store, new_message())


async def test_a_file_that_is_gone_is_said(store: SqliteStore) -> None:
    store._path.unlink()

    with pytest.raises(StoreUnavailable, match="is gone"):
        await store.ping()


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "hub.db"
    path.write_bytes(b"This is a letter, not a database. " * 100)

    with pytest.raises(StoreUnavailable, match="is not an SQLite database"):
        await SqliteStore(path).open()


async def test_a_folder_in_the_files_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "hub.db").mkdir()

    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        await SqliteStore(tmp_path / "hub.db").open()


async def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match=r"folder .*nowhere does not exist: create it"):
        await SqliteStore(tmp_path / "nowhere" / "hub.db").open()


async def test_a_file_that_cannot_be_created_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("continuity.store.sqlite.connection.os.open", refuse)

    with pytest.raises(StoreUnavailable, match=r"cannot be created \(Permission denied\)"):
        migrate(tmp_path / "hub.db")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (sqlite3.SQLITE_BUSY, "locked by another process"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "locked by another process"),
        (sqlite3.SQLITE_FULL, "Free space"),
        (sqlite3.SQLITE_NOTADB, "not an SQLite database"),
        (sqlite3.SQLITE_CORRUPT, "damaged"),
        (sqlite3.SQLITE_PERM, "no permission"),
        (sqlite3.SQLITE_CANTOPEN, "cannot be opened"),
        (sqlite3.SQLITE_READONLY, "read-only"),
        (sqlite3.SQLITE_IOERR_FSYNC, "reports an error"),
    ],
)
def test_every_condition_has_a_sentence_with_the_path(code: int, words: str) -> None:
    error = unavailable(sqlite_error(code), PATH)

    assert isinstance(error, StoreUnavailable)
    assert words in str(error)
    assert "hub.db" in str(error)
    assert not error.uncertain


def test_a_commit_that_broke_off_is_uncertain() -> None:
    broken = unavailable(sqlite_error(sqlite3.SQLITE_IOERR_FSYNC), PATH, committing=True)
    full = unavailable(sqlite_error(sqlite3.SQLITE_FULL), PATH, committing=True)

    assert isinstance(broken, StoreUnavailable)
    assert broken.uncertain
    assert isinstance(full, StoreUnavailable)
    assert not full.uncertain


def test_a_bug_stays_what_it_is() -> None:
    bug = sqlite_error(sqlite3.SQLITE_CONSTRAINT)

    assert unavailable(bug, PATH) is bug
