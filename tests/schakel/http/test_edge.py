"""Over a real socket: what only goes wrong there."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from schakel.http import edge
from schakel.http.draining import DRAIN_BYTES
from schakel.security import Scope
from tests.schakel.http.harness import STRUCTURED, Harness, event, serving

LIMIT = 64 * 1024


class Wire:
    """A caller that writes bytes as it likes."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, secret: str
    ) -> None:
        self._reader = reader
        self.writer = writer
        self._secret = secret

    def head(self, *lines: str) -> None:
        whole = [
            "POST /v1/messages HTTP/1.1",
            "host: hub",
            f"authorization: {self._secret}",
            "content-type: application/cloudevents+json",
            *lines,
        ]
        self.writer.write("\r\n".join([*whole, "", ""]).encode())

    async def answer(self) -> tuple[int, dict[str, str], bytes]:
        status, *lines = (await self._reader.readuntil(b"\r\n\r\n")).decode().splitlines()
        headers = dict(line.lower().split(": ", 1) for line in lines if line)
        body = await self._reader.readexactly(int(headers["content-length"]))
        return int(status.split()[1]), headers, body

    async def write_without_end(self) -> None:
        while True:
            self.writer.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
            await self.writer.drain()

    async def ended(self) -> bool:
        return await self._reader.read() == b""


@asynccontextmanager
async def wire(hub: Harness, port: int) -> AsyncIterator[Wire]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    secret = (await hub.key(Scope.PUBLISH))["Authorization"]
    try:
        yield Wire(reader, writer, secret)
    finally:
        writer.close()


@pytest.fixture
async def hub() -> Harness:
    return Harness(body_limit=LIMIT)


async def test_a_body_that_says_it_is_too_large_is_refused_before_it_is_sent(hub: Harness) -> None:
    async with serving(hub.app) as port, wire(hub, port) as caller:
        caller.head(f"content-length: {LIMIT + 1}")
        status, headers, body = await caller.answer()
    assert status == 413
    assert headers["connection"] == "close"
    assert json.loads(body)["type"].endswith("body-too-large")


async def test_a_body_without_length_is_refused_as_soon_as_it_is_too_large(hub: Harness) -> None:
    async with serving(hub.app) as port, wire(hub, port) as caller:
        caller.head("transfer-encoding: chunked")
        chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
        answer = asyncio.create_task(caller.answer())
        sent = 0
        while not answer.done():  # a caller that never stops by itself
            caller.writer.write(chunk)
            await caller.writer.drain()
            sent += len(chunk)
        status, _, body = answer.result()
    assert status == 413
    assert json.loads(body)["type"].endswith("body-too-large")
    assert sent < DRAIN_BYTES


async def test_a_caller_that_does_not_stop_is_disconnected(
    hub: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schakel.http.draining.DRAIN_BYTES", 4 * LIMIT)
    async with serving(hub.app) as port, wire(hub, port) as caller:
        caller.head("transfer-encoding: chunked")
        with pytest.raises(ConnectionError):
            await caller.write_without_end()


async def test_more_bytes_than_announced_are_no_request(hub: Harness) -> None:
    body = json.dumps(event()).encode()
    async with serving(hub.app) as port, wire(hub, port) as caller:
        caller.head(f"content-length: {len(body)}")
        caller.writer.write(body + b"x" * LIMIT)
        status, headers, _ = await caller.answer()
    assert (status, headers["connection"]) == (400, "close")


async def test_a_body_of_exactly_the_limit_is_read(hub: Harness) -> None:
    body = json.dumps(event()).encode()
    async with serving(hub.app) as port, wire(hub, port) as caller:
        caller.head(f"content-length: {LIMIT}")
        caller.writer.write(body + b" " * (LIMIT - len(body)))
        status, _, _ = await caller.answer()
    assert status == 202


async def test_a_body_that_does_not_come_is_not_waited_for(
    hub: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "BODY_SECONDS", 0.01)
    monkeypatch.setattr("schakel.http.draining.DRAIN_SECONDS", 0.01)
    async with serving(hub.app) as port, wire(hub, port) as caller:
        caller.head("content-length: 10")
        status, headers, _ = await caller.answer()
        assert await caller.ended()
    assert (status, headers["connection"]) == (408, "close")


async def test_a_caller_that_leaves_half_way_stores_nothing_and_harms_nobody(hub: Harness) -> None:
    async with serving(hub.app) as port:
        async with wire(hub, port) as caller:
            caller.head("content-length: 1000")
            caller.writer.write(b'{"specversion"')
            await caller.writer.drain()
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            assert (await client.get("/healthz")).status_code == 200
    assert await hub.store.counts() == []


@pytest.mark.parametrize("filler", [b"x: " + b"y" * 200_000, b"x: y\r\n" * 20_000, b"z" * 200_000])
async def test_headers_without_end_are_refused(hub: Harness, filler: bytes) -> None:
    async with serving(hub.app) as port, wire(hub, port) as caller:
        caller.writer.write(b"GET /healthz HTTP/1.1\r\n" + filler)
        status, _, body = await caller.answer()
    assert status == 431
    assert json.loads(body)["type"].endswith("headers-too-large")


async def test_many_publishers_at_once_each_keep_their_order(hub: Harness) -> None:
    headers = {**STRUCTURED, **await hub.key(Scope.PUBLISH)}

    async def publisher(port: int, number: int) -> list[int]:
        ids = []
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            for turn in range(5):
                whole = event(number=number, id=f"{number}-{turn}")
                answer = await client.post("/v1/messages", json=whole, headers=headers)
                assert answer.status_code == 202
                ids.append(answer.json()["id"])
        return ids

    async with serving(hub.app) as port:
        found = await asyncio.gather(*(publisher(port, number) for number in range(32)))
    assert all(ids == sorted(ids) for ids in found)
    assert len({one for ids in found for one in ids}) == 160
