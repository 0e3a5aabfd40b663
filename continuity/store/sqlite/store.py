"""The contract over one SQLite file: each method is one operation of the writer, or one read."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from continuity.breaker import Breaker
from continuity.store.contract import StoreUnavailable
from continuity.store.records import (
    Accepted,
    ApiKey,
    AuditEntry,
    Conflict,
    Count,
    Delivery,
    DeliveryFilter,
    DestinationStatus,
    Head,
    Lease,
    NewDelivery,
    NewMessage,
    Outcome,
    ReplayPlan,
    StoredMessage,
    Work,
)
from continuity.store.sqlite import dispatch, intake, keys, operation, reading, replaying
from continuity.store.sqlite.connection import connect_reader, connect_writer
from continuity.store.sqlite.errors import closed, unavailable
from continuity.store.sqlite.migration import check_schema, migrate
from continuity.store.sqlite.operation import Act
from continuity.store.sqlite.readers import InlineReaders, Readers, ThreadedReaders
from continuity.store.sqlite.transaction import Transaction
from continuity.store.sqlite.writer import InlineWriter, ThreadedWriter, Writer

T = TypeVar("T")

_READERS: Final = 2


class SqliteStore:
    """`inline`: no threads; every call is done in the caller's task, always in the same order.

    `patience`: how long a write waits for another process's lock before `StoreUnavailable`.
    """

    def __init__(
        self, path: Path, *, inline: bool = False, patience: timedelta = timedelta(seconds=5)
    ) -> None:
        self._path = path
        self._inline = inline
        self._patience = patience
        self._writer: Writer | None = None
        self._readers: Readers | None = None

    async def open(self) -> None:
        if self._writer is not None:
            return
        if not self._path.exists() or self._path.stat().st_size == 0:
            migrate(self._path)
        writer = connect_writer(self._path, patience=self._patience)
        try:
            check_schema(writer, self._path)
            readers = [connect_reader(self._path, patience=self._patience) for _ in range(_READERS)]
        except sqlite3.Error as error:
            writer.close()
            raise unavailable(error, self._path) from error
        except StoreUnavailable:
            writer.close()
            raise
        if self._inline:
            self._writer = InlineWriter(writer, self._path)
            self._readers = InlineReaders(readers.pop(), self._path)
            readers.pop().close()
        else:
            threaded = ThreadedWriter(writer, self._path)
            threaded.start()
            self._writer = threaded
            self._readers = ThreadedReaders(readers, self._path)

    async def close(self) -> None:
        writer, self._writer = self._writer, None
        readers, self._readers = self._readers, None
        if readers is not None:
            await readers.stop()
        if writer is not None:
            await writer.stop()

    async def ping(self) -> None:
        if not self._path.exists():
            raise StoreUnavailable(
                f"The database {self._path} is gone: stop the hub and put a backup in its place."
            )
        await self._read(reading.ping)

    async def _write(self, change: Callable[[Transaction], T]) -> T:
        if self._writer is None:
            raise closed(self._path)
        return await self._writer.run(change)

    async def _read(self, read: Callable[[sqlite3.Connection], T]) -> T:
        if self._readers is None:
            raise closed(self._path)
        return await self._readers.run(read)

    # --- intake ---

    async def accept(
        self, messages: Sequence[NewMessage], *, now: datetime
    ) -> Sequence[Accepted | Conflict]:
        return await self._write(lambda tx: intake.accept(tx, messages, now))

    # --- dispatch ---

    async def acquire_lease(
        self, destination: str, owner: str, *, now: datetime, ttl: timedelta
    ) -> Lease | None:
        return await self._write(
            lambda tx: dispatch.acquire_lease(tx, destination, owner, now, ttl)
        )

    async def renew_lease(self, lease: Lease, *, now: datetime, ttl: timedelta) -> Lease:
        return await self._write(lambda tx: dispatch.renew_lease(tx, lease, now, ttl))

    async def release_lease(self, lease: Lease, *, now: datetime) -> None:
        await self._write(lambda tx: dispatch.release_lease(tx, lease, now))

    async def read_open(self, destination: str, *, after: int, limit: int) -> Sequence[Head]:
        return await self._read(lambda db: dispatch.read_open(db, destination, after, limit))

    async def read_lane(
        self, destination: str, lane: str, *, upto: int, limit: int
    ) -> Sequence[Head]:
        return await self._read(lambda db: dispatch.read_lane(db, destination, lane, upto, limit))

    async def recalled_lanes(self, lease: Lease) -> Sequence[str]:
        if not await self._read(lambda db: dispatch.any_recalled(db, lease)):
            return ()
        return await self._write(lambda tx: dispatch.take_recalled(tx, lease))

    async def is_held(self, destination: str) -> bool:
        return await self._read(lambda db: dispatch.is_held(db, destination))

    async def settled(self, delivery_id: int) -> bool:
        return await self._read(lambda db: dispatch.settled(db, delivery_id))

    async def begin(
        self, lease: Lease, delivery_ids: Sequence[int], *, now: datetime
    ) -> Sequence[Work]:
        return await self._write(lambda tx: dispatch.begin(tx, lease, delivery_ids, now))

    async def load(self, lease: Lease, delivery_ids: Sequence[int]) -> Sequence[Work]:
        return await self._read(lambda db: dispatch.load(Transaction(db), lease, delivery_ids))

    async def save_steps(
        self,
        lease: Lease,
        delivery_id: int,
        *,
        prepared: Mapping[str, bytes],
        completed: Mapping[str, str],
    ) -> None:
        await self._write(
            lambda tx: dispatch.save_steps(tx, lease, delivery_id, prepared, completed)
        )

    async def finish(self, lease: Lease, outcomes: Sequence[Outcome], *, now: datetime) -> None:
        await self._write(lambda tx: dispatch.finish(tx, lease, outcomes, now))

    async def expire(self, destination: str, *, now: datetime, limit: int) -> Sequence[int]:
        if not await self._read(lambda db: dispatch.any_late(db, destination, now)):
            return ()
        return await self._write(lambda tx: dispatch.expire(tx, destination, now, limit))

    async def make_due(self, lease: Lease, *, now: datetime) -> int:
        return await self._write(lambda tx: dispatch.make_due(tx, lease, now))

    async def read_breaker(self, destination: str) -> Breaker:
        return await self._read(lambda db: dispatch.read_breaker(db, destination))

    async def save_breaker(
        self, lease: Lease, breaker: Breaker, *, reason: str, now: datetime
    ) -> None:
        await self._write(lambda tx: dispatch.save_breaker(tx, lease, breaker, reason, now))

    # --- operation ---

    async def hold(self, destination: str, *, by: str, reason: str, now: datetime) -> None:
        act = Act(by=by, reason=reason, now=now)
        await self._write(lambda tx: operation.hold(tx, destination, act))

    async def release(self, destination: str, *, by: str, reason: str, now: datetime) -> None:
        act = Act(by=by, reason=reason, now=now)
        await self._write(lambda tx: operation.release(tx, destination, act))

    async def replay(
        self,
        delivery_id: int,
        *,
        by: str,
        reason: str,
        now: datetime,
        edited_body: bytes | None = None,
        verified_absent: bool = False,
    ) -> Delivery:
        return await self._write(
            partial(
                operation.replay,
                delivery_id=delivery_id,
                act=Act(by=by, reason=reason, now=now),
                edited_body=edited_body,
                verified_absent=verified_absent,
            )
        )

    async def reroute(
        self,
        delivery_id: int,
        deliveries: Sequence[NewDelivery],
        *,
        by: str,
        reason: str,
        now: datetime,
    ) -> Sequence[str]:
        act = Act(by=by, reason=reason, now=now)
        return await self._write(lambda tx: operation.reroute(tx, delivery_id, deliveries, act))

    async def discard(self, delivery_id: int, *, by: str, reason: str, now: datetime) -> Delivery:
        act = Act(by=by, reason=reason, now=now)
        return await self._write(lambda tx: operation.discard(tx, delivery_id, act))

    async def plan_replay(
        self, which: DeliveryFilter, *, by: str, reason: str, now: datetime
    ) -> ReplayPlan:
        act = Act(by=by, reason=reason, now=now)
        return await self._write(lambda tx: replaying.plan_replay(tx, which, act))

    async def start_replay(self, replay_id: int, *, by: str, now: datetime) -> ReplayPlan:
        return await self._write(lambda tx: replaying.start_replay(tx, replay_id, by, now))

    async def cancel_replay(self, replay_id: int, *, by: str, now: datetime) -> ReplayPlan:
        return await self._write(lambda tx: replaying.cancel_replay(tx, replay_id, by, now))

    async def advance_replay(self, replay_id: int, *, limit: int, now: datetime) -> ReplayPlan:
        return await self._write(lambda tx: replaying.advance_replay(tx, replay_id, limit, now))

    async def running_replays(self) -> Sequence[int]:
        return await self._read(replaying.running_replays)

    async def get_replay(self, replay_id: int) -> ReplayPlan:
        return await self._read(lambda db: replaying.get_replay(db, replay_id))

    # --- reading ---

    async def get_message(self, message_id: int) -> StoredMessage:
        return await self._read(lambda db: reading.get_message(db, message_id))

    async def find_message(self, tenant: str, source: str, event_id: str) -> StoredMessage | None:
        return await self._read(lambda db: reading.find_message(db, tenant, source, event_id))

    async def get_delivery(self, delivery_id: int) -> Delivery:
        return await self._read(lambda db: reading.get_delivery(db, delivery_id))

    async def get_body(self, delivery_id: int) -> bytes:
        return await self._read(lambda db: reading.get_body(db, delivery_id))

    async def list_deliveries(
        self, which: DeliveryFilter, *, before: int | None, limit: int
    ) -> Sequence[Delivery]:
        return await self._read(lambda db: reading.list_deliveries(db, which, before, limit))

    async def counts(self) -> Sequence[Count]:
        return await self._read(reading.counts)

    async def recount(self) -> Sequence[Count]:
        return await self._read(reading.recount)

    async def destinations(self) -> Sequence[DestinationStatus]:
        return await self._read(reading.destinations)

    async def timeline(self, delivery_id: int) -> Sequence[AuditEntry]:
        return await self._read(lambda db: reading.timeline(db, delivery_id))

    async def audit_trail(self, *, after: int, limit: int) -> Sequence[AuditEntry]:
        return await self._read(lambda db: reading.audit_trail(db, after, limit))

    async def verify_audit(self) -> int | None:
        return await self._read(reading.verify_audit)

    # --- keys ---

    async def add_key(self, key: ApiKey, *, by: str = "schakel") -> None:
        await self._write(lambda tx: keys.add_key(tx, key, by))

    async def find_key(self, secret_hash: bytes) -> ApiKey | None:
        return await self._read(lambda db: keys.find_key(db, secret_hash))

    async def list_keys(self) -> Sequence[ApiKey]:
        return await self._read(keys.list_keys)

    async def revoke_key(self, key_id: str, *, by: str, now: datetime) -> None:
        await self._write(lambda tx: keys.revoke_key(tx, key_id, by, now))
