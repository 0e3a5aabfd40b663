"""All dispatchers of one process: one per destination, none able to slow another."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import timedelta
from random import Random

from adapters.contract import Clock
from continuity.dispatcher import Destination, Dispatcher
from continuity.observer import Observer
from continuity.sharing import Sharing
from continuity.store.contract import Store

__all__ = ["Destination", "Worker"]


class Worker:
    def __init__(
        self,
        *,
        store: Store,
        destinations: Mapping[str, Destination],
        clock: Clock,
        observer: Observer,
        node: str,
        random: Random,
    ) -> None:
        """Names this process `node` for the leases.

        It keeps that name over a restart, and no two processes have the same name at a time.
        """
        self._sharing = Sharing(
            node=node, serves=destinations, store=store, clock=clock, changed=self._wake_all
        )
        self._dispatchers = {
            name: Dispatcher(
                name,
                destination,
                store=store,
                clock=clock,
                observer=observer,
                owner=node,
                is_mine=self._sharing.is_mine,
                random=random,
            )
            for name, destination in destinations.items()
        }
        self._task: asyncio.Task[None] | None = None
        store.subscribe(self.wake)

    @property
    def running(self) -> bool:
        return self._task is not None and not self._task.done()

    async def run(self) -> None:
        """Delivers until `stop` is called."""
        self._task = asyncio.current_task()
        await self._sharing.announce()
        sharing = asyncio.create_task(self._sharing.run())
        try:
            async with asyncio.TaskGroup() as group:
                for dispatcher in self._dispatchers.values():
                    group.create_task(dispatcher.run())
        finally:
            sharing.cancel()
            await asyncio.wait([sharing])

    def _wake_all(self) -> None:
        for dispatcher in self._dispatchers.values():
            dispatcher.wake()

    def wake(self, destinations: Iterable[str]) -> None:
        """There may be something to do for these; unknown names are ignored."""
        for name in destinations:
            dispatcher = self._dispatchers.get(name)
            if dispatcher is not None:
                dispatcher.wake()

    async def stop(self, grace: timedelta) -> None:
        """Takes nothing new and waits for the attempts under way, up to `grace`.

        What is still under way then is cancelled: it stays `sending` in the store, and whoever
        takes over looks it up first.
        """
        for dispatcher in self._dispatchers.values():
            dispatcher.stop()
        if self._task is None:
            return
        done, _ = await asyncio.wait([self._task], timeout=grace.total_seconds())
        if not done:
            self._task.cancel()
            await asyncio.wait([self._task])
