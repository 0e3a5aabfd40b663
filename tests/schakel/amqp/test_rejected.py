"""Refused messages, as an operator meets them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from continuity.store.audit import Fact
from continuity.store.contract import StoreUnavailable
from continuity.store.memory import MemoryStore
from schakel.amqp import Rejected, RejectedMessages
from schakel.amqp.topology import REJECTED
from schakel.security import Scope
from tests.schakel.amqp.rig import Rig, Store, broker, left, numbered, publish, rejected, until
from tests.schakel.http.harness import BSN, Client, Harness, event, problem


async def unnoted(one: Rejected) -> None:
    """For what is not about the audit trail."""


def messages(url: str) -> RejectedMessages:
    return RejectedMessages(url, name="test", tls=None)


async def refuse(url: str, *numbers: int) -> None:
    """Has the hub refuse these: their municipality is not known to it."""
    async with Rig(url, Store()).running(), broker(url) as core:
        for number in numbers:
            await publish(core, numbered(number) | {"tenant": "0363"}, message_id=str(number))
        await until_refused(url, len(numbers))


async def until_refused(url: str, count: int) -> None:
    async with broker(url) as core:
        while await left(core, REJECTED) < count:  # noqa: ASYNC110 - a broker tells no event
            await asyncio.sleep(0.01)


async def test_after_mending_the_cause_a_replay_sends_them_in_again_in_order(url: str) -> None:
    await refuse(url, 1, 2, 3)
    store = Store()
    both = frozenset({"0344", "0363"})
    async with Rig(url, store, tenants=both).running():
        listed = await messages(url).list(limit=10)
        assert [one.message_id for one in listed] == ["1", "2", "3"]
        assert {(one.reason, one.problems[0].rule) for one in listed} == {
            ("invalid", "unknown_tenant")
        }
        ids = await messages(url).replay(lambda _one: True, note=unnoted)
        assert ids == [one.id for one in listed]
        await until(lambda: len(store.order) == 3)
    assert store.order == ["1", "2", "3"]
    assert await messages(url).list(limit=10) == []


async def test_looking_changes_nothing_and_every_look_shows_the_same(url: str) -> None:
    await refuse(url, 1, 2)
    first = await messages(url).list(limit=10)
    for _ in range(25):  # RabbitMQ 4 would drop them after 20 deliveries without our limit
        assert await messages(url).list(limit=10) == first
    found = await messages(url).find(first[1].id)
    assert found is not None
    assert found[0] == first[1]
    assert await messages(url).find("0" * 12) is None


async def test_the_same_message_refused_twice_is_one_to_decide_on(url: str) -> None:
    await refuse(url, 1, 1)
    (one,) = await messages(url).list(limit=10)
    store = Store()
    async with Rig(url, store, tenants=frozenset({"0344", "0363"})).running():
        await messages(url).replay(lambda found: found.id == one.id, note=unnoted)
        await until(lambda: store.order == ["1"])
    assert store.repeats == 0
    assert await messages(url).list(limit=10) == []


async def test_what_is_refused_again_comes_back_and_does_not_go_round(url: str) -> None:
    await refuse(url, 1)
    async with Rig(url, Store()).running():
        (one,) = await messages(url).list(limit=10)
        assert await messages(url).replay(lambda _one: True, note=unnoted) == [one.id]
        await until_refused(url, 1)
        (again,) = await messages(url).list(limit=10)
    assert again.id == one.id


async def test_only_what_was_chosen_is_discarded(url: str) -> None:
    await refuse(url, 1, 2, 3)
    listed = await messages(url).list(limit=10)
    chosen = listed[1].id
    assert await messages(url).discard(lambda one: one.id == chosen, note=unnoted) == [chosen]
    async with broker(url) as core:
        assert [one.properties.message_id for one in await rejected(core, 2)] == ["1", "3"]


@asynccontextmanager
async def api(url: str | None) -> AsyncIterator[Client]:
    found = None if url is None else messages(url)
    async with Harness(MemoryStore(), rejected=found).client(Scope.OPERATE) as client:
        yield client


async def test_an_operator_sees_why_and_decides_over_http(url: str) -> None:
    wrong = event(id="7", tenant="0363")
    wrong["data"] |= {"toelichting": f"Bel {BSN}."}
    async with Rig(url, Store()).running(), broker(url) as core:
        await publish(core, wrong, message_id="7")
        await until_refused(url, 1)
    async with api(url) as client:
        (one,) = (await client.get("/v1/rejected")).json()["items"]
        assert one["reason"] == "invalid"
        assert [found["rule"] for found in one["problems"]]
        shown = await client.get(f"/v1/rejected/{one['id']}")
        assert shown.json()["event"]["id"] == "7"
        assert BSN not in shown.text
        why = {"reason": "not ours"}
        done = await client.post(f"/v1/rejected/{one['id']}/discard", json=why)
        assert done.json() == {"ids": [one["id"]]}
        gone = await client.post(f"/v1/rejected/{one['id']}/discard", json=why)
        problem(gone, 404, "not-found")
        problem(await client.get(f"/v1/rejected/{one['id']}"), 404, "not-found")
        assert (await client.post("/v1/rejected/replay", json=why)).json() == {"ids": []}


async def test_who_decided_what_and_why_stands_in_the_audit_trail(url: str) -> None:
    await refuse(url, 1, 2, 3)
    hub = Harness(MemoryStore(), rejected=messages(url))
    async with hub.client(Scope.OPERATE) as client:
        first, *_ = (await client.get("/v1/rejected")).json()["items"]
        begin = await hub.store.end_of_trail()
        path = f"/v1/rejected/{first['id']}/discard"
        assert (await client.post(path, json={"reason": "a test"})).status_code == 200
        why = {"reason": "tenant added", "only": "invalid"}
        done = (await client.post("/v1/rejected/replay", json=why)).json()
    entries = await hub.store.audit_trail(after=begin, limit=10)
    assert [(one.action, one.before, one.reason) for one in entries] == [
        ("discard_rejected", f"invalid {first['id']}", "a test"),
        *(("replay_rejected", f"invalid {one}", "tenant added") for one in done["ids"]),
    ]
    assert all(one.actor.startswith("balie (") for one in entries)
    assert len(done["ids"]) == 2


async def test_without_the_audit_trail_nothing_is_done(url: str) -> None:
    """Seen failing with an entry that is written afterwards."""

    class Away(MemoryStore):
        async def record(self, fact: Fact) -> None:
            raise StoreUnavailable("The store is away.")

    await refuse(url, 1)
    async with Harness(Away(), rejected=messages(url)).client(Scope.OPERATE) as client:
        for deed in ("replay", "discard"):
            (one,) = (await client.get("/v1/rejected")).json()["items"]
            path = f"/v1/rejected/{one['id']}/{deed}"
            answer = await client.post(path, json={"reason": "a test"})
            problem(answer, 503, "store-unavailable")
        assert len((await client.get("/v1/rejected")).json()["items"]) == 1


async def test_a_key_of_one_municipality_does_not_see_them(url: str) -> None:
    hub = Harness(MemoryStore(), rejected=messages(url))
    async with hub.client(Scope.OPERATE, tenant="0344") as client:
        problem(await client.get("/v1/rejected"), 403, "other-tenant")


async def test_without_a_broker_or_with_one_that_is_away_the_answer_says_so() -> None:
    async with api(None) as client:
        problem(await client.get("/v1/rejected"), 404, "not-found")
    away = RejectedMessages("amqp://127.0.0.1:9/", name="test", tls=None, connect_seconds=0.1)
    async with Harness(MemoryStore(), rejected=away).client(Scope.OPERATE) as client:
        problem(await client.get("/v1/rejected"), 503, "not-ready")
