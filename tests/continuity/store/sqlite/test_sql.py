"""The query plans that the statements rely on: a scan would make the cost grow with the table."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from continuity.store.records import DeliveryFilter
from continuity.store.sqlite import document_sql, migrate, replay_sql, sql, upkeep_sql
from continuity.store.sqlite.listing import list_query, parked_query
from tests.conformance._store.reading import FILTERS

STATEMENTS = {
    name: text
    for name, text in {
        **vars(sql),
        **vars(document_sql),
        **vars(replay_sql),
        **vars(upkeep_sql),
    }.items()
    if name.isupper()
    and not name.startswith("_")
    and isinstance(text, str)
    and re.match(r"\s*(SELECT|UPDATE|DELETE)", text)
}

SCANS = {
    "LAST_ID": "a row for each table",
    "LAST_AUDIT": "reads one row from the end of the primary key",
    "FORGET_NODES": "a row for each process",
    "NODES": "a row for each process",
    "RUNNING_REPLAYS": "a row for each replay ever planned",
    "FOLLOWED_REPLAYS": "a row for each replay ever planned",
    "COUNTS": "a row for each destination, tenant and state",
    "RECOUNT": "counts everything, on purpose",
    "DESTINATIONS": "a row for each destination",
    "LIST_KEYS": "a row for each key",
    "PING": "a row for each migration",
}

HOT = {
    "READ_OPEN": "SEARCH delivery USING INDEX delivery_open (destination=? AND id>?)",
    "READ_LANE": "SEARCH delivery USING INDEX delivery_lane (destination=? AND lane=? AND id<?)",
    "FIND_EVENT": "SEARCH message USING INDEX message_event (event_id=? AND tenant=? AND source=?)",
    "SENDING": "SEARCH delivery USING COVERING INDEX delivery_destination_state "
    "(destination=? AND state=?)",
    "LATE": "SEARCH delivery USING INDEX delivery_until "
    "(destination=? AND deliver_until>? AND deliver_until<?)",
    "MAKE_DUE": "SEARCH delivery USING INDEX delivery_due (destination=? AND wait=? AND due_at>?)",
    "TIMELINE": "SEARCH audit USING INDEX audit_delivery (delivery_id=?)",
    "NEXT_ROWS": "SEARCH replay_row USING INDEX replay_row_pending "
    "(replay_id=? AND destination=? AND delivery_id<?)",
}

LISTS = {
    "everything": "INTEGER PRIMARY KEY (rowid<?)",
    "state": "delivery_state (state=? AND id<?)",
    "destination": "delivery_destination_state (destination=? AND state=? AND id<?)",
    "tenant": "delivery_tenant_state (tenant=? AND state=? AND id<?)",
    "fault code": "delivery_fault (fault_code=? AND id<?)",
    "since": "COVERING INDEX delivery_changed (changed_at>?)",
    "subject": "COVERING INDEX message_subject (subject=?)",
    "event": "COVERING INDEX message_event (event_id=?)",
    "message": "delivery_message (message_id=?)",
}

UNSORTED = ["everything", "state", "destination", "tenant", "fault code"]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path: Path = tmp_path_factory.mktemp("plans") / "hub.db"
    migrate(path)
    connection = sqlite3.connect(path)
    yield connection
    connection.close()


def plan(
    database: sqlite3.Connection,
    statement: str,
    values: Mapping[str, object] | Sequence[object] | None = None,
) -> list[str]:
    if values is None:
        names = re.findall(r":(\w+)", statement)
        values = dict.fromkeys(names) if names else [None] * statement.count("?")
    # the statement is one of ours
    return [row[3] for row in database.execute(f"EXPLAIN QUERY PLAN {statement}", values)]


def scans(steps: Sequence[str]) -> list[str]:
    return [step for step in steps if step.startswith("SCAN")]


@pytest.mark.parametrize("name", STATEMENTS)
def test_no_statement_scans_a_table_that_grows(database: sqlite3.Connection, name: str) -> None:
    found = scans(plan(database, STATEMENTS[name]))

    assert bool(found) == (name in SCANS), found


@pytest.mark.parametrize("name", HOT)
def test_a_hot_statement_uses_its_index_and_does_not_sort(
    database: sqlite3.Connection, name: str
) -> None:
    assert plan(database, STATEMENTS[name]) == [HOT[name]]


def test_a_dependency_is_found_by_its_event(database: sqlite3.Connection) -> None:
    steps = plan(database, sql.WAITS_FOR)

    assert any("message_event (event_id=? AND tenant=? AND source=?)" in step for step in steps)
    assert any("delivery_message (message_id=? AND destination=?)" in step for step in steps)


@pytest.mark.parametrize(("which", "_"), FILTERS.values(), ids=FILTERS)
@pytest.mark.parametrize("before", [None, 7])
def test_no_list_scans(
    database: sqlite3.Connection, which: DeliveryFilter, _: object, before: int | None
) -> None:
    assert scans(plan(database, *list_query(which, before=before, limit=50))) == []
    assert scans(plan(database, *parked_query(which))) == []


@pytest.mark.parametrize("name", LISTS)
def test_each_filter_is_led_by_its_own_index(database: sqlite3.Connection, name: str) -> None:
    steps = plan(database, *list_query(FILTERS[name][0], before=None, limit=50))

    assert any(LISTS[name] in step for step in steps), steps


@pytest.mark.parametrize("name", UNSORTED)
def test_a_long_list_is_read_in_order_and_not_sorted(
    database: sqlite3.Connection, name: str
) -> None:
    steps = plan(database, *list_query(FILTERS[name][0], before=None, limit=50))

    assert not any("TEMP B-TREE" in step for step in steps), steps


@pytest.mark.parametrize("spot", upkeep_sql.SPOTS.values(), ids=upkeep_sql.SPOTS)
def test_values_are_read_on_and_rewritten_by_the_key(
    database: sqlite3.Connection, spot: upkeep_sql.Spot
) -> None:
    reading = plan(database, upkeep_sql.read(spot, first=False))
    writing = plan(database, upkeep_sql.write(spot))

    assert not any("TEMP B-TREE" in step for step in reading)
    assert [step.split(" USING")[0] for step in reading + writing] == [f"SEARCH {spot.table}"] * 2
