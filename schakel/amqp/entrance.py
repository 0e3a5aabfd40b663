"""The AMQP entrance of one process: its connection, a consumer for each queue, and its state."""

from __future__ import annotations

import asyncio
import secrets
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any, Final, Protocol

import structlog

from adapters._kit.amqp import AmqpChannel, AmqpConnection, AmqpError, Arrival
from schakel.amqp.ingress import Ingress
from schakel.amqp.metrics import IngressMetrics
from schakel.amqp.rpc import AskServer
from schakel.amqp.storewatch import StoreWatch
from schakel.amqp.topology import ASK, Topology, declare, ingress_queues, topology

ASK_PREFETCH: Final = 50
"""Questions that one process works on at a time."""

_LOOK_SECONDS: Final = 5.0
_AGAIN_SECONDS: Final = 1.0
_LAST_SECONDS: Final = 1.0
"""For what is being done when the store is lost."""

_STORE_LOST: Final = "The store does not answer; what had come in was given back to the broker."

_log = structlog.stdlib.get_logger("schakel.amqp")


class Consumer(Protocol):
    """Takes messages from one queue until its channel is to be closed."""

    def arrived(self, arrival: Arrival) -> None: ...

    async def run(self) -> None: ...

    def stop(self) -> None: ...


class AmqpEntrance:
    """Runs until `stop`; a broker that is away costs two lines in the log, and nothing else.

    Without its store it takes nothing, and gives back what it has: see `storewatch`.
    """

    def __init__(
        self,
        url: str,
        *,
        name: str,
        shards: int,
        prefetch: int,
        delivery_limit: int,
        tls: ssl.SSLContext | None,
        metrics: IngressMetrics,
        watch: StoreWatch,
        ingress: Callable[[AmqpChannel, str], Ingress],
        ask: Callable[[AmqpChannel], AskServer] | None = None,
    ) -> None:
        """`ingress` makes what takes from a queue, on a channel of its own; `ask` likewise."""
        self._wanted: Topology = topology(shards=shards, delivery_limit=delivery_limit)
        self._metrics = metrics
        self._watch = watch
        self._prefetch = prefetch
        self._queues = ingress_queues(shards)
        self._ingress = ingress
        self._ask = ask
        self._consumers: set[Consumer] = set()
        self._stopping = asyncio.Event()
        self.connection = AmqpConnection(
            url, name=name, tls=tls, prepare=self._declare, on_change=self._changed
        )

    @property
    def trouble(self) -> str | None:
        """Why nothing comes in over RabbitMQ now; None when all is well."""
        trouble = self.connection.trouble
        if trouble is not None:
            return str(trouble)
        return _STORE_LOST if self._watch.is_lost else None

    async def declared(self, seconds: float) -> bool:
        """Whether exchanges and queues are there; waits for it until `seconds` or `stop`."""
        with suppress(AmqpError):
            await self._unless_stopped(self.connection.ready(seconds))
        return self.connection.is_ready

    async def run(self) -> None:
        """Until `stop` has been called and what was being stored has been acknowledged."""
        self.connection.open()
        try:
            async with asyncio.TaskGroup() as tasks:
                watching = tasks.create_task(self._watch.run())
                await self._consume_all()
                watching.cancel()
        finally:
            await self.connection.close()

    async def _consume_all(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            for queue in self._queues:
                tasks.create_task(self._serve(queue, self._prefetch, self._ingress_on(queue)))
            if self._ask is not None:
                tasks.create_task(self._serve(ASK, ASK_PREFETCH, self._ask))

    @asynccontextmanager
    async def running(self, grace: timedelta) -> AsyncIterator[None]:
        """Runs beside the body; what it is storing at the end gets `grace` to be acknowledged."""
        async with asyncio.TaskGroup() as tasks:
            work = tasks.create_task(self.run(), name="amqp")
            try:
                yield
            finally:
                self.stop()
                await asyncio.wait([work], timeout=grace.total_seconds())
                work.cancel()

    def stop(self) -> None:
        self._stopping.set()
        for consumer in self._consumers:
            consumer.stop()

    def _ingress_on(self, queue: str) -> Callable[[AmqpChannel], Consumer]:
        return lambda channel: self._ingress(channel, queue)

    async def _declare(self, channel: AmqpChannel) -> None:
        await declare(channel, self._wanted)

    def _changed(self, trouble: AmqpError | None) -> None:
        self._metrics.connected.set(trouble is None)
        if self._stopping.is_set():
            return
        if trouble is None:
            _log.warning("broker_connected", broker=self.connection.broker)
        else:
            _log.warning("broker_away", broker=self.connection.broker, detail=str(trouble))

    async def _serve(
        self, queue: str, prefetch: int, make: Callable[[AmqpChannel], Consumer]
    ) -> None:
        """One channel after the other; each new one begins with what was not acknowledged."""
        while not self._stopping.is_set():
            try:
                await self._unless_stopped(self._watch.reached())
                await self._unless_stopped(self.connection.ready(_LOOK_SECONDS))
                if self._stopping.is_set():
                    return
                async with self.connection.channel() as channel:
                    await self._consume(channel, queue, prefetch, make(channel))
            except (AmqpError, TimeoutError) as error:
                _log.debug("consumer_ended", queue=queue, detail=str(error))
            except Exception:  # noqa: BLE001 - a mistake of ours here must not take the whole hub down
                incident = secrets.token_hex(6)
                _log.exception("incident", incident=incident, queue=queue)
            else:
                continue
            if self.connection.is_ready:  # it was the channel alone
                await self._unless_stopped(asyncio.sleep(_AGAIN_SECONDS))

    async def _consume(
        self, channel: AmqpChannel, queue: str, prefetch: int, consumer: Consumer
    ) -> None:
        self._consumers.add(consumer)
        try:
            await channel.consume(queue, consumer.arrived, prefetch=prefetch)
            work = asyncio.ensure_future(consumer.run())
            closed = asyncio.ensure_future(channel.closed())
            await _first(work, closed, asyncio.ensure_future(self._let_go(consumer, work)))
            if not closed.cancelled():
                raise closed.result()
            if not work.cancelled():
                work.result()
        finally:
            self._consumers.discard(consumer)

    async def _let_go(self, consumer: Consumer, work: asyncio.Future[None]) -> None:
        """Returns when the store was lost, and the consumer had its time to end."""
        await self._watch.lost()
        consumer.stop()
        await asyncio.wait([work], timeout=_LAST_SECONDS)

    async def _unless_stopped(self, work: Awaitable[object]) -> None:
        """Waits for the work or for `stop`, whichever is first; raises what the work raised."""
        task = asyncio.ensure_future(work)
        await _first(task, asyncio.ensure_future(self._stopping.wait()))
        if not task.cancelled():
            task.result()


async def _first(*tasks: asyncio.Future[Any]) -> None:
    """Waits for one of them; the others are cancelled and have ended when it returns."""
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        for task in tasks:
            if not task.cancelled():
                task.exception()  # it is told here, or is what follows from the other's end
