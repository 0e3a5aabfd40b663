from __future__ import annotations

from datetime import timedelta

import pytest

from continuity.breaker import Breaker, BreakerState
from schakel.security import Scope
from tests.schakel.http.harness import BSN, Harness, event, problem

HOLD = {"held": True, "reason": "maintenance tonight"}
RELEASE = {"held": False, "reason": "maintenance is over"}


async def test_all_configured_destinations_are_listed_with_their_counts(hub: Harness) -> None:
    async with hub.client(Scope.PUBLISH, Scope.OPERATE) as client:
        await client.publish(event())
        await client.publish(event("besluit-vastgesteld"))
        items = (await client.get("/v1/destinations")).json()["items"]
    assert [one["name"] for one in items] == ["archief", "zaken-elders", "zaken-utrecht"]
    assert [one["counts"].get("waiting", 0) for one in items] == [0, 0, 1]
    assert items[2]["breaker"]["state"] == "closed"
    assert items[2]["oldestOpenAt"] == "2026-11-23T09:00:00Z"


async def test_a_destination_is_held_and_released_with_who_and_why(hub: Harness) -> None:
    async with hub.client(Scope.OPERATE) as client:
        held = (await client.patch("/v1/destinations/archief", json=HOLD)).json()
        shown = (await client.get("/v1/destinations/archief")).json()
        released = (await client.patch("/v1/destinations/archief", json=RELEASE)).json()
    assert (held["held"], held["heldReason"]) == (True, "maintenance tonight")
    assert held["heldBy"].startswith("balie (k")
    assert shown == held
    assert (released["held"], released["heldBy"]) == (False, None)
    assert hub.woken == ["archief", "archief"]


@pytest.mark.parametrize("name", ["nowhere", "unrouted", "archief/"])
async def test_an_unknown_destination_is_a_404(hub: Harness, name: str) -> None:
    async with hub.client(Scope.OPERATE) as client:
        problem(await client.get(f"/v1/destinations/{name}"), 404, "not-found")
        problem(await client.patch(f"/v1/destinations/{name}", json=HOLD), 404, "not-found")


async def test_a_bound_key_sees_its_own_and_shared_destinations_only(hub: Harness) -> None:
    async with hub.client(Scope.PUBLISH, Scope.OPERATE) as everybody:
        await everybody.publish(event("afgesloten", tenant="0363"))
        await everybody.patch("/v1/destinations/archief", json=HOLD)
        await _open_breaker(hub, "archief", f"{BSN} of the other municipality")
    async with hub.client(Scope.OPERATE, tenant="0344") as client:
        items = (await client.get("/v1/destinations")).json()["items"]
        other = await client.get("/v1/destinations/zaken-elders")
    shared, own = items
    assert (shared["name"], own["name"]) == ("archief", "zaken-utrecht")
    assert (shared["held"], shared["heldBy"], shared["heldReason"]) == (True, None, "")
    assert (shared["counts"], shared["oldestOpenAt"]) == ({}, None)
    assert (shared["breaker"]["state"], shared["breaker"]["reason"]) == ("open", "")
    problem(other, 404, "not-found")


async def test_a_bound_key_holds_its_own_destination_but_no_shared_one(hub: Harness) -> None:
    async with hub.client(Scope.OPERATE, tenant="0344") as client:
        own = await client.patch("/v1/destinations/zaken-utrecht", json=HOLD)
        shared = await client.patch("/v1/destinations/archief", json=HOLD)
        other = await client.patch("/v1/destinations/zaken-elders", json=HOLD)
    assert own.json()["held"] is True
    problem(shared, 403, "other-tenant")
    problem(other, 404, "not-found")


async def test_the_reason_of_a_breaker_is_shown_without_bsn(hub: Harness) -> None:
    await _open_breaker(hub, "archief", f"refused {BSN}")
    async with hub.client(Scope.OPERATE) as client:
        shown = (await client.get("/v1/destinations/archief")).json()
    assert shown["breaker"]["reason"] == "refused *********"


async def _open_breaker(hub: Harness, name: str, reason: str) -> None:
    now = hub.clock.now()
    minute = timedelta(minutes=1)
    lease = await hub.store.acquire_lease(name, "worker-1", now=now, ttl=minute, settle=minute)
    assert lease is not None
    breaker = Breaker(state=BreakerState.OPEN, failures=5, opened_at=now, reason=reason)
    await hub.store.save_breaker(lease, breaker, reason=reason, now=now)
