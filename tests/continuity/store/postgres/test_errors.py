"""What goes wrong at the server is told in a sentence, without the password."""

from __future__ import annotations

from urllib.parse import urlsplit

import asyncpg
import pytest

from continuity.store.contract import StoreUnavailable
from continuity.store.postgres import PostgresStore
from continuity.store.postgres.errors import SENTENCES, is_broken_off, is_lost, unavailable
from tests.conformance._store.given import accept, new_message
from tests.services import execute, unique_name, with_path


@pytest.mark.parametrize("code", SENTENCES)
def test_every_sentence_says_where_and_ends(code: str) -> None:
    sentence = SENTENCES[code].format(place="db:5432/schakel")

    assert "db:5432/schakel" in sentence
    assert sentence.endswith((".", "by itself."))


@pytest.mark.parametrize(
    ("error", "lost", "again"),
    [
        (asyncpg.ConnectionDoesNotExistError("gone"), True, False),
        (asyncpg.AdminShutdownError("stop"), True, False),
        (asyncpg.ReadOnlySQLTransactionError("standby"), True, False),
        (asyncpg.InterfaceError("connection is closed"), True, False),
        (asyncpg.InterfaceError("the server expects 1 argument"), False, False),
        (asyncpg.InternalClientError("cannot switch to state 15"), True, False),
        (asyncpg.TargetServerAttributeNotMatched("no primary"), True, False),
        (asyncpg.SerializationError("x"), False, True),
        (asyncpg.DeadlockDetectedError("x"), False, True),
        (asyncpg.DiskFullError("x"), False, False),
        (TimeoutError(), True, False),
        (ConnectionResetError(), True, False),
        (ValueError("ours"), False, False),
    ],
)
def test_errors_are_told_apart(error: Exception, *, lost: bool, again: bool) -> None:
    assert (is_lost(error), is_broken_off(error)) == (lost, again)


def test_a_mistake_of_ours_stays_what_it_is() -> None:
    mistake = asyncpg.PostgresSyntaxError("near SELECT")

    assert unavailable(mistake, "db") is mistake


async def test_a_database_that_is_not_there_is_told_at_once(migrated_url: str) -> None:
    store = PostgresStore(with_path(migrated_url, unique_name()))

    with pytest.raises(StoreUnavailable, match="no database"):
        await store.open()


async def test_a_host_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("connection", "core"):
        monkeypatch.setattr(f"continuity.store.postgres.{module}.PATIENCE", 0.2)
    store = PostgresStore("postgresql://hub:secret@127.0.0.1:1/schakel")

    with pytest.raises(StoreUnavailable, match=r"127\.0\.0\.1:1/schakel does not answer") as raised:
        await store.open()

    assert "secret" not in str(raised.value)


async def test_a_database_that_becomes_read_only_and_writable_again(
    migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a failover to this server's standby, and back."""
    for module in ("connection", "commit", "core"):
        monkeypatch.setattr(f"continuity.store.postgres.{module}.PATIENCE", 0.3)
    store = PostgresStore(migrated_url)
    await store.open()
    await accept(store, new_message("a"))
    name = urlsplit(migrated_url).path[1:]
    switch = f'ALTER DATABASE "{name}" SET default_transaction_read_only = '
    end = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await execute(switch + "on", end, database=name)

    with pytest.raises(StoreUnavailable, match="read-only"):
        await accept(store, new_message("b"))

    await execute("SET default_transaction_read_only = off", switch + "off", database=name)
    assert (await accept(store, new_message("b")))[0].new
    await store.close()


async def test_a_closed_store_says_so(migrated_url: str) -> None:
    store = PostgresStore(migrated_url)

    with pytest.raises(StoreUnavailable, match="is closed"):
        await store.ping()
    with pytest.raises(StoreUnavailable, match="is closed"):
        await accept(store, new_message())
