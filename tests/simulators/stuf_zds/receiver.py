"""The other side of a push: takes messages at a real address and answers as it is told to."""

import asyncio
from dataclasses import dataclass, field
from typing import Self

from aiohttp import web

from tests.simulators.stuf_zds.helpers import STUF, enveloped


def answer(code: str, fault: str = "") -> bytes:
    body = f"<b:body><b:code>{fault}</b:code></b:body>" if fault else ""
    head = f"<b:stuurgegevens><b:berichtcode>{code}</b:berichtcode></b:stuurgegevens>"
    return enveloped(f'<b:{code}Bericht xmlns:b="{STUF}">{head}{body}</b:{code}Bericht>')


@dataclass
class Receiver:
    """`script` holds (status, body) for the first requests; afterwards everything is Bv03."""

    script: list[tuple[int, bytes]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    url: str = ""
    _runner: web.ServerRunner | None = None
    _arrival: asyncio.Event = field(default_factory=asyncio.Event)

    async def __aenter__(self) -> Self:
        self._runner = web.ServerRunner(web.Server(self._serve, access_log=None))
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/OntvangAsynchroon"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def until(self, count: int) -> None:
        """Wait until so many requests have come."""
        async with asyncio.timeout(10):
            while len(self.bodies) < count:
                self._arrival.clear()
                await self._arrival.wait()

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        self.bodies.append(await request.read())
        self.headers.append(dict(request.headers))
        self._arrival.set()
        status, body = self.script.pop(0) if self.script else (200, answer("Bv03"))
        return web.Response(status=status, body=body, content_type="text/xml")
