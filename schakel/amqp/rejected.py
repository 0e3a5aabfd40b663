"""Looking at the refused messages, and deciding what becomes of each.

They lie in a queue, not in the store: of what could not be read nothing is known, neither its
tenant nor its case. Whoever walks through the queue holds what it has seen until it is done; all of
it goes back in its order then. Two at a time would not see what the other holds.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final

from adapters._kit.amqp import AmqpChannel, AmqpConnection, Arrival
from schakel.amqp.rejection import Rejected, describe, identify, restore
from schakel.amqp.topology import OUTBOUND, REJECTED

CONNECT_SECONDS: Final = 5.0
"""Longest that an operator waits for the broker."""
MOST_SEEN: Final = 10_000
"""Messages that one walk holds; those behind them are seen when these have been dealt with."""

Chosen = Callable[[Rejected], bool]
Note = Callable[[Rejected], Awaitable[None]]
"""Called for each message before anything is done with it; when it fails, nothing is."""
Ids = list[str]


class RejectedMessages:
    """Connects for each call: an operator comes seldom. Every call may raise `AmqpError`."""

    def __init__(
        self,
        url: str,
        *,
        name: str,
        tls: ssl.SSLContext | None,
        connect_seconds: float = CONNECT_SECONDS,
    ) -> None:
        self._url = url
        self._name = name
        self._tls = tls
        self._seconds = connect_seconds
        self._one = asyncio.Lock()

    async def list(self, *, limit: int) -> Sequence[Rejected]:
        """The oldest first. The same message, refused twice, is listed once."""
        found: dict[str, Rejected] = {}
        async with self._channel() as channel:
            async for arrival in _walk(channel):
                one = describe(arrival)
                found.setdefault(one.id, one)
                if len(found) >= limit:
                    break
        return list(found.values())

    async def find(self, rejected_id: str) -> tuple[Rejected, bytes] | None:
        """The message with its body."""
        async with self._channel() as channel:
            async for arrival in _walk(channel):
                if identify(arrival) == rejected_id:
                    return describe(arrival), arrival.body
        return None

    async def replay(self, chosen: Chosen, *, note: Note) -> Ids:
        """Publishes them again, the oldest first, as they were; returns their ids.

        Each is taken out of the queue when the broker has confirmed it. One that is refused once
        more comes back into the queue.
        """
        return await self._deal_with(chosen, note, again=True)

    async def discard(self, chosen: Chosen, *, note: Note) -> Ids:
        """Forgets them, for good; returns their ids."""
        return await self._deal_with(chosen, note, again=False)

    async def _deal_with(self, chosen: Chosen, note: Note, *, again: bool) -> Ids:
        done: dict[str, None] = {}
        async with self._channel() as channel:
            async for arrival in _walk(channel):
                one = describe(arrival)
                if not chosen(one):
                    continue
                if one.id not in done:
                    await note(one)
                    if again:
                        await _publish_again(channel, arrival)
                channel.ack(arrival.tag)
                done[one.id] = None
        return list(done)

    @asynccontextmanager
    async def _channel(self) -> AsyncIterator[AmqpChannel]:
        connection = AmqpConnection(self._url, name=self._name, tls=self._tls)
        async with self._one:
            connection.open()
            try:
                await connection.ready(self._seconds)
                async with connection.channel() as channel:
                    yield channel
            finally:
                await connection.close()


async def _walk(channel: AmqpChannel) -> AsyncIterator[Arrival]:
    """What is there now; what is refused while somebody looks comes at the next look."""
    _, count, _ = await channel.declare_queue(REJECTED, passive=True)
    for _ in range(min(count, MOST_SEEN)):
        arrival = await channel.get(REJECTED)
        if arrival is None:
            return
        yield arrival


async def _publish_again(channel: AmqpChannel, arrival: Arrival) -> None:
    await channel.publish(OUTBOUND, arrival.routing_key, arrival.body, restore(arrival.properties))
