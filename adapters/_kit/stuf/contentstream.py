"""Documents inside an answer that is still coming in: nothing of them is ever in memory as a whole.

What is not content is collected as XML, with a mark in the place of each content (`contents`); the
content itself goes, decoded, to who wants it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Final

import httpx

from adapters._kit.sending import Answer, Read, TooLong
from adapters._kit.stuf.base64stream import encoded_length
from adapters._kit.stuf.contents import LONG, LONGEST_TAG, TAG, Decoder, mark
from adapters._kit.stuf.mtom import is_multipart, opened
from adapters._kit.stuf.naming import NietLeesbaar

Take = Callable[[AsyncIterator[bytes]], Awaitable[None]]
"""Gets a content, decoded, as it comes in; iterating raises `Damaged`. The rest is skipped."""

_TAG: Final = re.compile(TAG)
_LARGEST: Final = 1 << 35
_WHITE_SPACE: Final = 1.1
"""Characters in an answer for each that a content needs: lines are broken."""


async def nothing(content: AsyncIterator[bytes]) -> None:
    """Take nothing."""
    del content


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What is to be done with the contents of an answer, in the order in which they come."""

    take: Take = nothing
    most: int = _LARGEST
    """Bytes of all of them together; more ends the call."""


SKIPPED: Final = Contents()


def answer_reader(
    contents: Contents, limit: asyncio.Timeout, *, most_xml: int, silence: float
) -> Read:
    """Return what reads an answer: an MTOM one as a whole, of any other no content is kept.

    While a content comes in, `silence` between two parts of it ends the call, and not its length;
    what takes it has its own time.
    """

    async def read(response: httpx.Response) -> bytes:
        parts = _Parts(response.aiter_bytes(), limit, silence)
        if not is_multipart(response.headers.get("Content-Type", "")):
            return await _Reading(parts, contents, most_xml).whole()
        most, body = most_xml + contents.most, bytearray()
        while (part := await parts.next()) is not None:
            body += part
            if len(body) > most:
                raise TooLong(most)
        return bytes(body)

    return read


async def taken_out(answer: Answer, contents: Contents) -> Answer:
    """Return an MTOM answer as one with marks, when its contents were taken; others as they are."""
    described = answer.headers.get("Content-Type", "")
    if not is_multipart(described):
        return answer
    try:
        cut, inner = opened(answer.body, described)
    except NietLeesbaar:
        return answer  # whoever reads it says so
    for each in cut.contents:
        await contents.take(each.pieces())
    headers = answer.headers.copy()
    headers["Content-Type"] = inner
    return replace(answer, body=cut.body, headers=headers)


class _Parts:
    """The parts of an answer; within a content, `limit` is put off with each."""

    def __init__(self, parts: AsyncIterator[bytes], limit: asyncio.Timeout, silence: float) -> None:
        self._parts = parts
        self._limit = limit
        self._silence = silence
        self._in_content = False

    async def next(self) -> bytes | None:
        """None: there are no more."""
        if not self._in_content:
            return await anext(self._parts, None)
        self._limit.reschedule(asyncio.get_running_loop().time() + self._silence)
        part = await anext(self._parts, None)
        self._limit.reschedule(None)
        return part

    def enter_content(self) -> None:
        self._in_content = True
        self._limit.reschedule(None)

    def leave_content(self) -> None:
        """What is behind it has to come in as much time as one silence."""
        self._in_content = False
        self._limit.reschedule(asyncio.get_running_loop().time() + self._silence)


class _Reading:
    def __init__(self, parts: _Parts, contents: Contents, most_xml: int) -> None:
        self._parts = parts
        self._contents = contents
        self._most_xml = most_xml
        self._most_text = int(encoded_length(contents.most) * _WHITE_SPACE) + LONG
        self._kept = bytearray()
        self._buffer = b""
        self._texts = 0
        self._number = 0

    async def whole(self) -> bytes:
        while await self._more():
            while (found := _TAG.search(self._buffer)) is not None:
                self._keep(found.end())
                await self._content()
            self._keep(self._settled())
        self._keep(len(self._buffer))
        return bytes(self._kept)

    async def _content(self) -> None:
        """A short one stays in the XML, a long one goes to who takes it."""
        while len(self._buffer) < LONG and b"<" not in self._buffer and await self._more():
            pass
        end = self._buffer.find(b"<")
        if 0 <= end < LONG or len(self._buffer) < LONG:
            self._keep(end if end >= 0 else len(self._buffer))
            return
        self._kept += mark(self._number)
        self._number += 1
        self._parts.enter_content()
        async with aclosing(self._text()) as text:
            async with aclosing(_decoded(text)) as content:
                await self._contents.take(content)
            async for _ in text:
                pass
        self._parts.leave_content()

    async def _text(self) -> AsyncGenerator[bytes, None]:
        """The text up to the next tag; what follows it is in the buffer then."""
        while True:
            end = self._buffer.find(b"<")
            text = self._buffer if end < 0 else self._buffer[:end]
            self._buffer = self._buffer[len(text) :]
            self._texts += len(text)
            if self._texts > self._most_text:
                raise TooLong(self._contents.most)
            if text:
                yield text
            if end >= 0:
                return
            if not await self._more():
                raise httpx.RemoteProtocolError("the answer ended inside a document")

    async def _more(self) -> bool:
        """Append the next part; False when there is none."""
        part = await self._parts.next()
        self._buffer += part or b""
        return part is not None

    def _settled(self) -> int:
        """Up to where the buffer cannot be the begin of a tag that is still coming."""
        begun = self._buffer.rfind(b"<", max(0, len(self._buffer) - LONGEST_TAG))
        if begun < 0 or b">" in self._buffer[begun:]:
            return len(self._buffer)
        return begun

    def _keep(self, end: int) -> None:
        self._kept += self._buffer[:end]
        self._buffer = self._buffer[end:]
        if len(self._kept) > self._most_xml:
            raise TooLong(self._most_xml)


async def _decoded(text: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    decoder = Decoder()
    async for piece in text:
        if found := decoder.feed(piece):
            yield found
    decoder.close()
