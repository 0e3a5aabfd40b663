"""Documents beside messages, and which of them nobody refers to."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from continuity.store.records import Document
from continuity.store.sqlite import document_sql as sql
from continuity.store.sqlite.times import from_micros, to_micros
from continuity.store.sqlite.transaction import Transaction


def add_document(tx: Transaction, document: Document, *, replace: bool) -> Document:
    there = touch_document(tx, document.tenant, document.sha256, document.stored_at)
    if there is not None and not replace:
        return there
    values = {
        "tenant": document.tenant,
        "sha256": document.sha256,
        "size": document.size,
        "media_type": document.media_type,
        "location": document.location,
        "key": document.key,
        "stored_at": to_micros(document.stored_at),
    }
    statement = sql.INSERT_DOCUMENT if there is None else sql.REPLACE_DOCUMENT
    tx.connection.execute(statement, values)
    return document


def find_document(connection: sqlite3.Connection, tenant: str, sha256: str) -> Document | None:
    row = connection.execute(sql.FIND_DOCUMENT, (tenant, sha256)).fetchone()
    return None if row is None else _document(row)


def touch_document(tx: Transaction, tenant: str, sha256: str, now: datetime) -> Document | None:
    found = find_document(tx.connection, tenant, sha256)
    if found is not None:
        tx.connection.execute(sql.TOUCH_DOCUMENT, (to_micros(now), tenant, sha256))
    return found


def orphans(connection: sqlite3.Connection, before: datetime, limit: int) -> list[Document]:
    return [_document(row) for row in connection.execute(sql.ORPHANS, (to_micros(before), limit))]


def forget_document(tx: Transaction, document: Document, before: datetime) -> bool:
    name = (document.tenant, document.sha256, document.location)
    return tx.connection.execute(sql.FORGET_DOCUMENT, (*name, to_micros(before))).rowcount == 1


def known_locations(connection: sqlite3.Connection, locations: Sequence[str]) -> frozenset[str]:
    return frozenset(
        location
        for location in locations
        if connection.execute(sql.KNOWN_LOCATION, (location,)).fetchone()
    )


def has_document(tx: Transaction, tenant: str, sha256: str) -> bool:
    return tx.connection.execute(sql.FIND_DOCUMENT, (tenant, sha256)).fetchone() is not None


def use_documents(tx: Transaction, uses: Sequence[tuple[str, str, int]]) -> None:
    """Each use is a tenant, a SHA-256 and the number of the message that refers to it."""
    tx.connection.executemany(sql.INSERT_USE, uses)
    tx.connection.executemany(sql.USE_DOCUMENT, {use[:2] for use in uses})


def stop_using(tx: Transaction, message_ids: Iterable[int], now: datetime) -> None:
    """The bodies of these messages are gone: documents that only they referred to are orphans."""
    for message_id in message_ids:
        used = tx.connection.execute(sql.USED_BY, (message_id,)).fetchall()
        if not used:
            continue
        tx.connection.execute(sql.DELETE_USES, (message_id,))
        for tenant, sha256 in used:
            name = {"tenant": tenant, "sha256": sha256, "now": to_micros(now)}
            tx.connection.execute(sql.ORPHAN, name)


def _document(row: tuple[Any, ...]) -> Document:
    tenant, sha256, size, media_type, location, key, stored_at = row
    return Document(
        tenant=tenant,
        sha256=sha256,
        size=size,
        media_type=media_type,
        location=location,
        key=key,
        stored_at=from_micros(stored_at),
    )
