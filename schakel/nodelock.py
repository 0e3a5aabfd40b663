"""One worker per node name: two that share a name would take each other's leases for their own.

Beside a SQLite file the lock is a file; in PostgreSQL it is an advisory lock, which the server
lets go of when the connection ends. Either way it does not outlive its process.
"""

from __future__ import annotations

import asyncio
import fcntl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Final
from urllib.parse import quote

import asyncpg
from asyncpg.connect_utils import SessionAttribute

from continuity.store.contract import StoreUnavailable
from continuity.store.postgres.errors import unavailable
from schakel.settings import PostgresDatabase, SqliteFile, StoreAddress

_LOCK: Final = "SELECT pg_try_advisory_lock(hashtext('schakel node'), hashtext($1))"
_CONNECT_WITHIN: Final = 10.0
_TAKE_WITHIN: Final = 15.0
"""Seconds: so long the server may take to notice that a machine with this node is gone."""
_LOOK_EVERY: Final = 2.0
_SETTINGS: Final = {
    "application_name": "schakel node",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
}
_LOST: Final = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)


class NodeInUse(Exception):
    """Another process delivers under this node's name: stop it, or rename this one."""


@asynccontextmanager
async def holding_node(store: StoreAddress, node: str) -> AsyncIterator[None]:
    """Holds the name while the body runs. Raises `NodeInUse`, at the start or from a task.

    While the database is away the name is not held: nobody can deliver then.
    """
    if isinstance(store, SqliteFile):
        with node_lock(store.path, node):
            yield
        return
    held = _Held(store, node)
    await held.take()
    try:
        async with asyncio.TaskGroup() as tasks:
            keeping = tasks.create_task(held.keep(), name="node lock")
            try:
                yield
            finally:
                keeping.cancel()
    finally:
        await held.drop()


@contextmanager
def node_lock(store: Path, node: str) -> Iterator[None]:
    """Holds the name while the body runs. The system lets go of it when the process dies.

    The lock is a file beside the store; it stays there and holds nothing. Raises `NodeInUse`.
    """
    path = store.with_name(f"{store.name}.{quote(node, safe='')}.lock")
    with path.open("a", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _in_use(str(store), node) from None
        yield


class _Held:
    """An advisory lock, and the connection that it hangs on."""

    def __init__(self, store: PostgresDatabase, node: str) -> None:
        self._store = store
        self._node = node
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None

    async def take(self) -> None:
        """Raises `StoreUnavailable` and `NodeInUse`."""
        loop = asyncio.get_running_loop()
        until = loop.time() + _TAKE_WITHIN
        try:
            connection = await self._connect()
            taken = await connection.fetchval(_LOCK, self._node)
            while not taken and loop.time() < until:
                await asyncio.sleep(_LOOK_EVERY / 4)
                taken = await connection.fetchval(_LOCK, self._node)
        except _LOST as error:
            raise unavailable(error, str(self._store)) from error
        if not taken:
            await self.drop()
            raise _in_use(str(self._store), self._node)

    async def keep(self) -> None:
        """Takes it again after a lost connection; until cancelled."""
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            if not await self._alive():
                await self.drop()
                with suppress(StoreUnavailable):
                    await self.take()

    async def drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(*_LOST):
                await connection.close(timeout=1)

    async def _alive(self) -> bool:
        if self._connection is None:
            return False
        try:
            await self._connection.execute("SELECT 1", timeout=_CONNECT_WITHIN)
        except _LOST:
            return False
        return True

    async def _connect(self) -> asyncpg.Connection[asyncpg.Record]:
        self._connection = await asyncpg.connect(
            self._store.url.get_secret_value(),
            timeout=_CONNECT_WITHIN,
            target_session_attrs=SessionAttribute.read_write,  # a standby's locks are its own
            server_settings=_SETTINGS,
        )
        return self._connection


def _in_use(store: str, node: str) -> NodeInUse:
    return NodeInUse(
        f"Another process delivers from {store} as node '{node}': stop it, or give each "
        "process its own hub.node."
    )
