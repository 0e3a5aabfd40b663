"""Connections that break: nothing lost, nothing doubled, and nobody left in doubt without need."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import asyncpg
import pytest

from continuity.delivery import State
from continuity.store.contract import StoreUnavailable
from continuity.store.postgres import PostgresStore
from continuity.store.postgres.connection import SETTINGS, Server
from continuity.store.records import Accepted, DeliveryFilter
from tests.conformance._store.given import (
    NOW,
    TTL,
    ZGW,
    accept,
    delivered,
    lease_of,
    new_message,
)
from tests.proxy import Proxy
from tests.services import execute, unique_name


@pytest.fixture
async def proxy(migrated_url: str) -> AsyncIterator[Proxy]:
    parts = urlsplit(migrated_url)
    async with Proxy(parts.hostname or "127.0.0.1", parts.port or 5432) as proxy:
        yield proxy


def through(url: str, proxy: Proxy) -> str:
    parts = urlsplit(url)
    user = parts.netloc.rpartition("@")[0]
    return parts._replace(netloc=f"{user}@127.0.0.1:{proxy.port}").geturl()


@pytest.fixture
async def store(migrated_url: str, proxy: Proxy) -> AsyncIterator[PostgresStore]:
    store = PostgresStore(through(migrated_url, proxy))
    await store.open()
    yield store
    proxy.resume()
    await store.close()


async def events(store: PostgresStore) -> list[str]:
    found = await store.list_deliveries(DeliveryFilter(), before=None, limit=100)
    return [delivery.event_id for delivery in reversed(found)]


async def test_an_idle_connection_that_was_cut_is_made_again(
    store: PostgresStore, proxy: Proxy
) -> None:
    await accept(store, new_message("a"))

    proxy.cut()
    await accept(store, new_message("b"))

    assert await events(store) == ["a", "b"]


@pytest.mark.parametrize("statement", [b"BEGIN", b"INSERT INTO message", b"INSERT INTO audit"])
async def test_what_breaks_before_the_commit_is_done_again(
    store: PostgresStore, proxy: Proxy, statement: bytes
) -> None:
    await accept(store, new_message("a"))
    cut = proxy.cut_before_client_sends(statement)
    # a statement that was prepared before is sent without its text
    await asyncio.gather(*(accept(store, new_message(f"b{n}")) for n in range(3)))
    if not cut.is_set():
        proxy.cut()

    await accept(store, new_message("c"))

    assert await events(store) == ["a", "b0", "b1", "b2", "c"]
    assert await store.counts() == await store.recount()


async def test_a_commit_that_never_arrived_is_done_again(
    store: PostgresStore, proxy: Proxy
) -> None:
    """Seen failing with `_happened` always True: the message was lost."""
    await accept(store, new_message("a"))
    cut = proxy.cut_before_client_sends(b"COMMIT\0")

    (answer,) = await accept(store, new_message("b"))

    assert cut.is_set()
    assert answer.new
    assert await events(store) == ["a", "b"]
    assert await store.verify_audit() is None


async def test_a_commit_without_an_answer_is_found_out(store: PostgresStore, proxy: Proxy) -> None:
    """Seen failing with `_happened` always False: the message was not `new`."""
    await accept(store, new_message("a"))
    cut = proxy.cut_after_client_sends(b"COMMIT\0")

    (answer,) = await accept(store, new_message("b"))

    assert cut.is_set()
    assert answer == Accepted(message_id=2, new=True, destinations=(ZGW,))
    assert await events(store) == ["a", "b"]
    assert await store.counts() == await store.recount()


@pytest.mark.parametrize("after", [False, True])
async def test_an_outcome_is_recorded_once_when_its_commit_is_cut(
    store: PostgresStore, proxy: Proxy, *, after: bool
) -> None:
    """Seen failing with a group in doubt that is always run again: `WrongState`."""
    await accept(store, new_message("a"))
    lease = await lease_of(store)
    (work,) = await store.begin(lease, [1], now=NOW)
    trap = proxy.cut_after_client_sends if after else proxy.cut_before_client_sends
    cut = trap(b"COMMIT\0")

    await store.finish(lease, [delivered(work.delivery_id)], now=NOW)

    assert cut.is_set()
    assert (await store.get_delivery(1)).state is State.DELIVERED
    actions = [entry.action for entry in await store.timeline(1)]
    assert actions == ["accept", "send", "finish"]
    assert await store.counts() == await store.recount()


async def test_a_session_that_the_server_ended_is_made_again(
    store: PostgresStore, migrated_url: str
) -> None:
    await accept(store, new_message("a"))
    connection = await asyncpg.connect(migrated_url)

    ended = await connection.fetch(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await connection.close()
    await accept(store, new_message("b"))

    assert len(ended) >= 2
    assert await events(store) == ["a", "b"]


async def test_a_server_that_stays_away_is_told_in_time_and_used_again_when_it_is_back(
    store: PostgresStore, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("connection", "commit", "core"):
        monkeypatch.setattr(f"continuity.store.postgres.{module}.PATIENCE", 0.3)
    await accept(store, new_message("a"))
    proxy.refuse()
    proxy.cut()

    outcomes = await asyncio.gather(
        store.accept([new_message("b")], now=NOW),
        store.get_message(1),
        store.announce("node-1", (), now=NOW, ttl=TTL),
        return_exceptions=True,
    )

    assert [type(outcome) for outcome in outcomes] == [StoreUnavailable] * 3
    assert "does not answer" in str(outcomes[0])
    proxy.refuse(refusing=False)
    await accept(store, new_message("c"))
    assert await events(store) == ["a", "c"]


async def test_nobody_is_told_that_it_failed_when_that_cannot_be_known(
    store: PostgresStore, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("connection", "commit"):
        monkeypatch.setattr(f"continuity.store.postgres.{module}.PATIENCE", 0.3)
    await accept(store, new_message("a"))
    proxy.cut_after_client_sends(b"COMMIT\0")
    proxy.refuse()

    with pytest.raises(StoreUnavailable) as raised:
        await accept(store, new_message("b"))

    assert raised.value.uncertain
    proxy.refuse(refusing=False)
    (again,) = await accept(store, new_message("b"))
    assert (again.message_id, again.new) == (2, False)


async def test_a_line_that_goes_silent_in_a_transaction_does_not_block_others_for_long(
    migrated_url: str, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It holds the lock on acceptance. Seen failing without the limit on idle transactions."""
    monkeypatch.setitem(SETTINGS, "idle_in_transaction_session_timeout", "300ms")
    silent_one, other = PostgresStore(through(migrated_url, proxy)), PostgresStore(migrated_url)
    await silent_one.open()
    await other.open()
    await accept(silent_one, new_message("a"))
    silent = proxy.pause_after_client_sends(b"pg_advisory_xact_lock")
    stuck = asyncio.create_task(silent_one.accept([new_message("b")], now=NOW))
    await silent.wait()

    await accept(other, new_message("c"))

    proxy.resume()
    proxy.cut()
    await stuck
    assert await events(other) == ["a", "c", "b"]
    await silent_one.close()
    await other.close()


async def test_an_ordinary_user_who_owns_the_tables_is_enough(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also for ending its own lost sessions, and for asking what became of a transaction."""
    role, name = unique_name("schakel_role"), urlsplit(postgres_url).path[1:]
    await execute(
        f"CREATE ROLE {role} NOLOGIN", f"GRANT ALL ON SCHEMA public TO {role}", database=name
    )
    monkeypatch.setitem(SETTINGS, "role", role)
    parts = urlsplit(postgres_url)
    async with Proxy(parts.hostname or "127.0.0.1", parts.port or 5432) as proxy:
        store = PostgresStore(through(postgres_url, proxy))
        await store.open()
        await accept(store, new_message("a"))
        cut = proxy.cut_after_client_sends(b"COMMIT\0")
        (answer,) = await accept(store, new_message("b"))
        await store.close()

    await execute(f"DROP OWNED BY {role}", f"DROP ROLE {role}", database=name)
    assert cut.is_set()
    assert answer.new


def test_the_password_is_never_shown() -> None:
    server = Server(url="postgresql://hub:secret@db.example:5433/schakel?sslmode=require")

    assert server.place == "db.example:5433/schakel"
    assert "secret" not in repr(server)
