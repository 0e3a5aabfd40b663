"""How far readers have come."""

from __future__ import annotations

import sqlite3

from continuity.store.sqlite import sql
from continuity.store.sqlite.transaction import Transaction


def read_cursor(connection: sqlite3.Connection, name: str) -> str | None:
    row = connection.execute(sql.GET_CURSOR, (name,)).fetchone()
    return row[0] if row else None


def save_cursor(tx: Transaction, name: str, value: str, before: str | None) -> bool:
    if read_cursor(tx.connection, name) != before:
        return False
    tx.connection.execute(sql.PUT_CURSOR, (name, value))
    return True
