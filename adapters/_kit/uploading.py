"""Sending a large content as a form (multipart/form-data, RFC 7578), a piece at a time."""

from __future__ import annotations

import re
import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import httpx

from adapters._kit.sending import Answer
from adapters._kit.watching import send_watched
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
    described = {"Content-Type": form.media_type, "Content-Length": str(form.size)}
    return await send_watched(
        client,
        method,
        url,
        form.pieces(),
        headers={**headers, **described},
        silence=silence,
        seconds=seconds,
        max_answer_bytes=max_answer_bytes,
    )
