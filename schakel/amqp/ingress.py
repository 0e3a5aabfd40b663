"""From one queue into the store: in the queue's order, acknowledged after the commit.

While one batch is being committed the next ones arrive, so batches grow with the load by
themselves and a single message never waits for company. A batch is acknowledged as a whole: what
could be taken is durable, and what could not is kept among the rejected, with the reason. When
anything of it fails nothing is acknowledged; the broker delivers all of it again, to whichever hub
process is next, and the store knows what it has.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

import structlog

from adapters._kit.amqp import (
    AmqpBlocked,
    AmqpError,
    AmqpNacked,
    AmqpUnroutable,
    Arrival,
    Properties,
)
from adapters.contract import Clock
from continuity.store.contract import StoreError
from schakel.amqp import rejection
from schakel.amqp.batch import Intake, Item, check, store
from schakel.amqp.metrics import IngressMetrics
from schakel.amqp.topology import REJECTED_EXCHANGE

MOST_MESSAGES: Final = 200
"""Messages in one batch."""
MOST_EVENTS: Final = 500
"""A batch takes no further message when it has as many events."""
MOST_BYTES: Final = 64 << 20
"""Bodies that wait in memory; what arrives beyond is fetched again later."""
MOST_HEADER_BYTES: Final = 32 << 10
"""With our own headers they still fit into one frame; larger ones could never be passed on."""

_FIRST_WAIT: Final = 0.2
_LONGEST_WAIT: Final = 5.0

_log = structlog.stdlib.get_logger("schakel.amqp")


class _GivenUp(Exception):
    """Store or broker are away and the process stops: nothing of the batch is acknowledged."""


class Channel(Protocol):
    """What an ingress does on its channel; every call may raise `AmqpError`."""

    def ack(self, tag: int, *, multiple: bool = False) -> None: ...

    def nack(self, tag: int, *, multiple: bool = False, requeue: bool = True) -> None: ...

    async def publish(
        self,
        exchange: str,
        routing_key: str,
        body: bytes,
        properties: Properties,
        *,
        mandatory: bool = True,
    ) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    body: int
    """Bytes of one message."""
    batch: int
    """Events in one message."""
    waiting: int = MOST_BYTES
    """Bytes of all messages that wait in memory."""


class Ingress:
    """What one consumer takes from one queue, for as long as its channel lives."""

    def __init__(
        self,
        channel: Channel,
        *,
        queue: str,
        hub: str,
        intake: Intake,
        clock: Clock,
        limits: Limits,
        metrics: IngressMetrics,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._channel = channel
        self._queue = queue
        self._hub = hub
        self._intake = intake
        self._clock = clock
        self._limits = limits
        self._metrics = metrics
        self._sleep = sleep
        self._waiting: deque[Arrival] = deque()
        self._bytes = 0
        self._full = False
        self._stopping = False
        self._news = asyncio.Event()

    def arrived(self, arrival: Arrival) -> None:
        """Called by the connection for each message, in the queue's order."""
        if self._stopping:
            return  # it goes back when the channel closes
        if arrival.redelivered:
            self._metrics.redelivered.inc()
        size = len(arrival.body)
        if size > self._limits.body or _header_size(arrival) > MOST_HEADER_BYTES:
            _log.warning("message_too_large", queue=self._queue, bytes=size)
            self._metrics.refused.inc()
            with suppress(AmqpError):  # the channel is closing: it will come again
                self._channel.nack(arrival.tag, requeue=False)
            return
        # Once one has been left out every later one is too: they must not overtake it.
        self._full = self._full or bool(self._bytes and self._bytes + size > self._limits.waiting)
        if not self._full:
            self._waiting.append(arrival)
            self._bytes += size
        self._news.set()

    def stop(self) -> None:
        """Makes `run` return after the batch that it is busy with."""
        self._stopping = True
        self._news.set()

    async def run(self) -> None:
        """Takes what arrives, until `stop`, or until messages were left out to save memory.

        Whoever called must close the channel then: what was not acknowledged goes back to the
        queue. Raises `AmqpError` when the channel has closed.
        """
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                while self._waiting and not self._stopping:
                    await self._take(await self._next_batch())
            except _GivenUp:
                return
            if self._stopping or self._full:
                return

    async def _next_batch(self) -> list[Item]:
        batch: list[Item] = []
        events = 0
        while self._waiting and len(batch) < MOST_MESSAGES and events < MOST_EVENTS:
            arrival = self._waiting.popleft()
            self._bytes -= len(arrival.body)
            batch.append(await check(arrival, self._intake, batch_limit=self._limits.batch))
            events += max(1, len(batch[-1].checked))
            await asyncio.sleep(0)  # what answers a counter goes first
        return batch

    async def _take(self, batch: Sequence[Item]) -> None:
        await self._until_done(lambda: store(batch, self._intake, self._metrics))
        refused = [item for item in batch if item.reason]
        if refused:
            await self._until_done(lambda: self._keep_all(refused))
            for item in refused:
                self._tell(item)
        self._channel.ack(batch[-1].arrival.tag, multiple=True)

    async def _keep_all(self, refused: Sequence[Item]) -> None:
        """Returns when the broker has confirmed that it has each of them."""
        now = self._clock.now()
        ends = await asyncio.gather(
            *(self._keep(item, now) for item in refused if not item.kept), return_exceptions=True
        )
        for end in ends:
            if isinstance(end, BaseException):
                raise end

    async def _keep(self, item: Item, now: datetime) -> None:
        arrival = item.arrival
        properties = rejection.refuse(
            arrival.properties, reason=item.reason, problems=item.problems, now=now, hub=self._hub
        )
        try:
            await self._publish(arrival, properties)
        except ValueError:  # a header of theirs has a type that cannot be written again
            await self._publish(arrival, rejection.plain(properties))
        item.kept = True

    async def _publish(self, arrival: Arrival, properties: Properties) -> None:
        await self._channel.publish(
            REJECTED_EXCHANGE, arrival.routing_key, arrival.body, properties
        )

    def _tell(self, item: Item) -> None:
        if not item.counted:
            self._metrics.refused.inc()
        _log.warning(
            "message_refused",
            queue=self._queue,
            reason=item.reason,
            rules=sorted({problem.rule for problem in item.problems}),
        )

    async def _until_done(self, work: Callable[[], Awaitable[None]]) -> None:
        """Tries again until it is done: nothing may be passed over, and prefetch bounds the wait.

        An `AmqpError` that means the end of the channel comes out.
        """
        wait, away = _FIRST_WAIT, False
        while True:
            try:
                await work()
            except (StoreError, AmqpBlocked, AmqpNacked, AmqpUnroutable) as error:
                if not away:
                    event = "ingress_waits_for_store"
                    if not isinstance(error, StoreError):
                        event = "ingress_waits_for_broker"
                    _log.warning(event, queue=self._queue, detail=str(error))
                away = True
            else:
                break
            if self._stopping:
                raise _GivenUp
            await self._sleep(wait * (0.5 + random.random() / 2))  # noqa: S311 - spreads retries
            wait = min(2 * wait, _LONGEST_WAIT)
        if away:
            _log.warning("ingress_goes_on", queue=self._queue)


def _header_size(arrival: Arrival) -> int:
    """Roughly, and never too small by much: most messages have none."""
    headers = arrival.properties.headers
    return len(repr(headers)) if headers else 0
