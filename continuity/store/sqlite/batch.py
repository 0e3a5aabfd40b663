"""Group commit: many operations in one transaction, and what becomes of each.

An operation checks first and writes then, so one that is refused (`StoreError`) has left nothing
behind and the others go on. Any other error rolls the whole transaction back, and each operation
is then run in a transaction of its own, so that only the culprit fails.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from continuity.store.contract import StoreError, StoreUnavailable
from continuity.store.sqlite.errors import unavailable
from continuity.store.sqlite.transaction import Transaction

Operation = Callable[[Transaction], Any]


@dataclass(frozen=True, slots=True)
class Ended:
    """What one operation gave, or why it did not."""

    value: Any = None
    error: BaseException | None = None


class _Spoiled(Exception):
    """One of several operations failed unexpectedly: run them one by one."""


def carry_out(
    connection: sqlite3.Connection, operations: Sequence[Operation], path: Path
) -> list[Ended]:
    """Durable when it returns, for every operation without an error; in order."""
    try:
        return _together(connection, operations, path)
    except _Spoiled:
        return [_alone(connection, operation, path) for operation in operations]
    except Exception as error:  # noqa: BLE001 - handed to the callers, who all wait for an answer
        return [Ended(error=error) for _ in operations]


def _alone(connection: sqlite3.Connection, operation: Operation, path: Path) -> Ended:
    return carry_out(connection, [operation], path)[0]


def _together(
    connection: sqlite3.Connection, operations: Sequence[Operation], path: Path
) -> list[Ended]:
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.Error as error:
        raise unavailable(error, path) from error
    try:
        tx = Transaction(connection)
        endings = [_run(tx, operation) for operation in operations]
        tx.flush()
    except BaseException as error:
        _roll_back(connection)
        if len(operations) > 1:
            raise _Spoiled from error
        if isinstance(error, sqlite3.Error):
            raise unavailable(error, path) from error
        raise
    try:
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        _roll_back(connection)
        raise unavailable(error, path, committing=True) from error
    return endings


def _run(tx: Transaction, operation: Operation) -> Ended:
    before = tx.touched()
    try:
        return Ended(value=operation(tx))
    except StoreUnavailable:
        raise
    except StoreError as refusal:
        if tx.touched() != before:
            raise AssertionError("an operation wrote before it was refused") from refusal
        return Ended(error=refusal)


def _roll_back(connection: sqlite3.Connection) -> None:
    """SQLite may have rolled back by itself already."""
    with suppress(sqlite3.Error):
        if connection.in_transaction:
            connection.execute("ROLLBACK")
