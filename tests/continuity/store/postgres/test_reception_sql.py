"""The plans of what is asked about receptions and the inbox."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest

from continuity.store.postgres import reception_sql as sql
from tests.continuity.store.postgres.plans import FILL, connect, indexes, plan, scans, sorts
from tests.services import aside, database, execute

ROWS: Final = """
INSERT INTO reception (tenant, destination, key, digest, at, outcome, kind, code, detail,
    message_ids, request_headers, request, answer, answer_status, answer_type, purged_at)
SELECT 'gm' || n % 20, 'zgw-' || n % 10, 'k' || n, '', now(),
    (ARRAY['taken', 'refused', 'ignored'])[1 + n % 3], 'kind-' || n % 7, '', '', '{}', '{}', '',
    '', 200, 'text/xml', CASE WHEN n % 2 = 0 THEN now() END
FROM generate_series(1, 5000) n;
ANALYZE;
"""

PLANS = {
    "UNDER_KEY": ["reception_key"],
    "GET_RECEPTION": ["reception_pkey"],
    "NEXT_UNPURGED_TENANT": ["reception_unpurged"],
    "COUNT_OLD": ["reception_unpurged"],
    "EMPTY_RECEPTIONS": ["reception_pkey", "reception_unpurged"],
    "IN_INBOX": ["delivery_queued"],
    "INBOX_ITEMS": ["delivery_pkey", "edit_pkey", "message_pkey"],
}

LISTS = {
    (): "reception_pkey",
    ("kind",): "reception_kind",
    ("tenant",): "reception_tenant",
    ("outcome",): "reception_outcome",
    ("tenant", "destination"): "reception_destination",
    ("outcome", "tenant", "kind"): "reception_kind",
}


@pytest.fixture(scope="module")
def filled_url(postgres_template: str) -> Iterator[str]:
    with database(template=postgres_template) as url:
        aside(execute(FILL, ROWS, database=url.rpartition("/")[2]))
        yield url


async def planned(url: str, statement: str) -> dict[str, Any]:
    connection = await connect(url)
    try:
        return await plan(connection, statement)
    finally:
        await connection.close()


def test_every_statement_is_looked_at() -> None:
    names = {name for name in vars(sql) if name.isupper() and name[0] != "_"}

    assert names - {"FIELDS", "INSERT_RECEPTION", "PAGE_BYTES"} == set(PLANS)


@pytest.mark.parametrize("name", PLANS)
async def test_a_statement_uses_its_index(filled_url: str, name: str) -> None:
    """Seen failing without `reception_unpurged`."""
    found = await planned(filled_url, getattr(sql, name))

    assert sorted(set(indexes(found))) == PLANS[name]
    assert scans(found) == []


@pytest.mark.parametrize("asked", LISTS)
async def test_a_list_is_led_by_its_index_and_not_sorted(
    filled_url: str, asked: tuple[str, ...]
) -> None:
    found = await planned(filled_url, sql.list_receptions(asked))

    assert indexes(found) == [LISTS[asked]]
    assert scans(found) == []
    assert not sorts(found)
