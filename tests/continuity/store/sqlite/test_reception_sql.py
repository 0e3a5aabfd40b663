"""The query plans that the statements about receptions and the inbox rely on."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from continuity.store.sqlite import migrate
from continuity.store.sqlite import reception_sql as sql

PLANS = {
    "UNDER_KEY": [
        "SEARCH reception USING INDEX reception_key (tenant=? AND destination=? AND key=?)"
    ],
    "GET_RECEPTION": ["SEARCH reception USING INTEGER PRIMARY KEY (rowid=?)"],
    "NEXT_UNPURGED_TENANT": ["SEARCH reception USING INDEX reception_unpurged (tenant>?)"],
    "OLD_RECEPTIONS": ["SEARCH reception USING INDEX reception_unpurged (tenant=? AND at<?)"],
    "COUNT_OLD": ["SEARCH reception USING INDEX reception_unpurged (tenant=? AND at<?)"],
    "EMPTY_RECEPTION": ["SEARCH reception USING INTEGER PRIMARY KEY (rowid=?)"],
    "IN_INBOX": ["SEARCH delivery USING INDEX delivery_open (destination=? AND id>?)"],
    "INBOX_ITEM": [
        "SEARCH d USING INTEGER PRIMARY KEY (rowid=?)",
        "SEARCH m USING INTEGER PRIMARY KEY (rowid=?)",
        "SEARCH e USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN",
    ],
}

LISTS = {
    (): "SEARCH reception USING INTEGER PRIMARY KEY (rowid<?)",
    ("kind",): "SEARCH reception USING INDEX reception_kind (kind=? AND id<?)",
    ("tenant",): "SEARCH reception USING INDEX reception_tenant (tenant=? AND id<?)",
    ("outcome",): "SEARCH reception USING INDEX reception_outcome (outcome=? AND id<?)",
    ("tenant", "destination"): "SEARCH reception USING INDEX reception_destination "
    "(destination=? AND id<?)",
    ("outcome", "tenant", "kind"): "SEARCH reception USING INDEX reception_kind (kind=? AND id<?)",
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

    assert names - {"INSERT_RECEPTION"} == set(PLANS)


@pytest.mark.parametrize("name", PLANS)
def test_a_statement_uses_its_index_and_does_not_sort(
    database: sqlite3.Connection, name: str
) -> None:
    assert plan(database, getattr(sql, name)) == PLANS[name]


@pytest.mark.parametrize("asked", LISTS)
def test_a_list_is_led_by_its_index_and_not_sorted(
    database: sqlite3.Connection, asked: tuple[str, ...]
) -> None:
    assert plan(database, sql.list_receptions(asked)) == [LISTS[asked]]
