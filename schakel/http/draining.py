"""An answer to a caller that is still sending.

Closing at once would make the caller's system throw the answer away (a TCP reset overtakes it).
So the answer goes out complete, and what still comes in is discarded for a short while.
"""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

DRAIN_SECONDS: Final = 2.0
DRAIN_BYTES: Final = 16 * 1024 * 1024


class DrainingResponse(Response):
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope  # part of ASGI
        await send(
            {
                "type": "http.response.start",
                "status": self.status_code,
                "headers": self.raw_headers,
            }
        )
        await send({"type": "http.response.body", "body": self.body, "more_body": True})
        await _drain(receive)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _drain(receive: Receive) -> None:
    left = DRAIN_BYTES
    try:
        async with asyncio.timeout(DRAIN_SECONDS):
            while left > 0:
                message = await receive()
                if not message.get("more_body", False):
                    return
                left -= len(message.get("body", b""))
    except TimeoutError:
        return
