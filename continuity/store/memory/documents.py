"""Documents beside messages, and which of them nobody refers to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice

from continuity.store.memory.tables import DocumentRow, Tables
from continuity.store.records import Document


class MemoryDocuments:
    _tables: Tables

    async def add_document(self, document: Document, *, replace: bool = False) -> Document:
        row = self._tables.documents.setdefault(
            (document.tenant, document.sha256),
            DocumentRow(document=document, unused_since=document.stored_at),
        )
        row.unused_since = document.stored_at
        if replace:
            row.document = document
        await self._tables.commit()
        return row.document

    async def find_document(self, tenant: str, sha256: str) -> Document | None:
        row = self._tables.documents.get((tenant, sha256))
        return row.document if row else None

    async def touch_document(self, tenant: str, sha256: str, *, now: datetime) -> Document | None:
        row = self._tables.documents.get((tenant, sha256))
        if row is None:
            return None
        row.unused_since = now
        await self._tables.commit()
        return row.document

    async def orphans(self, *, before: datetime, limit: int) -> Sequence[Document]:
        rows = sorted(
            (row for row in self._tables.documents.values() if _is_orphan(row, before)),
            key=lambda row: (row.unused_since, row.document.location),
        )
        return [row.document for row in islice(rows, limit)]

    async def forget_document(self, document: Document, *, before: datetime) -> bool:
        name = (document.tenant, document.sha256)
        row = self._tables.documents.get(name)
        if row is None or row.document.location != document.location:
            return False
        if not _is_orphan(row, before):
            return False
        del self._tables.documents[name]
        await self._tables.commit()
        return True

    async def known_locations(self, locations: Sequence[str]) -> frozenset[str]:
        known = {row.document.location for row in self._tables.documents.values()}
        return frozenset(known.intersection(locations))


def stop_using(tables: Tables, message_ids: Iterable[int], now: datetime) -> None:
    """The bodies of these messages are gone: documents that only they referred to are orphans."""
    gone = set(message_ids)
    for row in tables.documents.values():
        if row.users & gone:
            row.users -= gone
            row.unused_since = now


def _is_orphan(row: DocumentRow, before: datetime) -> bool:
    return not row.users and row.unused_since < before
