from __future__ import annotations

import pytest

from schakel.replays import ReplayRunner
from schakel.security import Scope
from tests.schakel.http.harness import Harness, event, problem, rules

PLAN = {"filter": {"state": "parked", "destination": "zaken-utrecht"}, "reason": "mended"}


@pytest.fixture
async def parked(hub: Harness) -> Harness:
    """Three parked deliveries for Utrecht and one for another municipality."""
    async with hub.client(Scope.PUBLISH) as client:
        for number in (1, 2, 3):
            await client.publish(event(number=number))
        await client.publish(event(tenant="0363", number=4))
    for destination in ("zaken-utrecht", "zaken-elders"):
        await hub.park(destination)
    hub.woken.clear()
    return hub


async def test_a_plan_shows_the_exact_set_and_changes_nothing(parked: Harness) -> None:
    async with parked.client(Scope.OPERATE) as client:
        answer = await client.post("/v1/replays", json=PLAN)
        again = await client.get(answer.headers["location"])
    plan = answer.json()
    assert answer.status_code == 201
    assert (plan["state"], plan["total"]) == ("planned", 3)
    assert plan["destinations"] == {"zaken-utrecht": 3}
    assert again.json() == plan
    assert parked.replays_started == 0


async def test_a_started_plan_is_carried_out_by_the_runner(parked: Harness) -> None:
    runner = ReplayRunner(store=parked.store, clock=parked.clock, wake=parked.wake)
    async with parked.client(Scope.OPERATE) as client:
        plan = (await client.post("/v1/replays", json=PLAN)).json()
        body = {"fingerprint": plan["fingerprint"]}
        started = await client.post(f"/v1/replays/{plan['id']}/start", json=body)
        while await runner.step():
            pass
        done = (await client.get(f"/v1/replays/{plan['id']}")).json()
    assert started.json()["state"] == "running"
    assert parked.replays_started == 1
    assert (done["state"], done["replayed"], done["skipped"]) == ("done", 3, 0)
    assert "zaken-utrecht" in parked.woken


async def test_a_plan_starts_only_with_the_fingerprint_that_was_shown(parked: Harness) -> None:
    async with parked.client(Scope.OPERATE) as client:
        plan = (await client.post("/v1/replays", json=PLAN)).json()
        address = f"/v1/replays/{plan['id']}/start"
        answer = await client.post(address, json={"fingerprint": "0" * 64})
        state = (await client.get(f"/v1/replays/{plan['id']}")).json()["state"]
    problem(answer, 409, "wrong-state")
    assert state == "planned"


async def test_a_cancelled_plan_does_not_start(parked: Harness) -> None:
    async with parked.client(Scope.OPERATE) as client:
        plan = (await client.post("/v1/replays", json=PLAN)).json()
        address = f"/v1/replays/{plan['id']}"
        cancelled = await client.post(f"{address}/cancel")
        body = {"fingerprint": plan["fingerprint"]}
        answer = await client.post(f"{address}/start", json=body)
    assert cancelled.json()["state"] == "cancelled"
    problem(answer, 409, "wrong-state")


@pytest.mark.parametrize(
    ("conditions", "rule"),
    [
        ({}, ("filter", "required")),
        ({"state": "waiting"}, ("filter.state", "only_parked")),
        ({"destinaton": "x"}, ("filter.destinaton", "unknown_field")),
    ],
)
async def test_a_filter_that_could_mean_more_than_was_meant_is_refused(
    parked: Harness, conditions: dict[str, str], rule: tuple[str, str]
) -> None:
    async with parked.client(Scope.OPERATE) as client:
        answer = await client.post("/v1/replays", json={"filter": conditions, "reason": "mended"})
    assert rules(problem(answer, 400, "invalid-request")) == {rule}


async def test_a_bound_key_plans_for_its_own_municipality_only(parked: Harness) -> None:
    everything = {"filter": {"state": "parked"}, "reason": "mended"}
    other = {"filter": {"tenant": "0363"}, "reason": "mended"}
    async with parked.client(Scope.OPERATE, tenant="0344") as client:
        plan = (await client.post("/v1/replays", json=everything)).json()
        refused = await client.post("/v1/replays", json=other)
    assert plan["destinations"] == {"zaken-utrecht": 3}
    problem(refused, 403, "other-tenant")


async def test_a_plan_is_seen_by_keys_of_its_makers_municipality(parked: Harness) -> None:
    async with parked.client(Scope.OPERATE, tenant="0344") as client:
        address = (await client.post("/v1/replays", json=PLAN)).headers["location"]
    for tenant, status in (("0344", 200), ("0363", 404), (None, 200)):
        async with parked.client(Scope.OPERATE, tenant=tenant) as client:
            assert (await client.get(address)).status_code == status


@pytest.mark.parametrize("action", ["", "/start", "/cancel"])
async def test_a_replay_that_does_not_exist_is_a_404(hub: Harness, action: str) -> None:
    async with hub.client(Scope.OPERATE) as client:
        if action:
            answer = await client.post(f"/v1/replays/9{action}", json={"fingerprint": "x"})
        else:
            answer = await client.get("/v1/replays/9")
    problem(answer, 404, "not-found")
