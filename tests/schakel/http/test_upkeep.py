from __future__ import annotations

from datetime import timedelta

import pytest

from continuity.store.contract import Store
from continuity.store.memory import MemoryStore
from continuity.store.records import Column, NewValue
from continuity.store.sealed import sealed_store
from schakel.retention import Retention, Rule
from schakel.rotation import Rotation
from schakel.security import Scope
from tests.continuity.store.sealed.ring import KEYS, OLD, keys
from tests.schakel.http.harness import BSN, Harness, event, problem

RULES = (Rule(types=("*",), tenants=("*",), keep=timedelta(days=90)),)


async def sealed_hub(inner: Store | None = None) -> Harness:
    """Two keys; what it holds is under the older one."""
    inner = inner or MemoryStore()
    before = Harness(sealed_store(inner, keys(OLD)))
    await before.store.open()
    async with before.client(Scope.PUBLISH) as client:
        await client.publish(event())
    hub = Harness(sealed_store(inner, KEYS), data_keys=KEYS.data, retention=RULES)
    await hub.store.open()
    return hub


async def test_the_keys_are_shown_with_what_needs_them() -> None:
    hub = await sealed_hub()
    async with hub.client(Scope.ADMIN) as admin:
        shown = (await admin.get("/v1/data-keys")).json()
    assert shown == {
        "encrypted": True,
        "items": [
            {"id": "2026a", "newest": False, "values": 2},
            {"id": "2026b", "newest": True, "values": 0},
        ],
        "plain": 0,
        "rotation": None,
    }


async def test_a_rotation_is_started_and_followed() -> None:
    hub = await sealed_hub()
    async with hub.client(Scope.ADMIN) as admin:
        problem(await admin.get("/v1/data-keys/rotation"), 404, "not-found")
        started = await admin.post("/v1/data-keys/rotation")
        errand = Rotation(store=hub.store, ring=KEYS.data, clock=hub.clock)
        while await errand.step():
            pass
        shown = (await admin.get("/v1/data-keys/rotation")).json()
        use = (await admin.get("/v1/data-keys")).json()["items"]
    assert started.status_code == 202
    assert (started.json()["state"], started.json()["total"]["bodies"]) == ("running", 1)
    assert (shown["state"], shown["done"], shown["key"]) == ("done", shown["total"], "2026b")
    assert shown["startedBy"].startswith("balie (k")
    assert [one["values"] for one in use] == [0, 2]


async def test_without_encryption_there_is_nothing_to_rotate(hub: Harness) -> None:
    async with hub.client(Scope.ADMIN) as admin:
        shown = (await admin.get("/v1/data-keys")).json()
        answer = await admin.post("/v1/data-keys/rotation")
    assert (shown["encrypted"], shown["items"]) == (False, [])
    problem(answer, 409, "wrong-state")


@pytest.mark.parametrize("path", ["data-keys", "data-keys/rotation", "retention", "retention/run"])
async def test_they_are_for_keys_of_all_municipalities_that_manage(hub: Harness, path: str) -> None:
    async with hub.client(Scope.ADMIN, tenant="0344") as bound, hub.client(Scope.OPERATE) as other:
        problem(await bound.get(f"/v1/{path}"), 403, "other-tenant")
        problem(await other.get(f"/v1/{path}"), 403, "scope-missing")


async def test_what_is_due_is_shown_and_removed_on_request() -> None:
    hub = await sealed_hub()
    async with hub.client(Scope.ADMIN, Scope.OPERATE, Scope.PUBLISH) as client:
        (delivery_id,) = await hub.park("zaken-utrecht")
        discarded = await client.post(
            f"/v1/deliveries/{delivery_id}/discard", json={"reason": "not needed"}
        )
        assert discarded.status_code == 200
        hub.clock.advance(days=91)
        before = (await client.get("/v1/retention")).json()
        problem(await client.get("/v1/retention/run"), 404, "not-found")
        started = await client.post("/v1/retention/run")
        problem(await client.post("/v1/retention/run"), 409, "wrong-state")
        errand = Retention(store=hub.store, rules=RULES, clock=hub.clock)
        while await errand.step():
            pass
        run = (await client.get("/v1/retention/run")).json()
        message = await client.get("/v1/messages/1")
        delivery = await client.get(f"/v1/deliveries/{delivery_id}")
    assert [(one["tenant"], one["keep"], one["messages"]) for one in before["items"]] == [
        ("0344", "90d", 1)
    ]
    assert started.status_code == 202
    assert (run["state"], run["messages"]) == ("done", 1)
    for answer in (message, delivery):
        assert answer.status_code == 200
        assert (answer.json()["event"], answer.json()["subject"]) == (None, "")
        assert answer.json()["purgedAt"] == "2027-02-22T09:00:00Z"
    assert delivery.json()["state"] == "discarded"


async def test_a_damaged_body_is_told_and_nothing_of_it_shown() -> None:
    inner = MemoryStore()
    hub = await sealed_hub(inner)
    (old,) = await inner.read_values(Column.BODY, after=None, limit=2)
    assert isinstance(old.value, bytes)
    broken = NewValue(place=old.place, before=old.value, after=old.value[:-1] + b"\x00")
    await inner.replace_values(Column.BODY, [broken])
    async with hub.client(Scope.PUBLISH, Scope.OPERATE) as client:
        answer = await client.get("/v1/messages/1")
        listed = await client.get("/v1/deliveries")
    problem(answer, 500, "unreadable")
    assert "cannot be decrypted under key '2026a'" in answer.json()["detail"]
    assert BSN not in answer.text
    assert len(listed.json()["items"]) == 1
