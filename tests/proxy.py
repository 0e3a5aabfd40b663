"""A TCP proxy that fails on order: to cut a connection at the very byte that matters.

    async with Proxy("127.0.0.1", 5432) as proxy:
        store = PostgresStore(f"postgresql://postgres@127.0.0.1:{proxy.port}/hub")
        proxy.cut_after_client_sends(b"COMMIT")  # the server gets it, its answer is lost

All of it happens in the test's own loop; nothing waits for a clock.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Self

_CHUNK: Final = 64 * 1024
_LONGEST: Final = 64
"""Bytes that a trap may want at most."""


@dataclass(eq=False)
class _Pair:
    """One connection of a client, and ours to the server."""

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    deaf: bool = False
    """Nothing that the server says reaches the client any more."""

    def abort(self) -> None:
        """Both sides see a reset or an end at once."""
        self.client.transport.abort()
        self.server.transport.abort()


@dataclass(eq=False)
class _Trap:
    """What to do when a client sends these bytes."""

    wanted: bytes
    spring: Callable[[_Pair], bool]
    """True when the bytes still go to the server."""
    sprung: asyncio.Event = field(default_factory=asyncio.Event)


class Proxy:
    """Between a client and one server."""

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        self._listening: asyncio.Server | None = None
        self._pairs: set[_Pair] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._traps: list[_Trap] = []
        self._open = asyncio.Event()
        self._open.set()
        self._refusing = False
        self.port = 0
        self.accepted = 0
        """Connections that clients made so far."""

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listens, at the same port as before when there was one."""
        self._listening = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._listening.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Nothing listens any more, and every connection is cut."""
        if self._listening is not None:
            self._listening.close()
        self.cut()
        self._open.set()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._listening is not None:
            await self._listening.wait_closed()
            self._listening = None

    # --- faults ---

    def cut(self) -> None:
        """Ends every connection at once."""
        for pair in list(self._pairs):
            pair.abort()

    def refuse(self, *, refusing: bool = True) -> None:
        """New connections are ended before the server hears of them."""
        self._refusing = refusing

    def pause(self) -> None:
        """Nothing goes either way, and nobody is told, until `resume`."""
        self._open.clear()

    def resume(self) -> None:
        self._open.set()

    def cut_before_client_sends(self, wanted: bytes) -> asyncio.Event:
        """Once: the bytes do not reach the server, and its connection ends. Set when it happened.

        Only the connection on which they are sent is cut.
        """

        def spring(pair: _Pair) -> bool:
            pair.abort()
            return False

        return self._trap(wanted, spring)

    def cut_after_client_sends(self, wanted: bytes) -> asyncio.Event:
        """Once: the server gets the bytes and answers, but the client sees the connection end."""

        def spring(pair: _Pair) -> bool:
            pair.deaf = True
            return True

        return self._trap(wanted, spring)

    def pause_after_client_sends(self, wanted: bytes) -> asyncio.Event:
        """Once: the server gets the bytes; then nothing goes either way until `resume`."""

        def spring(_: _Pair) -> bool:
            self._open.clear()
            return True

        return self._trap(wanted, spring)

    def _trap(self, wanted: bytes, spring: Callable[[_Pair], bool]) -> asyncio.Event:
        trap = _Trap(wanted, spring)
        self._traps.append(trap)
        return trap.sprung

    # --- traffic ---

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        if self._refusing:
            writer.transport.abort()
            return
        try:
            from_server, to_server = await asyncio.open_connection(*self._address)
        except OSError:
            writer.transport.abort()
            return
        pair = _Pair(writer, to_server)
        self._pairs.add(pair)
        for work in (self._upstream(reader, pair), self._downstream(from_server, pair)):
            task = asyncio.create_task(work)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _upstream(self, reader: asyncio.StreamReader, pair: _Pair) -> None:
        tail = b""  # the wanted bytes may come in two pieces, but not from before they were wanted
        with suppress(OSError):
            while data := await reader.read(_CHUNK):
                await self._open.wait()
                seen, tail = tail + data, data[-_LONGEST:] if self._traps else b""
                trap = next((trap for trap in self._traps if trap.wanted in seen), None)
                if trap is not None:
                    self._traps.remove(trap)
                    goes = trap.spring(pair)
                    trap.sprung.set()
                    if not goes:
                        break
                pair.server.write(data)
                await pair.server.drain()
        self._end(pair)

    async def _downstream(self, reader: asyncio.StreamReader, pair: _Pair) -> None:
        with suppress(OSError):
            while data := await reader.read(_CHUNK):
                await self._open.wait()
                if pair.deaf:
                    break
                pair.client.write(data)
                await pair.client.drain()
        self._end(pair)

    def _end(self, pair: _Pair) -> None:
        self._pairs.discard(pair)
        pair.abort()
