"""Every endpoint is held to two questions: who may call it, and whose rows it shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from schakel.http.app import _ROUTERS, bare_app
from schakel.security import Scope
from tests.schakel.http.harness import BSN, STRUCTURED, Harness, event, problem

REASON = {"reason": "a good reason"}
OPEN = {("get", "/healthz"), ("get", "/readyz")}

# method and path -> a request that would work, and the scopes that let it through
CALLS: Mapping[tuple[str, str], tuple[dict[str, Any], set[Scope]]] = {
    ("post", "/v1/messages"): ({}, {Scope.PUBLISH}),
    ("get", "/v1/messages"): (
        {"params": {"source": event()["source"], "id": "gestart-1", "tenant": "0344"}},
        {Scope.PUBLISH, Scope.OPERATE},
    ),
    ("get", "/v1/messages/{message_id}"): ({}, {Scope.PUBLISH, Scope.OPERATE}),
    ("get", "/v1/deliveries"): ({}, {Scope.OPERATE}),
    ("get", "/v1/deliveries/{delivery_id}"): ({}, {Scope.OPERATE}),
    ("post", "/v1/deliveries/{delivery_id}/replay"): ({"json": REASON}, {Scope.OPERATE}),
    ("post", "/v1/deliveries/{delivery_id}/discard"): ({"json": REASON}, {Scope.OPERATE}),
    ("post", "/v1/replays"): (
        {"json": {"filter": {"state": "parked"}, **REASON}},
        {Scope.OPERATE},
    ),
    ("get", "/v1/replays/{replay_id}"): ({}, {Scope.OPERATE}),
    ("post", "/v1/replays/{replay_id}/start"): ({"json": {"fingerprint": "x"}}, {Scope.OPERATE}),
    ("post", "/v1/replays/{replay_id}/cancel"): ({}, {Scope.OPERATE}),
    ("get", "/v1/destinations"): ({}, {Scope.OPERATE}),
    ("get", "/v1/destinations/{name}"): ({}, {Scope.OPERATE}),
    ("patch", "/v1/destinations/{name}"): ({"json": {"held": True, **REASON}}, {Scope.OPERATE}),
    ("get", "/v1/keys"): ({}, {Scope.ADMIN}),
    ("post", "/v1/keys"): ({"json": {"name": "x", "scopes": ["publish"]}}, {Scope.ADMIN}),
    ("delete", "/v1/keys/{key_id}"): ({}, {Scope.ADMIN}),
    ("get", "/metrics"): ({}, {Scope.OPERATE}),
    ("put", "/v1/documents/{sha256}"): ({"content": b"x"}, {Scope.PUBLISH}),
    ("get", "/v1/documents/{sha256}"): ({}, {Scope.INBOX}),
    ("post", "/v1/ask/{type}"): ({"json": {}}, {Scope.ASK}),
    ("get", "/v1/identities"): ({}, {Scope.OPERATE}),
    ("get", "/v1/deliveries/{delivery_id}/edits"): ({}, {Scope.OPERATE}),
    ("get", "/v1/inbox"): ({}, {Scope.INBOX}),
    ("post", "/v1/inbox/ack"): ({"json": {"ids": [1]}}, {Scope.INBOX}),
    ("post", "/v1/inbox/{delivery_id}/ack"): ({}, {Scope.INBOX}),
    ("post", "/v1/protocol/search"): ({"json": REASON}, {Scope.PROTOCOL}),
    ("get", "/v1/receptions"): ({}, {Scope.OPERATE}),
    ("get", "/v1/receptions/{reception_id}"): ({}, {Scope.OPERATE}),
    ("post", "/v1/receptions/{reception_id}/content"): ({"json": REASON}, {Scope.OPERATE}),
    ("get", "/v1/replays"): ({}, {Scope.OPERATE}),
    ("get", "/v1/replays/{replay_id}/report"): ({}, {Scope.OPERATE}),
    ("post", "/v1/replays/{replay_id}/approve"): (
        {"json": {"fingerprint": "x", **REASON}},
        {Scope.OPERATE},
    ),
    ("post", "/v1/replays/{replay_id}/pause"): ({"json": REASON}, {Scope.OPERATE}),
    ("post", "/v1/replays/{replay_id}/resume"): ({"json": REASON}, {Scope.OPERATE}),
    ("get", "/v1/reconciliations"): ({}, {Scope.OPERATE}),
    ("post", "/v1/reconciliations"): (
        {"json": {"destination": "zaken-utrecht", "day": "2026-11-22"}},
        {Scope.OPERATE},
    ),
    ("get", "/v1/reconciliations/{report_id}"): ({}, {Scope.OPERATE}),
    ("get", "/v1/reconciliations/{report_id}/differences"): ({}, {Scope.OPERATE}),
    ("post", "/v1/reconciliations/{report_id}/repair"): (
        {"json": {"code": "missing", "upto": 1, **REASON}},
        {Scope.OPERATE},
    ),
    ("post", "/v1/reconciliations/{report_id}/differences/{number}/repair"): (
        {"json": REASON},
        {Scope.OPERATE},
    ),
    ("post", "/v1/reconciliations/{report_id}/differences/{number}/acknowledge"): (
        {"json": REASON},
        {Scope.OPERATE},
    ),
    ("get", "/v1/rejected"): ({}, {Scope.OPERATE}),
    ("get", "/v1/rejected/{rejected_id}"): ({}, {Scope.OPERATE}),
    ("post", "/v1/rejected/replay"): ({"json": REASON}, {Scope.OPERATE}),
    ("post", "/v1/rejected/{rejected_id}/replay"): ({"json": REASON}, {Scope.OPERATE}),
    ("post", "/v1/rejected/{rejected_id}/discard"): ({"json": REASON}, {Scope.OPERATE}),
    ("get", "/v1/data-keys"): ({}, {Scope.ADMIN}),
    ("get", "/v1/data-keys/rotation"): ({}, {Scope.ADMIN}),
    ("post", "/v1/data-keys/rotation"): ({}, {Scope.ADMIN}),
    ("get", "/v1/retention"): ({}, {Scope.ADMIN}),
    ("get", "/v1/retention/run"): ({}, {Scope.ADMIN}),
    ("post", "/v1/retention/run"): ({}, {Scope.ADMIN}),
}


BODILESS = {("head", "/v1/documents/{sha256}")}
"""Their refusals have no words: see test_documents.py."""


def _filled(path: str, **values: object) -> str:
    names = {
        "message_id": 1,
        "delivery_id": 1,
        "replay_id": 1,
        "report_id": 1,
        "reception_id": 1,
        "number": 1,
        "rejected_id": "1",
        "sha256": "0" * 64,
        "type": "zaak.identificatie",
        "name": "zaken-utrecht",
    }
    return path.format(**{"key_id": "k0000000000", **names, **values})


def test_every_endpoint_is_in_the_table_of_this_test() -> None:
    paths = bare_app().openapi()["paths"]
    found = {(method, path) for path, methods in paths.items() for method in methods}
    assert found == OPEN | BODILESS | set(CALLS)


def test_what_is_in_no_document_is_known_by_name() -> None:
    """External systems have no key of ours: see test_inbound.py."""
    routes = [route for module in _ROUTERS for route in module.router.routes]
    hidden = {route.path for route in routes if not route.include_in_schema}

    assert hidden == {
        "/inbound/{tenant}/{destination}",
        "/inbound/{tenant}/{destination}/{path:path}",
    }


@pytest.mark.parametrize(("method", "path"), list(CALLS))
async def test_no_endpoint_answers_without_a_key(hub: Harness, method: str, path: str) -> None:
    body, _ = CALLS[method, path]
    async with hub.client() as client:
        answer = await client.http.request(method, _filled(path), **body)
    problem(answer, 401, "no-key")
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(("method", "path"), list(CALLS))
async def test_a_key_without_the_scope_is_told_which_one_it_lacks(
    hub: Harness, method: str, path: str
) -> None:
    body, scopes = CALLS[method, path]
    async with hub.client(*(set(Scope) - scopes)) as client:
        answer = await client.http.request(method, _filled(path), **body)
    told = problem(answer, 403, "scope-missing")
    assert any(scope in told["detail"] for scope in scopes)
    assert "insufficient_scope" in answer.headers["www-authenticate"]


@pytest.mark.parametrize("scope", list(Scope))
async def test_each_scope_lets_through_what_the_table_says(hub: Harness, scope: Scope) -> None:
    async with hub.client(scope) as client:
        for (method, path), (body, scopes) in CALLS.items():
            answer = await client.http.request(method, _filled(path), **body)
            assert (answer.status_code == 403) == (scope not in scopes), (method, path)
            assert answer.status_code < 500


@pytest.mark.parametrize(
    "header",
    [
        "Bearer schakel_" + "A" * 43,
        "Bearer schakel_short",
        "Bearer ",
        "Basic dXNlcjpwYXNz",
        "schakel_" + "A" * 43,
        "Bearer \xe9",
    ],
)
async def test_a_header_that_holds_no_known_key_is_refused(hub: Harness, header: str) -> None:
    async with hub.client() as client:
        answer = await client.get("/v1/deliveries", headers={b"authorization": header.encode()})
    problem(answer, 401, "no-key")


@pytest.fixture
async def full(hub: Harness) -> Harness:
    """Message, delivery and plan 1 are of 0344; message, delivery and plan 2 of 0363."""
    for number, tenant, destination in ((1, "0344", "zaken-utrecht"), (2, "0363", "zaken-elders")):
        async with hub.client(Scope.PUBLISH, Scope.OPERATE, tenant=tenant) as client:
            await client.publish(event(number=number, tenant=tenant))
            await hub.park(destination)
            plan = {"filter": {"state": "parked"}, **REASON}
            assert (await client.post("/v1/replays", json=plan)).json()["id"] == number
    return hub


NO_ROWS = ("/v1/ask/", "/v1/documents/")
ROWS = [call for call in CALLS if "{" in call[1] and not call[1].startswith(NO_ROWS)]


@pytest.mark.parametrize(("method", "path"), ROWS)
async def test_rows_of_another_municipality_are_as_good_as_absent(
    full: Harness, method: str, path: str
) -> None:
    other = {"message_id": 2, "delivery_id": 2, "replay_id": 2, "name": "zaken-elders"}
    absent = {"message_id": 99, "delivery_id": 99, "replay_id": 99, "name": "nowhere"}
    (theirs,) = [k.id for k in await full.store.list_keys() if k.tenant == "0363"]
    before = await full.store.audit_trail(after=0, limit=1000)
    async with full.client(*Scope, tenant="0344") as client:
        body = CALLS[method, path][0]
        hidden = await client.http.request(method, _filled(path, **other, key_id=theirs), **body)
        unknown = await client.http.request(method, _filled(path, **absent), **body)
    assert problem(hidden, 404, "not-found")["detail"] == unknown.json()["detail"]
    after = await full.store.audit_trail(after=0, limit=1000)
    assert [one for one in after[len(before) :] if one.tenant == "0363"] == []


async def test_lists_show_a_bound_key_no_row_of_another_municipality(full: Harness) -> None:
    wanted = {"source": event()["source"], "id": "gestart-2"}
    async with full.client(*Scope, tenant="0344") as client:
        for path, params in (
            ("/v1/deliveries", {}),
            ("/v1/deliveries", {"tenant": "0363"}),
            ("/v1/deliveries", {"destination": "zaken-elders"}),
            ("/v1/messages", wanted),
            ("/v1/messages", {**wanted, "tenant": "0363"}),
            ("/v1/destinations", {}),
            ("/v1/keys", {}),
        ):
            answer = await client.get(path, params=params)
            assert answer.status_code == 200
            assert "0363" not in answer.text, path
            assert BSN not in answer.text
        problem(await client.get("/metrics"), 403, "other-tenant")


async def test_the_body_of_a_caller_without_a_key_is_not_read(hub: Harness) -> None:
    read = []

    async def body() -> Any:
        read.append(1)
        yield b"{}"

    async with hub.client() as client:
        answer = await client.http.post("/v1/messages", content=body(), headers=STRUCTURED)
    problem(answer, 401, "no-key")
    assert read == []
