"""The listening socket of a simulator, which can be closed and reopened on the same port."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl

    from aiohttp import web

_BACKLOG = 1_024


def cut(transport: asyncio.BaseTransport | None) -> None:
    """End a connection with a TCP reset; nothing that was still to be sent arrives."""
    if not isinstance(transport, asyncio.WriteTransport):
        return
    try:
        sock = transport.get_extra_info("socket")
    except AttributeError:  # asyncio's answer for a TLS connection that is lost already
        return
    if sock is not None:
        # Without lingering the kernel sends a reset instead of an orderly end.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


class PortUnavailableError(Exception):
    """The port is taken or not allowed; choose another one, or 0 for any free port."""


class Door:
    """While closed, the port stays bound without listening: clients are refused, and no other
    process (or a client's own outgoing connection) can take the port in the meantime.
    """  # noqa: D205 - the sentence is the invariant

    def __init__(
        self, server: web.Server, host: str, port: int, tls: ssl.SSLContext | None = None
    ) -> None:
        self._server = server
        self._host = host
        self.port = port
        self._tls = tls
        self._reserved: socket.socket | None = None
        self._listener: asyncio.Server | None = None
        self.opened = asyncio.Event()
        self.closed = asyncio.Event()

    @property
    def is_open(self) -> bool:
        return self._listener is not None

    async def open(self) -> None:
        """Listen; raises PortUnavailableError when the port cannot be had."""
        if self._listener is not None:
            return
        sock = self._reserved or self._bind()
        self._reserved = None
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(
            self._server, sock=sock, backlog=_BACKLOG, ssl=self._tls
        )
        self.closed.clear()
        self.opened.set()

    async def refuse(self) -> None:
        """Stop listening and cut every open connection with a reset."""
        if self._listener is None:
            return
        self.opened.clear()
        listener, self._listener = self._listener, None
        listener.close()
        self._cut()
        # The loop accepts from the backlog until the socket is really gone.
        await asyncio.sleep(0)
        self._cut()
        self._reserved = self._bind()
        self.closed.set()

    async def shut(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        if self._reserved is not None:
            self._reserved.close()
            self._reserved = None
        self._cut()
        await self._server.shutdown(timeout=0.2)

    def _cut(self) -> None:
        for connection in self._server.connections:
            cut(connection.transport)

    def _bind(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((self._host, self.port))
        except OSError as err:
            sock.close()
            raise PortUnavailableError(
                f"Port {self.port} on {self._host} is not available ({err.strerror}); "
                "stop the program that uses it, choose another port, or 0 for any free one."
            ) from err
        sock.setblocking(False)
        self.port = sock.getsockname()[1]
        return sock
