"""The core's ears: what zaaksystemen started, from its queue and from the inbox of the hub.

What arrives is kept before it is acknowledged; what arrives again is recognised by its id.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from random import Random
from typing import Any, Final

import httpx

from adapters._kit.amqp import AmqpConnection, AmqpError, Arrival
from schakel.amqp.topology import INBOUND

QUEUE: Final = "core.schakel"
_AGAIN_AFTER: Final = 0.2

Json = dict[str, Any]


async def bind_queue(url: str) -> None:
    """The core's queue, as an administrator makes it before the hub is started."""
    connection = AmqpConnection(url, name="administrator")
    connection.open()
    try:
        await connection.ready(10)
        async with connection.channel() as channel:
            await channel.declare_exchange(INBOUND, "topic")
            await channel.declare_queue(QUEUE, arguments={"x-queue-type": "quorum"})
            await channel.bind_queue(QUEUE, INBOUND, "nl.burgerzaken.#")
    finally:
        await connection.close()


class Ears:
    """`received` in the order of arrival, each event once."""

    def __init__(self, api: Sequence[httpx.AsyncClient], random: Random) -> None:
        self._api = api
        self._random = random
        self._known: set[tuple[str, str]] = set()
        self._collected: set[tuple[str, str]] = set()
        self.received: list[Json] = []
        self.repeats: Counter[str] = Counter()
        """How often an event came once more, over the broker or from the inbox."""
        self.collected_twice: list[str] = []
        """Ids of events that the inbox gave again after it had taken the acknowledgement."""

    def hear(self, event: Json, *, over: str) -> None:
        key = (event["source"], event["id"])
        if key in self._known:
            self.repeats[over] += 1
            return
        self._known.add(key)
        self.received.append(event)

    async def listen(self, url: str) -> None:
        """Takes what is in the core's queue, until it is cancelled."""
        connection = AmqpConnection(url, name="core's ears")
        connection.open()
        try:
            while True:
                with suppress(AmqpError):
                    await connection.ready(5)
                    await self._consume(connection)
        finally:
            await connection.close()

    async def collect(self) -> None:
        """Collects what is in the inbox, until it is cancelled."""
        while True:
            try:
                found = await self._collect()
            except httpx.HTTPError:
                found = 0
            if not found:
                await asyncio.sleep(_AGAIN_AFTER)

    async def _consume(self, connection: AmqpConnection) -> None:
        async with connection.channel() as channel:

            def take(arrival: Arrival) -> None:
                self.hear(json.loads(arrival.body), over="the broker")
                with suppress(AmqpError):  # it comes again
                    channel.ack(arrival.tag)

            await channel.consume(QUEUE, take, prefetch=50)
            await channel.closed()

    async def _collect(self) -> int:
        """Fetches at one hub and acknowledges at another: they share what waits."""
        fetching, acknowledging = self._random.choice(self._api), self._random.choice(self._api)
        answer = await fetching.get("/v1/inbox", params={"limit": 100})
        items = answer.raise_for_status().json()["items"]
        if not items:
            return 0
        for item in items:
            event = item["event"]
            if (event["source"], event["id"]) in self._collected:
                self.collected_twice.append(event["id"])
            self.hear(event, over="the inbox")
        ids = {"ids": [item["id"] for item in items]}
        (await acknowledging.post("/v1/inbox/ack", json=ids)).raise_for_status()
        self._collected |= {(one["event"]["source"], one["event"]["id"]) for one in items}
        return len(items)
