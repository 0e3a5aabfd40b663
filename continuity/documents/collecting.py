"""Removing documents that no message refers to, and content that nothing knows of.

Several processes may do this at once. Whether a document is still in use is decided in the store's
own transaction; only after it is forgotten is its content removed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from adapters.contract import Clock
from continuity.documents.blobs import Blobs
from continuity.store.contract import Documents as DocumentStore

AT_A_TIME: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    orphans: int
    """Documents that were forgotten, with their content."""
    strays: int
    """Content that no document knows: of an upload that broke off, or a removal that did."""

    def __bool__(self) -> bool:
        return bool(self.orphans or self.strays)


class Collector:
    def __init__(
        self, *, blobs: Blobs, store: DocumentStore, clock: Clock, keep: timedelta
    ) -> None:
        """`keep`: how long a document may wait for its first message, or stay after its last."""
        self._blobs = blobs
        self._store = store
        self._clock = clock
        self._keep = keep

    async def collect(self) -> Collected:
        """One pass over everything; raises `StoreUnavailable` and `BlobsUnavailable`."""
        return Collected(orphans=await self._orphans(), strays=await self._strays())

    async def _orphans(self) -> int:
        before = self._clock.now() - self._keep
        forgotten = 0
        while found := await self._store.orphans(before=before, limit=AT_A_TIME):
            gone = 0
            for document in found:
                if await self._store.forget_document(document, before=before):
                    await self._blobs.remove(document.location)
                    gone += 1
            forgotten += gone
            if not gone:  # all of them were used or taken meanwhile: the next pass will see
                break
        return forgotten

    async def _strays(self) -> int:
        before = self._clock.now() - self._keep
        removed = await self._blobs.remove_unfinished(before)
        async for page in self._blobs.pages():
            old = [blob.location for blob in page if blob.written_at < before]
            known = await self._store.known_locations(old) if old else frozenset()
            for location in old:
                if location not in known:
                    await self._blobs.remove(location)
                    removed += 1
        return removed
