"""`waitsBecause` of one delivery, for each cause, out of the store and the configuration."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from continuity.breaker import Breaker, BreakerState
from continuity.delivery import State, Wait
from continuity.policy import DestinationPolicy
from continuity.store.records import Fault, Lease, Outcome
from continuity.window import SendWindow
from schakel.security import Scope
from tests.schakel.http.harness import BSN, Client, Harness, event

UTRECHT = "zaken-utrecht"
FAULT = Fault(code="transient", detail="no answer")
HOLD = {"held": True, "reason": f"asked for by {BSN}"}


@pytest.fixture
async def client(hub: Harness) -> AsyncIterator[Client]:
    async with hub.client(Scope.PUBLISH, Scope.OPERATE) as client:
        yield client


async def lease_of(hub: Harness, destination: str = UTRECHT) -> Lease:
    """A worker serves the destination from here on."""
    lease = await hub.store.acquire_lease(
        destination,
        "worker-1",
        now=hub.clock.now(),
        ttl=timedelta(minutes=10),
        settle=timedelta(minutes=1),
    )
    assert lease is not None
    return lease


async def fail(hub: Harness, state: State, wait: Wait, *, due_at: datetime) -> None:
    """The first attempt to make delivery 1 ends like this."""
    lease = await lease_of(hub)
    await hub.store.begin(lease, [1], now=hub.clock.now())
    outcome = Outcome(delivery_id=1, state=state, wait=wait, due_at=due_at, fault=FAULT)
    await hub.store.finish(lease, [outcome], now=hub.clock.now())


async def open_breaker(hub: Harness, destination: str, reason: str) -> None:
    lease, now = await lease_of(hub, destination), hub.clock.now()
    breaker = Breaker(state=BreakerState.OPEN, failures=5, opened_at=now, reason=reason)
    await hub.store.save_breaker(lease, breaker, reason=reason, now=now)


async def why(client: Client, delivery_id: int = 1) -> Any:
    answer = await client.get(f"/v1/deliveries/{delivery_id}")
    assert answer.status_code == 200, answer.text
    return answer.json()["waitsBecause"]


async def test_a_held_destination_is_named_with_who_and_why_and_no_bsn(client: Client) -> None:
    await client.publish(event())
    await client.patch(f"/v1/destinations/{UTRECHT}", json=HOLD)
    said = await why(client)
    assert (said["cause"], said["until"]) == ("held", None)
    assert said["detail"].startswith("zaken-utrecht is held by balie (k")
    assert "'asked for by *********'" in said["detail"]


async def test_an_open_breaker_is_named_with_its_reason(hub: Harness, client: Client) -> None:
    await client.publish(event())
    await open_breaker(hub, UTRECHT, "no answer")
    said = await why(client)
    assert (said["cause"], said["until"]) == ("breaker_open", None)
    assert "'no answer'" in said["detail"]


async def test_outside_its_hours_the_next_opening_is_named(hub: Harness, client: Client) -> None:
    window = SendWindow.parse("22:00-06:00")
    policy = DestinationPolicy(send_window=window)
    hub.configured[UTRECHT] = replace(hub.configured[UTRECHT], policy=policy)
    await client.publish(event())
    said = await why(client)
    assert (said["cause"], said["until"]) == ("outside_hours", "2026-11-23T21:00:00Z")


async def test_the_earliest_open_delivery_of_the_lane_is_named_with_its_state(
    hub: Harness, client: Client
) -> None:
    await lease_of(hub)
    for number in (1, 2, 3):
        await client.publish(event(id=f"event-{number}"))
    await client.publish(event(number=2))
    first = [(await why(client, number))["cause"] for number in (1, 4)]
    behind = await why(client, 3)
    assert first == ["turn", "turn"]
    assert (behind["cause"], behind["until"]) == ("behind_earlier", None)
    assert "behind delivery 1 of the same lane, which waits" in behind["detail"]


async def test_a_parked_delivery_holds_up_those_behind_it_until_it_is_discarded(
    hub: Harness, client: Client
) -> None:
    await client.publish(event())
    await hub.park(UTRECHT)
    await client.publish(event(id="event-2"))
    await lease_of(hub)
    before = await why(client, 2)
    await client.post("/v1/deliveries/1/discard", json={"reason": "sent by hand"})
    after = await why(client, 2)
    assert "behind delivery 1 of the same lane, which is parked" in before["detail"]
    assert after["cause"] == "turn"


async def test_a_message_that_is_depended_on_and_not_settled_is_the_cause(
    hub: Harness, client: Client
) -> None:
    await lease_of(hub)
    await client.publish(event(number=1, dependson="gestart-2"))
    never_accepted = await why(client)
    await client.publish(event(number=2))
    still_open = await why(client)
    await client.post("/v1/deliveries/2/discard", json={"reason": "sent by hand"})
    assert [never_accepted["cause"], still_open["cause"]] == ["dependency", "dependency"]
    assert (await why(client))["cause"] == "turn"


async def test_a_scheduled_delivery_waits_until_its_time(hub: Harness, client: Client) -> None:
    await lease_of(hub)
    await client.publish(event(deliverfrom="2026-11-23T18:00:00+01:00"))
    said = await why(client)
    assert (said["cause"], said["until"]) == ("scheduled", "2026-11-23T17:00:00Z")


@pytest.mark.parametrize(
    ("state", "wait"), [(State.WAITING, Wait.RETRY), (State.UNCERTAIN, Wait.LOOK_UP)]
)
async def test_after_a_failure_the_next_attempt_or_look_up_is_waited_for(
    hub: Harness, client: Client, state: State, wait: Wait
) -> None:
    await client.publish(event())
    await fail(hub, state, wait, due_at=hub.clock.now() + timedelta(minutes=1))
    said = await why(client)
    hub.clock.advance(minutes=1)
    assert (said["cause"], said["until"]) == (wait, "2026-11-23T09:01:00Z")
    assert (await why(client))["cause"] == "turn"


async def test_a_destination_that_no_worker_serves_is_the_cause(
    hub: Harness, client: Client
) -> None:
    await client.publish(event())
    assert (await why(client))["cause"] == "no_worker"
    await lease_of(hub)
    assert (await why(client))["cause"] == "turn"


async def test_what_is_collected_waits_for_the_core_and_for_no_worker() -> None:
    hub = Harness(pulled=frozenset({UTRECHT}))
    async with hub.client(Scope.PUBLISH, Scope.OPERATE) as client:
        await client.publish(event())
        said = await why(client)
        await client.publish(event(number=2, deliverfrom="2026-11-23T18:00:00+01:00"))
        later = (await client.get("/v1/deliveries/2")).json()["waitsBecause"]
    assert (said["cause"], said["until"]) == ("not_collected", None)
    assert f"inbox {UTRECHT}" in said["detail"]
    assert later["cause"] == "scheduled"


async def test_a_destination_that_left_the_configuration_is_the_cause(
    hub: Harness, client: Client
) -> None:
    await client.publish(event())
    del hub.configured[UTRECHT]
    assert (await why(client))["cause"] == "not_configured"


async def test_what_is_being_sent_parked_or_closed_waits_for_nothing(
    hub: Harness, client: Client
) -> None:
    for number in (1, 2):
        await client.publish(event(number=number))
    await hub.park(UTRECHT)
    await client.post("/v1/deliveries/2/discard", json={"reason": "sent by hand"})
    await client.publish(event(number=3))
    await hub.store.begin(await lease_of(hub), [3], now=hub.clock.now())
    assert [await why(client, number) for number in (1, 2, 3)] == [None, None, None]


async def test_a_bound_key_does_not_read_the_words_of_others_on_a_shared_destination(
    hub: Harness, client: Client
) -> None:
    await client.publish(event("afgesloten"))
    await open_breaker(hub, "archief", "the case of the other municipality")
    async with hub.client(Scope.OPERATE, tenant="0344") as bound:
        broken = await why(bound)
        await client.patch("/v1/destinations/archief", json=HOLD)
        held = await why(bound)
    assert (broken["cause"], held["cause"]) == ("breaker_open", "held")
    assert "municipality" not in broken["detail"]
    assert held["detail"].startswith("archief is held by an operator. ")


async def test_a_list_does_not_ask_why(client: Client) -> None:
    await client.publish(event())
    (listed,) = (await client.get("/v1/deliveries")).json()["items"]
    assert "waitsBecause" not in listed
