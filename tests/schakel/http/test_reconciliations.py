"""Comparing over HTTP: asking, reading, mending; and nobody sees another municipality's cases."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from continuity.delivery import State
from continuity.reconciliation import Finding, Progress
from continuity.store.records import NewDifference, Outcome, ReconciliationState
from schakel.security import Scope
from tests.schakel.http.harness import BSN, Client, Harness, event

PATH = "/v1/reconciliations"
HERE, ELSEWHERE = "zaken-utrecht", "zaken-elders"
DAY = date(2026, 11, 22)
MORNING = datetime(2026, 11, 22, 8, tzinfo=UTC)
WHY = {"reason": "it was lost there"}


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def hub(asked: list[str]) -> Harness:
    def heard(names: Iterable[str]) -> None:
        asked.extend(names)

    return Harness(compared=frozenset({HERE, ELSEWHERE}), reconciliation_asked=heard)


@pytest.fixture
async def operator(hub: Harness) -> AsyncIterator[Client]:
    async with hub.client(Scope.OPERATE) as client:
        yield client


def found(code: str, delivery_id: int | None = None, *, known: str = "Lost.") -> NewDifference:
    body = Finding(identifier="0344-1", known=known, tenant="0344").to_bytes()
    return NewDifference(code=code, kind="zaak", delivery_id=delivery_id, body=body)


async def reported(hub: Harness, *differences: NewDifference, destination: str = HERE) -> int:
    report = await hub.store.ask_reconciliation(destination, DAY, by="nightly", now=MORNING)
    progress = Progress(since=MORNING, messages=3, hub_side_done=True)
    progress = progress.counted("zaak", expected=3, there=3 - len(differences), listed=2)
    await hub.store.save_reconciliation(
        report.id,
        before="",
        checkpoint=progress.write(),
        state=ReconciliationState.DONE,
        found=differences,
        now=MORNING,
    )
    return report.id


async def delivered(hub: Harness) -> int:
    """A delivery that was made."""
    async with hub.client(Scope.PUBLISH) as core:
        await core.publish(event())
    ttl = timedelta(seconds=30)
    lease = await hub.store.acquire_lease(HERE, "w", now=MORNING, ttl=ttl, settle=ttl)
    assert lease is not None
    (head,) = await hub.store.read_open(HERE, after=0, limit=5)
    await hub.store.begin(lease, [head.id], now=MORNING)
    outcome = Outcome(delivery_id=head.id, state=State.DELIVERED)
    await hub.store.finish(lease, [outcome], now=MORNING)
    await hub.store.release_lease(lease, now=MORNING)
    return head.id


async def ask(client: Client, **changes: Any) -> Any:
    return await client.post(PATH, json={"destination": HERE, "day": "2026-11-22", **changes})


async def test_a_comparison_is_asked_for(operator: Client, asked: list[str]) -> None:
    answer = await ask(operator)

    assert answer.status_code == 202
    assert answer.headers["location"] == f"{PATH}/1"
    report = answer.json()
    assert (report["state"], report["day"], report["destination"]) == ("wanted", "2026-11-22", HERE)
    assert report["line"] == "2026-11-22, zaken-utrecht: under way, 0 messages compared."
    assert asked == [HERE]
    assert (await ask(operator)).json()["id"] == report["id"]


@pytest.mark.parametrize(
    ("changes", "status", "rule"),
    [
        ({"day": "2026-11-24"}, 400, "future"),
        ({"day": "yesterday"}, 400, "date_from_datetime_parsing"),
        ({"destination": "archief"}, 400, "not_comparable"),
        ({"destination": "nowhere"}, 404, None),
    ],
)
async def test_what_cannot_be_compared_is_refused(
    operator: Client, changes: dict[str, str], status: int, rule: str | None
) -> None:
    answer = await ask(operator, **changes)

    assert answer.status_code == status
    assert [one["rule"] for one in answer.json().get("problems", [])] == ([rule] if rule else [])


async def test_a_report_is_one_sentence_and_its_numbers(hub: Harness, operator: Client) -> None:
    number = await reported(hub, found("missing", 1))

    report = (await operator.get(f"{PATH}/{number}")).json()

    assert report["line"] == "2026-11-22, zaken-utrecht: 3 cases: 1 difference."
    assert report["kinds"] == {"zaak": {"expected": 3, "there": 2, "listed": 2, "others": 0}}
    assert (report["differences"], report["open"], report["messages"]) == (1, 1, 3)


async def test_reports_are_listed_in_pages(hub: Harness, operator: Client) -> None:
    numbers = [await reported(hub) for _ in range(3)]

    page = (await operator.get(f"{PATH}?destination={HERE}&limit=2")).json()
    rest = (await operator.get(page["next"])).json()

    assert [one["id"] for one in page["items"] + rest["items"]] == numbers[::-1]
    assert rest["next"] is None


async def test_differences_are_listed_in_pages_and_filtered(hub: Harness, operator: Client) -> None:
    number = await reported(hub, found("missing"), found("parked"), found("missing"))
    path = f"{PATH}/{number}/differences"

    page = (await operator.get(f"{path}?code=missing&limit=1")).json()
    rest = (await operator.get(page["next"])).json()

    assert [one["number"] for one in page["items"] + rest["items"]] == [1, 3]
    assert (page["items"][0]["remedy"], page["items"][0]["identifier"]) == ("redeliver", "0344-1")
    assert (await operator.get(f"{path}?settled=true")).json()["items"] == []


async def test_a_burgerservicenummer_is_masked(hub: Harness, operator: Client) -> None:
    number = await reported(hub, found("parked", known=f"Parked: {BSN} is unknown."))

    answer = await operator.get(f"{PATH}/{number}/differences")

    assert BSN not in answer.text


async def test_what_is_missing_is_mended(hub: Harness, operator: Client) -> None:
    old = await delivered(hub)
    number = await reported(hub, found("missing", old))

    answer = await operator.post(f"{PATH}/{number}/differences/1/repair", json=WHY)

    assert answer.status_code == 200
    done = answer.json()
    assert done["deliveries"] == [old + 1]
    assert (done["difference"]["settlement"], done["difference"]["reason"]) == (
        "redelivered",
        WHY["reason"],
    )
    assert hub.woken[-1] == HERE
    again = await operator.post(f"{PATH}/{number}/differences/1/repair", json=WHY)
    assert (again.status_code, again.json()["type"]) == (409, "urn:nld:schakel:problem:wrong-state")


async def test_a_difference_can_be_left_as_it_is(hub: Harness, operator: Client) -> None:
    old = await delivered(hub)
    number = await reported(hub, found("missing", old))

    answer = await operator.post(f"{PATH}/{number}/differences/1/acknowledge", json=WHY)

    assert answer.json()["difference"]["settlement"] == "acknowledged"
    assert (await operator.get(f"{PATH}/{number}")).json()["open"] == 0


async def test_all_of_one_kind_are_mended(hub: Harness, operator: Client) -> None:
    old = await delivered(hub)
    number = await reported(hub, found("missing", old), found("unknown_here"))

    body = {"code": "missing", "upto": 1, **WHY}
    answer = await operator.post(f"{PATH}/{number}/repair", json=body)

    assert answer.json() == {"settled": 1, "deliveries": [old + 1], "left": False}
    assert (await operator.get(f"{PATH}/{number}")).json()["open"] == 1


async def test_many_parked_ones_need_a_plan_that_a_second_person_approves(
    hub: Harness, operator: Client
) -> None:
    number = await reported(hub, *(found("parked", 1) for _ in range(101)))

    body = {"code": "parked", "upto": 101, **WHY}
    answer = await operator.post(f"{PATH}/{number}/repair", json=body)

    assert answer.status_code == 409
    assert "plan a replay" in answer.json()["detail"]


async def test_what_mends_itself_is_not_mended(hub: Harness, operator: Client) -> None:
    number = await reported(hub, found("waiting", 1))

    answer = await operator.post(
        f"{PATH}/{number}/repair", json={"code": "waiting", "upto": 1, **WHY}
    )

    assert (answer.status_code, answer.json()["problems"][0]["rule"]) == (400, "mends_itself")


@pytest.mark.parametrize(
    "path", ["/9", "/9/differences", "/1/differences/9/repair", "/1/differences/9/acknowledge"]
)
async def test_what_is_not_there_is_a_404(hub: Harness, operator: Client, path: str) -> None:
    await reported(hub)

    post = path.endswith(("repair", "acknowledge"))
    answer = await (operator.post(PATH + path, json=WHY) if post else operator.get(PATH + path))

    assert answer.status_code == 404


async def test_a_municipality_sees_only_its_own_reports(hub: Harness) -> None:
    mine = await reported(hub)
    theirs = await reported(hub, found("unknown_here"), destination=ELSEWHERE)
    async with hub.client(Scope.OPERATE, tenant="0344") as client:
        listed = (await client.get(PATH)).json()["items"]
        assert [one["id"] for one in listed] == [mine]
        for path in ("", "/differences"):
            assert (await client.get(f"{PATH}/{theirs}{path}")).status_code == 404
        repair = f"{PATH}/{theirs}/differences/1/repair"
        assert (await client.post(repair, json=WHY)).status_code == 404
        assert (await ask(client, destination=ELSEWHERE)).status_code == 404


async def test_it_takes_the_scope_of_an_operator(hub: Harness) -> None:
    async with hub.client(Scope.PUBLISH) as client:
        assert (await ask(client)).status_code == 403
        assert (await client.get(PATH)).status_code == 403
