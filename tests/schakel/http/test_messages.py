from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from continuity.store.contract import StoreUnavailable
from continuity.store.memory import MemoryStore
from continuity.store.records import Accepted, Conflict, NewMessage
from schakel.http.edge import API_VERSION
from schakel.security import Scope
from tests.schakel.http.harness import BATCH, BSN, STRUCTURED, Harness, event, problem, rules


async def test_an_event_is_stored_routed_and_answered_with_its_address(hub: Harness) -> None:
    async with hub.client(Scope.PUBLISH) as client:
        answer = await client.publish(event())
        shown = (await client.get(answer.headers["location"])).json()
    assert answer.status_code == 202
    assert answer.json() == {"id": 1, "new": True}
    assert answer.headers["location"] == "/v1/messages/1"
    assert answer.headers["api-version"] == API_VERSION
    assert [one["destination"] for one in shown["deliveries"]] == ["zaken-utrecht"]
    assert hub.woken == ["zaken-utrecht"]


async def test_the_same_event_again_gets_the_first_result_and_wakes_nobody(hub: Harness) -> None:
    async with hub.client(Scope.PUBLISH) as client:
        await client.publish(event())
        hub.woken.clear()
        again = await client.publish({key: event()[key] for key in reversed(event())})
    assert (again.status_code, again.json()) == (202, {"id": 1, "new": False})
    assert hub.woken == []


async def test_an_attribute_that_is_null_is_the_same_as_an_absent_one(hub: Harness) -> None:
    async with hub.client(Scope.PUBLISH) as client:
        await client.publish(event())
        again = await client.publish(event(dependson=None))
    assert again.json() == {"id": 1, "new": False}


async def test_the_same_id_with_other_content_is_refused(hub: Harness) -> None:
    async with hub.client(Scope.PUBLISH) as client:
        await client.publish(event())
        answer = await client.publish(event(time="2026-11-23T09:00:01Z"))
    body = problem(answer, 409, "other-content")
    assert rules(body) == {("id", "conflict")}
    assert "message 1" in body["detail"]


async def test_binary_mode_reads_the_attributes_from_headers(hub: Harness) -> None:
    whole = event()
    headers = {
        f"ce-{name}": str(value).replace("%", "%25")
        for name, value in whole.items()
        if name not in {"data", "datacontenttype"}
    }
    headers["content-type"] = "application/json; charset=UTF-8"
    async with hub.client(Scope.PUBLISH) as client:
        answer = await client.post(
            "/v1/messages", content=json.dumps(whole["data"]), headers=headers
        )
        again = await client.publish(whole)
    assert answer.json() == {"id": 1, "new": True}
    assert again.json() == {"id": 1, "new": False}


async def test_binary_mode_decodes_percent_signs_as_utf8(hub: Harness) -> None:
    whole = event(correlationid="één")
    headers = {
        f"ce-{name}": str(value)
        for name, value in whole.items()
        if name not in {"data", "datacontenttype"}
    }
    headers |= {"ce-correlationid": "%C3%A9%C3%A9n", "content-type": "application/json"}
    async with hub.client(Scope.PUBLISH) as client:
        await client.post("/v1/messages", content=json.dumps(whole["data"]), headers=headers)
        shown = (await client.get("/v1/messages/1")).json()
    assert shown["correlationId"] == "één"


@pytest.mark.parametrize(
    ("header", "rule"),
    [
        ({"ce-id": "%zz"}, ("ce-id", "percent_encoding")),
        ({"ce-id": "%ff"}, ("ce-id", "percent_encoding")),
        ({"ce-data": "{}"}, ("ce-data", "not_allowed")),
        ({}, ("ce-specversion", "required")),
    ],
)
async def test_binary_mode_refuses_headers_that_are_no_event(
    hub: Harness, header: dict[str, str], rule: tuple[str, str]
) -> None:
    headers = {"content-type": "application/json", **header}
    async with hub.client(Scope.PUBLISH) as client:
        answer = await client.post("/v1/messages", content=b"{}", headers=headers)
    assert rules(problem(answer, 400, "not-a-cloudevent")) == {rule}


def _wrong_bsn(whole: dict[str, Any]) -> None:
    whole["data"]["initiator"]["bsn"] = "999993654"


@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        (lambda e: e.pop("specversion") and e.pop("id"), ("id", "required")),
        (lambda e: e.update(type="nl.burgerzaken.zaak.gestar"), ("type", "unknown_type")),
        (_wrong_bsn, ("data.initiator.bsn", "elfproef")),
        (lambda e: e.update(time="2026-11-23T09:00:00"), ("time", "timezone_required")),
        (lambda e: e.update(tenant="0999"), ("tenant", "unknown_tenant")),
        (lambda e: e.update(orderingKey="x"), ("orderingKey", "unknown_field")),
    ],
)
async def test_a_broken_rule_is_named_with_its_field_and_nothing_is_stored(
    hub: Harness, spoil: Any, rule: tuple[str, str]
) -> None:
    whole = event()
    spoil(whole)
    async with hub.client(Scope.PUBLISH) as client:
        answer = await client.publish(whole)
    body = problem(answer, 422, "invalid-message")
    assert rule in rules(body)
    assert BSN not in answer.text
    assert "999993654" not in answer.text
    assert await hub.store.counts() == []


async def test_of_very_many_broken_rules_the_first_hundred_are_listed(hub: Harness) -> None:
    whole = event()
    whole["data"] |= {f"x{number}": 1 for number in range(300)}
    async with hub.client(Scope.PUBLISH) as client:
        answer = await client.publish(whole)
    body = problem(answer, 422, "invalid-message")
    assert len(body["problems"]) == 100
    assert "more than 100" in body["detail"]


async def test_a_reference_to_a_document_elsewhere_is_refused(hub: Harness) -> None:
    whole = event("document-toegevoegd", dataref="https://documenten.example/1")
    whole["data"].pop("inhoud", None)
    async with hub.client(Scope.PUBLISH) as client:
        answer = await client.publish(whole)
    body = problem(answer, 422, "invalid-message")
    assert rules(body) == {("dataref", "not_supported")}
    assert "PUT /v1/documents" in answer.text


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100, b'{"a":1,"a":2}', b"NaN"])
async def test_a_body_that_is_not_clean_json_is_refused(hub: Harness, body: bytes) -> None:
    async with hub.client(Scope.PUBLISH) as client:
        problem(await client.send(body), 400, "unreadable-body")


@pytest.mark.parametrize("body", [b"[]", b"null", b"1", b'"x"', b'[["id","1"]]', b"{}"])
async def test_json_that_is_no_event_is_refused(hub: Harness, body: bytes) -> None:
    async with hub.client(Scope.PUBLISH) as client:
        problem(await client.send(body), 422, "invalid-message")


@pytest.mark.parametrize(
    "media_type",
    ["", "text/plain", "application/xml", "application/cloudevents+json; charset=latin-1"],
)
async def test_another_media_type_is_refused_with_those_that_are_taken(
    hub: Harness, media_type: str
) -> None:
    async with hub.client(Scope.PUBLISH) as client:
        answer = await client.post(
            "/v1/messages", content=b"{}", headers={"Content-Type": media_type}
        )
    problem(answer, 415, "media-type")
    assert "application/cloudevents+json" in answer.headers["accept"]


async def test_a_message_that_no_route_wants_is_parked_where_a_person_sees_it(
    hub: Harness,
) -> None:
    async with hub.client(Scope.PUBLISH) as client:
        await client.publish(event("besluit-vastgesteld"))
        (delivery,) = (await client.get("/v1/messages/1")).json()["deliveries"]
    assert (delivery["destination"], delivery["state"]) == ("unrouted", "parked")
    assert delivery["error"]["code"] == "no_route"
    assert hub.woken == []


async def test_a_message_that_a_rule_deliberately_sends_nowhere_has_no_delivery(
    hub: Harness,
) -> None:
    async with hub.client(Scope.PUBLISH) as client:
        answer = await client.publish(event("bijgewerkt"))
        assert answer.status_code == 202
        assert (await client.get("/v1/messages/1")).json()["deliveries"] == []


async def test_a_batch_is_stored_in_its_order(hub: Harness) -> None:
    async with hub.client(Scope.PUBLISH) as client:
        answer = await client.publish_all([event(number=n) for n in (3, 1, 2, 1)])
        shown = (await client.get("/v1/messages/2")).json()
    assert answer.status_code == 202
    assert [(one["id"], one["new"]) for one in answer.json()["messages"]] == [
        (1, True),
        (2, True),
        (3, True),
        (2, False),
    ]
    assert shown["subject"] == "0344-2026-000001"


async def test_one_bad_event_refuses_the_whole_batch_and_is_named_by_its_index(
    hub: Harness,
) -> None:
    bad = event(number=4)
    _wrong_bsn(bad)
    async with hub.client(Scope.PUBLISH) as client:
        answer = await client.publish_all([event(number=n) for n in (1, 2, 3)] + [bad, {}])
    body = problem(answer, 422, "invalid-message")
    assert ("[3].data.initiator.bsn", "elfproef") in rules(body)
    assert ("[4].id", "required") in rules(body)
    assert await hub.store.counts() == []


async def test_a_batch_of_very_many_bad_events_is_not_checked_to_its_end(hub: Harness) -> None:
    async with hub.client(Scope.PUBLISH) as client:
        answer = await client.publish_all([{}] * 900 + [event()])
    body = problem(answer, 422, "invalid-message")
    assert body["detail"].startswith("At least ")
    assert "of the 901 events" in body["detail"]
    assert len(body["problems"]) == 100
    assert await hub.store.counts() == []


async def test_an_empty_batch_is_taken(hub: Harness) -> None:
    async with hub.client(Scope.PUBLISH) as client:
        answer = await client.publish_all([])
    assert (answer.status_code, answer.json()) == (202, {"messages": []})


async def test_a_batch_that_is_no_array_is_refused(hub: Harness) -> None:
    async with hub.client(Scope.PUBLISH) as client:
        answer = await client.post("/v1/messages", content=json.dumps(event()), headers=BATCH)
    problem(answer, 400, "not-a-cloudevent")


async def test_a_batch_over_the_limit_is_refused(hub: Harness) -> None:
    async with hub.client(Scope.PUBLISH) as client:
        answer = await client.post("/v1/messages", content=json.dumps([{}] * 1001), headers=BATCH)
    body = problem(answer, 413, "batch-too-large")
    assert "1000" in body["detail"]


async def test_a_conflict_in_a_batch_says_which_and_what_was_accepted(hub: Harness) -> None:
    other = event(number=2, time="2026-11-23T10:00:00Z")
    async with hub.client(Scope.PUBLISH) as client:
        await client.publish(event(number=2))
        answer = await client.publish_all([event(number=1), other, event(number=3)])
    body = problem(answer, 409, "other-content")
    assert rules(body) == {("[1].id", "conflict")}
    assert [one["index"] for one in body["accepted"]] == [0, 2]


async def test_a_key_of_one_municipality_publishes_for_no_other(hub: Harness) -> None:
    async with hub.client(Scope.PUBLISH, tenant="0344") as client:
        own = await client.publish(event())
        other = await client.publish(event(tenant="0363"))
        mixed = await client.publish_all([event(number=2), event(tenant="0363")])
    assert own.status_code == 202
    problem(other, 403, "other-tenant")
    problem(mixed, 403, "other-tenant")
    assert sum(count.count for count in await hub.store.counts()) == 1


class _BrokenStore(MemoryStore):
    uncertain = False

    async def accept(self, messages: Any, *, now: datetime) -> list[Accepted | Conflict]:
        detail = "The disk is full: free space in the data folder."
        raise StoreUnavailable(detail, uncertain=self.uncertain)


@pytest.mark.parametrize(
    ("uncertain", "words"),
    [(False, "nothing was stored"), (True, "may have been stored")],
)
async def test_a_store_that_cannot_store_is_a_503_that_says_when_and_how_to_resend(
    *, uncertain: bool, words: str
) -> None:
    store = _BrokenStore()
    store.uncertain = uncertain
    hub = Harness(store)
    async with hub.client(Scope.PUBLISH) as client:
        answer = await client.publish(event())
    body = problem(answer, 503, "store-unavailable")
    assert int(answer.headers["retry-after"]) > 0
    assert "same id" in body["detail"]
    assert words in body["detail"]
    assert hub.woken == []


async def test_a_message_is_shown_without_bsn_and_with_its_rsin(hub: Harness) -> None:
    whole = event()
    whole["data"]["toelichting"] = f"Belde namens {BSN}."
    async with hub.client(Scope.PUBLISH) as client:
        await client.publish(whole)
        answer = await client.get("/v1/messages/1")
    data = answer.json()["event"]["data"]
    assert BSN not in answer.text
    assert data["initiator"]["bsn"] == "*********"
    assert data["toelichting"] == "Belde namens *********."
    assert data["bronorganisatie"] == "002220647"


async def test_the_content_of_a_document_is_not_shown(hub: Harness) -> None:
    whole = event("document-toegevoegd")
    whole["data"]["inhoud"] = base64.b64encode(b"x" * 6000).decode()
    async with hub.client(Scope.PUBLISH) as client:
        await client.publish(whole)
        answer = await client.get("/v1/messages/1")
    assert answer.json()["event"]["data"]["inhoud"] == "(8000 characters, not shown)"


async def test_a_message_is_found_by_its_source_and_id(hub: Harness) -> None:
    whole = event()
    wanted = {"source": whole["source"], "id": whole["id"]}
    async with hub.client(Scope.PUBLISH) as client:
        await client.publish(whole)
        found = await client.get("/v1/messages", params={**wanted, "tenant": "0344"})
        other = await client.get("/v1/messages", params={**wanted, "tenant": "0363"})
        unclear = await client.get("/v1/messages", params=wanted)
    assert [one["id"] for one in found.json()["items"]] == [1]
    assert other.json() == {"items": []}
    assert rules(problem(unclear, 400, "invalid-request")) == {("tenant", "required")}


@pytest.mark.parametrize("number", ["2", "0", "-1", "x", "99999999999999999999", BSN])
async def test_a_message_that_does_not_exist_is_a_404(hub: Harness, number: str) -> None:
    async with hub.client(Scope.PUBLISH) as client:
        answer = await client.get(f"/v1/messages/{number}")
    problem(answer, 404, "not-found")
    assert BSN not in answer.text


async def test_messages_accepted_later_get_higher_numbers_and_keep_their_lane(
    hub: Harness,
) -> None:
    stored: list[NewMessage] = []
    accept = hub.store.accept

    async def listening(messages: Any, *, now: datetime) -> Any:
        stored.extend(messages)
        return await accept(messages, now=now)

    hub.store.accept = listening  # type: ignore[method-assign]  # listens in on one method
    async with hub.client(Scope.PUBLISH) as client:
        await client.publish(event())
        await client.publish(event("afgesloten"))
        await client.publish(event(number=2, orderingkey="gezin-1"))
    assert [one.lane_key for one in stored] == [
        "0344/0344-2026-000001",
        "0344/0344-2026-000001",
        "0344/gezin-1",
    ]


_HUB = Harness()
_MEDIA = st.sampled_from([*STRUCTURED.values(), *BATCH.values(), "application/json"])
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


@st.composite
def _spoilt_events(draw: st.DrawFn) -> bytes:
    whole: Any = event()
    target = draw(st.sampled_from([whole, whole["data"], whole["data"]["initiator"]]))
    name = draw(st.sampled_from(sorted(target)) | st.text(max_size=8))
    target[name] = draw(_JSON)
    body = draw(st.sampled_from([whole, [whole], [whole, draw(_JSON)]]))
    return json.dumps(body).encode()


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    body=st.binary(max_size=200) | _JSON.map(lambda x: json.dumps(x).encode()) | _spoilt_events(),
    media=_MEDIA,
    ce=st.dictionaries(
        st.sampled_from(["ce-id", "ce-specversion", "ce-type", "ce-time"]),
        st.text(alphabet=st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=9),
    ),
)
async def test_whatever_the_body_the_answer_is_202_or_a_4xx_problem(
    body: bytes, media: str, ce: dict[str, str]
) -> None:
    headers = {name.encode(): value.encode("latin-1") for name, value in ce.items()}
    async with _HUB.client(Scope.PUBLISH) as client:
        answer = await client.http.post(
            "/v1/messages",
            content=body,
            headers={b"content-type": media.encode(), **headers},
        )
    if answer.status_code != 202:
        assert 400 <= answer.status_code < 500, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert BSN not in answer.text
