"""Documents beside messages, and which of them nobody refers to.

Whoever accepts a message holds the row of its document until the commit; whoever forgets one waits
for that. So they decide one after the other, also in different processes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from continuity.store.postgres import document_sql as sql
from continuity.store.postgres.core import Call, Core
from continuity.store.postgres.rows import Row, columns
from continuity.store.postgres.transaction import Transaction
from continuity.store.records import Document, NewMessage

Name = tuple[str, str]
"""Tenant and SHA-256."""


class DocumentsPart(Core):
    async def add_document(self, document: Document, *, replace: bool = False) -> Document:
        return await self._write(Call(run=lambda tx: add_document(tx, document, replace=replace)))

    async def find_document(self, tenant: str, sha256: str) -> Document | None:
        row = await self._read(lambda db: db.fetchrow(sql.FIND_DOCUMENT, tenant, sha256))
        return None if row is None else _document(row)

    async def touch_document(self, tenant: str, sha256: str, *, now: datetime) -> Document | None:
        return await self._write(Call(run=lambda tx: touch_document(tx, (tenant, sha256), now)))

    async def orphans(self, *, before: datetime, limit: int) -> Sequence[Document]:
        rows = await self._read(lambda db: db.fetch(sql.ORPHANS, before, limit))
        return [_document(row) for row in rows]

    async def forget_document(self, document: Document, *, before: datetime) -> bool:
        return await self._write(Call(run=lambda tx: forget_document(tx, document, before)))

    async def known_locations(self, locations: Sequence[str]) -> frozenset[str]:
        rows = await self._read(lambda db: db.fetch(sql.KNOWN_LOCATIONS, list(locations)))
        return frozenset(row[0] for row in rows)


async def add_document(tx: Transaction, document: Document, *, replace: bool) -> Document:
    """Another process may be doing the same: the primary key decides, and then it is read."""
    name = (document.tenant, document.sha256)
    there = await touch_document(tx, name, document.stored_at)
    if there is None:
        if await tx.write(sql.INSERT_DOCUMENT, *_values(document)):
            return document
        there = await touch_document(tx, name, document.stored_at)
    if replace or there is None:
        await tx.write(sql.REPLACE_DOCUMENT, *_values(document))
        return document
    return there


async def touch_document(tx: Transaction, name: Name, now: datetime) -> Document | None:
    rows = await tx.write(sql.TOUCH_DOCUMENT, *name, now)
    return _document(rows[0]) if rows else None


async def forget_document(tx: Transaction, document: Document, before: datetime) -> bool:
    name = (document.tenant, document.sha256)
    return await tx.execute(sql.FORGET_DOCUMENT, *name, document.location, before) == 1


async def hold_documents(tx: Transaction, messages: Iterable[NewMessage]) -> set[Name]:
    """Those of the documents that these messages refer to which are there, and now stay."""
    wanted = sorted({name for message in messages if (name := name_of(message))})
    if not wanted:
        return set()
    return {(row[0], row[1]) for row in await tx.fetch(sql.HOLD_DOCUMENTS, *columns(wanted, 2))}


async def use_documents(tx: Transaction, uses: Sequence[tuple[str, str, int]]) -> None:
    """Each use is a tenant, a SHA-256 and the number of the message that refers to it."""
    if uses:
        await tx.execute(sql.INSERT_USES, *columns(uses, 3))
        await tx.execute(sql.USE_DOCUMENTS, *columns([use[:2] for use in uses], 2))


async def stop_using(tx: Transaction, message_ids: Iterable[int], now: datetime) -> None:
    """The bodies of these messages are gone: documents that only they referred to are orphans."""
    freed = await tx.write(sql.DELETE_USES, list(message_ids))
    if freed:
        await tx.execute(sql.ORPHAN, *columns([(row[0], row[1]) for row in freed], 2), now)


def name_of(message: NewMessage) -> Name | None:
    return None if message.document is None else (message.tenant, message.document)


def _values(document: Document) -> tuple[object, ...]:
    return (
        document.tenant,
        document.sha256,
        document.size,
        document.media_type,
        document.location,
        document.key,
        document.stored_at,
    )


def _document(row: Row) -> Document:
    tenant, sha256, size, media_type, location, key, stored_at = row
    return Document(
        tenant=tenant,
        sha256=sha256,
        size=size,
        media_type=media_type,
        location=location,
        key=key,
        stored_at=stored_at,
    )
