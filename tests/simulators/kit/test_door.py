import asyncio
import socket

import httpx
import pytest

from simulators.kit import PortUnavailableError, Simulator, running
from tests.simulators.http import client as http_client
from tests.simulators.kit.notebook import Notebook


async def test_a_taken_port_is_told_in_a_sentence_that_says_what_to_do() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for simulator in (
            Simulator(Notebook(), port=port),
            Simulator(Notebook(), control_port=port),
        ):
            with pytest.raises(PortUnavailableError, match=f"Port {port}.*choose another port"):
                await simulator.start()
            await simulator.stop()


async def test_nobody_can_take_the_port_while_it_refuses() -> None:
    async with running(Simulator(Notebook())) as simulator:
        port = httpx.URL(simulator.base_url).port
        assert port is not None
        async with http_client() as control:
            await control.post(f"{simulator.control_url}/faults", json={"kind": "refuse"})
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)
        with socket.socket() as thief, pytest.raises(OSError, match="in use"):
            thief.bind(("127.0.0.1", port))


async def test_open_connections_are_cut_when_the_port_closes() -> None:
    async with running(Simulator(Notebook())) as simulator:
        port = httpx.URL(simulator.base_url).port
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        async with http_client() as control:
            await control.post(f"{simulator.control_url}/faults", json={"kind": "refuse"})
        with pytest.raises(ConnectionResetError):
            await reader.read()
        writer.close()
