"""The audit trail of many writers: what is sealed stays, and a change of it shows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from continuity.store.postgres import PostgresStore
from tests.conformance._store.given import NOW, accept, accept_many, new_message

TAMPERING = {
    "changed": ("UPDATE audit SET reason = 'x' WHERE seq = 3", 3),
    "removed": ("DELETE FROM audit WHERE seq = 3", 1),
    "changed with its hash": (
        "UPDATE audit SET hash = sha256('x'), reason = 'x' WHERE seq = 3",
        3,
    ),
    "moved to the end": ("UPDATE audit SET seq = 99 WHERE seq = 3", 1),
    "seal changed": ("UPDATE seal SET hash = sha256('x') WHERE number = 2", 6),
    "seal removed": ("DELETE FROM seal WHERE number = 1", 1),
}


@pytest.fixture
async def store(migrated_url: str) -> AsyncIterator[PostgresStore]:
    store = PostgresStore(migrated_url)
    await store.open()
    yield store
    await store.close()


async def without_triggers(url: str, statement: str) -> None:
    """As somebody with all rights on the database could."""
    connection = await asyncpg.connect(url)
    async with connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute(statement)
    await connection.close()


@pytest.mark.parametrize("kind", TAMPERING)
async def test_what_is_tampered_with_shows(
    store: PostgresStore, migrated_url: str, kind: str
) -> None:
    await accept_many(store, 5)
    assert await store.verify_audit() is None
    await accept(store, *(new_message(f"later-{number}") for number in range(5)))
    assert await store.verify_audit() is None
    statement, wanted = TAMPERING[kind]

    await without_triggers(migrated_url, statement)

    assert await store.verify_audit() == wanted


@pytest.mark.parametrize("table", ["audit", "seal"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET hash = ''", "DELETE FROM {}", "TRUNCATE {}"])
async def test_the_trail_cannot_be_changed_by_mistake(
    store: PostgresStore, migrated_url: str, table: str, statement: str
) -> None:
    await accept(store, new_message())
    connection = await asyncpg.connect(migrated_url)

    with pytest.raises(asyncpg.RaiseError, match="append-only"):
        await connection.execute(statement.format(table))

    await connection.close()


async def test_readers_of_the_trail_miss_nothing_while_many_write(
    store: PostgresStore, migrated_url: str
) -> None:
    """Seen failing with `audit_trail` that reads beyond the last seal."""
    other = PostgresStore(migrated_url)
    await other.open()
    done = asyncio.Event()

    async def read_on() -> list[int]:
        seen: list[int] = []
        while True:
            last = done.is_set()
            page = await store.audit_trail(after=seen[-1] if seen else 0, limit=1000)
            seen += [entry.seq for entry in page]
            if last and not page:
                return seen

    async def write(writer: PostgresStore, name: str) -> None:
        for number in range(40):
            await accept(writer, new_message(f"{name}-{number}", lane=name))
            await writer.hold(name, by="anna", reason="x", now=NOW)

    reader = asyncio.create_task(read_on())
    await asyncio.gather(*(write(one, f"w{n}") for n, one in enumerate((store, other) * 2)))
    done.set()

    seen = await reader
    connection = await asyncpg.connect(migrated_url)
    rows = await connection.fetch("SELECT seq FROM audit ORDER BY seq")
    await connection.close()
    assert seen == [row[0] for row in rows]
    assert await store.verify_audit() is None
    await other.close()


async def test_a_writer_that_takes_long_withholds_the_newest_entries_and_stops_nobody(
    store: PostgresStore, migrated_url: str
) -> None:
    await accept(store, new_message("a"))
    first = await store.audit_trail(after=0, limit=10)
    slow = await asyncpg.connect(migrated_url)
    await slow.execute("BEGIN; SELECT pg_advisory_xact_lock_shared(23626, 2)")

    await accept(store, new_message("b"))
    withheld = await store.audit_trail(after=0, limit=10)
    await slow.close()
    after = await store.audit_trail(after=0, limit=10)

    assert list(withheld) == list(first)
    assert [entry.message_id for entry in after] == [1, 2]
