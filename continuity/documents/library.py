"""Storing documents beside messages, and reading them: the blob store and the store as one."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from adapters.contract import (
    Clock,
    Content,
    DocumentAwayError,
    DocumentError,
    RejectedError,
)
from adapters.contract import Documents as TenantDocuments
from continuity.documents.blobs import Blobs
from continuity.documents.errors import (
    BlobGone,
    BlobsUnavailable,
    ContentDiffers,
    ContentRefused,
    ContentTooLarge,
    UploadsBusy,
)
from continuity.documents.sealing import (
    BLOCK,
    SEALED_BLOCK,
    DamagedBlock,
    Seal,
    blocks_of,
    new_key,
    sealed_size,
)
from continuity.documents.turns import Turns
from continuity.store.contract import Documents as DocumentStore
from continuity.store.contract import StoreUnavailable
from continuity.store.records import Document
from schemas.dataref import document_hash, document_ref

UPLOAD_MEMORY: Final = 24 << 20
"""Bytes that all uploads of this process have in memory together, at most.

As many go on at once as fit: 4 into a folder, 2 into a bucket. Further ones wait before anything
of them is read.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """What the sender says of a document before its content comes."""

    tenant: str
    sha256: str | None
    """None: the sender does not know it; then it is what came in."""
    media_type: str
    size: int | None = None


class DocumentLibrary:
    def __init__(self, *, blobs: Blobs, store: DocumentStore, clock: Clock, limit: int) -> None:
        """`limit` is the largest content in bytes."""
        self._blobs = blobs
        self._store = store
        self._clock = clock
        each = blobs.upload_memory + 2 * BLOCK  # one that gathers, one that is sealed
        self.uploads_at_once: Final = max(1, UPLOAD_MEMORY // each)
        self._turns = Turns(self.uploads_at_once)
        self.limit: Final = limit

    async def find(self, tenant: str, sha256: str) -> Document | None:
        """What the tenant has, when its content is there; it stays some time from now on.

        Raises `StoreUnavailable` and `BlobsUnavailable`.
        """
        found = await self._store.touch_document(tenant, sha256, now=self._clock.now())
        if found is None or await self._blobs.size(found.location) != sealed_size(found.size):
            return None
        return found

    async def put(
        self, announced: Announced, content: AsyncIterator[bytes], *, replace: bool = False
    ) -> Document:
        """Reads `content` to its end and keeps it, durably, when it is what was announced.

        Raises `ContentRefused`, `UploadsBusy`, `BlobsUnavailable` and `StoreUnavailable`, and then
        nothing is kept. With `replace` it takes the place of what the tenant has already.
        """
        if announced.size is not None and announced.size > self.limit:
            raise self._too_large()
        async with self._turns.take() as turn:
            return await self._put(announced, turn.pieces(content), replace=replace)

    def of(self, tenant: str) -> TenantDocuments:
        return _Shelf(tenant, self, self._store, self._blobs)

    async def _put(
        self, announced: Announced, content: AsyncIterator[bytes], *, replace: bool
    ) -> Document:
        name = secrets.token_hex(16)
        location = f"{name[:2]}/{name}"
        key = new_key()
        upload = _Upload(announced, content, Seal(key, location), self)
        await self._blobs.write(location, upload.sealed())
        document = Document(
            tenant=announced.tenant,
            sha256=upload.sha256,
            size=upload.size,
            media_type=announced.media_type,
            location=location,
            key=key,
            stored_at=self._clock.now(),
        )
        try:
            kept = await self._keep(document, replace=replace)
        except StoreUnavailable as error:
            if not error.uncertain:
                await self._remove(location)
            raise
        if kept.location != location:  # somebody was quicker with the same content
            await self._remove(location)
        return kept

    async def _keep(self, document: Document, *, replace: bool) -> Document:
        kept = await self._store.add_document(document, replace=replace)
        if kept.location == document.location:
            return kept
        if await self._blobs.size(kept.location) == sealed_size(kept.size):
            return kept
        return await self._store.add_document(document, replace=True)

    async def _remove(self, location: str) -> None:
        """What cannot be removed now is collected later: nothing refers to it."""
        with suppress(BlobsUnavailable):
            await self._blobs.remove(location)

    def check_size(self, size: int) -> None:
        """Raises `ContentTooLarge`."""
        if size > self.limit:
            raise self._too_large()

    def _too_large(self) -> ContentTooLarge:
        return ContentTooLarge(
            f"A document may have at most {self.limit} bytes; a larger limit is set with limit "
            "under [documents]."
        )


class _Upload:
    """One content on its way in: cut into blocks, counted, hashed, sealed."""

    def __init__(
        self,
        announced: Announced,
        content: AsyncIterator[bytes],
        seal: Seal,
        library: DocumentLibrary,
    ) -> None:
        self._announced = announced
        self._content = content
        self._seal = seal
        self._library = library
        self._hash = hashlib.sha256()
        self._number = 0
        self.size = 0

    @property
    def sha256(self) -> str:
        """Of what came in so far."""
        return self._hash.hexdigest()

    async def sealed(self) -> AsyncIterator[bytes]:
        """Raises before its end when the content is not what was announced."""
        waiting = bytearray()
        async for piece in self._content:
            waiting += piece
            self._library.check_size(self.size + len(waiting))
            while len(waiting) >= BLOCK:
                with memoryview(waiting) as view:
                    sealed = self._close(view[:BLOCK])
                del waiting[:BLOCK]
                yield sealed
        if waiting:
            yield self._close(memoryview(waiting))
        self._check()

    def _close(self, block: memoryview) -> bytes:
        self._hash.update(block)
        self.size += len(block)
        self._number += 1
        return self._seal.close(self._number - 1, block)

    def _check(self) -> None:
        announced = self._announced
        if self.size == 0:
            raise ContentDiffers("A document has at least one byte; this one is empty.")
        if announced.size is not None and self.size != announced.size:
            raise ContentDiffers(
                f"{self.size} of the announced {announced.size} bytes came in: send it again."
            )
        if announced.sha256 not in {None, self.sha256}:
            raise ContentDiffers(
                "What came in has another SHA-256 than the address says: it was changed on its "
                "way, or the address is that of another document."
            )


class _Shelf:
    """Implements `adapters.contract.Documents` for one tenant."""

    def __init__(
        self, tenant: str, library: DocumentLibrary, store: DocumentStore, blobs: Blobs
    ) -> None:
        self._tenant = tenant
        self._library = library
        self._store = store
        self._blobs = blobs

    async def open(self, ref: str) -> Content:
        sha256 = document_hash(ref)
        found = None if sha256 is None else await self._store.find_document(self._tenant, sha256)
        if found is None:
            raise _gone()
        return _Stored(found, self._blobs, Seal(found.key, found.location))

    async def keep(self, content: AsyncIterator[bytes], media_type: str) -> str:
        announced = Announced(tenant=self._tenant, sha256=None, media_type=media_type)
        try:
            document = await self._library.put(announced, content)
        except ContentRefused as error:
            raise RejectedError("document:refused", str(error)) from error
        except (BlobsUnavailable, UploadsBusy) as error:
            raise DocumentAwayError(str(error)) from error
        return document_ref(document.sha256)


class _Stored:
    """Implements `adapters.contract.Content`."""

    def __init__(self, document: Document, blobs: Blobs, seal: Seal) -> None:
        self._document = document
        self._blobs = blobs
        self._seal = seal

    @property
    def size(self) -> int:
        return self._document.size

    @property
    def sha256(self) -> str:
        return self._document.sha256

    @property
    def media_type(self) -> str:
        return self._document.media_type

    async def read(self, *, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        end = self.size if length is None else min(start + length, self.size)
        number = start // BLOCK
        last = blocks_of(end)
        while number < last:
            count = min(self._blobs.blocks_at_once, last - number)
            sealed = await self._sealed(number, count)
            for offset in range(0, len(sealed), SEALED_BLOCK):
                block = self._open(number, sealed[offset : offset + SEALED_BLOCK])
                first = number * BLOCK
                number += 1
                yield block[max(0, start - first) : end - first]

    async def _sealed(self, number: int, count: int) -> memoryview:
        start = number * SEALED_BLOCK
        length = min(count * SEALED_BLOCK, sealed_size(self.size) - start)
        try:
            return await self._blobs.read(self._document.location, start=start, length=length)
        except BlobGone:
            raise _gone() from None
        except BlobsUnavailable as error:
            raise DocumentAwayError(str(error)) from error

    def _open(self, number: int, sealed: memoryview) -> bytes:
        try:
            return self._seal.open(number, sealed)
        except DamagedBlock as error:
            raise DocumentError(
                "document:damaged",
                f"Block {number} of the document's content was changed where it is stored: store "
                "the document again with replace, then replay this.",
            ) from error


def _gone() -> DocumentError:
    return DocumentError(
        "document:gone",
        "The document beside the message is not stored any more: store it again, then replay this.",
    )
