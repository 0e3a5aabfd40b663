"""The address of several servers: whoever lives answers."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

from tests.chaos.network import Network


async def _server(name: bytes) -> asyncio.Server:
    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(name)
        writer.close()

    return await asyncio.start_server(greet, "127.0.0.1", 0)


async def _greeting(network: Network) -> bytes:
    reader, writer = await asyncio.open_connection(network.host, network.port)
    try:
        return await reader.read()
    finally:
        writer.close()


async def test_connections_go_in_turn_to_the_servers_that_are_there() -> None:
    servers = {name: await _server(name) for name in (b"one", b"two")}
    addresses = [one.sockets[0].getsockname() for one in servers.values()]
    async with AsyncExitStack() as stack:
        for one in servers.values():
            stack.push_async_callback(one.wait_closed)
            stack.callback(one.close)
        network = await stack.enter_async_context(Network(*addresses))
        assert {await _greeting(network) for _ in range(2)} == {b"one", b"two"}
        servers[b"one"].close()
        assert [await _greeting(network) for _ in range(3)] == [b"two"] * 3
        servers[b"two"].close()
        assert await _greeting(network) == b""
