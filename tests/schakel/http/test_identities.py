"""`GET /v1/identities`: which numbers are provisional, since when, for whom."""

from __future__ import annotations

from continuity.store.records import Issuer, NewIdentity
from schakel.security import Scope
from tests.schakel.http.harness import START, Harness, problem


async def filled(hub: Harness) -> None:
    for number, (tenant, definitive) in enumerate(
        [("0344", False), ("0344", True), ("0363", False)], start=1
    ):
        new = NewIdentity(
            tenant=tenant,
            case_number=f"{tenant}H{number}",
            destination="" if definitive else "zaaksysteem-utrecht",
            key=b"%d" % number,
            issuer=Issuer.HUB,
            definitive=definitive,
            asked_by="balie (k0123456789)",
        )
        await hub.store.add_identity(new, now=START)


async def test_a_provisional_number_is_shown_with_all_that_is_known(hub: Harness) -> None:
    await filled(hub)
    async with hub.client(Scope.OPERATE) as client:
        answer = await client.get("/v1/identities?state=provisional&tenant=0344")

    assert answer.json() == {
        "items": [
            {
                "id": 1,
                "number": "0344H1",
                "tenant": "0344",
                "destination": "zaaksysteem-utrecht",
                "state": "provisional",
                "issuedBy": "hub",
                "askedBy": "balie (k0123456789)",
                "issuedAt": "2026-11-23T09:00:00Z",
                "definitiveNumber": None,
                "settledAt": None,
                "announcedAt": None,
            }
        ],
        "next": None,
    }


async def test_pages_follow_each_other_with_the_same_filters(hub: Harness) -> None:
    await filled(hub)
    async with hub.client(Scope.OPERATE) as client:
        first = (await client.get("/v1/identities?limit=2")).json()
        second = (await client.get(first["next"])).json()
        one = (await client.get("/v1/identities?number=0344H2")).json()

    numbers = [one["number"] for one in first["items"] + second["items"]]
    assert numbers == ["0363H3", "0344H2", "0344H1"]
    assert second["next"] is None
    assert [(item["number"], item["destination"]) for item in one["items"]] == [("0344H2", None)]


async def test_a_bound_key_sees_its_own_municipality_only(hub: Harness) -> None:
    await filled(hub)
    async with hub.client(Scope.OPERATE, tenant="0363") as client:
        mine = (await client.get("/v1/identities")).json()
        theirs = (await client.get("/v1/identities?tenant=0344")).json()

    assert [item["number"] for item in mine["items"]] == ["0363H3"]
    assert theirs == {"items": [], "next": None}


async def test_only_operators_see_the_numbers(hub: Harness) -> None:
    async with hub.client(Scope.PUBLISH, Scope.ASK) as client:
        problem(await client.get("/v1/identities"), 403, "scope-missing")


async def test_a_wrong_state_is_refused(hub: Harness) -> None:
    async with hub.client(Scope.OPERATE) as client:
        problem(await client.get("/v1/identities?state=voorlopig"), 400, "invalid-request")
