"""The outermost layer of every request: limits on the body, common headers, the last safety net.

Plain ASGI instead of a framework's middleware class: it lies on the path of every message.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from dataclasses import dataclass
from typing import Final

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from schakel.http.problems import Problem, render

API_VERSION: Final = "1.0.0"
BODY_SECONDS: Final = 30.0
"""Longest time for a request's body to arrive."""
DOCUMENTS: Final = "/v1/documents/"
INBOUND: Final = "/inbound/"
SLOWEST_DOCUMENT: Final = 64 * 1024
"""Bytes per second: a document gets `BODY_SECONDS`, and a second more for each of these."""

_REQUEST_ID: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_COMMON_HEADERS: Final = (
    (b"api-version", API_VERSION.encode()),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
)
_log = structlog.stdlib.get_logger("schakel.http")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Limits:
    """What a body may be."""

    most: int
    advice: str
    slowest: int | None = None
    """Bytes per second for which the body gets more time; None: it never does."""


class Edge:
    def __init__(
        self, app: ASGIApp, *, body_limit: int, document_limit: int, inbound_limit: int
    ) -> None:
        self._app = app
        self._body = _Limits(
            most=body_limit,
            advice="Send a batch in parts; a larger limit is set with body_limit under [hub].",
        )
        self._document = _Limits(
            most=document_limit,
            advice="A larger limit is set with limit under [documents].",
            slowest=SLOWEST_DOCUMENT,
        )
        self._inbound = _Limits(
            most=inbound_limit,
            advice="A larger limit is set with inbound_limit under [hub].",
            slowest=SLOWEST_DOCUMENT,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        request_id = _request_id(headers.get(b"x-request-id"))
        limits = self._limits_of(scope["method"], scope["path"])
        answer = _Answer(send, request_id)
        body = _Body(receive, limits, headers.get(b"content-length"), answer)
        with structlog.contextvars.bound_contextvars(request_id=request_id.decode()):
            await self._handle(scope, body.receive, answer)

    def _limits_of(self, method: str, path: str) -> _Limits:
        if path.startswith(INBOUND):
            return self._inbound
        return self._document if method == "PUT" and path.startswith(DOCUMENTS) else self._body

    async def _handle(self, scope: Scope, receive: Receive, answer: _Answer) -> None:
        try:
            await self._app(scope, receive, answer.send)
        except ClientDisconnect:
            _log.debug("client_gone")
        except Exception:  # noqa: BLE001 - the last safety net: no traceback may reach a client
            incident = secrets.token_hex(6)
            _log.exception("incident", incident=incident, method=scope["method"])
            if answer.started:
                return  # half an answer is out; the server closes the connection
            detail = (
                f"This is a mistake of the hub, kept in its log as incident {incident}. "
                "Sending the same event again with the same id is safe."
            )
            problem = Problem("internal", detail, extra={"incident": incident})
            await render(Request(scope), problem)(scope, receive, answer.send)


class _Body:
    """Counts what really arrives: a Content-Length may be absent, or a lie."""

    def __init__(
        self, receive: Receive, limits: _Limits, announced: bytes | None, answer: _Answer
    ) -> None:
        self._receive = receive
        self._answer = answer
        self._limits = limits
        self._too_large = announced is not None and _number(announced) > limits.most
        self._read = 0
        self._began: float | None = None

    async def receive(self) -> Message:
        if self._answer.started:  # nobody reads it: only discard what still comes in
            return await self._receive()
        if self._too_large:
            raise self._refusal()
        message = await self._in_time()
        self._read += len(message.get("body", b""))
        if self._read > self._limits.most:
            raise self._refusal()
        return message

    async def _in_time(self) -> Message:
        if self._began is None:
            self._began = asyncio.get_running_loop().time()
        slowest = self._limits.slowest
        seconds = BODY_SECONDS + (self._read / slowest if slowest else 0)
        try:
            async with asyncio.timeout_at(self._began + seconds):
                return await self._receive()
        except TimeoutError:
            detail = f"The whole body has to arrive within {seconds:.0f} seconds."
            if slowest:
                detail = f"The content comes in slower than {slowest} bytes per second."
            close = {"Connection": "close"}
            raise Problem("body-timeout", detail, headers=close) from None

    def _refusal(self) -> Problem:
        detail = (
            f"A body may have at most {self._limits.most} bytes; nothing was stored. "
            f"{self._limits.advice}"
        )
        return Problem("body-too-large", detail, headers={"Connection": "close"})


class _Answer:
    """Adds the headers that every answer has."""

    def __init__(self, send: Send, request_id: bytes) -> None:
        self._send = send
        self._request_id = request_id
        self.started = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            message["headers"] = [
                *message["headers"],
                *_COMMON_HEADERS,
                (b"x-request-id", self._request_id),
            ]
        await self._send(message)


def _request_id(given: bytes | None) -> bytes:
    """The caller's own id where it is harmless, so that both logs can be laid side by side."""
    if given is not None and _REQUEST_ID.fullmatch(given):
        return given
    return secrets.token_hex(8).encode()


def _number(text: bytes) -> int:
    """The server has refused what is no number; one of many digits is large enough."""
    return int(text) if text.isdigit() and len(text) < 20 else 1 << 62  # noqa: PLR2004 - 20 digits pass 64 bits
