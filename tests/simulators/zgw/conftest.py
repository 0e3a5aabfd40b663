from collections.abc import AsyncIterator

import pytest

from simulators import ZgwSimulator, running
from simulators.zgw import Options
from tests.simulators.zgw.helpers import NOON, Zaaksysteem


@pytest.fixture
async def zgw() -> AsyncIterator[Zaaksysteem]:
    simulator = ZgwSimulator(options=Options(part_size=1_000), retry_delays=(0.01, 0.01))
    async with running(simulator):
        await simulator.set_clock(NOON)
        zaaksysteem = Zaaksysteem(simulator)
        yield zaaksysteem
        await zaaksysteem.close()
