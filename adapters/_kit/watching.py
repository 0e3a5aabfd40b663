"""Sending a large body a piece at a time.

How long it takes depends on its size, so what ends such a call is silence: nobody takes the next
piece, or the answer does not come.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping

import httpx

from adapters._kit.sending import Answer, send_within


async def send_watched(
    client: httpx.AsyncClient,
    method: str,
    url: str,
    pieces: AsyncIterator[bytes],
    *,
    headers: Mapping[str, str],
    silence: float,
    seconds: float,
    max_answer_bytes: int,
) -> Answer:
    """Send the pieces, whose total Content-Length is among `headers`, and read the answer.

    `silence` is the longest time in seconds between two pieces, `seconds` that for the answer after
    the last one. Raises as `send` does, and what reading the pieces raises.
    """
    limit = asyncio.timeout(silence)
    body = _Watched(pieces, limit, silence, seconds)
    request = client.build_request(method, url, headers=headers, content=body)
    try:
        return await send_within(limit, client, request, max_answer_bytes=max_answer_bytes)
    except Exception:
        if body.failure is not None:  # nobody could take it as a whole: the connection broke off
            raise body.failure from None
        raise


class _Watched:
    """The pieces; each that is taken puts the end of the call off."""

    def __init__(
        self, pieces: AsyncIterator[bytes], limit: asyncio.Timeout, silence: float, seconds: float
    ) -> None:
        self._pieces = pieces
        self._limit = limit
        self._silence = silence
        self._seconds = seconds
        self.failure: Exception | None = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        now = asyncio.get_running_loop().time
        try:
            async for piece in self._pieces:
                self._limit.reschedule(now() + self._silence)
                yield piece
        except Exception as error:
            self.failure = error
            raise
        self._limit.reschedule(now() + self._seconds)
