from __future__ import annotations

from typing import Any

import httpx
import pytest

from continuity.store.records import ReplayOptions
from schakel.replays import ReplayRunner
from schakel.security import Scope
from tests.schakel.http.harness import Client, Harness, event, problem, rules

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
            parked.clock.advance(seconds=1)
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


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("", None),
        ("/report", None),
        ("/start", {"fingerprint": "x"}),
        ("/approve", {"fingerprint": "x", "reason": "fine"}),
        ("/pause", {"reason": "too busy"}),
        ("/resume", {"reason": "go on"}),
        ("/cancel", {"reason": "never mind"}),
    ],
)
async def test_a_replay_that_does_not_exist_is_a_404(
    hub: Harness, action: str, body: dict[str, str] | None
) -> None:
    async with hub.client(Scope.OPERATE) as client:
        if body is None:
            answer = await client.get(f"/v1/replays/9{action}")
        else:
            answer = await client.post(f"/v1/replays/9{action}", json=body)
    problem(answer, 404, "not-found")


async def _act(client: Client, plan: dict[str, Any], act: str, **body: object) -> httpx.Response:
    return await client.post(f"/v1/replays/{plan['id']}/{act}", json=body)


def _runner(hub: Harness) -> ReplayRunner:
    return ReplayRunner(store=hub.store, clock=hub.clock, wake=hub.wake)


async def test_a_plan_has_the_hubs_options_unless_it_has_its_own(parked: Harness) -> None:
    own = PLAN | {"ratePerSecond": 2.5, "stopAtPercent": 0}
    async with parked.client(Scope.OPERATE) as client:
        plans = [(await client.post("/v1/replays", json=asked)).json() for asked in (PLAN, own)]
        wrong = await client.post("/v1/replays", json=PLAN | {"ratePerSecond": 0})
    options = [(plan["ratePerSecond"], plan["stopAtPercent"], plan["to"]) for plan in plans]
    assert options == [(10.0, 20, None), (2.5, 0, None)]
    assert rules(problem(wrong, 400, "invalid-request")) == {("ratePerSecond", "greater_than")}


async def test_a_large_plan_is_approved_by_another_key() -> None:
    """Seen failing with the comparison of the two keys left out of the store."""
    hub = Harness(replay_options=ReplayOptions(approve_above=2))
    async with hub.client(Scope.PUBLISH) as client:
        for number in (1, 2, 3):
            await client.publish(event(number=number))
    await hub.park("zaken-utrecht")
    async with hub.client(Scope.OPERATE) as anna, hub.client(Scope.OPERATE) as bert:
        plan = (await anna.post("/v1/replays", json=PLAN)).json()
        shown = {"fingerprint": plan["fingerprint"]}
        early = await _act(anna, plan, "start", **shown)
        alone = await _act(anna, plan, "approve", reason="I am sure", **shown)
        blind = await _act(bert, plan, "approve", reason="fine", fingerprint="0" * 64)
        approved = await _act(bert, plan, "approve", reason="looked at it", **shown)
        started = await _act(anna, plan, "start", **shown)
    assert plan["state"] == "awaiting_approval"
    problem(early, 409, "wrong-state")
    assert "somebody else has to approve it" in problem(alone, 409, "wrong-state")["detail"]
    problem(blind, 409, "wrong-state")
    assert approved.json()["approvedBy"] != plan["createdBy"]
    assert started.json()["state"] == "running"


async def test_a_sample_waits_and_the_report_tells_row_by_row(parked: Harness) -> None:
    runner = _runner(parked)
    async with parked.client(Scope.OPERATE) as client:
        plan = (await client.post("/v1/replays", json=PLAN)).json()
        await _act(client, plan, "start", fingerprint=plan["fingerprint"], sample=1)
        await runner.step()
        address = f"/v1/replays/{plan['id']}"
        sampled = (await client.get(address)).json()
        report = (await client.get(f"{address}/report", params={"limit": 2})).json()
        rest = (await client.get(report["next"])).json()
        resumed = await _act(client, plan, "resume", reason="looks well")
    assert (sampled["state"], sampled["replayed"]) == ("sampled", 1)
    assert sampled["fates"]["unknown"] == 1
    assert [one["mark"] for one in report["items"]] == ["replayed", "pending"]
    assert [one["mark"] for one in rest["items"]] == ["pending"]
    assert rest["next"] is None
    assert report["items"][1]["error"]["detail"] == "De initiator ********* is onbekend."
    acts = [one["action"] for one in report["history"]]
    assert acts == ["plan_replay", "start_replay", "sample_replay"]
    assert resumed.json()["state"] == "running"
    assert parked.replays_started == 2


async def test_a_running_plan_is_paused_says_whom_it_waits_for_and_is_cancelled(
    parked: Harness,
) -> None:
    async with parked.client(Scope.OPERATE) as client:
        plan = (await client.post("/v1/replays", json=PLAN)).json()
        await _act(client, plan, "start", fingerprint=plan["fingerprint"])
        change = {"held": True, "reason": "tonight"}
        await client.patch("/v1/destinations/zaken-utrecht", json=change)
        waits = (await client.get(f"/v1/replays/{plan['id']}")).json()
        paused = (await _act(client, plan, "pause", reason="too busy")).json()
        twice = await _act(client, plan, "pause", reason="too busy")
        cancelled = (await _act(client, plan, "cancel", reason="not needed")).json()
    assert waits["waitsFor"] == {"zaken-utrecht": "held"}
    assert (paused["state"], paused["note"], paused["waitsFor"]) == ("paused", "too busy", {})
    problem(twice, 409, "wrong-state")
    assert (cancelled["state"], cancelled["note"]) == ("cancelled", "not needed")


async def test_plans_are_listed_newest_first_to_their_own_municipality(parked: Harness) -> None:
    async with parked.client(Scope.OPERATE, tenant="0344") as bound:
        for _ in range(2):
            await bound.post("/v1/replays", json=PLAN)
    async with parked.client(Scope.OPERATE, tenant="0363") as other:
        none = (await other.get("/v1/replays")).json()
    async with parked.client(Scope.OPERATE) as client:
        page = (await client.get("/v1/replays", params={"limit": 1})).json()
        rest = (await client.get(page["next"])).json()
    assert none == {"items": [], "next": None}
    assert [one["id"] for one in page["items"] + rest["items"]] == [2, 1]
    assert rest["next"] is None


async def test_a_plan_goes_to_another_destination_when_that_takes_it(parked: Harness) -> None:
    runner = _runner(parked)
    async with parked.client(Scope.OPERATE) as client:
        plan = (await client.post("/v1/replays", json=PLAN | {"to": "archief"})).json()
        await _act(client, plan, "start", fingerprint=plan["fingerprint"])
        while await runner.step():
            parked.clock.advance(seconds=1)
        report = (await client.get(f"/v1/replays/{plan['id']}/report")).json()
        new = (await client.get(f"/v1/deliveries/{report['items'][0]['wentAs']}")).json()
        unknown = await client.post("/v1/replays", json=PLAN | {"to": "nowhere"})
    assert (plan["to"], plan["destinations"]) == ("archief", {"zaken-utrecht": 3})
    assert (new["destination"], new["state"]) == ("archief", "waiting")
    assert "archief" in parked.woken
    assert rules(problem(unknown, 400, "invalid-request")) == {("to", "unknown_destination")}


async def test_a_bound_key_cannot_send_to_the_destination_of_another(parked: Harness) -> None:
    async with parked.client(Scope.OPERATE, tenant="0344") as client:
        answer = await client.post("/v1/replays", json=PLAN | {"to": "zaken-elders"})
    assert rules(problem(answer, 400, "invalid-request")) == {("to", "other_tenant")}
