"""The query plans that the statements about the protocol log rely on."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from continuity.store.sqlite import migrate
from continuity.store.sqlite import protocol_sql as sql

BY_NUMBER = "SEARCH protocol_entry USING INTEGER PRIMARY KEY (rowid=?)"
OF_ENTRY = "SEARCH protocol_person USING COVERING INDEX protocol_person_entry (entry_id=?)"
PLANS = {
    "OUTCOME": [BY_NUMBER],
    "END_ENTRY": [BY_NUMBER, "SCALAR SUBQUERY 1", OF_ENTRY],
    "OLD_ENTRIES": ["SEARCH protocol_entry USING COVERING INDEX protocol_asked (asked_at<?)"],
    "DELETE_PERSONS": [OF_ENTRY],
    "DELETE_ENTRY": [BY_NUMBER],
}
SEARCHES = {
    (): "SEARCH protocol_entry USING INTEGER PRIMARY KEY (rowid<?)",
    ("tenant",): "SEARCH protocol_entry USING INDEX protocol_tenant (tenant=? AND id<?)",
    ("tenant", "asker"): "SEARCH protocol_entry USING INDEX protocol_asker (asker=? AND id<?)",
    ("tenant", "purpose", "since", "until"): (
        "SEARCH protocol_entry USING INDEX protocol_tenant (tenant=? AND id<?)"
    ),
}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path: Path = tmp_path_factory.mktemp("plans") / "hub.db"
    migrate(path)
    connection = sqlite3.connect(path)
    yield connection
    connection.close()


def plan(database: sqlite3.Connection, statement: str) -> list[str]:
    names = re.findall(r":(\w+)", statement)
    values = dict.fromkeys(names) if names else [None] * statement.count("?")
    # the statement is one of ours
    return [row[3] for row in database.execute(f"EXPLAIN QUERY PLAN {statement}", values)]


def test_every_statement_is_looked_at() -> None:
    names = {name for name in vars(sql) if name.isupper() and name[0] != "_"}
    assert names - {"INSERT_ENTRY", "INSERT_PERSON"} == set(PLANS)


@pytest.mark.parametrize("name", PLANS)
def test_a_statement_uses_its_index_and_does_not_sort(
    database: sqlite3.Connection, name: str
) -> None:
    assert plan(database, getattr(sql, name)) == PLANS[name]


@pytest.mark.parametrize("asked", SEARCHES)
def test_a_search_is_led_by_its_index_and_not_sorted(
    database: sqlite3.Connection, asked: tuple[str, ...]
) -> None:
    assert plan(database, sql.search(asked, None)) == [SEARCHES[asked]]


def test_somebody_is_found_by_the_hash_and_not_by_looking_at_everybody(
    database: sqlite3.Connection,
) -> None:
    found = plan(database, sql.search(("tenant", "asker"), 2))
    assert "SEARCH protocol_person USING PRIMARY KEY (hash=?)" in found
    assert not any(one.startswith("SCAN protocol") for one in found)
