from collections.abc import AsyncIterator
from functools import cache

import pytest
from lxml import etree

from simulators import running
from simulators.stuf_zds import StufZdsSimulator
from tests.simulators.stuf_zds.helpers import NOON, Zaaksysteem
from tests.standards import standards_dir


@pytest.fixture
async def zs() -> AsyncIterator[Zaaksysteem]:
    async with running(StufZdsSimulator()) as simulator:
        await simulator.set_clock(NOON)
        zaaksysteem = Zaaksysteem(simulator)
        yield zaaksysteem
        await zaaksysteem.close()


@cache
def official(version: str) -> etree.XMLSchema:
    """The official schema of a ZDS version; StUF's own messages are in both."""
    name = {"1.1": "zds-1.1/driver/zs-dms", "1.2": "zds-1.2/driver/zds"}[version]
    return etree.XMLSchema(etree.parse(str(standards_dir() / "stuf" / name / "all.xsd")))
