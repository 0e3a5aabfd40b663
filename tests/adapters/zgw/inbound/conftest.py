from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from adapters.zgw import ZgwAdapter
from simulators.kit import running
from simulators.zgw import Options, ZgwSimulator
from tests.adapters.zgw.inbound.hub import AUTH, HandClock, Hub
from tests.adapters.zgw.messages import settings
from tests.simulators.http import client as http_client


class Town:
    """A zaaksysteem, a hub that is subscribed to it, and others who work in the zaaksysteem."""

    def __init__(self, simulator: ZgwSimulator, hub: Hub, control: httpx.AsyncClient) -> None:
        self.simulator = simulator
        self.hub = hub
        self.control = control

    async def subscribe(self, **more: Any) -> None:
        subscriptions = self.hub.adapter.postroom.subscriptions
        assert subscriptions is not None
        await subscriptions.ensure(self.hub.url)

    async def others(self, path: str, body: Any, *, method: str = "POST") -> Any:
        answer = await self.control.request(method, path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def settled(self) -> None:
        """Every notification is delivered, and everything is worked out."""
        await self.simulator.notified()
        await self.hub.work()

    async def verdict(self) -> Any:
        return await self.others("/cases/verdict", {"told": self.hub.told})


def hub_for(simulator: ZgwSimulator, **postroom: Any) -> Hub:
    base = simulator.base_url
    made = settings(
        base,
        notificaties={"root": f"{base}/api/v1"},
        postroom={"callback_auth": AUTH, **postroom},
    )
    clock = HandClock()
    return Hub(adapter=ZgwAdapter(made, clock=clock), clock=clock)


@pytest.fixture
async def simulator() -> AsyncIterator[ZgwSimulator]:
    simulator = ZgwSimulator(options=Options(part_size=1_000), retry_delays=(0.01, 0.01, 0.01))
    async with running(simulator):
        yield simulator


@pytest.fixture
async def town(simulator: ZgwSimulator) -> AsyncIterator[Town]:
    async with (
        hub_for(simulator) as hub,
        http_client(base_url=simulator.control_url, timeout=10) as control,
    ):
        yield Town(simulator, hub, control)
