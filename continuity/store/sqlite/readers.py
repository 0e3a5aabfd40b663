"""Reading beside the writer: each call sees one consistent state of the database."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Protocol, TypeVar

from continuity.store.sqlite.errors import closed, unavailable

T = TypeVar("T")


class Readers(Protocol):
    async def run(self, read: Callable[[sqlite3.Connection], T]) -> T: ...

    async def stop(self) -> None: ...


class InlineReaders:
    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    async def run(self, read: Callable[[sqlite3.Connection], T]) -> T:
        value = snapshot(self._connection, read, self._path)
        await asyncio.sleep(0)  # other tasks get their turn
        return value

    async def stop(self) -> None:
        self._connection.close()


class ThreadedReaders:
    """As many reads at once as there are connections."""

    def __init__(self, connections: Sequence[sqlite3.Connection], path: Path) -> None:
        self._path = path
        self._connections = tuple(connections)
        self._idle: SimpleQueue[sqlite3.Connection] = SimpleQueue()
        for connection in connections:
            self._idle.put(connection)
        self._stopped = False
        self._pool = ThreadPoolExecutor(len(connections), thread_name_prefix="store-reader")

    async def run(self, read: Callable[[sqlite3.Connection], T]) -> T:
        if self._stopped:
            raise closed(self._path)
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._read, read)

    def _read(self, read: Callable[[sqlite3.Connection], T]) -> T:
        connection = self._idle.get()
        try:
            return snapshot(connection, read, self._path)
        finally:
            self._idle.put(connection)

    async def stop(self) -> None:
        self._stopped = True
        await asyncio.get_running_loop().run_in_executor(None, self._pool.shutdown)
        for connection in self._connections:
            connection.close()


def snapshot(
    connection: sqlite3.Connection, read: Callable[[sqlite3.Connection], T], path: Path
) -> T:
    try:
        connection.execute("BEGIN")
        try:
            return read(connection)
        finally:
            connection.execute("ROLLBACK")
    except sqlite3.Error as error:
        raise unavailable(error, path) from error
