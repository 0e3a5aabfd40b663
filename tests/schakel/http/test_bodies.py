"""Bodies of external systems, over a real socket: who costs what."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from adapters.contract import WireAnswer
from schakel.http import edge
from schakel.http.bodies import Room
from schakel.receiving import NoRoom
from tests.schakel.http.desks import FO03, Desk1, behind
from tests.schakel.http.harness import Harness, serving

MEBIBYTE = 1024 * 1024
STRANGER = WireAnswer(status=401, body=b"who?", headers={"WWW-Authenticate": "Basic"})
Wire = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def calling(port: int, *lines: str) -> AsyncIterator[Wire]:
    """A request whose body is still to come."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = ["POST /inbound/0344/djuma/OntvangAsynchroon HTTP/1.1", "host: hub", *lines, "", ""]
    writer.write("\r\n".join(head).encode())
    try:
        yield reader, writer
    finally:
        writer.close()


async def answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    status, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
    headers = dict(line.lower().split(": ", 1) for line in lines if line)
    body = await reader.readexactly(int(headers["content-length"]))
    return int(status.split()[1]), headers, body


class WatchedRoom(Room):
    """One can wait for what is left of it."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self._changed = asyncio.Event()

    def take(self, size: int) -> None:
        super().take(size)
        self._changed.set()

    def give_back(self, size: int) -> None:
        super().give_back(size)
        self._changed.set()

    async def until_left(self, size: int) -> None:
        async with asyncio.timeout(5):
            while self.left != size:
                self._changed.clear()
                await self._changed.wait()


Place = tuple[Harness, Desk1, WatchedRoom]


def place(*, most: int = 100 * MEBIBYTE) -> Place:
    hub, desk = behind(Harness(inbound_limit=min(most, 64 * MEBIBYTE)))
    room = WatchedRoom(most)
    hub.app.state.entrance = replace(hub.app.state.entrance, room=room)
    return hub, desk, room


@pytest.fixture
def places() -> Place:
    return place()


async def _send(writer: asyncio.StreamWriter, most: int) -> int:
    """Sends until it is done or cut off; returns how much went."""
    sent = 0
    with contextlib.suppress(ConnectionError):
        while sent < most:
            writer.write(b"x" * MEBIBYTE)
            await writer.drain()
            sent += MEBIBYTE
    return sent


async def test_a_strangers_body_is_not_waited_for_and_fills_nothing(
    places: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It announces 60 MiB and sends none of it."""
    hub, desk, room = places
    desk.refusal = STRANGER
    monkeypatch.setattr(room, "take", lambda _size: pytest.fail("a body was read"))
    async with (
        serving(hub.app) as port,
        calling(port, f"content-length: {60 * MEBIBYTE}") as (reader, _),
    ):
        status, headers, body = await answer(reader)

    assert (status, body, headers["connection"]) == (401, b"who?", "close")
    assert desk.asked == []


async def test_a_stranger_that_goes_on_sending_is_disconnected(
    places: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub, desk, room = places
    desk.refusal = STRANGER
    monkeypatch.setattr("schakel.http.draining.DRAIN_BYTES", MEBIBYTE)
    async with (
        serving(hub.app) as port,
        calling(port, f"content-length: {60 * MEBIBYTE}") as (_, writer),
    ):
        sent = await _send(writer, 60 * MEBIBYTE)

    assert sent < 30 * MEBIBYTE
    assert (desk.asked, room.left) == ([], 100 * MEBIBYTE)


async def test_a_caller_that_waits_for_100_continue_is_refused_without_it(
    places: Place,
) -> None:
    hub, desk, _ = places
    desk.refusal = STRANGER
    lines = ("content-length: 1000", "expect: 100-continue")
    async with serving(hub.app) as port, calling(port, *lines) as (reader, _):
        status, _, _ = await answer(reader)
    assert status == 401


async def test_where_nothing_is_to_come_the_connection_stays_open(
    places: Place,
) -> None:
    hub, desk, _ = places
    desk.refusal = STRANGER
    async with serving(hub.app) as port, calling(port, "content-length: 0") as (reader, _):
        _, headers, _ = await answer(reader)
    assert "connection" not in headers


async def test_an_entrance_that_is_not_there_reads_nothing_either(
    places: Place,
) -> None:
    hub, _, _ = places
    async with serving(hub.app) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = "POST /inbound/0344/nobody HTTP/1.1\r\nhost: hub\r\ncontent-length: 60000000\r\n\r\n"
        writer.write(head.encode())
        status, headers, _ = await answer(reader)
        writer.close()
    assert (status, headers["connection"]) == (404, "close")


async def test_a_body_that_trickles_in_is_given_up(
    places: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "BODY_SECONDS", 0.05)
    monkeypatch.setattr("schakel.http.draining.DRAIN_SECONDS", 0.01)
    hub, desk, room = places
    async with (
        serving(hub.app) as port,
        calling(port, f"content-length: {60 * MEBIBYTE}") as (reader, writer),
    ):
        writer.write(b"<")
        status, headers, _ = await answer(reader)
        assert await reader.read() == b""

    assert (status, headers["connection"]) == (408, "close")
    assert (desk.asked, room.left) == ([], 100 * MEBIBYTE)


async def test_the_bodies_together_stay_within_their_measure() -> None:
    """The second waits for nobody: it is told to come again, and the first is not harmed."""
    hub, desk, room = place(most=MEBIBYTE)
    half = b"x" * 600_000
    async with (
        serving(hub.app) as port,
        calling(port, "content-length: 1000000") as (first, first_writer),
        calling(port, "content-length: 600000") as (second, second_writer),
    ):
        first_writer.write(half)
        await room.until_left(MEBIBYTE - len(half))
        second_writer.write(half)
        status, headers, body = await answer(second)
        assert (status, body) == (503, FO03.body)
        assert int(headers["retry-after"]) > 0
        await room.until_left(MEBIBYTE - len(half))

        first_writer.write(b"y" * 400_000)
        assert (await answer(first))[0] == 200

    assert [len(one.body) for one in desk.asked] == [1_000_000]
    assert room.left == MEBIBYTE


async def test_what_is_announced_and_does_not_come_is_in_nobodys_way() -> None:
    hub, desk, _ = place(most=MEBIBYTE)
    async with (
        serving(hub.app) as port,
        calling(port, "content-length: 1000000"),
        calling(port, "content-length: 900000") as (reader, writer),
    ):
        writer.write(b"x" * 900_000)
        assert (await answer(reader))[0] == 200
    assert len(desk.asked) == 1


async def test_a_caller_that_leaves_gives_its_room_back(
    places: Place,
) -> None:
    hub, desk, room = places
    async with serving(hub.app) as port:
        async with calling(port, "content-length: 1000000") as (_, writer):
            writer.write(b"x" * 500_000)
            await room.until_left(100 * MEBIBYTE - 500_000)
        await room.until_left(100 * MEBIBYTE)
    assert desk.asked == []


async def test_a_body_stays_counted_until_its_answer_is_known() -> None:
    hub, desk, room = place()
    before, held = room.left, []

    def noting() -> None:
        held.append(before - room.left)

    desk.when_asked = noting
    async with hub.client() as client:
        await client.post("/inbound/0344/djuma", content=b"x" * 1000)
    assert (held, room.left) == ([1000], before)


def test_what_does_not_fit_takes_nothing() -> None:
    room = Room(10)
    room.take(10)
    with pytest.raises(NoRoom):
        room.take(1)
    room.give_back(4)
    assert room.left == 4
