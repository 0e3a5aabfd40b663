"""Housekeeping on one database by more than one process, and what its statements cost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from continuity.store.contract import WrongState
from continuity.store.postgres import PostgresStore, upkeep_sql
from continuity.store.records import Column
from tests.conformance._store.given import NOW, accept, delivered, lease_of, new_message
from tests.conformance._store.upkeep import LATE, purge
from tests.continuity.store.postgres.plans import FILL, connect, plan, scans, statements
from tests.continuity.store.postgres.test_reception_sql import ROWS

MANY = 60
MORE = """
INSERT INTO recall SELECT 'zgw-' || n % 10, 'ZAAK-' || n FROM generate_series(1, 3000) n;
INSERT INTO step (delivery_id, name, request, result)
SELECT n, 'zaak', 'x', 'y' FROM generate_series(1, 5000) n;
INSERT INTO edit SELECT n, 'x' FROM generate_series(1, 5000) n;
INSERT INTO edit_history (delivery_id, at, actor, reason, diff)
SELECT n, now(), '', '', 'x' FROM generate_series(1, 5000) n;
INSERT INTO reference
SELECT 'gm' || n % 20, 'zgw-' || n % 10, 'ZAAK-' || n, 'zaak', 'x' FROM generate_series(1, 5000) n;
INSERT INTO identity (tenant, case_number, destination, request_key, issuer, asked_by, issued_at,
    definitive_number, settled_at)
SELECT 'gm' || n % 20, 'ZAAK-' || n, 'zgw', n::text::bytea, 'hub', '', now(), 'Z-' || n, now()
FROM generate_series(1, 5000) n;
INSERT INTO document (tenant, sha256, size, media_type, location, stored_at, key)
SELECT 'gm1', n, 1, '', n, now(), 'x' FROM generate_series(1, 5000) n;
INSERT INTO reconciliation (destination, day, state, asked_by, asked_at, changed_at)
VALUES ('zgw', now(), 'done', '', now(), now());
INSERT INTO difference (reconciliation_id, number, code, kind, body)
SELECT 1, n, '', '', 'x' FROM generate_series(1, 5000) n;
INSERT INTO destination SELECT 'zgw-' || n FROM generate_series(0, 9) n;
ANALYZE;
"""


@pytest.fixture
async def stores(migrated_url: str) -> AsyncIterator[list[PostgresStore]]:
    """Two processes on one database."""
    both = [PostgresStore(migrated_url, node=f"node-{number}") for number in (1, 2)]
    for store in both:
        await store.open()
    yield both
    for store in both:
        await store.close()


async def test_two_processes_that_purge_at_once_count_each_message_once(
    stores: list[PostgresStore],
) -> None:
    """Seen failing without the lock on the messages."""
    await accept(stores[0], *(new_message(f"e{n}", to=()) for n in range(MANY)))

    done = await asyncio.gather(*(purge(store, limit=MANY) for store in stores * 3))

    assert sum(one.messages for one in done) == MANY
    trail = await stores[0].audit_trail(after=0, limit=1000)
    reasons = [one.reason for one in trail if one.action == "purge"]
    assert sum(int(reason.split(" ")[0]) for reason in reasons) == MANY


async def test_what_is_made_again_at_that_moment_is_not_purged(
    stores: list[PostgresStore],
) -> None:
    """Either the purge comes first and the repair is refused, or the repair and nothing is gone."""
    store, other = stores
    await accept(store, *(new_message(f"e{n}", lane=f"L{n}") for n in range(MANY)))
    lease = await lease_of(store)
    ids = list(range(1, MANY + 1))
    await store.begin(lease, ids, now=NOW)
    await store.finish(lease, [delivered(number) for number in ids], now=NOW)

    async def repair(number: int) -> bool:
        try:
            await other.redeliver(number, by="anna", reason="lost there", now=LATE)
        except WrongState:
            return False
        return True

    results = await asyncio.gather(purge(store, limit=MANY), *(repair(one) for one in ids))

    for number, repaired in zip(ids, results[1:], strict=True):
        message = await store.get_message(number)
        assert (message.purged_at is None) == repaired
        assert bool(message.body) == repaired


async def test_a_vacuum_after_a_purge_works_beside_others(stores: list[PostgresStore]) -> None:
    await accept(stores[0], new_message(to=()))
    await purge(stores[0])

    await asyncio.gather(stores[0].wipe(), accept(stores[1], new_message("later")))


async def test_no_statement_reads_a_whole_table(migrated_url: str) -> None:
    connection = await connect(migrated_url)
    try:
        await connection.execute(FILL)
        await connection.execute(MORE)
        await connection.execute(ROWS)
        for name, statement in statements(upkeep_sql).items():
            found = set(scans(await plan(connection, statement)))
            assert found == set(), name
        for column in Column:
            spot = upkeep_sql.SPOTS[column]
            for statement in (upkeep_sql.read(spot, first=False), upkeep_sql.write(column)):
                await _is_searched(connection, statement)
    finally:
        await connection.close()


async def _is_searched(connection: asyncpg.Connection[asyncpg.Record], statement: str) -> None:
    assert scans(await plan(connection, statement)) == [], statement
