"""The core: publishes each case's messages in order and never gives one up.

A case goes in through one entrance from beginning to end, since the order of two entrances is
nobody's promise.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from random import Random
from typing import Any, Final

import httpx

from adapters._kit.amqp import AmqpConnection, AmqpError, Properties
from schakel.amqp.events import STRUCTURED
from schakel.amqp.topology import OUTBOUND
from tests.chaos.cluster import Cluster
from tests.chaos.systems import TENANTS

_AGAIN_AFTER: Final = 0.1

Message = dict[str, Any]


def spread(messages: Iterable[Message]) -> list[Message]:
    """The same messages, their cases spread over the municipalities."""
    return [message | {"tenant": _tenant(message)} for message in messages]


def _tenant(message: Mapping[str, Any]) -> str:
    codes = tuple(TENANTS)
    return codes[sum(str(message["subject"]).encode()) % len(codes)]


class Core:
    def __init__(self, cluster: Cluster, random: Random) -> None:
        self._cluster = cluster
        self._random = random
        self.acknowledged: list[Message] = []
        self.said_again = 0
        self.closing = False
        """The counters finish what they are saying and take nobody new."""

    async def publish(self, messages: Sequence[Message], *, pace: float) -> None:
        """All of them, `pace` seconds apart at each of the counters."""
        shares: dict[int, list[Message]] = defaultdict(list)
        counters = 4
        for message in messages:
            shares[sum(str(message["subject"]).encode()) // 7 % counters].append(message)
        broker = None
        if self._cluster.amqp_url is not None:
            broker = AmqpConnection(self._through_the_proxy(), name="core")
            broker.open()
        try:
            async with asyncio.TaskGroup() as group:
                for number, share in shares.items():
                    over = broker if number % 2 else None
                    group.create_task(self._counter(share, pace=pace * counters, broker=over))
        finally:
            if broker is not None:
                await broker.close()

    async def _counter(
        self, messages: Iterable[Message], *, pace: float, broker: AmqpConnection | None
    ) -> None:
        for message in messages:
            if self.closing:
                return
            while not await self._once(message, broker):
                self.said_again += 1
                await asyncio.sleep(_AGAIN_AFTER)
            self.acknowledged.append(message)
            await asyncio.sleep(pace)

    async def _once(self, message: Message, broker: AmqpConnection | None) -> bool:
        body = json.dumps(message).encode()
        if broker is not None:
            properties = Properties(content_type=STRUCTURED, message_id=str(message["id"]))
            with suppress(AmqpError):
                await broker.publish(OUTBOUND, str(message["type"]), body, properties)
                return True
            return False
        client = self._random.choice(self._cluster.api)
        headers = {"Content-Type": STRUCTURED}
        try:
            answer = await client.post("/v1/messages", content=body, headers=headers)
        except httpx.TransportError:
            return False
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            return False
        answer.raise_for_status()
        return True

    def _through_the_proxy(self) -> str:
        return self._cluster.environment["SCHAKEL_AMQP"]
