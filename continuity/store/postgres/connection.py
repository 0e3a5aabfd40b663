"""Connections that come back by themselves.

Each has one use (intake, dispatch, reading, listening), so that none waits for another.
"""

from __future__ import annotations

import asyncio
import random
import uuid
from dataclasses import dataclass, field
from typing import Final, TypeAlias
from urllib.parse import urlsplit

import asyncpg
from asyncpg.connect_utils import SessionAttribute

from continuity.store.postgres import sql
from continuity.store.postgres.errors import closed, is_lost, unavailable

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

CONNECTION_ERRORS: Final = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
)
"""What asyncpg raises when a connection fails, or the server refuses something."""

PATIENCE: Final = 5.0
"""Seconds that a call waits for a connection before `StoreUnavailable`."""

_FIRST_WAIT: Final = 0.05
_LONGEST_WAIT: Final = 1.0
_ANSWER_WITHIN: Final = 20.0
"""Seconds for one statement, seen from here: longer than the server's own limits."""

SETTINGS: Final = {
    "timezone": "UTC",
    # A process that stops in the middle of a transaction does not hold its locks for long.
    "idle_in_transaction_session_timeout": "5s",
    "lock_timeout": "8s",
    "statement_timeout": "15s",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "10000",
    # Every statement has an index that it relies on. Statistics are old just when it matters
    # (after a burst), so the planner is not asked to weigh scans and joins over whole tables.
    "enable_seqscan": "off",
    "enable_bitmapscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "plan_cache_mode": "force_generic_plan",
    "jit": "off",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where the database is, and how one process connects to it."""

    url: str = field(repr=False)
    node: str = ""
    """Shown in pg_stat_activity."""
    mark: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    """Of this store: tells its own notifications and sessions from those of others."""

    @property
    def place(self) -> str:
        """Host, port and database: what may be shown."""
        parts = urlsplit(self.url)
        hosts = parts.netloc.rpartition("@")[2]
        return f"{hosts or 'localhost'}{parts.path}"

    async def connect(self, use: str, *, patient: bool = False) -> Connection:
        """Raises whatever asyncpg raises. `patient`: an answer may take as long as it likes."""
        connection = await asyncpg.connect(
            self.url,
            timeout=PATIENCE,
            command_timeout=None if patient else _ANSWER_WITHIN,
            target_session_attrs=SessionAttribute.read_write,
            server_settings={**SETTINGS, "application_name": self.session(use)},
        )
        try:
            await connection.execute(sql.COMMIT_TO_DISK)
        except BaseException:
            connection.terminate()
            raise
        return connection

    def session(self, use: str) -> str:
        """At most 63 bytes: the server cuts off the rest."""
        return f"schakel {use} {self.mark} {self.node}"[:63]


class Link:
    """One connection, made when it is needed and made again when it is lost."""

    def __init__(self, server: Server, use: str, *, writes: bool = False) -> None:
        self.server = server
        self.slot = 0
        """Where it counts; nobody else does where that is possible. Only of one that writes."""
        self.timeline: str | None = None
        """Changes when another server has taken the place of the first. Only of one that writes."""
        self._use = use
        self._writes = writes
        self._connection: Connection | None = None
        self._pid: int | None = None
        self._closed = False

    @property
    def connected(self) -> bool:
        return self._connection is not None and not self._connection.is_closed()

    async def get(self, *, until: float | None = None) -> Connection:
        """Tries until that moment of the loop's clock, then raises `StoreUnavailable`."""
        loop = asyncio.get_running_loop()
        until = loop.time() + PATIENCE if until is None else until
        wait = _FIRST_WAIT
        while True:
            if self._closed:
                raise closed(self.server.place)
            if self._connection is not None and not self._connection.is_closed():
                return self._connection
            try:
                async with asyncio.timeout_at(until):
                    return await self._connect()
            except CONNECTION_ERRORS as error:
                await self._pause_after(error, wait, until)
            wait = min(2 * wait, _LONGEST_WAIT)

    async def _pause_after(self, error: Exception, wait: float, until: float) -> None:
        """Raises when trying again is of no use, or there is no time for it."""
        jittered = wait * random.uniform(0.5, 1.5)  # noqa: S311 - spreads reconnects, no secret
        if not is_lost(error) or asyncio.get_running_loop().time() + jittered >= until:
            raise unavailable(error, self.server.place) from error
        await asyncio.sleep(jittered)

    async def _connect(self) -> Connection:
        connection = await self.server.connect(self._use)
        try:
            if self._pid is not None:
                # What the lost one left open would hold its locks until the server notices.
                await connection.execute(sql.END_SESSION, self._pid, self.server.session(self._use))
            if self._writes:
                self.timeline = await connection.fetchval(sql.SERVER_TIMELINE)
                self.slot = await _take_slot(connection)
        except BaseException:
            connection.terminate()
            raise
        self._connection = connection
        self._pid = connection.get_server_pid()
        return connection

    def drop(self) -> None:
        """The connection is of no use any more: the next `get` makes another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()

    async def close(self) -> None:
        self._closed = True
        connection, self._connection = self._connection, None
        if connection is not None and not connection.is_closed():
            try:
                await connection.close(timeout=PATIENCE)
            except CONNECTION_ERRORS:
                connection.terminate()


async def _take_slot(connection: Connection) -> int:
    """A slot that no other connection has, or any when all are taken."""
    slots = random.sample(range(sql.SLOTS), sql.SLOTS)
    for slot in slots:
        if await connection.fetchval(sql.TRY_SLOT, slot):
            return slot
    return slots[0]
