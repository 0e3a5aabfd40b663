"""A hub to watch: a store, the worker and scripted partners, in virtual time.

`virtual` runs a test in virtual time: a day of retries takes milliseconds and nothing sleeps.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from datetime import datetime
from random import Random
from typing import Any, cast

from adapters.contract import Health, RejectedError, TransientError, UncertainError
from continuity.breaker import BreakerPolicy, BreakerState
from continuity.delivery import OnParked, State
from continuity.observer import Observer
from continuity.policy import DestinationPolicy
from continuity.retry import RetryPolicy
from continuity.store.contract import Store
from continuity.store.memory import MemoryStore
from continuity.store.records import Accepted, Delivery, DeliveryFilter, NewDelivery
from continuity.worker import Destination, Worker
from tests.continuity.fakes import (
    FakeAdapter,
    ShiftedClock,
    Watcher,
    new_message,
    raises,
    seconds,
)
from tests.simulation.loop import VirtualClock, run_virtual

DOWN = raises(TransientError("connection refused"))
LOST = raises(UncertainError("no answer"))
REFUSED = raises(RejectedError("zgw:invalid", "unknown"))
CALM = RetryPolicy(jitter=0)
FAR = RetryPolicy(first=seconds(800), longest=seconds(900), jitter=0)
"""Backs off for so long that only recovery or an operator can be the reason for a new attempt."""
BREAKER = BreakerPolicy(threshold=3, probe_interval=seconds(30))

Hook = Callable[[], Awaitable[None]]


class Meddled:
    """A store that does something else first, or afterwards, when one of its methods is called."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.before: dict[str, Hook] = {}
        self.after: dict[str, Hook] = {}
        self.called: Counter[str] = Counter()

    def subscribe(self, heard: Callable[[frozenset[str]], None]) -> None:
        self._store.subscribe(heard)

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        method = getattr(self._store, name)

        async def call(*args: Any, **named: Any) -> Any:
            self.called[name] += 1
            if name in self.before:
                await self.before[name]()
            answer = await method(*args, **named)
            if name in self.after:
                await self.after[name]()
            return answer

        return call


def once(hook: Hook) -> Hook:
    """Only the first time."""
    left = [hook]

    async def act() -> None:
        if left:
            await left.pop()()

    return act


def fails(error: Exception) -> Hook:
    async def act() -> None:
        raise error

    return act


class Hub:
    """One store, its destinations, and the processes that work for them, in virtual time."""

    def __init__(self, store: Store | None = None) -> None:
        self.clock = ShiftedClock(VirtualClock(asyncio.get_running_loop()))
        self.store: Store = store or MemoryStore()
        self.destinations: dict[str, Destination] = {}
        self.observer: Observer = Watcher()
        self.worker: Worker
        self.process: asyncio.Task[None] | None = None

    def meddle(self) -> Meddled:
        """From now on the hub's store is one in which a test can meddle."""
        meddled = Meddled(self.store)
        self.store = cast("Store", meddled)
        return meddled

    def destination(self, name: str = "north", **policy: Any) -> FakeAdapter:
        adapter = FakeAdapter(self.clock)
        self.destinations[name] = Destination(policy=DestinationPolicy(**policy), adapter=adapter)
        return adapter

    async def start(self, node: str = "node-1") -> None:
        self.worker = Worker(
            store=self.store,
            destinations=self.destinations,
            clock=self.clock,
            observer=self.observer,
            node=node,
            random=Random(1),
        )
        self.process = asyncio.create_task(self.worker.run())

    async def stop(self, grace: float = 60) -> None:
        """Returns when the process is gone; what it left is in the store."""
        await self.worker.stop(seconds(grace))

    async def crash(self) -> None:
        """The process dies where it stands; its leases stay."""
        assert self.process is not None
        self.process.cancel()
        await asyncio.wait([self.process])

    async def publish(
        self,
        *event_ids: str,
        lane: str | None = None,
        to: Iterable[str] = ("north",),
        on_parked: OnParked = OnParked.BLOCK,
        **other: Any,
    ) -> None:
        """Each in a lane of its own, unless a lane is named."""
        messages = [
            new_message(
                event_id,
                lane or event_id,
                *(NewDelivery(destination=name, route="r", on_parked=on_parked) for name in to),
                **other,
            )
            for event_id in event_ids
        ]
        for accepted in await self.store.accept(messages, now=self.clock.now()):
            assert isinstance(accepted, Accepted)
        self.wake()

    def wake(self) -> None:
        if self.process is not None:
            self.worker.wake(self.destinations)

    async def delivery(self, event_id: str, destination: str = "north") -> Delivery:
        which = DeliveryFilter(event_id=event_id, destination=destination)
        (found,) = await self.store.list_deliveries(which, before=None, limit=2)
        return found

    async def state(self, event_id: str, destination: str = "north") -> State:
        return (await self.delivery(event_id, destination)).state

    async def until_state(
        self, state: State, *event_ids: str, destination: str = "north", within: float = 3600
    ) -> None:
        async def reached() -> bool:
            states = [await self.state(event_id, destination) for event_id in event_ids]
            return set(states) == {state}

        await self.until(reached, within=within)

    async def until(
        self, condition: Callable[[], Awaitable[bool]], *, within: float = 3600
    ) -> None:
        """Lets virtual time pass until it is so; fails when that takes too long."""
        loop = asyncio.get_running_loop()
        limit = loop.time() + within
        step = 0.01
        while not await condition():
            if self.process is not None and self.process.done():
                self.process.result()
            assert loop.time() < limit, f"not so within {within} s"
            await asyncio.sleep(step)
            step = min(step * 1.1, 1)

    async def sleep_until(self, moment: datetime) -> None:
        await asyncio.sleep((moment - self.clock.now()).total_seconds())

    async def has_taken(self, adapter: FakeAdapter, count: int, *, within: float = 3600) -> None:
        async def so_many() -> bool:
            return len(adapter.taken) >= count

        await self.until(so_many, within=within)


def virtual(test: Callable[[Hub], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """The test gets a loop of its own in which time passes at once, and leaves nothing behind."""

    async def played() -> None:
        hub = Hub()
        try:
            await test(hub)
        finally:
            if hub.process is not None and not hub.process.done():
                await hub.crash()

    def run() -> None:
        run_virtual(played())

    run.__name__ = test.__name__
    run.__doc__ = test.__doc__
    return run


async def sick() -> Health:
    return Health(ok=False, detail="still down")


def mend(adapter: FakeAdapter) -> None:
    """The partner is well again."""
    adapter.delivers = adapter.health = None


async def opened(hub: Hub, adapter: FakeAdapter) -> None:
    """The partner goes down, and the breaker has noticed it."""
    adapter.delivers, adapter.health = DOWN, sick

    async def is_open() -> bool:
        return (await hub.store.read_breaker("north")).state is BreakerState.OPEN

    await hub.until(is_open)
