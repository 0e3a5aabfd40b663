"""The core hears what became of its messages: a real hub, zaaksysteem and RabbitMQ."""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pika
import pytest
from pika.adapters.blocking_connection import BlockingChannel

from schemas.examples.households import household_messages
from tests.end_to_end.processes import (
    configure,
    process,
    read_to,
    serving,
    simulating,
    until,
)

QUEUE = "core"
WIRING = """
[hub]
oin = "00000001002220647000"
[[destination]]
name = "core"
adapter = "core_amqp"
tenant = "0344"
concurrency = 20
timeout = "5s"
retry = { first = "100ms", longest = "1s", look_up_first = "100ms" }
[destination.settings]
url = "file:core.url"
[[route]]
name = "receipts"
type = "nl.burgerzaken.aflevering.*"
to = ["core"]
"""

Event = Mapping[str, Any]


def wire(folder: Path, zgw: str, amqp_url: str) -> None:
    configure(folder, zgw=zgw)
    (folder / "conf.d").mkdir()
    (folder / "core.url").write_text(amqp_url, encoding="utf-8")
    (folder / "conf.d" / "core.toml").write_text(WIRING, encoding="utf-8")


class Core:
    """The core's side: a durable queue, bound to the exchange."""

    def __init__(self, channel: BlockingChannel) -> None:
        self._channel = channel
        self.heard: list[dict[str, Any]] = []
        channel.exchange_declare("schakel.inbound", "topic", durable=True)
        channel.queue_declare(QUEUE, durable=True)
        channel.queue_bind(QUEUE, "schakel.inbound", "nl.burgerzaken.aflevering.#")
        channel.queue_purge(QUEUE)

    def listen(self) -> list[dict[str, Any]]:
        """Everything heard so far, in the order in which it came."""
        while True:
            method, _, body = self._channel.basic_get(QUEUE, auto_ack=True)
            if method is None:
                return self.heard
            self.heard.append(json.loads(body or b""))

    def hears_of(self, events: Sequence[Event]) -> None:
        wanted = {event["id"] for event in events}
        until(lambda: {one["causationid"] for one in self.listen()} >= wanted, "all receipts")


@contextmanager
def core_at(amqp_url: str) -> Iterator[Core]:
    with pika.BlockingConnection(pika.URLParameters(amqp_url)) as connection:
        yield Core(connection.channel())


def story(households: int) -> list[dict[str, Any]]:
    begin = datetime.now(UTC) - timedelta(hours=5)
    return household_messages(households, 5, begin)


def by_case(events: Sequence[Event], key: str) -> dict[str, list[str]]:
    cases = defaultdict(list)
    for event in events:
        cases[event["subject"]].append(event[key])
    return dict(cases)


def test_a_delivered_message_is_heard_of_once_with_the_address_of_its_case(
    tmp_path: Path, amqp_url: str
) -> None:
    with simulating(tmp_path) as zaaksysteem, core_at(amqp_url) as core:
        wire(tmp_path, zaaksysteem.url, amqp_url)
        with serving(tmp_path) as hub:
            events = story(2)
            for event in events:
                assert hub.publish(event).status_code == 202
            core.hears_of(events)
            assert hub.cli("check").code == 0
            hub.stop()
        heard = core.listen()
    assert by_case(heard, "causationid") == by_case(events, "id")
    assert {one["type"] for one in heard} == {"nl.burgerzaken.aflevering.geslaagd"}
    first = heard[0]["data"]
    assert first["bestemming"] == "zaaksysteem"
    references = {one["naam"]: one["waarde"] for one in first["verwijzingen"]}
    assert references["zaak"].startswith(f"{zaaksysteem.url}/zaken/api/v1/zaken/")


@pytest.mark.slow
def test_what_a_killed_hub_had_not_told_is_told_by_the_next_one(
    tmp_path: Path, amqp_url: str
) -> None:
    """Every message is heard of, in the order of its case; a repeat has the id of the first.

    Seen failing with a teller that begins at the end of the trail at every start.
    """
    with simulating(tmp_path) as zaaksysteem, core_at(amqp_url) as core:
        wire(tmp_path, zaaksysteem.url, amqp_url)
        events = story(8)
        with serving(tmp_path) as hub:
            for event in events:
                assert hub.publish(event).status_code == 202
            until(core.listen, "a first receipt")
            hub.process.kill()
            hub.process.wait()
        for _ in range(2):
            with process("serve", folder=tmp_path, log="hub.log") as one:
                read_to(one.stdout, "is ready")
                until(partial(_more, core, len(core.listen()), len(events)), "more receipts")
                one.kill()
                one.wait()
        with process("serve", folder=tmp_path, log="hub.log") as one:
            read_to(one.stdout, "is ready")
            core.hears_of(events)
        heard_once = list({(one["source"], one["id"]): one for one in core.listen()}.values())
    assert by_case(heard_once, "causationid") == by_case(events, "id")
    assert len(heard_once) == len(events)


def _more(core: Core, before: int, most: int) -> bool:
    """Something was heard since, or all there is."""
    heard = core.listen()
    return len(heard) > before or len({one["id"] for one in heard}) == most


@pytest.mark.slow
def test_receipts_are_heard_within_two_seconds(tmp_path: Path, amqp_url: str) -> None:
    with simulating(tmp_path) as zaaksysteem, core_at(amqp_url) as core:
        wire(tmp_path, zaaksysteem.url, amqp_url)
        with serving(tmp_path) as hub:
            for event in itertools.islice(story(1), 1):
                hub.publish(event)
            (receipt,) = until(core.listen, "the receipt")
            heard_at = datetime.now(UTC)
    assert heard_at - datetime.fromisoformat(receipt["data"]["moment"]) < timedelta(seconds=2)
