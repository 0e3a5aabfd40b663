from __future__ import annotations

from continuity.store.contract import StoreUnavailable
from continuity.store.memory import MemoryStore
from schakel.security import Scope
from tests.schakel.http.harness import Harness, event, problem


async def test_a_hub_whose_store_answers_and_whose_worker_runs_is_ready(hub: Harness) -> None:
    async with hub.client() as client:
        assert (await client.get("/healthz")).json() == {"status": "alive"}
        assert (await client.get("/readyz")).json() == {"status": "ready"}


async def test_a_hub_whose_worker_stopped_lives_and_is_not_ready(hub: Harness) -> None:
    hub.worker_runs = False
    async with hub.client() as client:
        assert (await client.get("/healthz")).status_code == 200
        body = problem(await client.get("/readyz"), 503, "not-ready")
    assert "worker" in body["detail"]


async def test_a_hub_whose_store_is_away_is_not_ready_and_does_not_tell_strangers_why() -> None:
    class Away(MemoryStore):
        async def ping(self) -> None:
            raise StoreUnavailable("data/hub.db is gone")

    async with Harness(Away()).client() as client:
        answer = await client.get("/readyz")
    problem(answer, 503, "not-ready")
    assert "hub.db" not in answer.text


async def test_metrics_show_the_backlog_its_age_and_what_publishers_brought(hub: Harness) -> None:
    async with hub.client(Scope.PUBLISH, Scope.OPERATE) as client:
        await client.publish(event())
        await client.publish(event())
        await client.publish({})
        hub.clock.advance(seconds=90)
        answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    for line in (
        'schakel_deliveries{destination="zaken-utrecht",state="waiting",tenant="0344"} 1.0',
        'schakel_oldest_open_seconds{destination="zaken-utrecht"} 90.0',
        'schakel_messages_total{result="new"} 1.0',
        'schakel_messages_total{result="duplicate"} 1.0',
        'schakel_messages_total{result="refused"} 1.0',
    ):
        assert line in answer.text.splitlines(), answer.text


async def test_a_broker_that_is_away_is_told_and_keeps_nobody_from_http() -> None:
    trouble: list[str] = []
    hub = Harness(amqp_trouble=lambda: trouble[0] if trouble else None)
    async with hub.client() as client:
        assert (await client.get("/readyz")).json() == {"status": "ready", "amqp": "connected"}
        trouble.append("There is no connection to 10.0.0.1.")
        answer = await client.get("/readyz")
    assert answer.json() == {"status": "ready", "amqp": "away"}


async def test_a_process_for_the_broker_alone_is_not_ready_while_that_is_away() -> None:
    trouble: list[str] = []
    hub = Harness(amqp_trouble=lambda: trouble[0] if trouble else None, amqp_only=True)
    async with hub.client() as client:
        assert (await client.get("/readyz")).json() == {"status": "ready", "amqp": "connected"}
        trouble.append("There is no connection to 10.0.0.1.")
        answer = await client.get("/readyz")
    problem(answer, 503, "not-ready")
    assert "10.0.0.1" not in answer.text
