"""The keys of callers."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from continuity.store.records import ApiKey
from continuity.store.rules import key_added, key_in_use, key_revoked, no_such
from continuity.store.sqlite import sql
from continuity.store.sqlite.rows import from_key, to_key
from continuity.store.sqlite.times import to_micros
from continuity.store.sqlite.transaction import Transaction


def add_key(tx: Transaction, key: ApiKey, by: str) -> None:
    if tx.connection.execute(sql.KEY_IN_USE, (key.id, key.secret_hash)).fetchone():
        raise key_in_use(key)
    tx.connection.execute(sql.INSERT_KEY, from_key(key))
    tx.record(key_added(key, by=by))


def find_key(connection: sqlite3.Connection, secret_hash: bytes) -> ApiKey | None:
    row = connection.execute(sql.FIND_KEY, (secret_hash,)).fetchone()
    return None if row is None else to_key(row)


def list_keys(connection: sqlite3.Connection) -> list[ApiKey]:
    return [to_key(row) for row in connection.execute(sql.LIST_KEYS)]


def revoke_key(tx: Transaction, key_id: str, by: str, now: datetime) -> None:
    row = tx.connection.execute(sql.GET_KEY, (key_id,)).fetchone()
    if row is None:
        raise no_such("key", key_id)
    key = to_key(row)
    if key.revoked_at is None:
        tx.connection.execute(sql.REVOKE_KEY, (to_micros(now), key_id))
        tx.record(key_revoked(key, by=by, now=now))
