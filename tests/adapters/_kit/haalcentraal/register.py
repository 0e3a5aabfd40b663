"""A register on a real socket: it answers by path, wants credentials, and can be told to fail."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from aiohttp import web

from adapters.contract import AskContext, Question, Reason
from tests.conformance.worker import WallClock

CLOCK = WallClock()
CONTEXT = AskContext(attempt=1, clock=CLOCK)
KEY = "sleutel-van-de-proef"

Body = dict[str, Any]
Handler = Callable[[str, Body], Body | None]
"""From the path, and the body or query, to the answer; None: not found."""


@dataclass(slots=True)
class Asked:
    method: str
    target: str
    headers: dict[str, str]
    """Names in small letters."""
    body: Body


@dataclass(slots=True)
class Register:
    handler: Handler
    asked: list[Asked] = field(default_factory=list)
    failing: list[tuple[int, Body, dict[str, str]]] = field(default_factory=list)
    """What the next calls get in place of an answer, in order."""
    token: str = "eerste"
    tokens_given: int = 0
    url: str = ""

    async def serve(self, request: web.Request) -> web.Response:
        raw = await request.read()
        if request.path == "/token":
            return self._token(raw)
        body = json.loads(raw) if raw else dict(request.query)
        self.asked.append(
            Asked(
                request.method,
                str(request.rel_url),
                {name.lower(): value for name, value in request.headers.items()},
                body,
            )
        )
        if self.failing:
            status, problem, headers = self.failing.pop(0)
            return web.json_response(problem, status=status, headers=headers)
        if not self._knows(request):
            return web.json_response({"status": 401, "code": "authentication"}, status=401)
        answer = self.handler(request.path, body)
        if answer is None:
            return web.json_response({"status": 404, "code": "notFound"}, status=404)
        return web.json_response(answer)

    def _token(self, raw: bytes) -> web.Response:
        if b"client_secret=geheim" not in raw:
            return web.json_response({"error": "invalid_client"}, status=401)
        self.tokens_given += 1
        return web.json_response({"access_token": self.token, "expires_in": 3600})

    def _knows(self, request: web.Request) -> bool:
        by_key = request.headers.get("X-Api-Key") == KEY
        return by_key or request.headers.get("Authorization") == f"Bearer {self.token}"


@asynccontextmanager
async def register(handler: Handler) -> AsyncIterator[Register]:
    one = Register(handler)
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", one.serve)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    one.url = f"http://127.0.0.1:{port}"
    try:
        yield one
    finally:
        await runner.cleanup()


def question(kind: str, data: Body, *, seconds: float = 10, **others: Any) -> Question:
    return Question(
        type=kind,
        tenant="0344",
        data=data,
        deadline=CLOCK.now() + timedelta(seconds=seconds),
        caller="balie",
        reason=Reason(doelbinding="verhuizing", gebruiker="m.dewit", verwerking="Verhuizen@Intake"),
        **others,
    )
