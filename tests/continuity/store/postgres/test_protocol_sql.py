"""The plans of what is asked of the protocol log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest

from continuity.store.postgres import protocol_sql as sql
from tests.continuity.store.postgres.plans import connect, indexes, plan, scans, sorts
from tests.services import aside, database, execute

ROWS: Final = """
INSERT INTO protocol_entry (tenant, type, destination, purpose, verwerking, asker, caller, fields,
    asked_at, outcome, persons)
SELECT 'gm' || n % 20, 'persoon', 'brp', 'p' || n % 5, '', 'u' || n % 400, 'balie', '{}',
    now() - n * interval '1 minute', 'answered', 1
FROM generate_series(1, 20000) n;
INSERT INTO protocol_person SELECT decode(md5((n % 3000)::text), 'hex'), n
FROM generate_series(1, 20000) n;
ANALYZE;
"""
PLANS = {
    "OUTCOME": ["protocol_entry_pkey"],
    "END_ENTRY": ["protocol_entry_pkey", "protocol_person_entry"],
}
SEARCHES = {
    (): "protocol_entry_pkey",
    ("tenant",): "protocol_tenant",
    ("asker",): "protocol_asker",
}


@pytest.fixture(scope="module")
def filled_url(postgres_template: str) -> Iterator[str]:
    with database(template=postgres_template) as url:
        aside(execute(ROWS, database=url.rpartition("/")[2]))
        yield url


async def planned(url: str, statement: str) -> dict[str, Any]:
    connection = await connect(url)
    try:
        return await plan(connection, statement)
    finally:
        await connection.close()


def test_every_statement_is_looked_at() -> None:
    names = {name for name in vars(sql) if name.isupper() and name[0] != "_"}
    assert names - {"FIELDS", "INSERT_ENTRY", "INSERT_PERSONS", "PURGE"} == set(PLANS)


@pytest.mark.parametrize("name", PLANS)
async def test_a_statement_uses_its_index(filled_url: str, name: str) -> None:
    found = await planned(filled_url, getattr(sql, name))
    assert sorted(set(indexes(found))) == PLANS[name]
    assert scans(found) == []


async def test_a_purge_finds_what_is_old_by_its_moment(filled_url: str) -> None:
    found = await planned(filled_url, sql.PURGE)
    assert "protocol_asked" in indexes(found)


@pytest.mark.parametrize("asked", SEARCHES)
async def test_a_search_is_led_by_its_index_and_not_sorted(
    filled_url: str, asked: tuple[str, ...]
) -> None:
    found = await planned(filled_url, sql.search(asked))
    assert indexes(found) == [SEARCHES[asked]]
    assert scans(found) == []
    assert not sorts(found)


async def test_somebody_is_found_by_the_hash(filled_url: str) -> None:
    found = await planned(filled_url, sql.search(("tenant", "persons")))
    assert "protocol_person_pkey" in indexes(found)
    assert scans(found) == []
