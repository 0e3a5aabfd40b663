"""Which process serves which destination, when several share one store.

Every process tells the store that it lives and what it can serve, and computes from the answers,
by itself, who is to serve what: rendezvous hashing gives all of them the same result, spreads the
destinations evenly, and moves only those of a process that comes or goes. It decides who *should*
take a lease, never who may send: that is the lease's own business, so that two processes that
disagree for a moment do no harm.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Final

import structlog

from adapters.contract import Clock
from continuity.store.contract import Dispatch, StoreError

BEAT: Final = timedelta(seconds=2)
"""How often a process says that it lives."""
NODE_LIFE: Final = timedelta(seconds=8)
"""How long a process that is not heard of still counts."""

Nodes = Mapping[str, Collection[str]]
"""Living processes, and the destinations that each can serve."""

log = structlog.get_logger()


def server_of(destination: str, nodes: Nodes) -> str | None:
    """Who is to serve it; None when nobody can."""
    able = (name for name, serves in nodes.items() if destination in serves)
    return max(able, key=lambda name: (_weight(destination, name), name), default=None)


def _weight(destination: str, node: str) -> bytes:
    return hashlib.blake2b(f"{destination}\n{node}".encode(), digest_size=8).digest()


class Sharing:
    """One process's view of the others. It belongs to one event loop."""

    def __init__(
        self,
        *,
        node: str,
        serves: Collection[str],
        store: Dispatch,
        clock: Clock,
        changed: Callable[[], None],
    ) -> None:
        """`changed` is called when another process came or went, or serves something else."""
        self._node = node
        self._serves = frozenset(serves)
        self._store = store
        self._clock = clock
        self._changed = changed
        self._nodes: Nodes = {}
        self._silent = False

    def is_mine(self, destination: str) -> bool:
        """Whether this process is to serve it, as far as it knows; alone, it serves everything."""
        return server_of(destination, self._nodes) in {None, self._node}

    async def announce(self) -> None:
        """Says so once; without an answer of the store the last view stays."""
        try:
            nodes = await self._store.announce(
                self._node, self._serves, now=self._clock.now(), ttl=NODE_LIFE
            )
        except StoreError as error:
            if not self._silent:
                log.warning("sharing_trouble", error=str(error))
            self._silent = True
            return
        self._silent = False
        if nodes != self._nodes:
            self._nodes = nodes
            self._changed()

    async def run(self) -> None:
        """Until cancelled; then says goodbye, so that the others need not wait."""
        try:
            while True:
                await asyncio.sleep(BEAT.total_seconds())
                await self.announce()
        finally:
            with suppress(StoreError):
                await self._store.withdraw(self._node)
