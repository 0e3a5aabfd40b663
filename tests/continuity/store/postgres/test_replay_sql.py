"""The plans of the statements about replays: a step costs the same whichever row is next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest

from continuity.store.postgres import replay_sql
from tests.continuity.store.postgres.plans import FILL, connect, indexes, plan, scans, statements
from tests.services import aside, database, execute

STATEMENTS = statements(replay_sql)

ROWS: Final = """
INSERT INTO replay (state, created_by, reason, created_at, changed_at, options)
SELECT 'done', 'anna', 'mended', now(), now(), '{}' FROM generate_series(1, 50);
INSERT INTO replay_row (replay_id, delivery_id, destination, mark, followed)
SELECT 1 + n % 2, n, 'zgw', CASE WHEN n % 3 = 0 THEN 'replayed' END, n % 3 = 0
FROM generate_series(1, 5000) n;
INSERT INTO replay_target VALUES (1, 'zgw'), (2, 'zgw');
"""
"""Not analysed: right after a plan was made, nobody has told the planner of its rows."""

SCANS = {
    "RUNNING_REPLAYS": {"replay"},
    "FOLLOWED_REPLAYS": {"replay"},
    "TARGETS": {"hold", "breaker"},
}
"""A row for each replay ever planned, or for each destination."""

HOT = {
    "NEXT_ROWS": "replay_row_pending",
    "TARGETS": "replay_row_pending",
    "MARK_ROWS": "replay_row_pkey",
    "PUT_FATES": "replay_row_pkey",
    "FOLLOWED": "replay_row_followed",
    "PLANNED_ROWS": "replay_row_pkey",
    "DELIVERY_AT": "delivery_message",
}


@pytest.fixture(scope="module")
def filled_url(postgres_template: str) -> Iterator[str]:
    with database(template=postgres_template) as url:
        aside(execute(FILL, ROWS, database=url.rpartition("/")[2]))
        yield url


async def planned(url: str, name: str) -> dict[str, object]:
    connection = await connect(url)
    try:
        return await plan(connection, STATEMENTS[name])
    finally:
        await connection.close()


@pytest.mark.parametrize("name", STATEMENTS)
async def test_no_statement_scans_the_rows_of_a_plan(filled_url: str, name: str) -> None:
    assert set(scans(await planned(filled_url, name))) <= SCANS.get(name, set())


@pytest.mark.parametrize("name", HOT)
async def test_a_step_uses_the_index_that_shrinks_or_the_key(filled_url: str, name: str) -> None:
    """Seen failing with `mark IS NULL` in MARK_ROWS: 250 rows took ten seconds."""
    assert HOT[name] in indexes(await planned(filled_url, name))
