"""The contract over one PostgreSQL database: opened and closed here, answered by its parts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from continuity.store.postgres import sql
from continuity.store.postgres.commit import Committer
from continuity.store.postgres.connection import Connection, Link, Server
from continuity.store.postgres.core import Readers, run_calls
from continuity.store.postgres.cursors import CursorsPart
from continuity.store.postgres.dispatch import DispatchPart
from continuity.store.postgres.documents import DocumentsPart
from continuity.store.postgres.identities import IdentitiesPart
from continuity.store.postgres.intake import IntakePart, accept_all
from continuity.store.postgres.keys import KeysPart
from continuity.store.postgres.leases import LeasesPart
from continuity.store.postgres.migration import check_schema, is_empty, migrate
from continuity.store.postgres.news import Heard, Listener
from continuity.store.postgres.operation import OperationPart
from continuity.store.postgres.protocol import ProtocolPart
from continuity.store.postgres.reading import ReadingPart
from continuity.store.postgres.receipts import ReceiptsPart
from continuity.store.postgres.receptions import ReceptionsPart
from continuity.store.postgres.reconciling import ReconcilingPart
from continuity.store.postgres.redirecting import RedirectingPart
from continuity.store.postgres.replaying import ReplaysPart
from continuity.store.postgres.sealing import AuditPart, keep_sealing
from continuity.store.postgres.upkeep import UpkeepPart


class PostgresStore(
    IntakePart,
    ReceptionsPart,
    LeasesPart,
    DispatchPart,
    OperationPart,
    ReconcilingPart,
    RedirectingPart,
    ReplaysPart,
    CursorsPart,
    DocumentsPart,
    IdentitiesPart,
    ReadingPart,
    ReceiptsPart,
    AuditPart,
    UpkeepPart,
    KeysPart,
    ProtocolPart,
):
    """`node`: the name of this process, shown in pg_stat_activity."""

    def __init__(self, url: str, *, node: str = "") -> None:
        super().__init__(Server(url=url, node=node))
        self._url = url
        self._heard: Heard | None = None
        self._listener: Listener | None = None
        self._sealer: asyncio.Task[None] | None = None

    async def open(self) -> None:
        if self._readers is not None:
            return
        readers = Readers(self._server)
        try:
            if await readers.run(is_empty):
                await migrate(self._url)
            await readers.run(self._check)
        except BaseException:
            await readers.stop()
            raise
        self._readers = readers
        self._intake = Committer(
            Link(self._server, "intake", writes=True),
            accept_all,
            begin=sql.BEGIN_ACCEPT,
            repeatable=True,
        )
        self._dispatch = Committer(
            Link(self._server, "dispatch", writes=True), run_calls, begin=sql.BEGIN
        )
        self._sealer = asyncio.create_task(keep_sealing(readers), name="store-sealer")
        self._listen()

    async def _check(self, connection: Connection) -> None:
        await check_schema(connection, self._server.place)

    async def close(self) -> None:
        sealer, self._sealer = self._sealer, None
        listener, self._listener = self._listener, None
        intake, self._intake = self._intake, None
        dispatch, self._dispatch = self._dispatch, None
        readers, self._readers = self._readers, None
        if sealer is not None:
            sealer.cancel()
            with suppress(asyncio.CancelledError):
                await sealer
        if listener is not None:
            await listener.stop()
        for committer in (intake, dispatch):
            if committer is not None:
                await committer.stop()
        if readers is not None:
            await readers.stop()

    async def ping(self) -> None:
        await self._read(lambda db: db.fetchval(sql.PING))

    def subscribe(self, heard: Callable[[frozenset[str]], None]) -> None:
        self._heard = heard
        self._listen()

    def _listen(self) -> None:
        if self._heard is not None and self._readers is not None and self._listener is None:
            self._listener = Listener(Link(self._server, "listening"), self._heard)
