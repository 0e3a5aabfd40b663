"""`/v1/inbox`: what waits is given until it is acknowledged, to whom it is for."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from continuity.delivery import State
from continuity.store.memory import MemoryStore
from continuity.store.sealed import sealed_store
from schakel.http import inbox
from schakel.security import Scope
from tests.continuity.store.sealed.ring import NEW, OLD, keys
from tests.schakel.http.harness import BSN, Client, Harness, event, problem

PULLED = frozenset({"zaken-utrecht", "archief", "zaken-elders"})


@pytest.fixture
def hub() -> Harness:
    return Harness(pulled=PULLED)


async def filled(hub: Harness, count: int = 3) -> None:
    """Cases for Utrecht, and one for a destination that everybody shares."""
    async with hub.client(Scope.PUBLISH) as client:
        for number in range(1, count + 1):
            assert (await client.publish(event(number=number))).status_code == 202
        assert (await client.publish(event("afgesloten"))).status_code == 202
        elsewhere = event(number=9, tenant="0363")
        assert (await client.publish(elsewhere)).status_code == 202


async def ids(client: Client, query: str = "") -> list[int]:
    answer = await client.get(f"/v1/inbox{query}")
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


async def test_what_waits_is_given_whole_and_in_order(hub: Harness) -> None:
    await filled(hub)
    async with hub.client(Scope.INBOX) as client:
        answer = (await client.get("/v1/inbox")).json()

    first = answer["items"][0]
    wanted = event(number=1)
    assert {name: one for name, one in first.items() if name != "event"} == {
        "id": 1,
        "messageId": 1,
        "tenant": "0344",
        "destination": "zaken-utrecht",
        "acceptedAt": "2026-11-23T09:00:00Z",
        "error": None,
    }
    assert first["event"]["id"] == wanted["id"]
    assert first["event"]["data"]["initiator"] == wanted["data"]["initiator"]
    assert BSN in str(first["event"])
    assert [item["id"] for item in answer["items"]] == [1, 2, 3, 4, 5]
    assert answer["next"] is None


async def test_pages_join_without_gap_or_overlap(hub: Harness) -> None:
    await filled(hub, 4)
    found: list[int] = []
    path: str | None = "/v1/inbox?limit=2&destination=zaken-utrecht"
    async with hub.client(Scope.INBOX) as client:
        while path:
            page: dict[str, Any] = (await client.get(path)).json()
            found += [item["id"] for item in page["items"]]
            path = page["next"]

    assert found == [1, 2, 3, 4]


async def test_it_is_given_until_it_is_acknowledged(hub: Harness) -> None:
    await filled(hub)
    async with hub.client(Scope.INBOX) as client:
        assert await ids(client) == await ids(client)
        first = await client.post("/v1/inbox/1/ack")
        again = await client.post("/v1/inbox/1/ack")
        several = await client.post("/v1/inbox/ack", json={"ids": [1, 3, 2]})
        left = await ids(client)

    assert (first.json(), again.json()) == ({"acknowledged": [1]}, {"acknowledged": []})
    assert several.json() == {"acknowledged": [2, 3]}
    assert left == [4, 5]
    assert (await hub.store.get_delivery(1)).state is State.DELIVERED
    *_, entry = await hub.store.timeline(1)
    assert entry.action == "collect"
    assert entry.actor.startswith("balie (k")


async def test_a_key_of_one_municipality_sees_and_acknowledges_its_own_only(hub: Harness) -> None:
    """Seen failing with the tenant left out of the look at what is acknowledged."""
    await filled(hub)
    async with hub.client(Scope.INBOX, tenant="0363") as client:
        assert await ids(client) == [5]
        assert await ids(client, "?destination=archief") == []
        problem(await client.get("/v1/inbox?destination=zaken-utrecht"), 404, "not-found")
        problem(await client.post("/v1/inbox/1/ack"), 404, "not-found")
        told = problem(await client.post("/v1/inbox/ack", json={"ids": [5, 1]}), 404, "not-found")
        assert [one["field"] for one in told["problems"]] == ["ids[1]"]
        assert await ids(client) == [5]

    assert (await hub.store.get_delivery(1)).state is State.WAITING


async def test_what_the_hub_sends_by_itself_is_in_no_inbox() -> None:
    hub = Harness(pulled=frozenset({"archief"}))
    await filled(hub)
    async with hub.client(Scope.INBOX) as client:
        assert await ids(client) == [4]
        problem(await client.get("/v1/inbox?destination=zaken-utrecht"), 404, "not-found")
        problem(await client.post("/v1/inbox/1/ack"), 404, "not-found")
        problem(await client.post("/v1/inbox/ack", json={"ids": [1]}), 404, "not-found")


async def test_a_hub_without_an_inbox_gives_nothing() -> None:
    hub = Harness()
    await filled(hub)
    async with hub.client(Scope.INBOX) as client:
        assert await ids(client) == []


async def test_what_is_too_late_is_not_given_and_looking_changes_nothing(hub: Harness) -> None:
    """That it expires is in tests/schakel/test_lateness.py."""
    late = event(deliveruntil="2026-11-23T10:00:00Z")
    async with hub.client(Scope.PUBLISH, Scope.INBOX) as client:
        assert (await client.publish(late)).status_code == 202
        hub.clock.advance(hours=2)
        assert await ids(client) == []

    assert (await hub.store.get_delivery(1)).state is State.WAITING


async def test_who_waits_gets_what_comes_in_meanwhile(
    hub: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "LOOK_EVERY", 0.005)
    async with hub.client(Scope.PUBLISH, Scope.INBOX) as client:
        waiting = asyncio.create_task(ids(client, "?wait=30"))
        await client.publish(event())
        assert await asyncio.wait_for(waiting, 10) == [1]


async def test_who_waits_in_vain_gets_nothing(hub: Harness) -> None:
    async with hub.client(Scope.INBOX) as client:
        assert await ids(client, "?wait=0.01") == []


@pytest.mark.parametrize(
    ("query", "field"),
    [("wait=31", "wait"), ("limit=0", "limit"), ("limit=201", "limit"), ("after=x", "after")],
)
async def test_a_wrong_question_is_refused(hub: Harness, query: str, field: str) -> None:
    async with hub.client(Scope.INBOX) as client:
        told = problem(await client.get(f"/v1/inbox?{query}"), 400, "invalid-request")
    assert [one["field"] for one in told["problems"]] == [field]


@pytest.mark.parametrize("body", [{}, {"ids": []}, {"ids": [0]}, {"ids": ["x"]}, {"ids": [2**63]}])
async def test_a_wrong_acknowledgement_is_refused(hub: Harness, body: dict[str, Any]) -> None:
    async with hub.client(Scope.INBOX) as client:
        problem(await client.post("/v1/inbox/ack", json=body), 400, "invalid-request")


async def test_one_that_cannot_be_read_says_so_and_hides_no_other() -> None:
    inner = MemoryStore()
    before, now = sealed_store(inner, keys(OLD)), sealed_store(inner, keys(NEW))
    await before.open()
    old = Harness(before, pulled=PULLED)
    async with old.client(Scope.PUBLISH) as client:
        await client.publish(event(number=1))
    hub = Harness(now, pulled=PULLED)
    async with hub.client(Scope.PUBLISH, Scope.INBOX) as client:
        await client.publish(event(number=2))
        first, second = (await client.get("/v1/inbox")).json()["items"]

    assert first["event"] is None
    assert first["error"]["code"] == "data_key_missing"
    assert (second["event"]["id"], second["error"]) == ("gestart-2", None)
