"""What every part of the store builds on: two committers, and reads beside them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from continuity.store.contract import StoreError, StoreUnavailable
from continuity.store.postgres import sql
from continuity.store.postgres.commit import Committer, Ended
from continuity.store.postgres.connection import (
    CONNECTION_ERRORS,
    PATIENCE,
    Connection,
    Link,
    Server,
)
from continuity.store.postgres.errors import closed, gone, is_lost, unavailable
from continuity.store.postgres.transaction import Transaction
from continuity.store.records import Lease

T = TypeVar("T")

_READERS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Generic[T]):
    """One call of the contract that writes, and what can be read beforehand for the whole group."""

    run: Callable[[Transaction], Awaitable[T]]
    """Checks first and writes then: a refusal leaves nothing behind."""
    lease: Lease | None = None
    """Checked before `run`: `StaleLease` when another owner has taken over."""
    rows: Sequence[int] = ()
    """Deliveries that it will look at."""
    contents: Sequence[int] = ()
    """Those of `rows` of which it will want the work."""
    size: int = 0
    """Bytes of content that it brings."""


async def run_calls(tx: Transaction, calls: Sequence[Call[Any]]) -> list[Ended]:
    await tx.share_leases({call.lease.destination for call in calls if call.lease})
    await tx.read(number for call in calls for number in call.rows)
    await tx.read_contents(number for call in calls for number in call.contents)
    return [await _run(tx, call) for call in calls]


async def _run(tx: Transaction, call: Call[Any]) -> Ended:
    before = tx.touched()
    try:
        if call.lease is not None:
            await tx.check_lease(call.lease)
        return Ended(value=await call.run(tx))
    except StoreUnavailable:
        raise
    except StoreError as refusal:
        if tx.touched() != before:
            raise AssertionError("a call wrote before it was refused") from refusal
        return Ended(error=refusal)


class Readers:
    """Connections for reading, made as they are needed; the one used last is used first."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._links = [Link(server, "reading") for _ in range(_READERS)]
        self._free: asyncio.LifoQueue[Link] = asyncio.LifoQueue()
        for link in self._links:
            self._free.put_nowait(link)

    async def run(self, read: Callable[[Connection], Awaitable[T]]) -> T:
        """A read has no effect, so it is made again when the connection was lost meanwhile."""
        until = asyncio.get_running_loop().time() + PATIENCE
        while True:
            try:
                async with self.connection(until=until) as connection:
                    return await read(connection)
            except CONNECTION_ERRORS as error:
                if not is_lost(error):
                    raise unavailable(error, self._server.place) from error
                if asyncio.get_running_loop().time() >= until:
                    raise gone(self._server.place) from error

    @asynccontextmanager
    async def connection(self, *, until: float | None = None) -> AsyncIterator[Connection]:
        until = asyncio.get_running_loop().time() + PATIENCE if until is None else until
        async with asyncio.timeout_at(until):
            link = await self._free.get()
        try:
            yield await link.get(until=until)
        except (*CONNECTION_ERRORS, asyncio.CancelledError):
            link.drop()  # nobody knows in what state it is
            raise
        finally:
            self._free.put_nowait(link)

    async def stop(self) -> None:
        for link in self._links:
            await link.close()


class Core:
    """Open or closed; the parts of the store call `_write`, `_read` and `_read_together`."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._dispatch: Committer[Call[Any]] | None = None
        self._readers: Readers | None = None

    async def _write(self, call: Call[T]) -> T:
        if self._dispatch is None:
            raise closed(self._server.place)
        value: T = await self._dispatch.run(call)
        return value

    async def _read(self, read: Callable[[Connection], Awaitable[T]]) -> T:
        """For a single statement, which sees one state of the database by itself."""
        if self._readers is None:
            raise closed(self._server.place)
        return await self._readers.run(read)

    async def _read_together(self, read: Callable[[Connection], Awaitable[T]]) -> T:
        """For several statements that must see one state of the database."""

        async def snapshot(connection: Connection) -> T:
            await connection.execute(sql.BEGIN_READ)
            try:
                return await read(connection)
            finally:
                await connection.execute("ROLLBACK")

        return await self._read(snapshot)
