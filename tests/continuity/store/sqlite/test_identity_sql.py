"""The query plans that the statements about case numbers rely on."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from continuity.store.sqlite import identity_sql as sql
from continuity.store.sqlite import migrate

PLANS = {
    "FIND_IDENTITY": "SEARCH identity USING INDEX identity_key (tenant=? AND request_key=?)",
    "NUMBER_TAKEN": "SEARCH identity USING INDEX identity_number (case_number=?)",
    "IDENTITY_OF": "SEARCH identity USING INDEX identity_case "
    "(tenant=? AND destination=? AND case_number=?)",
    "SETTLE": "SEARCH identity USING INTEGER PRIMARY KEY (rowid=?)",
    "UNANNOUNCED": "SEARCH identity USING INDEX identity_unannounced (tenant=?)",
    "MARK_ANNOUNCED": "SEARCH identity USING INTEGER PRIMARY KEY (rowid=?)",
}

LISTS = {
    (): "SEARCH identity USING INTEGER PRIMARY KEY (rowid<?)",
    ("definitive",): "SEARCH identity USING INTEGER PRIMARY KEY (rowid<?)",
    ("provisional",): "SEARCH identity USING INDEX identity_provisional (id<?)",
    ("provisional", "tenant"): "SEARCH identity USING INDEX identity_provisional (id<?)",
    ("tenant",): "SEARCH identity USING INDEX identity_tenant (tenant=? AND id<?)",
    ("tenant", "definitive"): "SEARCH identity USING INDEX identity_tenant (tenant=? AND id<?)",
    ("case_number", "tenant"): "SEARCH identity USING INDEX identity_number "
    "(case_number=? AND id<?)",
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


@pytest.mark.parametrize("name", PLANS)
def test_a_statement_uses_its_index(database: sqlite3.Connection, name: str) -> None:
    assert plan(database, getattr(sql, name)) == [PLANS[name]]


@pytest.mark.parametrize("asked", LISTS)
def test_a_list_is_led_by_its_index_and_not_sorted(
    database: sqlite3.Connection, asked: tuple[str, ...]
) -> None:
    assert plan(database, sql.list_identities(asked)) == [LISTS[asked]]
