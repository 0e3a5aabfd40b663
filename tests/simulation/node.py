"""One hub process of a history, and what can befall a process: death, frost, a lost database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from random import Random
from typing import Any, cast

from adapters.contract import Clock, Deliverer
from continuity.observer import Silent
from continuity.policy import DestinationPolicy
from continuity.store.contract import Store, StoreUnavailable
from continuity.worker import Destination, Worker


class View:
    """The store as one process sees it: it may be cut off, and stands still with its process."""

    def __init__(self, store: Store, random: Random) -> None:
        self._store = store
        self._random = random
        self.cut_off = False
        self.thawed = asyncio.Event()
        self.thawed.set()

    def subscribe(self, heard: Callable[[frozenset[str]], None]) -> None:
        self._store.subscribe(heard)

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        method = getattr(self._store, name)

        async def call(*args: Any, **named: Any) -> Any:
            await self.thawed.wait()
            if self.cut_off:
                return await self._lost(method, *args, **named)
            answer = await method(*args, **named)
            await self.thawed.wait()
            return answer

        return call

    async def _lost(self, method: Callable[..., Awaitable[Any]], *args: Any, **named: Any) -> Any:
        """The connection breaks before the commit, or between the commit and its answer."""
        await asyncio.sleep(self._random.choice([0, 0.1, 2]))
        happens = self._random.random() < 0.3
        if happens:
            await method(*args, **named)
        raise StoreUnavailable("The connection was lost.", uncertain=happens)


class Node:
    def __init__(
        self,
        name: str,
        *,
        partners: Mapping[str, Deliverer],
        policy: DestinationPolicy,
        clock: Clock,
        random: Random,
    ) -> None:
        self.name = name
        self.store: Store
        self.worker: Worker
        self._partners = partners
        self._policy = policy
        self._clock = clock
        self._random = random
        self._view: View
        self._process: asyncio.Task[None]

    async def start(self, store: Store) -> None:
        self.store = store
        self._view = View(store, self._random)
        self.worker = Worker(
            store=cast("Store", self._view),
            destinations={
                name: Destination(policy=self._policy, adapter=partner)
                for name, partner in self._partners.items()
            },
            clock=self._clock,
            observer=Silent(),
            node=self.name,
            random=Random(self._random.random()),
        )
        self._process = asyncio.create_task(self.worker.run())

    async def die(self) -> None:
        """Where it stands: nothing of its memory survives."""
        self._process.cancel()
        await asyncio.wait([self._process])
        await self.store.close()

    def cut_off(self, seconds: float) -> None:
        """From the store; its partners it still reaches."""
        self._view.cut_off = True
        asyncio.get_running_loop().call_later(seconds, self._join, self._view)

    def freeze(self, seconds: float) -> None:
        """It neither hears nor does anything; what it sent is out in the world."""
        self._view.thawed.clear()
        asyncio.get_running_loop().call_later(seconds, self._view.thawed.set)

    @staticmethod
    def _join(view: View) -> None:
        view.cut_off = False

    def recover(self) -> None:
        self._view.cut_off = False
        self._view.thawed.set()
