from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from continuity.store.contract import StoreUnavailable, WrongState
from continuity.store.sqlite import migrate
from continuity.store.sqlite.batch import Ended, Operation, carry_out
from continuity.store.sqlite.transaction import Transaction

PATH = Path("hub.db")


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    path = tmp_path / "hub.db"
    migrate(path)
    connection = sqlite3.connect(path, isolation_level=None)
    yield connection
    connection.close()


def knows(connection: sqlite3.Connection) -> list[str]:
    return [name for (name,) in connection.execute("SELECT name FROM destination ORDER BY name")]


def adds(name: str) -> Operation:
    def operation(tx: Transaction) -> str:
        tx.connection.execute("INSERT INTO destination (name) VALUES (?)", (name,))
        return name

    return operation


def refuses(tx: Transaction) -> None:
    raise WrongState("not now")


def fails(tx: Transaction) -> None:
    tx.connection.execute("INSERT INTO destination (name) VALUES ('half')")
    raise ZeroDivisionError


def writes_and_refuses(tx: Transaction) -> None:
    tx.connection.execute("INSERT INTO destination (name) VALUES ('half')")
    raise WrongState("too late")


def test_operations_share_one_commit(connection: sqlite3.Connection) -> None:
    statements: list[str] = []
    connection.set_trace_callback(statements.append)

    endings = carry_out(connection, [adds("a"), adds("b"), adds("c")], PATH)

    assert [ended.value for ended in endings] == ["a", "b", "c"]
    assert statements.count("COMMIT") == 1
    assert knows(connection) == ["a", "b", "c"]


def test_a_refused_operation_leaves_the_others_alone(connection: sqlite3.Connection) -> None:
    statements: list[str] = []
    connection.set_trace_callback(statements.append)

    endings = carry_out(connection, [adds("a"), refuses, adds("c")], PATH)

    assert [type(ended.error) for ended in endings] == [type(None), WrongState, type(None)]
    assert statements.count("COMMIT") == 1
    assert knows(connection) == ["a", "c"]


def test_only_the_operation_that_failed_fails(connection: sqlite3.Connection) -> None:
    endings = carry_out(connection, [adds("a"), fails, adds("c")], PATH)

    assert [type(ended.error) for ended in endings] == [type(None), ZeroDivisionError, type(None)]
    assert knows(connection) == ["a", "c"]
    assert not connection.in_transaction


def test_an_operation_that_wrote_before_it_was_refused_is_a_bug(
    connection: sqlite3.Connection,
) -> None:
    endings = carry_out(connection, [adds("a"), writes_and_refuses], PATH)

    assert endings[0] == Ended("a")
    assert isinstance(endings[1].error, AssertionError)
    assert knows(connection) == ["a"]


def test_without_the_lock_nobody_is_served(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA busy_timeout = 0")
    path = connection.execute("PRAGMA database_list").fetchone()[2]
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    endings = carry_out(connection, [adds("a"), adds("b")], PATH)

    assert all(isinstance(ended.error, StoreUnavailable) for ended in endings)
    other.execute("ROLLBACK")
    other.close()
    assert carry_out(connection, [adds("a")], PATH) == [Ended("a")]
