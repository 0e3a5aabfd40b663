from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest

from simulators.kit import Simulator, running
from tests.simulators.http import client as http_client
from tests.simulators.kit.notebook import Notebook


@dataclass
class Desk:
    """A running notebook simulator with a client of each of its two ports."""

    simulator: Simulator
    notebook: Notebook
    http: httpx.AsyncClient
    control: httpx.AsyncClient

    async def write(self, patience: float = 10) -> httpx.Response:
        """Write a note; give up after `patience` seconds."""
        return await self.http.post("/notes", content=b"melk", timeout=patience)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    notebook = Notebook()
    async with (
        running(Simulator(notebook)) as simulator,
        http_client(base_url=simulator.base_url, timeout=10) as http,
        http_client(base_url=simulator.control_url, timeout=5) as control,
    ):
        yield Desk(simulator, notebook, http, control)
