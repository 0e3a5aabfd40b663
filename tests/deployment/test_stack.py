"""What docker-compose.yml starts does its work: the file cannot rot.

Seen to fail with a secret taken from a worker, with `--role worker` spelled wrong, with a health
check at another port, and with both workers under one host name.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from continuity.sharing import server_of
from schemas.examples.households import household_messages
from tests.deployment.stack import Stack, running, until
from tests.end_to_end.processes import PATIENCE
from tests.services import database, vhost

WORKERS = ("worker-1", "worker-2")
DESTINATION = "zaaksysteem-utrecht"
FIRST_KEY = "shown only now: "

Event = Mapping[str, Any]


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    with (
        database() as store,
        vhost() as broker,
        running(tmp_path, database=store, broker=broker) as one,
    ):
        yield one


class Core:
    """Publishes as the core would: one half over HTTP, at either process, the other over AMQP."""

    def __init__(self, stack: Stack, folder: Path) -> None:
        self._stack = stack
        self._file = folder / "events.json"
        line = next(one for one in stack["api-1"].out.splitlines() if FIRST_KEY in one)
        self.key = line.partition(FIRST_KEY)[2]
        self.published: list[Event] = []

    def publish(self, api: str, events: Sequence[Event]) -> None:
        answer = httpx.post(
            f"{self._stack.url(api, 8080)}/v1/messages",
            content=json.dumps(events),
            headers={
                "Authorization": f"Bearer {self.key}",
                "Content-Type": "application/cloudevents-batch+json",
            },
            timeout=PATIENCE,
        )
        assert answer.status_code == 202, answer.text
        self.published += events

    def publish_over_amqp(self, events: Sequence[Event]) -> None:
        self._file.write_text(json.dumps(events), encoding="utf-8")
        broker = self._stack.secret("amqp_url")
        self._stack["api-1"].call("publish", str(self._file), "--amqp", broker)
        self.published += events

    def sees_all_delivered(self) -> None:
        until(self._has_all, "all is delivered")
        verdict = self._verdict()
        assert verdict["clean"], verdict

    def _has_all(self) -> bool:
        return bool(self._verdict()["delivered"] == len(self.published))

    def _verdict(self) -> dict[str, Any]:
        control = self._stack.url("simulators", 8091)
        answer = httpx.post(f"{control}/verdict", json={"published": self.published})
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found


def households() -> list[list[Event]]:
    """The cases of four households, each in its order."""
    begin = datetime.now(UTC) - timedelta(hours=5)
    cases: dict[str, list[Event]] = {}
    for event in household_messages(4, 5, begin):
        cases.setdefault(event["subject"], []).append(event)
    return list(cases.values())


@pytest.mark.slow
def test_it_delivers_loses_a_worker_goes_on_and_stops_in_time(stack: Stack, tmp_path: Path) -> None:
    one, two, three, four = households()
    core = Core(stack, tmp_path)

    core.publish("api-1", one)
    core.publish_over_amqp(two)
    core.sees_all_delivered()

    owner = server_of(DESTINATION, {name: [DESTINATION] for name in WORKERS})
    assert owner is not None
    stack[owner].kill()
    core.publish("api-2", three)
    core.publish_over_amqp(four)
    core.sees_all_delivered()

    stack.start(owner)
    until(stack[owner].is_healthy, f"{owner} is back")
    for name, service in reversed(stack.services.items()):
        if name == "migrate":
            continue
        ended = service.stop()
        assert ended == 0 or name == "simulators", (name, ended, service.log)
        assert "Traceback" not in service.log, (name, service.log)
        for secret in service.spec.get("secrets", []):
            assert stack.secret(secret) not in service.log, (name, secret)
            assert stack.secret(secret) not in service.out, (name, secret)
