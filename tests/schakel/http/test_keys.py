from __future__ import annotations

import pytest

from schakel.security import Scope
from tests.schakel.http.harness import Harness, event, problem, rules

NEW = {"name": "kernsysteem", "scopes": ["publish"], "tenant": "0344"}


async def test_a_made_key_works_and_its_secret_is_never_shown_again(hub: Harness) -> None:
    async with hub.client(Scope.ADMIN) as admin:
        made = await admin.post("/v1/keys", json=NEW)
        listed = await admin.get("/v1/keys")
    secret = made.json()["secret"]
    assert made.status_code == 201
    assert len(secret) == len("schakel_") + 43
    assert (await hub.store.audit_trail(after=0, limit=9))[-1].actor.startswith("balie (k")
    assert secret not in listed.text
    assert [one["name"] for one in listed.json()["items"]] == ["balie", "kernsysteem"]
    async with hub.client() as client:
        client.http.headers["Authorization"] = f"Bearer {secret}"
        assert (await client.publish(event())).status_code == 202
        problem(await client.publish(event(tenant="0363")), 403, "other-tenant")


async def test_a_revoked_key_stops_at_once(hub: Harness) -> None:
    async with hub.client(Scope.ADMIN) as admin, hub.client(Scope.OPERATE) as other:
        assert (await other.get("/v1/deliveries")).status_code == 200
        items = (await admin.get("/v1/keys")).json()["items"]
        (key_id,) = [one["id"] for one in items if one["scopes"] == ["operate"]]
        revoked = await admin.delete(f"/v1/keys/{key_id}")
        answer = await other.get("/v1/deliveries")
        again = await admin.delete(f"/v1/keys/{key_id}")
        items = (await admin.get("/v1/keys")).json()["items"]
    by = [one.actor for one in await hub.store.audit_trail(after=0, limit=9)]
    assert by[-1].startswith("balie (k")
    assert (revoked.status_code, revoked.content) == (204, b"")
    assert again.status_code == 204
    problem(answer, 401, "no-key")
    assert [one["id"] for one in items if one["revokedAt"]] == [key_id]


async def test_the_last_key_that_manages_keys_cannot_be_revoked(hub: Harness) -> None:
    async with hub.client(Scope.ADMIN) as admin, hub.client(Scope.ADMIN, tenant="0344") as bound:
        own, of_bound = (await admin.get("/v1/keys")).json()["items"]
        problem(await admin.delete(f"/v1/keys/{own['id']}"), 409, "wrong-state")
        assert (await bound.delete(f"/v1/keys/{of_bound['id']}")).status_code == 204


async def test_a_bound_admin_sees_makes_and_revokes_keys_of_its_own_municipality(
    hub: Harness,
) -> None:
    async with hub.client(Scope.ADMIN, tenant="0344") as bound, hub.client(Scope.ADMIN) as admin:
        other = (await admin.post("/v1/keys", json={**NEW, "tenant": "0363"})).json()["id"]
        seen = (await bound.get("/v1/keys")).json()["items"]
        refused = await bound.post("/v1/keys", json={**NEW, "tenant": "0363"})
        made = await bound.post("/v1/keys", json={"name": "x", "scopes": ["publish"]})
        hidden = await bound.delete(f"/v1/keys/{other}")
        unknown = await bound.delete("/v1/keys/k0000000000")
    assert [one["tenant"] for one in seen] == ["0344"]
    problem(refused, 403, "other-tenant")
    assert made.json()["tenant"] == "0344"
    assert hidden.json()["detail"] == unknown.json()["detail"]
    problem(hidden, 404, "not-found")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**NEW, "scopes": []}, "scopes"),
        ({**NEW, "scopes": ["root"]}, "scopes.0"),
        ({**NEW, "tenant": "9999"}, "tenant"),
        ({**NEW, "name": "a\nb"}, "name"),
    ],
)
async def test_a_key_that_could_not_be_used_is_not_made(
    hub: Harness, body: dict[str, object], field: str
) -> None:
    async with hub.client(Scope.ADMIN) as admin:
        answer = await admin.post("/v1/keys", json=body)
        assert len((await admin.get("/v1/keys")).json()["items"]) == 1
    assert {one for one, _ in rules(problem(answer, 400, "invalid-request"))} == {field}
