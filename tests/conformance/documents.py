"""Documents beside messages, in memory: what a test's messages may refer to."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from adapters.contract import Content, DocumentError
from schemas.dataref import document_hash, document_ref


@dataclass(slots=True)
class MemoryContent:
    """Implements `Content`. `breaks_at` is the byte at which reading it ends in `error`."""

    content: bytes = field(repr=False)
    media_type: str = "application/pdf"
    piece: int = 1 << 20
    breaks_at: int | None = None
    error: Exception | None = None

    @property
    def size(self) -> int:
        return len(self.content)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def ref(self) -> str:
        return document_ref(self.sha256)

    async def read(self, *, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        end = self.size if length is None else start + length
        for at in range(start, end, self.piece):
            if self.error is not None and self.breaks_at is not None and at >= self.breaks_at:
                raise self.error
            yield self.content[at : min(at + self.piece, end)]


class MemoryDocuments:
    """Implements `Documents`."""

    def __init__(self, *contents: MemoryContent) -> None:
        self._contents = {content.sha256: content for content in contents}

    async def open(self, ref: str) -> Content:
        found = self._contents.get(document_hash(ref) or "")
        if found is None:
            raise DocumentError("document:gone", "The document is not stored any more.")
        return found

    async def keep(self, content: AsyncIterator[bytes], media_type: str) -> str:
        whole = b"".join([piece async for piece in content])
        kept = MemoryContent(whole, media_type)
        self._contents[kept.sha256] = kept
        return kept.ref
