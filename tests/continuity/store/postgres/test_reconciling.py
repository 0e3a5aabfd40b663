"""Reconciliations in one database that several processes use at once."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import asyncpg
import pytest

from continuity.store.contract import WrongState
from continuity.store.postgres import PostgresStore, reconciling_sql
from continuity.store.records import ReconciliationState, Settlement
from tests.conformance._store.given import LATER, NOW, ZGW, accept_many
from tests.conformance._store.reconciliation import DAY, difference, made

MANY_REPORTS = """
INSERT INTO reconciliation (destination, day, state, asked_by, asked_at, changed_at)
SELECT 'zgw-' || n % 20, date '2026-01-01' + n / 20,
    CASE WHEN n > 3990 THEN 'wanted' ELSE 'done' END, 'nightly', now(), now()
FROM generate_series(1, 4000) n
"""

PLANS = {
    "GET_REPORT": "reconciliation_pkey",
    "PENDING_REPORTS": "reconciliation_pending",
    "PENDING_REPORT": "reconciliation_pending",
    "LIST_REPORTS": "reconciliation_pkey",
    "LIST_REPORTS_OF": "reconciliation_destination",
    "LIST_REPORTS_ON": "reconciliation_day",
    "GET_DIFFERENCE": "difference_pkey",
    "LIST_DIFFERENCES": "difference_pkey",
    "ACCEPTED": "message_accepted",
    "ROUND": "delivery_message",
    "OLD_REPORTS": "reconciliation_day",
}


@pytest.fixture
async def stores(migrated_url: str) -> AsyncIterator[list[PostgresStore]]:
    """As two processes."""
    both = [PostgresStore(migrated_url, node=f"node-{number}") for number in (1, 2)]
    for store in both:
        await store.open()
    yield both
    for store in both:
        await store.close()


async def test_two_processes_that_ask_for_a_day_get_one_report(
    stores: list[PostgresStore],
) -> None:
    asked = await asyncio.gather(
        *(
            store.ask_reconciliation(ZGW, DAY, by="nightly", now=NOW)
            for store in stores
            for _ in range(5)
        )
    )

    assert len({report.id for report in asked}) == 1


async def test_of_two_processes_one_gets_further(stores: list[PostgresStore]) -> None:
    asked = await stores[0].ask_reconciliation(ZGW, DAY, by="nightly", now=NOW)

    saved = await asyncio.gather(
        *(
            store.save_reconciliation(
                asked.id,
                before="",
                checkpoint=f"by {number}",
                state=ReconciliationState.WANTED,
                found=[difference()],
                now=LATER,
            )
            for number, store in enumerate(stores * 5)
        )
    )

    assert sum(saved) == 1
    assert (await stores[1].get_reconciliation(asked.id)).differences == 1


async def test_two_operators_who_repair_at_once_make_one_delivery(
    stores: list[PostgresStore],
) -> None:
    """The lock shows the second one the first; without it the unique index would refuse it."""
    old = await made(stores[0])

    async def again(store: PostgresStore) -> int | None:
        try:
            return (await store.redeliver(old, by="anna", reason="gone", now=LATER)).id
        except WrongState:
            return None

    done = await asyncio.gather(*(again(store) for store in stores * 5))

    assert len([one for one in done if one is not None]) == 1
    assert await stores[0].counts() == await stores[0].recount()


async def test_two_operators_settle_a_difference_once(stores: list[PostgresStore]) -> None:
    asked = await stores[0].ask_reconciliation(ZGW, DAY, by="anna", now=NOW)
    await stores[0].save_reconciliation(
        asked.id,
        before="",
        checkpoint="x",
        state=ReconciliationState.DONE,
        found=[difference()],
        now=NOW,
    )

    done = await asyncio.gather(
        *(
            store.settle_difference(
                asked.id, 1, settlement=Settlement.ACKNOWLEDGED, by="anna", reason="", now=LATER
            )
            for store in stores * 5
        ),
        return_exceptions=True,
    )

    assert len([one for one in done if not isinstance(one, WrongState)]) == 1
    assert (await stores[0].get_reconciliation(asked.id)).open == 0


@pytest.mark.parametrize("name", PLANS)
async def test_every_question_is_answered_by_an_index(migrated_url: str, name: str) -> None:
    store = PostgresStore(migrated_url)
    await store.open()
    await accept_many(store, 50)
    await store.close()
    statement = getattr(reconciling_sql, name)
    count = max(int(number) for number in re.findall(r"\$(\d+)", statement))
    connection = await asyncpg.connect(migrated_url)
    try:
        await connection.execute(MANY_REPORTS)
        await connection.execute("ANALYZE; SET enable_seqscan = off")
        prepared = await connection.prepare(statement)
        values = [_value(one.name) for one in prepared.get_parameters()]
        assert len(values) == count
        plan = "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN {statement}", *values))
    finally:
        await connection.close()

    assert "Seq Scan" not in plan
    assert PLANS[name] in plan


def _value(kind: str) -> object:
    values = {"timestamptz": datetime(2026, 3, 2, tzinfo=UTC), "date": DAY, "text": "zgw-7"}
    return values.get(kind, 10 if kind.startswith("int") else None)
