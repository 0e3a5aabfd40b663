"""An address that changes in the BAG comes out of the hub's inbox, once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from schakel.compose import Hub, build
from schakel.security import Scope, create_key
from schakel.settings import load
from simulators.bag import BagSimulator
from simulators.kit import running
from tests.simulators.bag.world import ONE, TOWN, register
from tests.simulators.http import client

CHANGED: Final = "nl.burgerzaken.adres.gewijzigd"
CONFIGURATION: Final = """
[hub]
port = 0
oin = "00000001821002193000"
[security]
encryption = "none"
[[tenant]]
code = "0344"
name = "Utrecht"
[[destination]]
name = "bag"
adapter = "bag"
tenant = "0344"
[destination.settings]
root = "{url}"
api_key = "env:BAG_KEY"
mutaties = {{ woonplaatsen = ["{town}"], every_hours = 0.1 }}
[[destination]]
name = "kern"
adapter = "inbox"
[[route]]
name = "addresses"
type = "{changed}"
to = ["kern"]
"""
A_ROUND: Final = timedelta(minutes=7)
PATIENCE: Final = 20


class Shifted:
    """The time, and what was added to it."""

    def __init__(self) -> None:
        self.by = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.by


@asynccontextmanager
async def core_of(hub: Hub, clock: Shifted) -> AsyncIterator[httpx.AsyncClient]:
    """The core, with a key to its inbox."""
    scopes = frozenset({Scope.INBOX})
    key = await create_key(hub.store, clock, name="kern", scopes=scopes, tenant="0344", by="a test")
    headers = {"Authorization": f"Bearer {key.secret}"}
    transport = httpx.ASGITransport(app=hub.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub", headers=headers) as to:
        yield to


async def waiting(core: httpx.AsyncClient) -> list[dict[str, Any]]:
    answer = await core.get("/v1/inbox")
    assert answer.status_code == 200, answer.text
    return [one["event"] for one in answer.json()["items"]]


async def looked(simulator: BagSimulator, rounds: int) -> bool:
    asked = [one for one in simulator.journal.requests if one.path.endswith("/openbareruimten")]
    return len(asked) >= rounds


async def until(true: Callable[[], Awaitable[Any]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await true():  # noqa: ASYNC110 - a hub tells no event of its rounds
            await asyncio.sleep(0.05)


async def test_a_change_in_the_bag_is_in_the_inbox_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAG_KEY", "schakel-demo")
    clock = Shifted()
    async with running(BagSimulator(register=register())) as simulator, client() as http:
        text = CONFIGURATION.format(url=simulator.url, town=TOWN, changed=CHANGED)
        path = tmp_path / "schakel.toml"
        path.write_text(text, encoding="utf-8")
        hub = build(load(path), clock=clock)
        async with hub.running(), core_of(hub, clock) as core:
            await until(lambda: hub.store.read_cursor("poll:bag"))  # it has looked for a first time
            change = {"nummeraanduiding": ONE.nummeraanduiding, "postcode": "3511XX"}
            done = await http.post(f"{simulator.control_url}/addresses/change", json=change)
            assert done.status_code == 200
            for rounds in (1, 2):  # the second one sees the change again: rounds overlap
                clock.by += A_ROUND
                await until(partial(looked, simulator, rounds))
            await until(lambda: waiting(core))
            [event] = await waiting(core)

    assert event["type"] == CHANGED
    assert event["subject"] == ONE.nummeraanduiding
    assert event["data"]["postcode"] == "3511XX"
    assert event["data"]["straatnaam"] == "Lindelaan"
