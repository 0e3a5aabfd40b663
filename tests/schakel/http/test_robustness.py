"""Whatever is sent to the operators' side, the answer is never a mistake of ours."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schakel.security import Scope
from tests.schakel.http.harness import Harness, event

_HUB = Harness()
_SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
_NAMES = st.sampled_from(
    ["filter", "reason", "patch", "held", "name", "scopes", "tenant", "fingerprint", "state"]
)
_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec="utf-16"), max_size=10)
    | st.sampled_from(["\ud800", "parked", "operate", "a good reason", "0344"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(_NAMES | st.text(max_size=5), inner, max_size=5)
    ),
    max_leaves=12,
)
_PATHS = st.sampled_from(
    [
        ("POST", "/v1/deliveries/1/replay"),
        ("POST", "/v1/deliveries/1/discard"),
        ("POST", "/v1/replays"),
        ("POST", "/v1/replays/1/start"),
        ("PATCH", "/v1/destinations/archief"),
        ("POST", "/v1/keys"),
    ]
)
_QUERY = st.dictionaries(
    st.sampled_from(["state", "tenant", "since", "limit", "after", "subject", "id", "source"])
    | st.text(max_size=4),
    st.text(max_size=12) | st.sampled_from(["parked", "0344", "5", "2026-11-23T09:00:00Z"]),
    max_size=4,
)


def _fits(answer: Any) -> None:
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"


@_SETTINGS
@given(where=_PATHS, body=_JSON.map(lambda value: json.dumps(value).encode()) | st.binary())
async def test_any_body_gets_an_answer(where: tuple[str, str], body: bytes) -> None:
    method, path = where
    async with _HUB.client(*Scope) as client:
        await client.publish(event("besluit-vastgesteld"))
        headers = {"Content-Type": "application/json"}
        _fits(await client.http.request(method, path, content=body, headers=headers))


@_SETTINGS
@given(
    path=st.sampled_from(["/v1/deliveries", "/v1/messages"]),
    query=_QUERY,
    raw=st.binary(max_size=10),
)
async def test_any_query_gets_an_answer(path: str, query: dict[str, str], raw: bytes) -> None:
    async with _HUB.client(*Scope) as client:
        _fits(await client.get(path, params=query))
        _fits(await client.get(f"{path}?subject={quote(raw)}"))


@_SETTINGS
@given(name=st.text(min_size=1, max_size=20))
async def test_any_name_in_a_path_gets_an_answer(name: str) -> None:
    place = quote(name, safe="", errors="ignore")
    async with _HUB.client(*Scope) as client:
        for path in ("destinations", "deliveries", "messages", "replays"):
            _fits(await client.get(f"/v1/{path}/{place}"))
        _fits(await client.delete(f"/v1/keys/{place}"))
