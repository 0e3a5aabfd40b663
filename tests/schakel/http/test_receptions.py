"""`/v1/receptions`: what came in from outside; its content for whoever says why."""

from __future__ import annotations

import pytest

from continuity.store.records import RECEPTION_TYPE, ReceptionOutcome
from schakel.security import Scope
from tests.conformance._store.receptions import new_reception
from tests.schakel.http.harness import BSN, START, Harness, problem

WHY = {"reason": "the zaaksysteem asks"}


async def filled(hub: Harness) -> None:
    for number, (tenant, outcome) in enumerate(
        [
            ("0344", ReceptionOutcome.TAKEN),
            ("0363", ReceptionOutcome.TAKEN),
            ("0344", ReceptionOutcome.REFUSED),
        ]
    ):
        new = new_reception(
            f"ZS-{number}",
            tenant=tenant,
            outcome=outcome,
            content=f"<bsn>{BSN}</bsn>".encode(),
            answer=b"\xe9" if number == 2 else b"<Bv03/>",
        )
        await hub.store.receive(new, (), now=START)


async def test_a_list_shows_what_became_of_it_and_no_content(hub: Harness) -> None:
    await filled(hub)
    async with hub.client(Scope.OPERATE) as client:
        answer = await client.get("/v1/receptions?tenant=0344&limit=1")
        page = answer.json()
        second = (await client.get(page["next"])).json()

    assert page["items"] == [
        {
            "id": 3,
            "tenant": "0344",
            "destination": "zgw",
            "at": "2026-11-23T09:00:00Z",
            "outcome": "refused",
            "kind": "creeerZaak",
            "code": "StUF058",
            "detail": "words",
            "messageIds": [],
            "answerStatus": 200,
            "answerType": "text/xml",
            "purgedAt": None,
        }
    ]
    assert [one["id"] for one in second["items"]] == [1]
    assert second["next"] is None
    assert BSN not in answer.text


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("outcome=refused", [3]),
        ("destination=zgw", [3, 2, 1]),
        ("kind=updateZaak", []),
        ("tenant=0363&outcome=taken", [2]),
    ],
)
async def test_a_list_has_what_was_asked_for(hub: Harness, query: str, wanted: list[int]) -> None:
    await filled(hub)
    async with hub.client(Scope.OPERATE) as client:
        answer = await client.get(f"/v1/receptions?{query}")
    assert [one["id"] for one in answer.json()["items"]] == wanted


async def test_a_key_of_one_municipality_sees_its_own_only(hub: Harness) -> None:
    await filled(hub)
    async with hub.client(Scope.OPERATE, tenant="0363") as client:
        mine = (await client.get("/v1/receptions")).json()["items"]
        theirs = (await client.get("/v1/receptions?tenant=0344")).json()["items"]
        problem(await client.get("/v1/receptions/1"), 404, "not-found")
        problem(await client.post("/v1/receptions/1/content", json=WHY), 404, "not-found")

    assert ([one["id"] for one in mine], theirs) == ([2], [])
    assert await hub.store.audit_trail(after=1, limit=9) == []  # but for the key itself


async def test_one_is_shown_without_its_content(hub: Harness) -> None:
    await filled(hub)
    async with hub.client(Scope.OPERATE) as client:
        answer = await client.get("/v1/receptions/1")
        problem(await client.get("/v1/receptions/7"), 404, "not-found")

    assert "content" not in answer.json()
    assert BSN not in answer.text
    assert "ZS-0" not in answer.text


async def test_the_content_is_shown_with_a_reason_and_that_is_audited(hub: Harness) -> None:
    """Seen failing with the entry left out."""
    await filled(hub)
    async with hub.client(Scope.OPERATE) as client:
        first = (await client.post("/v1/receptions/1/content", json=WHY)).json()
        third = (await client.post("/v1/receptions/3/content", json=WHY)).json()

    assert first == {
        "key": "ZS-0",
        "headers": {"content-type": "text/xml"},
        "request": {"encoding": "text", "data": f"<bsn>{BSN}</bsn>"},
        "answer": {"encoding": "text", "data": "<Bv03/>"},
    }
    assert third["answer"] == {"encoding": "base64", "data": "6Q=="}
    one, other = (await hub.store.audit_trail(after=0, limit=9))[-2:]
    assert (one.action, one.tenant, one.destination) == ("show_reception", "0344", "zgw")
    assert one.actor.startswith("balie (k")
    assert one.reason == "reception 1: the zaaksysteem asks"
    assert other.reason == "reception 3: the zaaksysteem asks"


@pytest.mark.parametrize("reason", [None, "", "x"])
async def test_without_a_reason_no_content_is_shown(hub: Harness, reason: str | None) -> None:
    await filled(hub)
    asked = {} if reason is None else {"reason": reason}
    async with hub.client(Scope.OPERATE) as client:
        answer = await client.post("/v1/receptions/1/content", json=asked)

    told = problem(answer, 400, "invalid-request")
    assert [one["field"] for one in told["problems"]] == ["reason"]
    assert BSN not in answer.text


async def test_of_one_that_was_purged_only_what_happened_is_left(hub: Harness) -> None:
    await filled(hub)
    hub.clock.advance(days=100)
    await hub.store.purge(
        "0344",
        RECEPTION_TYPE,
        before=hub.clock.now(),
        after=0,
        limit=9,
        by="retention",
        reason="kept for 90d",
        now=hub.clock.now(),
    )
    async with hub.client(Scope.OPERATE) as client:
        found = (await client.get("/v1/receptions/1")).json()
        told = problem(await client.post("/v1/receptions/1/content", json=WHY), 409, "wrong-state")

    assert found["kind"] == "creeerZaak"
    assert found["purgedAt"] is not None
    assert "retention" in told["detail"]
