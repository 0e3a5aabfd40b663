"""The postroom over RabbitMQ: what zaaksystemen start reaches the core's queue, over an outage.

Every part is real: the simulated zaaksysteem, a hub process, the broker behind a line that is cut.
A message may come twice over such a line; a core looks at the id, and so does this one.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from io import StringIO
from pathlib import Path
from typing import Any, Final

import pika
import pytest
from pika.adapters.blocking_connection import BlockingChannel
from rich.console import Console

from schakel.demo.books import Books, StufBooks, ZgwBooks
from schakel.demo.casts import STUF, ZGW, Cast
from schakel.demo.stage import Stage
from tests.chaos.network import Network

WIRING: Final = """
[[destination]]
name = "kern"
adapter = "core_amqp"
tenant = "0344"
timeout = "5s"
retry = {{ first = "100ms", longest = "1s", look_up_first = "100ms" }}
breaker = {{ threshold = 4, probe_interval = "1s" }}
[destination.settings]
url = "file:{file}"

[[route]]
name = "wat het zaaksysteem begint"
type = [
  "nl.burgerzaken.zaak.ontvangen",
  "nl.burgerzaken.zaak.wijziging-ontvangen",
  "nl.burgerzaken.zaak.status-ontvangen",
  "nl.burgerzaken.zaak.document-ontvangen",
]
tenant = "0344"
to = ["kern"]
"""
QUEUE: Final = "postroom"
PATIENCE: Final = 60.0

Json = dict[str, Any]


class Core:
    """The core's side: a durable queue, bound to what the hub publishes."""

    def __init__(self, channel: BlockingChannel) -> None:
        self._channel = channel
        self.received: list[Json] = []
        self._known: set[str] = set()
        channel.exchange_declare("schakel.inbound", "topic", durable=True)
        channel.queue_declare(QUEUE, durable=True)
        channel.queue_bind(QUEUE, "schakel.inbound", "nl.burgerzaken.zaak.#")

    def listen(self) -> None:
        while True:
            method, _, body = self._channel.basic_get(QUEUE, auto_ack=True)
            if method is None:
                return
            event = json.loads(body or b"")
            if event["id"] not in self._known:
                self._known.add(event["id"])
                self.received.append(event)


async def everything(core: Core, stage: Stage, books: Books) -> None:
    """Listen until the zaaksysteem's books say that all of it is there."""
    deadline = time.monotonic() + PATIENCE
    while True:
        core.listen()
        if not await books.missing(stage, core.received):
            return
        assert time.monotonic() < deadline, await books.verdict(stage, core.received)
        await asyncio.sleep(0.2)


@pytest.mark.parametrize(
    ("cast", "books"), [(ZGW, ZgwBooks()), (STUF, StufBooks())], ids=["zgw", "stuf"]
)
async def test_what_starts_there_reaches_the_core_over_an_outage_of_the_broker(
    cast: Cast, books: Books, tmp_path: Path, amqp_url: str
) -> None:
    address = pika.URLParameters(amqp_url)
    async with Network((address.host, address.port)) as line:
        through = amqp_url.replace(f"{address.host}:{address.port}", f"127.0.0.1:{line.port}")
        (tmp_path / "core.url").write_text(through, encoding="utf-8")
        wiring = WIRING.format(file=tmp_path / "core.url")
        with pika.BlockingConnection(address) as connection:
            core = Core(connection.channel())
            async with Stage(tmp_path, Console(file=StringIO()), cast=cast, more=wiring) as stage:
                await books.introduce(stage)
                await books.start(stage, 3)
                await everything(core, stage, books)
                assert core.received

                await line.refuse()
                await books.stutter(stage)
                await books.start(stage, 3)
                await asyncio.sleep(1.5)
                before = len(core.received)
                core.listen()
                assert len(core.received) == before  # it waits, in the hub
                await line.start()
                await books.start(stage, 1)
                await everything(core, stage, books)

                found = await books.verdict(stage, core.received)
                await the_documents_can_be_fetched(stage, core)
    assert found["told"] >= 7
    assert (found["lost"], found["doubled"], found["outOfOrder"]) == (0, 0, 0)


async def the_documents_can_be_fetched(stage: Stage, core: Core) -> None:
    """`dataref` leads to the content; its name is its digest."""
    documents = [one for one in core.received if one.get("dataref")]
    assert documents
    for one in documents:
        digest = one["dataref"].rpartition(":")[2]
        answer = await stage.hub.get(f"/v1/documents/{digest}?tenant=0344")
        assert answer.status_code == 200, answer.text
        assert hashlib.sha256(answer.content).hexdigest() == digest
