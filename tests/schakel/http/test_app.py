from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from continuity.store.contract import StoreUnavailable
from continuity.store.memory import MemoryStore
from continuity.store.records import StoredMessage
from schakel.security import Scope
from schakel.telemetry import configure_logging
from tests.schakel.http.harness import BSN, Harness, problem


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    stream = io.StringIO()
    configure_logging("info", "json", stream)
    yield stream
    root.handlers[:], level = before
    root.setLevel(level)


class _BrokenStore(MemoryStore):
    async def get_message(self, message_id: int) -> StoredMessage:
        raise RuntimeError(f"mistake around {BSN}")


async def test_a_mistake_of_ours_is_a_500_with_an_incident_that_the_log_explains(
    log: io.StringIO,
) -> None:
    hub = Harness(_BrokenStore())
    async with hub.client(Scope.PUBLISH) as client:
        answer = await client.get("/v1/messages/1", headers={"X-Request-ID": "core-17"})
    body = problem(answer, 500, "internal")
    assert answer.headers["x-request-id"] == "core-17"
    assert "RuntimeError" not in answer.text
    (line,) = log.getvalue().splitlines()
    assert body["incident"] in line
    assert "core-17" in line
    assert "RuntimeError: mistake around *********" in line
    assert BSN not in line


async def test_a_store_that_went_away_is_a_503_and_its_words_stay_in_the_log(
    log: io.StringIO,
) -> None:
    class Away(MemoryStore):
        async def get_message(self, message_id: int) -> StoredMessage:
            raise StoreUnavailable("The file data/hub.db is locked: stop the other process.")

    hub = Harness(Away())
    async with hub.client(Scope.PUBLISH) as client:
        answer = await client.get("/v1/messages/1")
    problem(answer, 503, "store-unavailable")
    assert "hub.db" not in answer.text
    assert "hub.db" in log.getvalue()


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/messages/", "/docs", "/v1/deliveries/1/"])
async def test_an_unknown_path_is_a_problem_also_with_a_slash_too_many(
    hub: Harness, path: str
) -> None:
    async with hub.client(Scope.OPERATE) as client:
        problem(await client.get(path), 404, "not-found")


async def test_another_method_is_a_problem_that_lists_those_offered(hub: Harness) -> None:
    async with hub.client(Scope.OPERATE) as client:
        answer = await client.delete("/v1/deliveries/1")
    problem(answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == "GET"


async def test_a_body_that_is_no_json_is_a_problem(hub: Harness) -> None:
    async with hub.client(Scope.OPERATE) as client:
        for content in (b"{", b"\xff", b"[" * 100_000):
            answer = await client.post(
                "/v1/replays", content=content, headers={"Content-Type": "application/json"}
            )
            assert answer.status_code == 400
            assert answer.headers["content-type"] == "application/problem+json"


async def test_every_answer_has_the_common_headers(hub: Harness) -> None:
    async with hub.client() as client:
        for path in ("/healthz", "/nothing", "/v1/deliveries"):
            answer = await client.get(path)
            assert answer.headers["api-version"]
            assert answer.headers["x-request-id"]
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_request_id_that_could_harm_a_log_is_replaced(hub: Harness) -> None:
    async with hub.client() as client:
        answer = await client.get("/healthz", headers={"X-Request-ID": '"},{"a":"b'})
    assert len(answer.headers["x-request-id"]) == 16
