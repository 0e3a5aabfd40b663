"""A library in memory and a folder, and contents to put into it."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from continuity.documents import Announced, Blobs, DocumentLibrary
from continuity.store.contract import Store

TENANT = "0344"
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class FakeClock:
    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        return self.time

    def advance(self, **by: float) -> None:
        self.time += timedelta(**by)


def library(
    blobs: Blobs,
    store: Store,
    *,
    clock: FakeClock | None = None,
    limit: int = 1 << 30,
) -> DocumentLibrary:
    return DocumentLibrary(
        blobs=blobs,
        store=store,
        clock=clock or FakeClock(),
        limit=limit,
    )


def sha_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def announced(content: bytes, *, tenant: str = TENANT, size: int | None = None) -> Announced:
    return Announced(tenant=tenant, sha256=sha_of(content), media_type="application/pdf", size=size)


async def pieces(content: bytes, step: int = 70_000) -> AsyncIterator[bytes]:
    """As they come off a socket."""
    for start in range(0, len(content), step):
        yield content[start : start + step]


async def put(shelf: DocumentLibrary, content: bytes, *, tenant: str = TENANT) -> None:
    await shelf.put(announced(content, tenant=tenant), pieces(content))


async def whole(
    shelf: DocumentLibrary,
    content: bytes,
    *,
    tenant: str = TENANT,
    start: int = 0,
    length: int | None = None,
) -> bytes:
    opened = await shelf.of(tenant).open(f"urn:sha256:{sha_of(content)}")
    return b"".join([piece async for piece in opened.read(start=start, length=length)])
