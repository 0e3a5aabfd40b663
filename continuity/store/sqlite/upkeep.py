"""Values as they lie in the database, rewritten under another key."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

from continuity.store.contract import StoreUnavailable
from continuity.store.records import Column, NewValue, StoredValue
from continuity.store.rules import PAGE_BYTES
from continuity.store.sqlite import upkeep_sql as sql
from continuity.store.sqlite.connection import connect_writer
from continuity.store.sqlite.errors import unavailable
from continuity.store.sqlite.transaction import Transaction

_PATIENCE: Final = timedelta(seconds=10)


def read_values(
    connection: sqlite3.Connection, column: Column, after: str | None, limit: int
) -> list[StoredValue]:
    start = () if after is None else tuple(json.loads(after))
    statement = sql.read(sql.SPOTS[column], first=after is None)
    page: list[StoredValue] = []
    size = 0
    for *key, value in connection.execute(statement, (*start, limit)):
        page.append(StoredValue(place=json.dumps(key), value=value))
        size += len(value)
        if size >= PAGE_BYTES:
            break
    return page


def replace_values(tx: Transaction, column: Column, changes: Sequence[NewValue]) -> int:
    statement = sql.write(sql.SPOTS[column])
    return sum(
        tx.connection.execute(
            statement, (change.after, *json.loads(change.place), change.before)
        ).rowcount
        for change in changes
    )


def tally_values(
    connection: sqlite3.Connection, column: Column, mark: bytes | str, length: int
) -> Mapping[str, int]:
    rows = connection.execute(sql.tally(sql.SPOTS[column]), {"mark": mark, "length": length})
    return {_text(head): count for head, count in rows}


def _text(head: bytes | str) -> str:
    return head.decode("latin-1") if isinstance(head, bytes) else head


def empty_log(path: Path) -> None:
    """Copies the log into the database and cuts it to nothing.

    What was removed lies in the log until then; in the database itself SQLite has overwritten it
    (`secure_delete`). Raises `StoreUnavailable` when a reader or writer keeps the log in use.
    """
    connection = connect_writer(path, patience=_PATIENCE)
    try:
        busy, _, _ = connection.execute(sql.EMPTY_LOG).fetchone()
    except sqlite3.Error as error:
        raise unavailable(error, path) from error
    finally:
        connection.close()
    if busy:
        raise StoreUnavailable(
            f"The log of {path} is in use, so removed content may still lie in it: it is emptied "
            "at the next attempt."
        )
