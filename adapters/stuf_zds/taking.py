"""What becomes of the content of a document in an answer: compared, or kept for who asked.

Memory is that of `MAX_INLINE_BYTES` at most, however large the document is.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any, Final

from lxml import etree

from adapters._kit.stuf.contents import Cut, Damaged, content_of, place_of
from adapters.contract import Documents, NoDocuments, RejectedError
from schemas.zaakdocument import MAX_INLINE_BYTES

_ANY_BYTES: Final = "application/octet-stream"
_NOTHING_CUT: Final = Cut(b"", ())


class Digests:
    """Takes the SHA-256 of each content of an answer."""

    def __init__(self) -> None:
        self._found: list[str | None] = []

    async def take(self, content: AsyncIterator[bytes]) -> None:
        digest = hashlib.sha256()
        try:
            async for piece in content:
                digest.update(piece)
        except Damaged:
            self._found.append(None)
        else:
            self._found.append(digest.hexdigest())

    def of(self, inhoud: etree._Element) -> str | None:
        """The SHA-256 of what stands, or stood, in the element; None: it is no base64."""
        place = place_of(inhoud)
        if place is not None and place < len(self._found):
            return self._found[place]
        try:
            return hashlib.sha256(b"".join(content_of(inhoud, _NOTHING_CUT).decoded())).hexdigest()
        except Damaged:
            return None


class Inhouden:
    """Keeps the contents of an answer: in it where they are short, else beside it.

    `most` bytes of one are kept at most; a larger one is `teGroot`, and so is one that the hub has
    no place for.
    """

    def __init__(self, documents: Documents, most: int) -> None:
        self._documents = documents
        self._most = most
        self._found: list[dict[str, Any]] = []

    async def take(self, content: AsyncIterator[bytes]) -> None:
        try:
            self._found.append(await self._kept(content))
        except Damaged:
            raise _damaged() from None

    def of(self, inhoud: etree._Element) -> dict[str, Any]:
        """The fields of DocumentAntwoord for what stands, or stood, in the element."""
        place = place_of(inhoud)
        if place is not None and place < len(self._found):
            return self._found[place]
        try:
            return _inline(b"".join(content_of(inhoud, _NOTHING_CUT).decoded()))
        except Damaged:
            raise _damaged() from None

    async def _kept(self, content: AsyncIterator[bytes]) -> dict[str, Any]:
        begun = bytearray()
        async for piece in content:
            begun += piece
            if len(begun) > MAX_INLINE_BYTES:
                break
        else:
            return _inline(bytes(begun))
        if isinstance(self._documents, NoDocuments):
            return {"teGroot": True}
        try:
            async with aclosing(self._whole(bytes(begun), content)) as whole:
                return {"dataref": await self._documents.keep(whole, _ANY_BYTES)}
        except _TooLarge:
            return {"teGroot": True}

    async def _whole(self, begun: bytes, rest: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
        size = len(begun)
        yield begun
        async for piece in rest:
            size += len(piece)
            if size > self._most:
                raise _TooLarge
            yield piece


class _TooLarge(Exception):
    """The document has more bytes than the destination's max_document_bytes."""


def _inline(content: bytes) -> dict[str, Any]:
    return {"inhoud": base64.b64encode(content).decode()}


def _damaged() -> RejectedError:
    return RejectedError("stuf:inhoud", "The zaaksysteem gave a content that is no base64.")
