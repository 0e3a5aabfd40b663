"""Sending a large content as a form (multipart/form-data, RFC 7578), a piece at a time.

How long it takes depends on its size, so what ends such a call is silence: nobody takes the next
piece, or the answer does not come.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import httpx

from adapters._kit.sending import Answer, send_within
from adapters.contract import Content

_UNSAFE: Final = re.compile(r'[^\w .()-]|["\\]', re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Fields of text, then one file: `length` bytes of `content` from `start` on."""

    fields: Mapping[str, str] = field(repr=False)
    file_field: str
    file_name: str = field(repr=False)
    content: Content
    start: int
    length: int
    boundary: str = field(default_factory=lambda: f"schakel-{secrets.token_hex(16)}", repr=False)
    """Drawn anew: nobody can make a content that holds it."""

    @property
    def media_type(self) -> str:
        return f"multipart/form-data; boundary={self.boundary}"

    @property
    def size(self) -> int:
        """Bytes of the whole body."""
        return len(self._before()) + self.length + len(self._after())

    def _before(self) -> bytes:
        fields = "".join(
            f'--{self.boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in self.fields.items()
        )
        file_name = _UNSAFE.sub("_", self.file_name)
        file = (
            f'--{self.boundary}\r\nContent-Disposition: form-data; name="{self.file_field}"; '
            f'filename="{file_name}"\r\nContent-Type: application/octet-stream\r\n\r\n'
        )
        return (fields + file).encode()

    def _after(self) -> bytes:
        return f"\r\n--{self.boundary}--\r\n".encode()

    async def pieces(self) -> AsyncIterator[bytes]:
        yield self._before()
        async for piece in self.content.read(start=self.start, length=self.length):
            yield piece
        yield self._after()


async def upload(
    client: httpx.AsyncClient,
    method: str,
    url: str,
    form: Form,
    *,
    headers: Mapping[str, str],
    silence: float,
    seconds: float,
    max_answer_bytes: int,
) -> Answer:
    """Send `form`, and read the answer whatever its status.

    `silence` is the longest time in seconds between two pieces, `seconds` that for the answer after
    the last one. Raises as `send` does, and what reading the content raises.
    """
    limit = asyncio.timeout(silence)
    body = _Body(form, limit, silence, seconds)
    described = {"Content-Type": form.media_type, "Content-Length": str(form.size)}
    request = client.build_request(method, url, headers={**headers, **described}, content=body)
    try:
        return await send_within(limit, client, request, max_answer_bytes=max_answer_bytes)
    except Exception:
        if body.failure is not None:  # nobody could take it as a whole: the connection broke off
            raise body.failure from None
        raise


class _Body:
    """The pieces of a form; each that is taken puts the end of the call off."""

    def __init__(self, form: Form, limit: asyncio.Timeout, silence: float, seconds: float) -> None:
        self._form = form
        self._limit = limit
        self._silence = silence
        self._seconds = seconds
        self.failure: Exception | None = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        now = asyncio.get_running_loop().time
        try:
            async for piece in self._form.pieces():
                self._limit.reschedule(now() + self._silence)
                yield piece
        except Exception as error:
            self.failure = error
            raise
        self._limit.reschedule(now() + self._seconds)
