"""A simulated zaaksysteem, a worker that delivers to it, and somebody else who works there."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from simulators.kit import running
from simulators.zgw import Options, ZgwSimulator
from tests.adapters.zgw.colleague import Colleague
from tests.adapters.zgw.messages import DOCUMENTS, PART_SIZE, adapter, message
from tests.conformance.worker import WallClock, Worker


@pytest.fixture
async def simulator() -> AsyncIterator[ZgwSimulator]:
    simulator = ZgwSimulator(options=Options(part_size=PART_SIZE))
    async with running(simulator):
        yield simulator


@pytest.fixture
async def worker(simulator: ZgwSimulator) -> AsyncIterator[Worker]:
    made = adapter(simulator.base_url, WallClock())
    yield Worker(made, documents=DOCUMENTS)
    await made.aclose()


@pytest.fixture
def colleague(simulator: ZgwSimulator) -> Colleague:
    """Its calls block: make them with `asyncio.to_thread`."""
    return Colleague(simulator.base_url)


@pytest.fixture
async def filled(worker: Worker) -> Worker:
    """The case is open and has its document."""
    await worker.deliver(message("gestart"))
    await worker.deliver(message("document-toegevoegd"))
    return worker
