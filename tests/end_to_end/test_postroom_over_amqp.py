"""The postroom over RabbitMQ: what zaaksystemen start reaches the core's queue, over an outage.

Every part is real: the simulated zaaksysteem, a hub process, the broker behind a line that is cut.
A message may come twice over such a line; a core looks at the id, and so does this one.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any, Final

import pika
import pytest
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import UnroutableError
from rich.console import Console

from schakel.amqp.topology import ASK
from schakel.demo.books import Books, StufBooks, ZgwBooks
from schakel.demo.casts import STUF, ZGW, Cast
from schakel.demo.stage import Stage
from tests.chaos.network import Network

WIRING: Final = """
[amqp]
url = "file:{file}"

[[ask]]
type = "zaak.details"
to = "zaaksysteem"

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
RSIN: Final = "002220647"
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
        self._answers = channel.queue_declare("", exclusive=True).method.queue
        channel.confirm_delivery()

    def listen(self) -> None:
        while True:
            method, _, body = self._channel.basic_get(QUEUE, auto_ack=True)
            if method is None:
                return
            event = json.loads(body or b"")
            if event["id"] not in self._known:
                self._known.add(event["id"])
                self.received.append(event)

    async def ask(self, kind: str, question: Json) -> Json:
        """Over the broker; the queue for questions is there when the hub is."""
        properties = pika.BasicProperties(  # type: ignore[no-untyped-call]  # pika brings no types
            type=kind,
            headers={"tenant": "0344"},
            reply_to=self._answers,
            correlation_id="vraag",
            expiration="20000",
        )
        await self._until(lambda: self._published(ASK, question, properties))
        properties, body = await self._until(self._answered)
        assert properties.correlation_id == "vraag"
        assert properties.content_type == "application/json", body
        answer: Json = json.loads(body or b"")
        return answer

    async def _until(self, look: Callable[[], Any]) -> Any:
        async with asyncio.timeout(PATIENCE):
            while True:
                found = look()
                if found:
                    return found
                await asyncio.sleep(0.05)

    def _answered(self) -> tuple[Any, bytes | None] | None:
        method, properties, body = self._channel.basic_get(self._answers, auto_ack=True)
        return None if method is None else (properties, body)

    def _published(self, queue: str, question: Json, properties: pika.BasicProperties) -> bool:
        body = json.dumps(question).encode()
        try:
            self._channel.basic_publish("", queue, body, properties, mandatory=True)
        except UnroutableError:
            return False
        return True


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
                await the_case_can_be_asked_for(core)

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


async def the_case_can_be_asked_for(core: Core) -> None:
    """The whole case, as the zaaksysteem has it now."""
    [case, *_] = [one for one in core.received if one["type"].endswith("zaak.ontvangen")]
    asked = {"zaakidentificatie": case["subject"], "bronorganisatie": RSIN}
    found = await core.ask("zaak.details", asked)
    assert found["gevonden"]
    assert found["zaak"]["zaakidentificatie"] == case["subject"]
    assert found["zaak"]["omschrijving"] == case["data"]["omschrijving"]
    nowhere = await core.ask("zaak.details", asked | {"zaakidentificatie": "0344-NERGENS"})
    assert not nowhere["gevonden"]


async def the_documents_can_be_fetched(stage: Stage, core: Core) -> None:
    """`dataref` leads to the content; its name is its digest."""
    documents = [one for one in core.received if one.get("dataref")]
    assert documents
    for one in documents:
        digest = one["dataref"].rpartition(":")[2]
        answer = await stage.hub.get(f"/v1/documents/{digest}?tenant=0344")
        assert answer.status_code == 200, answer.text
        assert hashlib.sha256(answer.content).hexdigest() == digest
