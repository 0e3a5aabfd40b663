"""The contract over one SQLite file: each method is one operation of the writer, or one read."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from continuity.breaker import Breaker
from continuity.store.audit import Fact
from continuity.store.contract import DEFAULT_OPTIONS, StoreUnavailable
from continuity.store.planning import approval, cancellation, pause, resumption, start
from continuity.store.protocol import AskOutcome, ProtocolEntry, ProtocolFilter, Recorded
from continuity.store.records import (
    Accepted,
    ApiKey,
    AuditEntry,
    Column,
    Conflict,
    Count,
    Delivery,
    DeliveryFilter,
    DestinationStatus,
    Difference,
    Document,
    Edit,
    Head,
    Identity,
    IdentityFilter,
    InboxItem,
    KeyTaken,
    Lease,
    MissingDocument,
    NewDelivery,
    NewDifference,
    NewIdentity,
    NewMessage,
    NewReception,
    NewValue,
    Outcome,
    PlannedRow,
    Purged,
    Received,
    Reception,
    ReceptionFilter,
    Reconciliation,
    ReconciliationState,
    Repeated,
    ReplayEvent,
    ReplayOptions,
    ReplayPlan,
    Settlement,
    StoredMessage,
    StoredValue,
    Told,
    Work,
)
from continuity.store.sqlite import (
    advancing,
    cursors,
    dispatch,
    documents,
    identities,
    intake,
    keys,
    operation,
    protocol,
    purging,
    reading,
    receipts,
    receptions,
    reconciling,
    replaying,
    upkeep,
)
from continuity.store.sqlite.connection import connect_reader, connect_writer
from continuity.store.sqlite.errors import closed, unavailable
from continuity.store.sqlite.identities import mark_announced
from continuity.store.sqlite.migration import check_schema, migrate
from continuity.store.sqlite.operation import Act
from continuity.store.sqlite.purging import Which
from continuity.store.sqlite.readers import InlineReaders, Readers, ThreadedReaders
from continuity.store.sqlite.reconciling import Progress
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
    ) -> Sequence[Accepted | Conflict | MissingDocument]:
        return await self._write(lambda tx: intake.accept(tx, messages, now))

    # --- receptions and the inbox ---

    async def receive(
        self, new: NewReception, messages: Sequence[NewMessage], *, now: datetime
    ) -> Received | Repeated | KeyTaken:
        return await self._write(lambda tx: receptions.receive(tx, new, messages, now))

    async def get_reception(self, reception_id: int) -> Reception:
        return await self._read(lambda db: receptions.get_reception(db, reception_id))

    async def list_receptions(
        self, which: ReceptionFilter, *, before: int | None, limit: int
    ) -> Sequence[Reception]:
        return await self._read(lambda db: receptions.list_receptions(db, which, before, limit))

    async def read_inbox(
        self,
        destinations: Collection[str],
        *,
        after: int,
        limit: int,
        now: datetime,
        tenant: str | None = None,
    ) -> Sequence[InboxItem]:
        return await self._read(
            partial(
                receptions.read_inbox,
                destinations=destinations,
                after=after,
                limit=limit,
                now=now,
                tenant=tenant,
            )
        )

    async def collect(
        self, delivery_ids: Collection[int], *, by: str, now: datetime
    ) -> Sequence[int]:
        return await self._write(lambda tx: receptions.collect(tx, delivery_ids, by, now))

    # --- dispatch ---

    async def announce(
        self, node: str, destinations: Collection[str], *, now: datetime, ttl: timedelta
    ) -> Mapping[str, frozenset[str]]:
        return await self._write(lambda tx: dispatch.announce(tx, node, destinations, now, ttl))

    async def withdraw(self, node: str) -> None:
        await self._write(lambda tx: dispatch.withdraw(tx, node))

    async def acquire_lease(
        self, destination: str, owner: str, *, now: datetime, ttl: timedelta, settle: timedelta
    ) -> Lease | None:
        return await self._write(
            lambda tx: dispatch.acquire_lease(tx, destination, owner, now, ttl=ttl, settle=settle)
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

    async def waits_for(self, delivery_ids: Sequence[int]) -> Mapping[int, int | None]:
        return await self._read(lambda db: dispatch.waits_for(db, delivery_ids))

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

    # --- cursors and news ---

    async def read_cursor(self, name: str) -> str | None:
        return await self._read(lambda db: cursors.read_cursor(db, name))

    async def save_cursor(self, name: str, value: str, *, before: str | None) -> bool:
        return await self._write(lambda tx: cursors.save_cursor(tx, name, value, before))

    def subscribe(self, heard: Callable[[frozenset[str]], None]) -> None:
        """One process writes to a file as a rule; others are heard of by looking now and then."""

    # --- receipts ---

    async def to_tell(self, delivery_ids: Collection[int]) -> Sequence[Told]:
        return await self._read(lambda db: receipts.to_tell(db, delivery_ids))

    async def end_of_trail(self) -> int:
        return await self._read(receipts.end_of_trail)

    # --- operation ---

    async def hold(self, destination: str, *, by: str, reason: str, now: datetime) -> None:
        act = Act(by=by, reason=reason, now=now)
        await self._write(lambda tx: operation.hold(tx, destination, act))

    async def release(self, destination: str, *, by: str, reason: str, now: datetime) -> None:
        act = Act(by=by, reason=reason, now=now)
        await self._write(lambda tx: operation.release(tx, destination, act))

    async def record(self, fact: Fact) -> None:
        await self._write(lambda tx: tx.record(fact))

    async def replay(
        self,
        delivery_id: int,
        *,
        by: str,
        reason: str,
        now: datetime,
        edited_body: bytes | None = None,
        edit_diff: bytes = b"[]",
        verified_absent: bool = False,
    ) -> Delivery:
        return await self._write(
            partial(
                operation.replay,
                delivery_id=delivery_id,
                act=Act(by=by, reason=reason, now=now),
                edited_body=edited_body,
                edit_diff=edit_diff,
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

    async def redirect(
        self,
        delivery_id: int,
        to: str,
        *,
        by: str,
        reason: str,
        now: datetime,
        verified_absent: bool = False,
    ) -> Delivery:
        act = Act(by=by, reason=reason, now=now)
        return await self._write(
            lambda tx: operation.redirect(
                tx, delivery_id, act, to=to, verified_absent=verified_absent
            )
        )

    async def discard(self, delivery_id: int, *, by: str, reason: str, now: datetime) -> Delivery:
        act = Act(by=by, reason=reason, now=now)
        return await self._write(lambda tx: operation.discard(tx, delivery_id, act))

    # --- replays ---

    async def plan_replay(
        self,
        which: DeliveryFilter,
        *,
        options: ReplayOptions = DEFAULT_OPTIONS,
        tenant: str | None = None,
        by: str,
        reason: str,
        now: datetime,
    ) -> ReplayPlan:
        act = Act(by=by, reason=reason, now=now)
        return await self._write(
            lambda tx: replaying.plan_replay(tx, which, act, options=options, tenant=tenant)
        )

    async def approve_replay(
        self, replay_id: int, *, by: str, reason: str, now: datetime
    ) -> ReplayPlan:
        change = approval(by=by, reason=reason, now=now)
        return await self._write(lambda tx: replaying.operate(tx, replay_id, change))

    async def start_replay(
        self, replay_id: int, *, by: str, now: datetime, sample: int | None = None
    ) -> ReplayPlan:
        change = start(by=by, now=now)
        return await self._write(lambda tx: replaying.operate(tx, replay_id, change, sample=sample))

    async def pause_replay(
        self, replay_id: int, *, by: str, reason: str, now: datetime
    ) -> ReplayPlan:
        change = pause(by=by, reason=reason, now=now)
        return await self._write(lambda tx: replaying.operate(tx, replay_id, change))

    async def resume_replay(
        self, replay_id: int, *, by: str, reason: str, now: datetime, sample: int | None = None
    ) -> ReplayPlan:
        change = resumption(by=by, reason=reason, now=now)
        return await self._write(lambda tx: replaying.operate(tx, replay_id, change, sample=sample))

    async def cancel_replay(
        self, replay_id: int, *, by: str, now: datetime, reason: str = ""
    ) -> ReplayPlan:
        change = cancellation(by=by, reason=reason, now=now)
        return await self._write(lambda tx: replaying.operate(tx, replay_id, change))

    async def advance_replay(self, replay_id: int, *, limit: int, now: datetime) -> ReplayPlan:
        return await self._write(lambda tx: advancing.advance_replay(tx, replay_id, limit, now))

    async def running_replays(self) -> Sequence[int]:
        return await self._read(replaying.running_replays)

    async def followed_replays(self) -> Sequence[int]:
        return await self._read(replaying.followed_replays)

    async def get_replay(self, replay_id: int) -> ReplayPlan:
        return await self._read(lambda db: replaying.get_replay(db, replay_id))

    async def list_replays(
        self, *, before: int | None, limit: int, tenant: str | None = None
    ) -> Sequence[ReplayPlan]:
        return await self._read(lambda db: replaying.list_replays(db, before, limit, tenant))

    async def replay_rows(self, replay_id: int, *, after: int, limit: int) -> Sequence[PlannedRow]:
        return await self._read(lambda db: replaying.replay_rows(db, replay_id, after, limit))

    async def replay_history(self, replay_id: int) -> Sequence[ReplayEvent]:
        return await self._read(lambda db: replaying.replay_history(db, replay_id))

    # --- identities ---

    async def next_number(self, series: str) -> int:
        return await self._write(lambda tx: identities.next_number(tx, series))

    async def add_identity(self, new: NewIdentity, *, now: datetime) -> Identity:
        return await self._write(lambda tx: identities.add_identity(tx, new, now))

    async def find_identity(self, tenant: str, key: bytes) -> Identity | None:
        return await self._read(lambda db: identities.find_identity(db, tenant, key))

    async def list_identities(
        self, which: IdentityFilter, *, before: int | None, limit: int
    ) -> Sequence[Identity]:
        return await self._read(lambda db: identities.list_identities(db, which, before, limit))

    async def unannounced_identities(
        self, tenants: Collection[str], *, limit: int
    ) -> Sequence[Identity]:
        return await self._read(lambda db: identities.unannounced_identities(db, tenants, limit))

    async def mark_announced(self, identities: Sequence[Identity], *, now: datetime) -> None:
        await self._write(lambda tx: mark_announced(tx, identities, now))

    # --- reading ---

    async def get_message(self, message_id: int) -> StoredMessage:
        return await self._read(lambda db: reading.get_message(db, message_id))

    async def find_message(self, tenant: str, source: str, event_id: str) -> StoredMessage | None:
        return await self._read(lambda db: reading.find_message(db, tenant, source, event_id))

    async def get_delivery(self, delivery_id: int) -> Delivery:
        return await self._read(lambda db: reading.get_delivery(db, delivery_id))

    async def get_body(self, delivery_id: int) -> bytes:
        return await self._read(lambda db: reading.get_body(db, delivery_id))

    async def list_edits(self, delivery_id: int) -> Sequence[Edit]:
        return await self._read(lambda db: reading.list_edits(db, delivery_id))

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

    # --- documents ---

    async def add_document(self, document: Document, *, replace: bool = False) -> Document:
        return await self._write(lambda tx: documents.add_document(tx, document, replace=replace))

    async def find_document(self, tenant: str, sha256: str) -> Document | None:
        return await self._read(lambda db: documents.find_document(db, tenant, sha256))

    async def touch_document(self, tenant: str, sha256: str, *, now: datetime) -> Document | None:
        return await self._write(lambda tx: documents.touch_document(tx, tenant, sha256, now))

    async def orphans(self, *, before: datetime, limit: int) -> Sequence[Document]:
        return await self._read(lambda db: documents.orphans(db, before, limit))

    async def forget_document(self, document: Document, *, before: datetime) -> bool:
        return await self._write(lambda tx: documents.forget_document(tx, document, before))

    async def known_locations(self, locations: Sequence[str]) -> frozenset[str]:
        return await self._read(lambda db: documents.known_locations(db, locations))

    # --- reconciliations ---

    async def ask_reconciliation(
        self, destination: str, day: date, *, by: str, now: datetime
    ) -> Reconciliation:
        return await self._write(lambda tx: reconciling.ask(tx, destination, day, by, now))

    async def get_reconciliation(self, reconciliation_id: int) -> Reconciliation:
        return await self._read(lambda db: reconciling.get(db, reconciliation_id))

    async def list_reconciliations(
        self, destination: str | None, *, day: date | None, before: int | None, limit: int
    ) -> Sequence[Reconciliation]:
        return await self._read(
            lambda db: reconciling.list_reports(db, destination, day, before, limit)
        )

    async def pending_reconciliations(self, destination: str) -> Sequence[Reconciliation]:
        return await self._read(lambda db: reconciling.pending(db, destination))

    async def save_reconciliation(
        self,
        reconciliation_id: int,
        *,
        before: str,
        checkpoint: str,
        state: ReconciliationState,
        note: str = "",
        retry_at: datetime | None = None,
        found: Sequence[NewDifference] = (),
        now: datetime,
    ) -> bool:
        progress = Progress(
            before=before,
            checkpoint=checkpoint,
            state=state,
            note=note,
            retry_at=retry_at,
            found=found,
        )
        return await self._write(lambda tx: reconciling.save(tx, reconciliation_id, progress, now))

    async def list_differences(
        self,
        reconciliation_id: int,
        *,
        code: str | None,
        settled: bool | None,
        after: int,
        limit: int,
    ) -> Sequence[Difference]:
        return await self._read(
            partial(
                reconciling.list_differences,
                reconciliation_id=reconciliation_id,
                code=code,
                settled=settled,
                after=after,
                limit=limit,
            )
        )

    async def get_difference(self, reconciliation_id: int, number: int) -> Difference:
        return await self._read(
            lambda db: reconciling.get_difference(db, reconciliation_id, number)
        )

    async def settle_difference(
        self,
        reconciliation_id: int,
        number: int,
        *,
        settlement: Settlement,
        by: str,
        reason: str,
        now: datetime,
    ) -> Difference:
        act = Act(by=by, reason=reason, now=now)
        return await self._write(
            lambda tx: reconciling.settle(tx, reconciliation_id, number, settlement, act)
        )

    async def list_accepted(
        self, destination: str, *, since: datetime, after: int, until: datetime, limit: int
    ) -> Sequence[Delivery]:
        return await self._read(
            partial(
                reconciling.list_accepted,
                destination=destination,
                since=since,
                after=after,
                until=until,
                limit=limit,
            )
        )

    async def redeliver(self, delivery_id: int, *, by: str, reason: str, now: datetime) -> Delivery:
        act = Act(by=by, reason=reason, now=now)
        return await self._write(lambda tx: reconciling.redeliver(tx, delivery_id, act))

    async def forget_reconciliations(self, *, before: date, limit: int) -> int:
        return await self._write(lambda tx: reconciling.forget(tx, before, limit))

    # --- upkeep ---

    async def read_values(
        self, column: Column, *, after: str | None, limit: int
    ) -> Sequence[StoredValue]:
        return await self._read(lambda db: upkeep.read_values(db, column, after, limit))

    async def replace_values(self, column: Column, changes: Sequence[NewValue]) -> int:
        return await self._write(lambda tx: upkeep.replace_values(tx, column, changes))

    async def tally_values(
        self, column: Column, *, mark: bytes | str, length: int
    ) -> Mapping[str, int]:
        return await self._read(lambda db: upkeep.tally_values(db, column, mark, length))

    async def unpurged(self) -> Sequence[tuple[str, str]]:
        return await self._read(purging.unpurged)

    async def purgeable(self, tenant: str, message_type: str, *, before: datetime) -> int:
        which = Which(tenant=tenant, type=message_type, before=before)
        return await self._read(lambda db: purging.purgeable(db, which))

    async def purge(
        self,
        tenant: str,
        message_type: str,
        *,
        before: datetime,
        after: int,
        limit: int,
        by: str,
        reason: str,
        now: datetime,
    ) -> Purged:
        which = Which(tenant=tenant, type=message_type, before=before, after=after)
        act = Act(by=by, reason=reason, now=now)
        return await self._write(lambda tx: purging.purge(tx, which, limit, act))

    async def wipe(self) -> None:
        if self._inline:
            upkeep.empty_log(self._path)
        else:
            await asyncio.to_thread(upkeep.empty_log, self._path)

    # --- the protocol log ---

    async def record_asking(self, entry: ProtocolEntry) -> int:
        return await self._write(lambda tx: protocol.record_asking(tx, entry))

    async def record_outcome(
        self, number: int, outcome: AskOutcome, *, persons: frozenset[bytes], at: datetime
    ) -> None:
        await self._write(lambda tx: protocol.record_outcome(tx, number, outcome, persons, at))

    async def search_protocol(
        self, which: ProtocolFilter, *, before: int | None, limit: int
    ) -> Sequence[Recorded]:
        return await self._read(lambda db: protocol.search_protocol(db, which, before, limit))

    async def purge_protocol(self, *, before: datetime, limit: int) -> int:
        return await self._write(lambda tx: protocol.purge_protocol(tx, before, limit))

    # --- keys ---

    async def add_key(self, key: ApiKey, *, by: str = "schakel") -> None:
        await self._write(lambda tx: keys.add_key(tx, key, by))

    async def find_key(self, secret_hash: bytes) -> ApiKey | None:
        return await self._read(lambda db: keys.find_key(db, secret_hash))

    async def list_keys(self) -> Sequence[ApiKey]:
        return await self._read(keys.list_keys)

    async def revoke_key(self, key_id: str, *, by: str, now: datetime) -> None:
        await self._write(lambda tx: keys.revoke_key(tx, key_id, by, now))
