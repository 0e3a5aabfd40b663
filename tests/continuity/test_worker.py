"""All destinations of one process: together, and independent of each other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest
from structlog.testing import capture_logs

from adapters.contract import TransientError
from continuity.delivery import State
from tests.continuity.fakes import FakeAdapter, at, hangs, raises
from tests.continuity.hub import Hub, virtual

EVENTS = [f"e{number:02}" for number in range(20)]


async def hanging(hub: Hub, south: FakeAdapter) -> None:
    south.delivers = hangs


async def refusing(hub: Hub, south: FakeAdapter) -> None:
    south.delivers = raises(TransientError("refused"))


async def crashing(hub: Hub, south: FakeAdapter) -> None:
    south.delivers = raises(KeyError("zaak"))


async def held(hub: Hub, south: FakeAdapter) -> None:
    await hub.store.hold("south", by="op", reason="maintenance", now=hub.clock.now())


async def without_store(hub: Hub, south: FakeAdapter) -> None:
    meddled = hub.meddle()
    begin = hub.store.begin

    async def fails_for_south(lease: object, *args: object, **named: object) -> object:
        if getattr(lease, "destination", "") == "south":
            raise RuntimeError("a bug")
        return await begin(lease, *args, **named)  # type: ignore[arg-type]  # handed through

    meddled.begin = fails_for_south  # type: ignore[attr-defined]  # meddling is the point


async def played(
    hub: Hub, trouble: Callable[[Hub, FakeAdapter], Awaitable[None]] | None
) -> list[datetime]:
    """When north took each of its messages, while south has its trouble."""
    north, south = hub.destination("north", concurrency=2), hub.destination("south")
    north.latency = lambda: 0.5
    if trouble is not None:
        await trouble(hub, south)
    await hub.publish(*EVENTS, to=["south", "north"])
    await hub.start()
    await hub.has_taken(north, len(EVENTS))
    return north.times("deliver")


@pytest.mark.parametrize("trouble", [hanging, refusing, crashing, held, without_store])
def test_one_destination_in_trouble_costs_the_other_nothing(
    trouble: Callable[[Hub, FakeAdapter], Awaitable[None]],
) -> None:
    """I5: to the millisecond the same as without trouble.

    Seen failing: with one lock around the calls to all partners.
    """
    times: list[list[datetime]] = []

    @virtual
    async def well(hub: Hub) -> None:
        times.append(await played(hub, None))

    @virtual
    async def troubled(hub: Hub) -> None:
        with capture_logs():
            times.append(await played(hub, trouble))

    well()
    troubled()
    assert times[0] == times[1]


@virtual
async def test_a_message_for_two_destinations_reaches_both_once(hub: Hub) -> None:
    north, south = hub.destination("north"), hub.destination("south")
    await hub.publish("e1", to=["north", "south"])
    await hub.start()
    await hub.until_state(State.DELIVERED, "e1", destination="north")
    await hub.until_state(State.DELIVERED, "e1", destination="south")
    assert (north.taken, south.taken) == (["e1"], ["e1"])


@virtual
async def test_it_says_whether_it_runs(hub: Hub) -> None:
    hub.destination()
    await hub.start()
    assert not hub.worker.running
    await asyncio.sleep(1)
    assert hub.worker.running
    await hub.stop()
    assert not hub.worker.running


@virtual
async def test_a_worker_that_never_ran_stops_at_once_and_then_does_not_start(hub: Hub) -> None:
    hub.destination()
    await hub.start()
    await hub.stop()
    assert hub.process is not None
    await hub.process
    assert hub.clock.now() == at(0)


@virtual
async def test_waking_a_destination_that_nobody_knows_is_no_mistake(hub: Hub) -> None:
    north = hub.destination("north")
    await hub.start()
    await asyncio.sleep(1)
    hub.worker.wake(["west", "north"])
    await hub.publish("e1")
    await hub.has_taken(north, 1, within=0.1)


@virtual
async def test_the_grace_is_shared_and_not_added_up(hub: Hub) -> None:
    for name in ("north", "south"):
        hub.destination(name).delivers = hangs
    await hub.publish("e1", to=["north", "south"])
    await hub.start()
    await asyncio.sleep(1)
    await hub.stop(grace=3)
    assert hub.clock.now() == at(4)
    for name in ("north", "south"):
        assert await hub.state("e1", name) is State.SENDING


@virtual
async def test_without_grace_it_stops_at_once(hub: Hub) -> None:
    north = hub.destination("north")
    north.delivers = hangs
    await hub.publish("e1")
    await hub.start()
    await asyncio.sleep(1)
    await hub.stop(grace=0)
    assert hub.clock.now() == at(1)
    assert north.running == 0


@virtual
async def test_a_stop_lets_each_destination_finish_what_it_began(hub: Hub) -> None:
    adapters = [hub.destination(name) for name in ("north", "south")]
    for adapter, latency in zip(adapters, (2.0, 7.0), strict=True):
        adapter.latency = latency.__float__
    await hub.publish("e1", to=["north", "south"])
    await hub.start()
    await asyncio.sleep(1)
    await hub.stop()
    assert hub.clock.now() == at(7)
    assert [adapter.taken for adapter in adapters] == [["e1"], ["e1"]]
