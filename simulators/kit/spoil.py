"""Carrying out a fault on a live connection: the only code that writes wrong bytes on purpose."""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aiohttp import web

from simulators.kit.door import cut
from simulators.kit.exchange import Answer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from simulators.kit.faults import FaultRule

_LOOK_AGAIN = 0.02  # seconds between two looks whether the client is still there
_PAD = b"x" * 65_536
_LOGIN_PAGE = (
    b"<!doctype html><html lang='nl'><head><title>Inloggen</title></head><body>"
    b"<h1>Inloggen</h1><form method='post'><input name='gebruiker'></form></body></html>"
)


class Wire:
    """One connection with one open request, and the means to treat it badly."""

    def __init__(self, request: web.BaseRequest, stopping: asyncio.Event) -> None:
        self._request = request
        self._stopping = stopping

    @property
    def client_is_there(self) -> bool:
        transport = self._request.transport
        return transport is not None and not transport.is_closing() and not self._stopping.is_set()

    async def hang(self, seconds: float) -> None:
        """Wait until the client or the simulator gives up, at most `seconds`."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while self.client_is_there and loop.time() < end:
            # The server has no event for a client that leaves: it is looked at now and then.
            await self.pause(_LOOK_AGAIN)

    async def pause(self, seconds: float) -> None:
        """Wait although the client may have left: a slow server works on."""
        if seconds > 0 and not self._stopping.is_set():
            try:
                async with asyncio.timeout(seconds):
                    await self._stopping.wait()
            except TimeoutError:
                return

    def reset(self) -> web.StreamResponse:
        """Cut the connection with a reset; the answer returned here reaches nobody."""
        cut(self._request.transport)
        return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE)

    def close(self) -> None:
        """End the connection in an orderly way, whatever was announced."""
        transport = self._request.transport
        if transport is not None:
            transport.close()

    async def start(self, answer: Answer, length: int | None) -> web.StreamResponse:
        response = web.StreamResponse(status=answer.status, headers=dict(answer.headers))
        response.content_length = length
        await response.prepare(self._request)
        return response


def as_response(answer: Answer) -> web.Response:
    return web.Response(status=answer.status, body=answer.body, headers=answer.headers)


async def spoil(wire: Wire, rule: FaultRule, answer: Answer) -> web.StreamResponse:
    """Answer wrongly as `rule` says; `answer` is the right one (empty when nothing was done)."""
    try:
        return await _SPOILERS[rule.kind](wire, rule, answer)
    except ConnectionError:
        return wire.reset()  # the client left in the middle: nothing more to say


async def _hang(wire: Wire, rule: FaultRule, _answer: Answer) -> web.StreamResponse:
    await wire.hang(float(rule.setting("seconds")))
    return wire.reset()


async def _reset(wire: Wire, _rule: FaultRule, _answer: Answer) -> web.StreamResponse:
    return wire.reset()


async def _half_answer(wire: Wire, _rule: FaultRule, answer: Answer) -> web.StreamResponse:
    response = await wire.start(answer, len(answer.body))
    await response.write(answer.body[: len(answer.body) // 2])
    wire.close()
    return response


async def _slow_bytes(wire: Wire, rule: FaultRule, answer: Answer) -> web.StreamResponse:
    response = await wire.start(answer, len(answer.body))
    step, pause = int(rule.setting("slice")), float(rule.setting("pause"))
    for start in range(0, len(answer.body), step):
        await response.write(answer.body[start : start + step])
        await wire.pause(pause)
    await response.write_eof()
    return response


async def _status(_wire: Wire, rule: FaultRule, _answer: Answer) -> web.StreamResponse:
    headers = {str(k): str(v) for k, v in dict(rule.setting("headers")).items()}
    if rule.setting("retry_after") is not None:
        headers["Retry-After"] = str(rule.setting("retry_after"))
    headers.setdefault("Content-Type", str(rule.setting("content_type")))
    return web.Response(
        status=int(rule.setting("status")), body=_as_body(rule.setting("body")), headers=headers
    )


async def _html_200(_wire: Wire, _rule: FaultRule, _answer: Answer) -> web.StreamResponse:
    return web.Response(body=_LOGIN_PAGE, content_type="text/html", charset="utf-8")


async def _redirect(_wire: Wire, rule: FaultRule, _answer: Answer) -> web.StreamResponse:
    return web.Response(
        status=int(rule.setting("status")), headers={"Location": str(rule.setting("location"))}
    )


async def _wrong_charset(_wire: Wire, rule: FaultRule, answer: Answer) -> web.StreamResponse:
    headers = {k: v for k, v in answer.headers.items() if k.lower() != "content-type"}
    body = answer.body.decode("utf-8", "replace").encode(str(rule.setting("charset")), "replace")
    headers["Content-Type"] = "application/json; charset=utf-8"
    return web.Response(status=answer.status, body=body, headers=headers)


async def _huge_body(wire: Wire, rule: FaultRule, _answer: Answer) -> web.StreamResponse:
    head, tail, size = b'{"vulling":"', b'"}', int(rule.setting("size"))
    response = await wire.start(_JSON_200, len(head) + size + len(tail))
    await response.write(head)
    for sent in range(0, size, len(_PAD)):
        await response.write(_PAD[: size - sent])
    await response.write(tail)
    await response.write_eof()
    return response


async def _endless_body(wire: Wire, rule: FaultRule, _answer: Answer) -> web.StreamResponse:
    response = await wire.start(_JSON_200, None)
    loop = asyncio.get_running_loop()
    end = loop.time() + float(rule.setting("seconds"))
    await response.write(b'{"results":[')
    while wire.client_is_there and loop.time() < end:
        await response.write(b'"...",' * 32)
        await wire.pause(_LOOK_AGAIN)
    return wire.reset()


def _as_body(body: Any) -> bytes:
    return body.encode() if isinstance(body, str) else json.dumps(body).encode()


_JSON_200 = Answer(status=200, headers={"Content-Type": "application/json"})

_SPOILERS: dict[str, Callable[[Wire, FaultRule, Answer], Awaitable[web.StreamResponse]]] = {
    "timeout": _hang,
    "lost_answer": _hang,
    "reset": _reset,
    "refuse": _reset,
    "half_answer": _half_answer,
    "slow_bytes": _slow_bytes,
    "status": _status,
    "html_200": _html_200,
    "redirect": _redirect,
    "wrong_charset": _wrong_charset,
    "huge_body": _huge_body,
    "endless_body": _endless_body,
}
