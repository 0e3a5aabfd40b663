"""A callback address for notifications, protected or not, that keeps what it receives."""

import asyncio
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web

AUTH = "Bearer geheim"


@dataclass
class Received:
    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    answered: int


@dataclass
class Receiver:
    """`/ok` demands the authorisation, `/open` does not, `/flaky` fails its first real message."""

    received: list[Received] = field(default_factory=list)
    url: str = ""
    _runner: web.ServerRunner | None = None
    _arrival: asyncio.Event = field(default_factory=asyncio.Event)
    _failed: bool = False

    async def __aenter__(self) -> Self:
        self._runner = web.ServerRunner(web.Server(self._serve, access_log=None))
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def until(self, count: int) -> None:
        """Wait until `count` messages that are no probes have been accepted."""
        async with asyncio.timeout(10):
            while len(self.messages) < count:
                self._arrival.clear()
                await self._arrival.wait()

    @property
    def messages(self) -> list[Received]:
        return [
            item for item in self.received if item.body["kanaal"] != "test" and item.answered == 204
        ]

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await request.json()
        status = self._status(request, body)
        self.received.append(
            Received(path=request.path, headers=dict(request.headers), body=body, answered=status)
        )
        self._arrival.set()
        return web.Response(status=status)

    def _status(self, request: web.BaseRequest, body: dict[str, Any]) -> int:
        if request.path != "/open" and request.headers.get("Authorization") != AUTH:
            return 401
        if request.path == "/flaky" and body["kanaal"] != "test" and not self._failed:
            self._failed = True
            return 503
        return 204
