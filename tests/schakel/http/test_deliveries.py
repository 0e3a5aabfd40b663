from __future__ import annotations

import json

import pytest

from continuity.delivery import State
from routing import Route
from schakel.security import Scope
from schemas import parse_json
from tests.schakel.http.harness import BSN, PREFIX, ROUTES, Harness, event, problem, rules

REASON = {"reason": "partner is mended"}


@pytest.fixture
async def parked(hub: Harness) -> Harness:
    """Three parked deliveries (1 to 3) for Utrecht, one waiting (4) elsewhere."""
    async with hub.client(Scope.PUBLISH) as client:
        for number in (1, 2, 3):
            await client.publish(event(number=number))
        await hub.park("zaken-utrecht")
        hub.clock.advance(minutes=5)
        await client.publish(event(tenant="0363", number=4))
    hub.woken.clear()
    return hub


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ({}, [4, 3, 2, 1]),
        ({"state": "parked"}, [3, 2, 1]),
        ({"state": "delivered"}, []),
        ({"destination": "zaken-elders"}, [4]),
        ({"tenant": "0344", "subject": "0344-2026-000002"}, [2]),
        ({"error": "zgw:invalid"}, [3, 2, 1]),
        ({"since": "2026-11-23T10:05:00+01:00"}, [4]),
        ({"event": "gestart-1"}, [1]),
    ],
)
async def test_deliveries_are_listed_newest_first_by_every_filter(
    parked: Harness, query: dict[str, str], ids: list[int]
) -> None:
    async with parked.client(Scope.OPERATE) as client:
        page = (await client.get("/v1/deliveries", params=query)).json()
    assert [one["id"] for one in page["items"]] == ids
    assert page["next"] is None


async def test_the_next_link_leads_through_all_pages_with_the_same_filter(parked: Harness) -> None:
    pages = []
    link = "/v1/deliveries?tenant=0344&limit=2"
    async with parked.client(Scope.OPERATE) as client:
        while link:
            page = (await client.get(link)).json()
            pages.append([one["id"] for one in page["items"]])
            link = page["next"]
    assert pages == [[3, 2], [1]]


@pytest.mark.parametrize(
    ("query", "rule"),
    [
        ({"destinaton": "x"}, ("destinaton", "unknown_field")),
        ({"limit": "201"}, ("limit", "less_than_equal")),
        ({"state": "lost"}, ("state", "enum")),
        ({"since": "2026-11-23T09:00:00"}, ("since", "timezone_aware")),
        ({"after": "bm9wZQ"}, ("after", "cursor")),
        ({"after": "é"}, ("after", "cursor")),
    ],
)
async def test_a_filter_that_is_not_understood_is_refused_and_never_ignored(
    parked: Harness, query: dict[str, str], rule: tuple[str, str]
) -> None:
    async with parked.client(Scope.OPERATE) as client:
        answer = await client.get("/v1/deliveries", params=query)
    assert rules(problem(answer, 400, "invalid-request")) == {rule}


async def test_a_delivery_is_shown_with_its_event_and_timeline_without_bsn(
    parked: Harness,
) -> None:
    async with parked.client(Scope.OPERATE) as client:
        answer = await client.get("/v1/deliveries/1")
    shown = answer.json()
    assert BSN not in answer.text
    assert shown["error"] == {
        "code": "zgw:invalid",
        "detail": "De initiator ********* is onbekend.",
    }
    assert shown["event"]["subject"] == "0344-2026-000001"
    assert [one["after"] for one in shown["timeline"]][-2:] == ["sending", "parked"]
    assert all(one["actor"] for one in shown["timeline"])


async def test_a_parked_delivery_is_replayed_and_its_destination_woken(parked: Harness) -> None:
    async with parked.client(Scope.OPERATE) as client:
        answer = await client.post("/v1/deliveries/1/replay", json=REASON)
        timeline = (await client.get("/v1/deliveries/1")).json()["timeline"]
    assert answer.json()["delivery"]["state"] == "waiting"
    assert answer.json()["destinations"] == ["zaken-utrecht"]
    assert parked.woken == ["zaken-utrecht"]
    assert timeline[-1]["reason"] == "partner is mended"
    assert timeline[-1]["actor"].startswith("balie (k")


async def test_a_patch_changes_the_data_that_is_delivered_and_not_the_original(
    parked: Harness,
) -> None:
    patch = {"omschrijving": "Verhuizing", "toelichting": None}
    async with parked.client(Scope.OPERATE) as client:
        answer = await client.post("/v1/deliveries/1/replay", json={**REASON, "patch": patch})
    assert answer.json()["delivery"]["edited"] is True
    edited = parse_json(await parked.store.get_body(1))
    original = parse_json((await parked.store.get_message(1)).body)
    assert edited["data"]["omschrijving"] == "Verhuizing"
    assert "toelichting" not in edited["data"]
    assert edited["data"]["initiator"] == original["data"]["initiator"]
    assert "toelichting" in original["data"]
    assert {k: v for k, v in edited.items() if k != "data"} == {
        k: v for k, v in original.items() if k != "data"
    }


@pytest.mark.parametrize(
    ("patch", "rule"),
    [
        ({"initiator": {"bsn": "999993654"}}, ("data.initiator.bsn", "elfproef")),
        ({"statustype": "x"}, ("data.statustype", "unknown_field")),
        ({"zaakidentificatie": "0344-2026-000009"}, None),
        ({"omschrijving": "\ud800"}, None),
        ({"zaaktype": None}, ("data.zaaktype", "required")),
    ],
)
async def test_a_patch_that_makes_the_event_invalid_changes_nothing(
    parked: Harness, patch: dict[str, object], rule: tuple[str, str] | None
) -> None:
    async with parked.client(Scope.OPERATE) as client:
        answer = await client.post(
            "/v1/deliveries/1/replay",
            content=json.dumps({**REASON, "patch": patch}),
            headers={"Content-Type": "application/json"},
        )
    found = rules(problem(answer, 422, "invalid-message"))
    assert rule is None or rule in found
    delivery = await parked.store.get_delivery(1)
    assert (delivery.state, delivery.edited) == (State.PARKED, False)
    assert parked.woken == []


async def test_a_delivery_that_is_not_parked_is_not_replayed(parked: Harness) -> None:
    async with parked.client(Scope.OPERATE) as client:
        answer = await client.post("/v1/deliveries/4/replay", json=REASON)
    problem(answer, 409, "wrong-state")


async def test_a_doubtful_delivery_stays_doubtful_unless_verified_absent(hub: Harness) -> None:
    async with hub.client(Scope.PUBLISH, Scope.OPERATE) as client:
        for number in (1, 2):
            await client.publish(event(number=number))
        await hub.park("zaken-utrecht", doubtful=True)
        kept = await client.post("/v1/deliveries/1/replay", json=REASON)
        sure = await client.post("/v1/deliveries/2/replay", json={**REASON, "verifiedAbsent": True})
    assert kept.json()["delivery"]["doubtful"] is True
    assert sure.json()["delivery"]["doubtful"] is False


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ({}, ("reason", "required")),
        ({"reason": "  "}, ("reason", "string_too_short")),
        ({"reason": "mended", "patsch": {}}, ("patsch", "unknown_field")),
        ({"reason": "mended", "patch": "x"}, ("patch", "dict_type")),
    ],
)
async def test_a_replay_without_a_proper_reason_is_refused(
    parked: Harness, body: dict[str, object], rule: tuple[str, str]
) -> None:
    async with parked.client(Scope.OPERATE) as client:
        answer = await client.post("/v1/deliveries/1/replay", json=body)
    assert rules(problem(answer, 400, "invalid-request")) == {rule}


async def test_an_unrouted_message_is_routed_again_when_it_is_replayed(hub: Harness) -> None:
    route = Route(name="besluit", types=(PREFIX + "besluit-*",), to=("zaken-utrecht", "archief"))
    async with hub.client(Scope.PUBLISH, Scope.OPERATE) as client:
        await client.publish(event("besluit-vastgesteld"))
        still = await client.post("/v1/deliveries/1/replay", json=REASON)
        edited = await client.post("/v1/deliveries/1/replay", json={**REASON, "patch": {}})
        hub.use_routes([*ROUTES, route])
        answer = await client.post("/v1/deliveries/1/replay", json=REASON)
        page = (await client.get("/v1/deliveries", params={"state": "waiting"})).json()
    problem(still, 409, "wrong-state")
    problem(edited, 409, "wrong-state")
    assert sorted(answer.json()["destinations"]) == ["archief", "zaken-utrecht"]
    assert answer.json()["delivery"]["state"] == "discarded"
    assert {one["destination"] for one in page["items"]} == {"archief", "zaken-utrecht"}
    assert sorted(hub.woken) == ["archief", "zaken-utrecht"]


async def test_a_discarded_delivery_stays_discarded_and_lets_its_lane_go_on(
    parked: Harness,
) -> None:
    async with parked.client(Scope.OPERATE) as client:
        answer = await client.post("/v1/deliveries/1/discard", json=REASON)
        again = await client.post("/v1/deliveries/1/discard", json=REASON)
    assert answer.json()["state"] == "discarded"
    assert parked.woken == ["zaken-utrecht"]
    problem(again, 409, "wrong-state")


async def test_every_edit_is_shown_masked_beside_the_original(parked: Harness) -> None:
    """The editor, the reason and each changed path; the original stays as it was published."""
    patch = {"omschrijving": f"voor {BSN}", "initiator": {"bsn": "999990019"}}
    async with parked.client(Scope.OPERATE) as client:
        none = (await client.get("/v1/deliveries/1/edits")).json()
        await client.post("/v1/deliveries/1/replay", json=REASON | {"patch": patch})
        await parked.park("zaken-utrecht")
        await client.post(
            "/v1/deliveries/1/replay",
            json={"reason": "back again", "patch": {"omschrijving": "Verhuizing"}},
        )
        answer = await client.get("/v1/deliveries/1/edits")
    edits = answer.json()
    assert none["items"] == []
    assert none["original"] == edits["original"]
    first, second = edits["items"]
    assert first["by"].startswith("balie (k")
    assert first["reason"] == REASON["reason"]
    changes = {one["path"]: (one["old"], one["new"]) for one in first["changes"]}
    assert changes["/data/omschrijving"][1] == "voor *********"
    assert changes["/data/initiator/bsn"] == ("*********", "*********")
    assert second["changes"] == [
        {
            "op": "replace",
            "path": "/data/omschrijving",
            "old": "voor *********",
            "new": "Verhuizing",
        }
    ]
    assert BSN not in answer.text
    assert "999990019" not in answer.text


async def test_one_delivery_goes_to_another_destination(parked: Harness) -> None:
    async with parked.client(Scope.OPERATE) as client:
        asked = REASON | {"to": "archief"}
        answer = await client.post("/v1/deliveries/1/replay", json=asked)
        again = await client.post("/v1/deliveries/1/replay", json=asked)
        old = (await client.get("/v1/deliveries/1")).json()
    new = answer.json()["delivery"]
    assert (new["destination"], new["messageId"], new["state"]) == ("archief", 1, "waiting")
    assert answer.json()["destinations"] == ["archief"]
    assert old["state"] == "discarded"
    said = f"replayed to archief as delivery {new['id']}: partner is mended"
    assert old["timeline"][-1]["reason"] == said
    assert parked.woken == ["archief", "zaken-utrecht"]
    problem(again, 409, "wrong-state")


@pytest.mark.parametrize(
    ("change", "code", "status"),
    [
        ({"to": "nowhere"}, "invalid-request", 400),
        ({"to": "zaken-elders"}, "invalid-request", 400),
        ({"to": "archief", "patch": {"omschrijving": "x"}}, "wrong-state", 409),
        ({"to": "zaken-utrecht"}, "wrong-state", 409),
    ],
)
async def test_a_delivery_that_cannot_go_elsewhere_stays_parked(
    parked: Harness, change: dict[str, object], code: str, status: int
) -> None:
    async with parked.client(Scope.OPERATE) as client:
        answer = await client.post("/v1/deliveries/1/replay", json=REASON | change)
        state = (await client.get("/v1/deliveries/1")).json()["state"]
    problem(answer, status, code)
    assert state == "parked"
