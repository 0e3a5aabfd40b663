"""`POST /v1/protocol/search`: who asked what about somebody; looking is on record as well."""

from __future__ import annotations

from datetime import timedelta

import pytest

from continuity.store.protocol import AskOutcome, ProtocolEntry
from schakel.protocolling import PersonHasher
from schakel.security import Scope
from tests.schakel.http.harness import START, Harness, problem, rules

PATH = "/v1/protocol/search"
ANNA, BART = "999990019", "999993653"
HASHER = PersonHasher([b"k" * 32])
REASON = "request of the citizen"


async def filled() -> Harness:
    hub = Harness(persons=HASHER)
    for minute, (bsn, tenant) in enumerate([(ANNA, "0344"), (BART, "0344"), (ANNA, "0363")]):
        number = await hub.store.record_asking(
            ProtocolEntry(
                tenant=tenant,
                type="persoon.raadplegen",
                destination="brp",
                purpose="verhuizing",
                verwerking="a@b",
                user=f"user-{minute}",
                caller="balie (k1)",
                persons=HASHER.of([bsn], tenant),
                fields=("personen.bsn",),
                asked_at=START + timedelta(minutes=minute),
            )
        )
        await hub.store.record_outcome(
            number, AskOutcome.ANSWERED, persons=frozenset(), at=START + timedelta(minutes=minute)
        )
    return hub


async def test_somebody_is_found_by_number_and_the_number_is_nowhere_in_the_answer() -> None:
    hub = await filled()
    async with hub.client(Scope.PROTOCOL) as client:
        asked = {"reason": REASON, "bsn": ANNA, "tenant": "0344"}
        answer = await client.post(PATH, json=asked)
    assert answer.status_code == 200
    assert ANNA not in answer.text
    [one] = answer.json()["items"]
    assert (one["user"], one["purpose"], one["outcome"]) == ("user-0", "verhuizing", "answered")
    assert one["persons"] == 1
    assert answer.json()["next"] is None


async def test_looking_is_in_the_audit_trail_without_the_number() -> None:
    hub = await filled()
    async with hub.client(Scope.PROTOCOL) as client:
        await client.post(PATH, json={"reason": REASON, "bsn": ANNA, "tenant": "0344"})
    entries = await hub.store.audit_trail(after=0, limit=100)
    [one] = [entry for entry in entries if entry.action == "search_protocol"]
    assert (one.tenant, one.reason) == ("0344", f"protocol log, one person: {REASON}")


async def test_pages_are_followed_with_after() -> None:
    hub = await filled()
    async with hub.client(Scope.PROTOCOL) as client:
        first = (await client.post(PATH, json={"reason": REASON, "limit": 2})).json()
        then = {"reason": REASON, "limit": 2, "after": first["next"]}
        second = (await client.post(PATH, json=then)).json()
    users = [one["user"] for one in first["items"] + second["items"]]
    assert users == ["user-2", "user-1", "user-0"]
    assert second["next"] is None


async def test_a_bound_key_sees_its_own_municipality() -> None:
    hub = await filled()
    async with hub.client(Scope.PROTOCOL, tenant="0363") as client:
        own = (await client.post(PATH, json={"reason": REASON})).json()["items"]
        other = await client.post(PATH, json={"reason": REASON, "tenant": "0344"})
        person = (await client.post(PATH, json={"reason": REASON, "bsn": ANNA})).json()["items"]
    assert [one["user"] for one in own] == ["user-2"]
    assert other.json() == {"items": [], "next": None}
    assert [one["user"] for one in person] == ["user-2"]


@pytest.mark.parametrize(
    ("asked", "field", "rule"),
    [
        ({"reason": REASON, "bsn": "999990018", "tenant": "0344"}, "bsn", "elfproef"),
        ({"reason": REASON, "bsn": ANNA}, "tenant", "required"),
        ({"bsn": ANNA, "tenant": "0344"}, "reason", "required"),
    ],
)
async def test_nobody_is_looked_for_by_mistake(
    asked: dict[str, str], field: str, rule: str
) -> None:
    hub = await filled()
    async with hub.client(Scope.PROTOCOL) as client:
        answer = await client.post(PATH, json=asked)
    assert (field, rule) in rules(problem(answer, 400, "invalid-request"))
    assert "99999001" not in answer.text
