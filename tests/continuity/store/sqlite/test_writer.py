from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from threading import Event

import pytest

from continuity.store.contract import StoreUnavailable
from continuity.store.records import DeliveryFilter
from continuity.store.sqlite import SqliteStore
from continuity.store.sqlite.transaction import Transaction
from continuity.store.sqlite.writer import MOST_TOGETHER, ThreadedWriter
from tests.conformance._store.given import NOW, accept, accept_many, new_message


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path / "hub.db")
    await store.open()
    yield store
    await store.close()


def threaded(store: SqliteStore) -> ThreadedWriter:
    assert isinstance(store._writer, ThreadedWriter)
    return store._writer


@contextlib.asynccontextmanager
async def busy(store: SqliteStore) -> AsyncIterator[list[str]]:
    """Keeps the writer in a transaction; the commits made after it are listed."""
    begun, may_end = Event(), Event()
    statements: list[str] = []

    def operation(tx: Transaction) -> None:
        begun.set()
        may_end.wait()

    task = asyncio.create_task(threaded(store).run(operation))
    await asyncio.to_thread(begun.wait)
    threaded(store)._connection.set_trace_callback(statements.append)
    try:
        yield statements
    finally:
        may_end.set()
        await task


async def test_calls_made_during_a_commit_share_the_next_one(store: SqliteStore) -> None:
    async with busy(store) as statements:
        calls = [
            asyncio.create_task(accept(store, new_message(f"event-{number}")))
            for number in range(50)
        ]
        await asyncio.sleep(0)
    await asyncio.gather(*calls)

    assert statements.count("COMMIT") == 2  # of the one that kept the writer busy, and of these


async def test_a_commit_takes_a_bounded_number_of_calls(store: SqliteStore) -> None:
    async with busy(store) as statements:
        calls = [
            asyncio.create_task(accept(store, new_message(f"event-{number}")))
            for number in range(MOST_TOGETHER + 1)
        ]
        await asyncio.sleep(0)
    await asyncio.gather(*calls)

    assert statements.count("COMMIT") == 3


async def test_a_cancelled_caller_harms_nobody(store: SqliteStore) -> None:
    async with busy(store):
        calls = [
            asyncio.create_task(accept(store, new_message(f"event-{number}")))
            for number in range(10)
        ]
        await asyncio.sleep(0)
        calls[3].cancel()
    answers = await asyncio.gather(*calls, return_exceptions=True)

    assert isinstance(answers[3], asyncio.CancelledError)
    assert sum(isinstance(answer, list) for answer in answers) == 9
    found = await store.list_deliveries(DeliveryFilter(), before=None, limit=100)
    assert len(found) in {9, 10}
    assert await store.counts() == await store.recount()
    assert await store.verify_audit() is None


async def test_closing_carries_out_what_was_handed_in(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "hub.db")
    await store.open()
    async with busy(store):
        call = asyncio.create_task(accept(store, new_message()))
        await asyncio.sleep(0)
        closing = asyncio.create_task(store.close())
        await asyncio.sleep(0)
    await closing

    assert (await call)[0].new


@pytest.mark.parametrize("inline", [False, True])
async def test_a_closed_store_says_so(tmp_path: Path, *, inline: bool) -> None:
    store = SqliteStore(tmp_path / "hub.db", inline=inline)
    with pytest.raises(StoreUnavailable, match="closed: open it"):
        await store.counts()
    await store.open()
    await store.close()

    with pytest.raises(StoreUnavailable, match="closed: open it"):
        await store.accept([new_message()], now=NOW)
    with pytest.raises(StoreUnavailable, match="closed: open it"):
        await store.counts()


async def test_inline_needs_no_thread_and_lets_others_run(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "hub.db", inline=True)
    await store.open()
    order: list[str] = []

    async def write(name: str) -> None:
        await accept(store, new_message(name))
        order.append(name)

    await asyncio.gather(write("a"), write("b"))
    await store.close()

    assert order == ["a", "b"]


async def test_the_audit_trail_cannot_be_changed_by_accident(store: SqliteStore) -> None:
    await accept_many(store, 3)
    other = sqlite3.connect(store._path, isolation_level=None)

    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        other.execute("UPDATE audit SET actor = 'somebody else' WHERE seq = 2")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        other.execute("DELETE FROM audit WHERE seq = 2")

    other.close()


@pytest.mark.parametrize(
    ("tamper", "first_wrong"),
    [
        ("UPDATE audit SET actor = 'somebody else' WHERE seq = 2", 2),
        ("UPDATE audit SET reason = reason || ' ' WHERE seq = 3", 3),
        ("UPDATE audit SET at = at + 1 WHERE seq = 1", 1),
        ("DELETE FROM audit WHERE seq = 2", 2),
        ("UPDATE audit SET seq = 99 WHERE seq = 5", 5),
    ],
)
async def test_the_audit_chain_shows_what_was_changed_on_purpose(
    store: SqliteStore, tamper: str, first_wrong: int
) -> None:
    await accept_many(store, 5)
    other = sqlite3.connect(store._path, isolation_level=None)
    other.execute("DROP TRIGGER audit_is_never_changed")
    other.execute("DROP TRIGGER audit_is_never_shortened")
    other.execute(tamper)
    other.close()

    assert await store.verify_audit() == first_wrong
