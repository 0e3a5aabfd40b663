"""The query plans of reconciliation: no table that grows is scanned, no long list is sorted."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from continuity.store.sqlite import migrate, reconciling_sql

STATEMENTS = {
    name: text
    for name, text in vars(reconciling_sql).items()
    if name.isupper() and not name.startswith("_") and re.match(r"\s*(SELECT|UPDATE|DELETE)", text)
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
    return [row[3] for row in database.execute(f"EXPLAIN QUERY PLAN {statement}", values)]


@pytest.mark.parametrize("name", STATEMENTS)
def test_no_statement_scans_or_sorts(database: sqlite3.Connection, name: str) -> None:
    steps = plan(database, STATEMENTS[name])

    assert not [step for step in steps if step.startswith("SCAN")]
    assert not [step for step in steps if "TEMP B-TREE" in step]


def test_a_day_is_read_by_its_own_index(database: sqlite3.Connection) -> None:
    steps = plan(database, reconciling_sql.ACCEPTED)

    assert "message_accepted (accepted_at>? AND accepted_at<?)" in steps[0]
    assert any("delivery_message (message_id=? AND destination=? AND round=?)" in s for s in steps)
