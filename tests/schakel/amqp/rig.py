"""A hub's AMQP entrance on the real broker, with a store that can be made to fail."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Final, Literal

from prometheus_client import CollectorRegistry

from adapters._kit.amqp import AmqpConnection, Arrival, Properties
from continuity.store.contract import StoreUnavailable
from continuity.store.memory import MemoryStore
from continuity.store.records import Accepted, Conflict, MissingDocument, NewMessage
from routing import Route, RouteTable, Target
from schakel.amqp import AmqpEntrance, Ingress, IngressMetrics, Limits, StoreWatch
from schakel.amqp.events import STRUCTURED
from schakel.amqp.storewatch import LETS_GO_AFTER
from schakel.amqp.topology import INGRESS, OUTBOUND, REJECTED
from schakel.intake import Intake
from schemas import MESSAGE_TYPES
from tests.schakel.http.harness import PREFIX, FakeClock, event

PATIENCE: Final = 20.0
"""Seconds that something which takes well under one may take on a busy machine."""
ROUTES: Final = [Route(name="zaken", types=(f"{PREFIX}*",), to=("zaken",))]
LIMITS: Final = Limits(body=1 << 20, batch=100)


class Store(MemoryStore):
    """The model, that can be away, and remembers the order in which it was given things."""

    def __init__(self) -> None:
        super().__init__()
        self.away = False
        self.bug: str | None = None
        """Event id at which it shows a mistake."""
        self.order: list[str] = []
        """Ids of new events, as accepted."""
        self.asked = asyncio.Event()
        self.repeats = 0

    async def accept(
        self, messages: Sequence[NewMessage], *, now: datetime
    ) -> Sequence[Accepted | Conflict | MissingDocument]:
        self.asked.set()
        if self.away:
            raise StoreUnavailable("The store is away.")
        if self.bug in {one.event_id for one in messages}:
            raise RuntimeError("a bug")
        results = await super().accept(messages, now=now)
        for message, result in zip(messages, results, strict=True):
            if isinstance(result, Accepted) and result.new:
                self.order.append(message.event_id)
            else:
                self.repeats += 1
        return results


class Reach:
    """One process's way to the store, which can fail while that of others does not."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.lost: Literal["", "refused", "silent", "answer"] = ""
        """How: no connection, no word, or the answer to what was stored does not come."""
        self.tries = 0
        self.pings = 0

    async def accept(self, messages: Sequence[NewMessage], *, now: datetime) -> Any:
        self.tries += 1
        if self.lost == "answer":
            await self._store.accept(messages, now=now)
        await self._fail()
        return await self._store.accept(messages, now=now)

    async def ping(self) -> None:
        self.pings += 1
        await self._fail()
        await self._store.ping()

    async def _fail(self) -> None:
        if self.lost == "refused":
            raise StoreUnavailable("No connection.")
        if self.lost:
            await asyncio.Event().wait()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


def make_intake(store: Any, *, tenants: frozenset[str] = frozenset({"0344"})) -> Intake:
    table = RouteTable(ROUTES, destinations={"zaken": Target(handles=frozenset(MESSAGE_TYPES))})
    return Intake(
        store=store, routes=table, tenants=tenants, clock=FakeClock(), wake=lambda _names: None
    )


class Rig:
    """One hub process's entrance."""

    def __init__(
        self,
        url: str,
        store: Store,
        *,
        name: str = "hub-1",
        limits: Limits = LIMITS,
        prefetch: int = 500,
        shards: int = 1,
        delivery_limit: int = 200,
        tenants: frozenset[str] = frozenset({"0344"}),
        patience: float = LETS_GO_AFTER,
    ) -> None:
        self.store = store
        self.reach = Reach(store)
        self.metrics = IngressMetrics(CollectorRegistry())
        self.naps: list[float] = []
        intake = make_intake(self.reach, tenants=tenants)
        self.made: list[Ingress] = []

        async def nap(seconds: float) -> None:
            self.naps.append(seconds)
            await asyncio.sleep(0.01)

        def make(channel: Any, queue: str) -> Ingress:
            ingress = Ingress(
                channel,
                queue=queue,
                hub=name,
                intake=intake,
                clock=FakeClock(),
                limits=limits,
                metrics=self.metrics,
                sleep=nap,
            )
            self.made.append(ingress)
            return ingress

        self.entrance = AmqpEntrance(
            url,
            name=name,
            shards=shards,
            prefetch=prefetch,
            delivery_limit=delivery_limit,
            tls=None,
            metrics=self.metrics,
            watch=StoreWatch(
                self.reach.ping, patience=patience, looks_every=0.05, answers_within=0.1
            ),
            ingress=make,
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        work = asyncio.create_task(self.entrance.run())
        try:
            await self.entrance.connection.ready(PATIENCE)
            yield
        finally:
            self.entrance.stop()
            async with asyncio.timeout(PATIENCE):
                await work


@asynccontextmanager
async def broker(url: str) -> AsyncIterator[AmqpConnection]:
    """A connection of a publisher, or of whoever looks at queues."""
    connection = AmqpConnection(url, name="test")
    connection.open()
    try:
        await connection.ready(PATIENCE)
        yield connection
    finally:
        await connection.close()


async def publish(
    connection: AmqpConnection, body: Mapping[str, Any] | bytes, **properties: Any
) -> None:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = {"content_type": STRUCTURED, **properties}
    key = body.get("type", "x") if isinstance(body, Mapping) else "x"
    await connection.publish(OUTBOUND, key, raw, Properties(**given))


def numbered(number: int, case: int = 1) -> dict[str, Any]:
    """The nth event; its id is the number."""
    return event(number=case, id=str(number))


async def until(true: Callable[[], Any]) -> None:
    """Returns when it has become true; fails when it does not."""
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110 - a broker tells no event
            await asyncio.sleep(0.01)


async def left(connection: AmqpConnection, queue: str = INGRESS) -> int:
    """Messages that nobody has."""
    async with connection.channel() as channel:
        _, ready, _ = await channel.declare_queue(queue, passive=True)
    return ready


async def rejected(connection: AmqpConnection, count: int) -> list[Arrival]:
    """Takes `count` messages from among the rejected, for good."""
    taken: list[Arrival] = []
    async with connection.channel() as channel, asyncio.timeout(PATIENCE):
        while len(taken) < count:
            arrival = await channel.get(REJECTED)
            if arrival is None:
                await asyncio.sleep(0.02)
                continue
            taken.append(arrival)
            channel.ack(arrival.tag)
    return taken


def cut(rig: Rig) -> None:
    """Ends the hub's connection without a goodbye, as when the network fails."""
    link = rig.entrance.connection._link
    assert link is not None
    assert link._transport is not None
    link._transport._sock.shutdown(socket.SHUT_RDWR)
