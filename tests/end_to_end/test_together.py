"""Everything at once: hub processes on PostgreSQL and RabbitMQ, a zaaksysteem, and the core."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import pika
import pytest
from pika.adapters.blocking_connection import BlockingChannel

from schakel.amqp.topology import ASK, INBOUND, OUTBOUND
from tests.end_to_end.processes import (
    ENVIRONMENT,
    PATIENCE,
    configure,
    process,
    read_to,
    serving,
    simulating,
    until,
    url_in,
)
from tests.end_to_end.test_amqp import hub
from tests.end_to_end.test_case_numbers import (
    GRANTED,
    RSIN,
    configure_numbers,
    event,
    free_port,
    zaaksysteem,
)

RECEIVED: Final = "nl.burgerzaken.aflevering.geslaagd"
ENTRANCE: Final = """
[amqp]
url = "env:SCHAKEL_TEST_BROKER"
[[route]]
name = "receipts"
type = "nl.burgerzaken.aflevering.*"
to = ["kern"]
"""
QUICK: Final = """timeout = "2s"
retry = { first = "100ms", longest = "1s", look_up_first = "100ms" }"""
CORE: Final = """
[[destination]]
name = "kern"
adapter = "core_amqp"
[destination.settings]
url = "env:SCHAKEL_TEST_BROKER"
"""

Event = Mapping[str, Any]


class Core:
    """The core's side of the broker: it publishes, asks, and hears what is for it."""

    def __init__(self, channel: BlockingChannel) -> None:
        self._channel = channel
        self._heard: list[dict[str, Any]] = []
        channel.exchange_declare(INBOUND, "topic", durable=True)
        self._queue = channel.queue_declare("", exclusive=True).method.queue
        channel.queue_bind(self._queue, INBOUND, "#")
        self._answers = channel.queue_declare("", exclusive=True).method.queue
        channel.confirm_delivery()

    def publish(self, event: Event) -> None:
        properties = pika.BasicProperties(  # type: ignore[no-untyped-call]  # pika brings no types
            content_type="application/cloudevents+json", delivery_mode=2
        )
        self._channel.basic_publish(
            OUTBOUND, event["type"], json.dumps(event).encode(), properties, mandatory=True
        )

    def ask(self, key: str) -> dict[str, Any]:
        properties = pika.BasicProperties(  # type: ignore[no-untyped-call]  # pika brings no types
            type="zaak.identificatie",
            headers={"tenant": "0344"},
            reply_to=self._answers,
            correlation_id=key,
            expiration="10000",
        )
        question = json.dumps({"bronorganisatie": RSIN, "sleutel": key}).encode()
        self._channel.basic_publish("", ASK, question, properties, mandatory=True)
        answered, body = until(self._answer, f"an answer to {key}")
        assert (answered.correlation_id, answered.content_type) == (key, "application/json"), body
        found: dict[str, Any] = json.loads(body)
        return found

    def heard(self) -> list[tuple[str, str]]:
        """Type, and which message or number it is about; what was heard twice only once.

        A repeat has the id of the first: a hub that was killed may say a thing again.
        """
        while True:
            method, _, body = self._channel.basic_get(self._queue, auto_ack=True)
            if method is None:
                break
            self._heard.append(json.loads(body or b""))
        once = {(one["source"], one["id"]): one for one in self._heard}
        return sorted((one["type"], _about(one)) for one in once.values())

    def _answer(self) -> Any:
        method, properties, body = self._channel.basic_get(self._answers, auto_ack=True)
        return None if method is None else (properties, body)


def _about(event: Event) -> str:
    return str(event["data"]["bericht"]["id"] if event["type"] == RECEIVED else event["subject"])


@contextmanager
def core_at(amqp_url: str) -> Iterator[Core]:
    with pika.BlockingConnection(pika.URLParameters(amqp_url)) as connection:
        yield Core(connection.channel())


def on_services(folder: Path, more: str) -> None:
    """The configuration that is there, with its store in PostgreSQL and `more`.

    What was on its way to the core when a hub was killed is left alone for as long as one attempt
    may take: here that is short.
    """
    path = folder / "schakel.toml"
    text = path.read_text(encoding="utf-8")
    text = text.replace('url = "sqlite:hub.sqlite3"', 'url = "env:SCHAKEL_TEST_STORE"')
    text = (text + more).replace('"core_amqp"', f'"core_amqp"\n{QUICK}')
    path.write_text(text, encoding="utf-8")


@pytest.fixture(autouse=True)
def services(monkeypatch: pytest.MonkeyPatch, postgres_url: str, amqp_url: str) -> None:
    monkeypatch.setitem(ENVIRONMENT, "SCHAKEL_TEST_STORE", postgres_url)
    monkeypatch.setitem(ENVIRONMENT, "SCHAKEL_TEST_BROKER", amqp_url)


@pytest.mark.slow
@pytest.mark.parametrize("insists", [True, False])
def test_a_counter_asks_over_the_broker_and_hears_all_once_over_an_outage_and_a_kill(
    tmp_path: Path, amqp_url: str, *, insists: bool
) -> None:
    port = free_port()
    configure_numbers(tmp_path, port=port)
    on_services(tmp_path, ENTRANCE)
    with core_at(amqp_url) as core, ExitStack() as stack:
        with serving(tmp_path) as first:
            given = core.ask("aanvraag-1")
            number = given["identificatie"]
            assert (given["voorlopig"], given["toegekendDoor"]) == (True, "hub")
            assert core.ask("aanvraag-1") == given
            events = [event(kind, number) for kind in ("gestart", "status-gezet")]
            for one in events:
                core.publish(one)
            until(
                lambda: len(first.call("GET", "/v1/deliveries").json()["items"]) == 2,
                "both messages were taken",
            )
            simulator = stack.enter_context(zaaksysteem(port, insists=insists))
            until(core.heard, "the first of what the core hears")
            first.process.kill()
            first.process.wait(PATIENCE)

        with process("serve", folder=tmp_path, log="hub.log") as again:
            read_to(again.stdout, "is ready")
            wanted = sorted([(GRANTED, number), *((RECEIVED, one["id"]) for one in events)])
            until(lambda: len(core.heard()) >= len(wanted), "all that the core must hear")
            fresh = core.ask("aanvraag-2")
            assert (fresh["voorlopig"], fresh["toegekendDoor"]) == (False, "zaaksysteem")
            assert core.heard() == wanted
        effects = simulator.journal.effects
        assert len([one for one in effects if one.kind == "zaak"]) == 1
        statuses = [one.key["statustype"] for one in effects if one.kind == "status"]
        assert len(statuses) == len(set(statuses)), statuses


@pytest.mark.slow
def test_what_comes_in_over_http_and_over_the_broker_goes_through_three_processes(
    tmp_path: Path, amqp_url: str
) -> None:
    with simulating(tmp_path) as zgw, core_at(amqp_url) as core:
        configure(tmp_path, zgw=zgw.url)
        path = tmp_path / "schakel.toml"
        oin = 'node = "test"\noin = "00000001002220647000"'
        path.write_text(path.read_text(encoding="utf-8").replace('node = "test"', oin))
        on_services(tmp_path, CORE + ENTRANCE)
        with (
            serving(tmp_path, "--role", "api") as api,
            hub(tmp_path, "--role", "worker", "--port", "0", node="worker") as worker,
            hub(tmp_path, "--role", "amqp", "--port", "0", node="amqp") as entrance,
        ):
            assert_alive([worker, entrance])
            events = [event("gestart", f"0344-2026-{number:06d}") for number in range(6)]
            for over_http, over_amqp in zip(events[::2], events[1::2], strict=True):
                assert api.publish(over_http).status_code == 202
                core.publish(over_amqp)
            wanted = sorted((RECEIVED, one["id"]) for one in events)
            until(lambda: len(core.heard()) >= len(wanted), "all receipts")
            assert core.heard() == wanted
            verdict = zgw.verdict(events)
            found = api.call("GET", "/v1/deliveries?destination=zaaksysteem").json()["items"]
            assert {one["state"] for one in found} == {"delivered"}
            assert len(found) == len(events)
            assert not verdict["lost"], verdict
            assert not verdict["doubled"], verdict


def assert_alive(processes: Sequence[subprocess.Popen[str]]) -> None:
    """Each is ready, and says so to whoever watches over it."""
    for one in processes:
        url = url_in(read_to(one.stdout, "is ready"))
        assert httpx.get(f"{url}/readyz", timeout=PATIENCE).json()["status"] == "ready"
