"""The plans of what is asked at every question and every receipt: case numbers, and `to_tell`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest

from continuity.store.postgres import identity_sql, sql
from tests.continuity.store.postgres.plans import FILL, connect, indexes, plan, scans, sorts
from tests.services import aside, database, execute

ROWS: Final = """
INSERT INTO reference
SELECT 'gm' || n % 20, 'zgw-' || n % 10, 'ZAAK-' || n, 'zaak', 'x' FROM generate_series(1, 5000) n;
INSERT INTO identity (tenant, case_number, destination, request_key, issuer, asked_by, issued_at,
    definitive_number, settled_at, announced_at)
SELECT 'gm' || n % 20, 'ZAAK-' || n, 'zgw', n::text::bytea, 'hub', '', now(),
    CASE WHEN n % 3 > 0 THEN 'Z-' || n END, CASE WHEN n % 3 > 0 THEN now() END,
    CASE WHEN n % 3 = 1 THEN now() END
FROM generate_series(1, 5000) n;
INSERT INTO number_series SELECT 'reeks-' || n, n FROM generate_series(1, 2000) n;
ANALYZE;
"""

PLANS = {
    "NEXT_NUMBER": [],
    "FIND_IDENTITY": ["identity_key"],
    "INSERT_IDENTITY": ["identity_number"],
    "SETTLE": ["identity_case", "identity_number"],
    "SEE": [],
    "UNANNOUNCED": ["identity_unannounced"],
    "MARK_ANNOUNCED": ["identity_pkey"],
}
"""One of these. The arbiter of ON CONFLICT stands in no plan: see test_identities."""

WHOLE_INDEX = {"UNANNOUNCED"}
"""Reads its index from the beginning: it holds only what is left to say."""

LISTS = {
    (): "identity_pkey",
    ("definitive",): "identity_pkey",
    ("provisional",): "identity_provisional",
    ("provisional", "tenant"): "identity_provisional",
    ("tenant",): "identity_tenant",
    ("tenant", "definitive"): "identity_tenant",
    ("case_number", "tenant"): "identity_number",
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
    assert {name for name in vars(identity_sql) if name.isupper() and name[0] != "_"} == set(PLANS)


@pytest.mark.parametrize("name", PLANS)
async def test_a_statement_uses_its_index(filled_url: str, name: str) -> None:
    """Seen failing without `identity_unannounced`."""
    found = await planned(filled_url, getattr(identity_sql, name))

    assert set(indexes(found)) <= set(PLANS[name])
    assert bool(indexes(found)) is bool(PLANS[name])
    assert name in WHOLE_INDEX or scans(found) == []


@pytest.mark.parametrize("asked", LISTS)
async def test_a_list_is_led_by_its_index(filled_url: str, asked: tuple[str, ...]) -> None:
    found = await planned(filled_url, identity_sql.list_identities(asked))

    assert indexes(found) == [LISTS[asked]]
    assert scans(found) == []
    assert not sorts(found)


async def test_what_can_be_told_is_found_by_keys_alone(filled_url: str) -> None:
    """Seen failing without the primary key of `reference`."""
    found = await planned(filled_url, sql.TO_TELL)

    assert sorted(indexes(found)) == ["delivery_pkey", "message_pkey", "reference_pkey"]
    assert scans(found) == []
