import asyncio
import socket

import httpx
import pytest

from simulators import PortUnavailableError, Simulator, registry, run
from simulators.launch import UnknownSimulatorError
from tests.simulators.http import client as http_client


async def test_running_by_name_tells_the_addresses_and_stops_when_cancelled() -> None:
    told: asyncio.Queue[Simulator] = asyncio.Queue()
    task = asyncio.create_task(run(["zgw"], tell=told.put_nowait))
    simulator = await told.get()
    async with http_client() as client:
        assert (await client.get(simulator.control_url)).status_code == 200
        assert (await client.get(f"{simulator.base_url}/zaken/api/v1/zaken")).status_code == 403
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        with pytest.raises(httpx.ConnectError):
            await client.get(simulator.control_url)


async def test_no_names_means_all_and_an_unknown_name_starts_nothing() -> None:
    told: asyncio.Queue[Simulator] = asyncio.Queue()
    with pytest.raises(UnknownSimulatorError, match="known are zgw"):
        await run(["zgw", "onbekend"], tell=told.put_nowait)
    assert told.empty()
    task = asyncio.create_task(run([], tell=told.put_nowait))
    names = [(await told.get()).name for _ in registry]
    assert names == [
        *("ZGW zaaksysteem", "StUF-ZDS zaaksysteem", "StUF-BG bron"),
        *("BAG", "BRK", "BRP", "TMV", "Digimelding", "BV BSN", "GBA-V", "Berichtenbox"),
    ]
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_taken_port_stops_the_start() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(PortUnavailableError):
            await run(["zgw"], ports={"zgw": (taken.getsockname()[1], 0)})
