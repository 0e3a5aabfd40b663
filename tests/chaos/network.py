"""A stretch of network with the weather of networks: a TCP proxy in this process.

It reads no protocol and breaks everything that passes; `tests/proxy.py` is the surgeon's one.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self

PIECE: Final = 1 << 16
_RESET: Final = struct.pack("ii", 1, 0)
"""SO_LINGER that makes close() send a reset."""


@dataclass(eq=False, slots=True)
class _Pair:
    """A caller, and our own connection to the server for it."""

    caller: asyncio.StreamWriter
    server: asyncio.StreamWriter
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def cut(self, *, reset: bool) -> None:
        for writer in (self.caller, self.server):
            connection = writer.get_extra_info("socket")
            if reset and connection is not None:
                with suppress(OSError):
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            writer.transport.abort()
        for task in self.tasks:
            task.cancel()


class Network:
    """All of its methods belong to one event loop. Faults hold until `heal`.

    With several servers it is a load balancer: each connection goes to the next that takes it.
    """

    def __init__(self, *servers: tuple[str, int]) -> None:
        self._servers = servers
        self._listener: asyncio.Server | None = None
        self._pairs: set[_Pair] = set()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._watch: tuple[bytes, Callable[[], None]] | None = None
        self.host = "127.0.0.1"
        self.port = 0
        self.taken = 0
        """Connections that were made through it."""
        self.latency = 0.0
        """Seconds before each piece goes on, in either direction."""
        self.bandwidth: float | None = None
        """Bytes per second of each connection and direction; None: no limit."""
        self.slice: int | None = None
        """Bytes in one piece; None: as they come."""
        self.deaf = False
        """What callers send arrives; nothing that the server says comes back."""
        self.half_answer: int | None = None
        """The connection is cut after so many bytes of the server, once."""

    @property
    def server_port(self) -> int:
        """Of the (first) server behind it."""
        return self._servers[0][1]

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listens, on the same port as before; after `refuse` too."""
        if self._listener is None:
            self._listener = await asyncio.start_server(
                self._serve, self.host, self.port, reuse_address=True
            )
            self.port = self._listener.sockets[0].getsockname()[1]

    async def refuse(self) -> None:
        """New connections are refused, those that are there are cut, until `start`."""
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.close()
            self.cut()
            await listener.wait_closed()

    async def stop(self) -> None:
        tasks = [task for pair in self._pairs for task in pair.tasks]
        await self.refuse()
        self._flowing.set()
        await asyncio.gather(*tasks, return_exceptions=True)

    def cut(self, *, reset: bool = True) -> None:
        """Ends every connection at once; new ones may be made."""
        for pair in list(self._pairs):
            pair.cut(reset=reset)

    def pause(self) -> None:
        """Nothing goes on in either direction, and nobody is told: a lost route."""
        self._flowing.clear()

    def resume(self) -> None:
        self._flowing.set()

    def when_caller_sends(self, what: bytes, act: Callable[[], None]) -> None:
        """Once, after the server got it and before its answer is passed on."""
        self._watch = (what, act)

    def cut_after_caller_sends(self, what: bytes) -> None:
        """The server gets it, and its answer is lost: for `COMMIT`, nobody knows the outcome."""
        self.deaf = False
        self.when_caller_sends(what, self._lose_the_answer)

    def heal(self) -> None:
        """All is well again; connections that were cut stay cut."""
        self.latency = 0.0
        self.bandwidth = self.slice = self.half_answer = None
        self.deaf = False
        self._watch = None
        self._flowing.set()

    def _lose_the_answer(self) -> None:
        self.deaf = True
        asyncio.get_running_loop().call_later(0.05, self._cut_deaf)

    def _cut_deaf(self) -> None:
        self.cut()
        self.deaf = False

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.taken += 1
        reached = await self._reach()
        if reached is None:
            writer.transport.abort()
            return
        theirs, ours = reached
        pair = _Pair(writer, ours)
        self._pairs.add(pair)
        pair.tasks = [
            asyncio.create_task(self._carry(reader, ours, answering=False)),
            asyncio.create_task(self._carry(theirs, writer, answering=True)),
        ]
        try:
            await asyncio.wait(pair.tasks)
        finally:
            self._pairs.discard(pair)
            pair.cut(reset=False)

    async def _reach(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        first = self.taken % len(self._servers)
        for server in (*self._servers[first:], *self._servers[:first]):
            with suppress(OSError):
                return await asyncio.open_connection(*server)
        return None

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, answering: bool
    ) -> None:
        with suppress(ConnectionError, OSError):
            while data := await reader.read(self.slice or PIECE):
                await self._hold(len(data))
                if answering and self.deaf:
                    continue
                if answering and self.half_answer is not None:
                    half, self.half_answer = self.half_answer, None
                    writer.write(data[:half])
                    self.cut(reset=False)
                    return
                writer.write(data)
                await writer.drain()
                if not answering:
                    self._notice(data)
            if writer.can_write_eof():
                writer.write_eof()

    async def _hold(self, size: int) -> None:
        await self._flowing.wait()
        seconds = self.latency + (size / self.bandwidth if self.bandwidth else 0)
        if seconds:
            await asyncio.sleep(seconds)

    def _notice(self, data: bytes) -> None:
        if self._watch is not None and self._watch[0] in data:
            _, act = self._watch
            self._watch = None
            act()
