from __future__ import annotations

import json
from pathlib import Path

from schakel.http.openapi import openapi_text
from schakel.security import Scope
from tests.schakel.http.harness import Harness

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"


def test_the_committed_document_is_what_the_code_says() -> None:
    committed = (REFERENCE / "openapi.json").read_text(encoding="utf-8")
    assert committed == openapi_text(), "see how to write it anew in schakel/http/openapi.py"


async def test_the_running_hub_serves_the_same_document_to_anybody(hub: Harness) -> None:
    async with hub.client() as client:
        answer = await client.get("/v1/openapi.json")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.json() == json.loads(openapi_text())


def test_every_failure_is_a_problem_and_every_call_but_two_needs_a_key() -> None:
    for path, methods in json.loads(openapi_text())["paths"].items():
        for operation in methods.values():
            assert "application/problem+json" in operation["responses"]["default"]["content"]
            assert "422" not in operation["responses"]
            assert ("security" in operation) == (path not in {"/healthz", "/readyz"})


def test_every_path_is_in_the_reference_page() -> None:
    page = (REFERENCE / "http-api.md").read_text(encoding="utf-8")
    for path, methods in json.loads(openapi_text())["paths"].items():
        for method in methods:
            assert f"`{method.upper()} {path}`" in page
    for scope in Scope:
        assert f"`{scope}`" in page
