"""What is not collected in time expires by itself, whether anybody looks or not."""

from __future__ import annotations

import pytest

from continuity.delivery import State
from schakel import lateness
from schakel.lateness import Lateness
from schakel.security import Scope
from tests.schakel.http.harness import Harness, event

UTRECHT = "zaken-utrecht"


@pytest.fixture
def hub() -> Harness:
    return Harness()


async def late(hub: Harness, count: int) -> None:
    async with hub.client(Scope.PUBLISH) as client:
        for number in range(count):
            told = event(number=number, deliveruntil="2026-11-23T10:00:00Z")
            assert (await client.publish(told)).status_code == 202
    hub.clock.advance(hours=2)


async def states(hub: Harness, count: int) -> list[State]:
    return [(await hub.store.get_delivery(number + 1)).state for number in range(count)]


def errand(hub: Harness, *destinations: str) -> Lateness:
    return Lateness(store=hub.store, destinations=destinations, clock=hub.clock)


async def test_what_was_not_collected_in_time_expires(hub: Harness) -> None:
    await late(hub, 2)
    assert not await errand(hub, "archief", UTRECHT).step()
    assert await states(hub, 2) == [State.EXPIRED] * 2
    last = (await hub.store.audit_trail(after=0, limit=99))[-1]
    assert (last.action, last.after) == ("expire", "expired")


async def test_what_has_time_left_waits_on(hub: Harness) -> None:
    await late(hub, 1)
    hub.clock.advance(hours=-1, seconds=-1)
    await errand(hub, UTRECHT).step()
    assert await states(hub, 1) == [State.WAITING]


async def test_what_a_worker_looks_after_is_left_to_it(hub: Harness) -> None:
    await late(hub, 1)
    await errand(hub, "archief").step()
    assert await states(hub, 1) == [State.WAITING]


async def test_many_expire_in_parts(hub: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lateness, "AT_A_TIME", 2)
    await late(hub, 3)
    one = errand(hub, UTRECHT)
    assert await one.step()
    assert not await one.step()
    assert await states(hub, 3) == [State.EXPIRED] * 3
