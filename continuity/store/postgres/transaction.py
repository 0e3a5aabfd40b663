"""One transaction of many callers: what it has read, what it will write, and where deliveries move.

Rows are read once for all callers and changed in memory; `flush` writes everything set by set,
just before the commit. Two transactions that change the same delivery cannot both succeed: each row
is written only over the version that was read (`xmin`), else `Again`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import asyncpg

from continuity.delivery import State, check_move
from continuity.store.audit import GENESIS, Action, Fact, link
from continuity.store.postgres import sql
from continuity.store.postgres.connection import Connection
from continuity.store.postgres.deliveries import (
    Content,
    DeliveryRow,
    read_contents,
    read_rows,
    to_values,
    to_work,
)
from continuity.store.postgres.errors import Again
from continuity.store.postgres.news import CHANNEL, announcement
from continuity.store.postgres.rows import clean, columns
from continuity.store.records import UNROUTED, Lease, Work
from continuity.store.rules import no_such, stale


@dataclass(slots=True)
class Step:
    request: bytes | None = None
    result: str | None = None


@dataclass(slots=True, kw_only=True)
class _Pending:
    """What will be written, in the order in which it was handed in."""

    moved: dict[int, State] = field(default_factory=dict)
    """Deliveries that changed, with the state in which they lie in the database."""
    steps: dict[tuple[int, str], Step] = field(default_factory=dict)
    references: dict[tuple[str, str, str], dict[str, str]] = field(default_factory=dict)
    recalls: set[tuple[str, str]] = field(default_factory=set)
    renewals: dict[str, datetime] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)
    counts: Counter[tuple[str, str, State]] = field(default_factory=Counter)
    names: set[str] = field(default_factory=set)
    news: set[str] = field(default_factory=set)


class Transaction:
    """`slot`: where this connection counts. `mark`: tells its news from those of other stores."""

    def __init__(self, connection: Connection, *, slot: int, mark: str) -> None:
        self.connection = connection
        self.number: str | None = None
        """Of this transaction on the server, once something was written: to ask what became of it
        when the answer to COMMIT is lost."""
        self._slot = slot
        self._mark = mark
        self._rows: dict[int, DeliveryRow | None] = {}
        self._contents: dict[int, Content] = {}
        self._leases: dict[str, tuple[str, int]] = {}
        self._pending = _Pending()
        self._writes = 0

    # --- leases ---

    async def share_leases(self, destinations: Collection[str]) -> None:
        """Reads the leases; nobody can take one of them over until this transaction has ended."""
        missing = sorted(set(destinations) - self._leases.keys())
        if missing:
            rows = await self.connection.fetch(sql.SHARE_LEASES, missing)
            self._leases |= dict.fromkeys(missing, ("", -1))
            self._leases |= {row[0]: (row[1], row[2]) for row in rows}

    async def check_lease(self, lease: Lease) -> None:
        """Raises `StaleLease`."""
        await self.share_leases((lease.destination,))
        if self._leases[lease.destination] != (lease.owner, lease.epoch):
            raise stale(lease.destination, lease.epoch)

    def renew(self, lease: Lease) -> None:
        self._pending.renewals[lease.destination] = lease.expires_at

    def forget_lease(self, destination: str) -> None:
        """It was changed by a statement: it is read again when it is checked."""
        self._leases.pop(destination, None)

    # --- deliveries ---

    async def read(self, delivery_ids: Iterable[int]) -> None:
        """Reads the rows that were not read before, in one go."""
        missing = [number for number in dict.fromkeys(delivery_ids) if number not in self._rows]
        if missing:
            self._rows |= dict.fromkeys(missing)
            self._rows |= await read_rows(self.connection, missing)

    async def find(self, delivery_id: int) -> DeliveryRow | None:
        await self.read((delivery_id,))
        return self._rows[delivery_id]

    async def get(self, delivery_id: int) -> DeliveryRow:
        """Raises `NotFound`."""
        row = await self.find(delivery_id)
        if row is None:
            raise no_such("delivery", delivery_id)
        return row

    def move(
        self,
        before: DeliveryRow,
        after: DeliveryRow,
        *,
        now: datetime,
        actor: str,
        action: Action,
        reason: str,
    ) -> None:
        """The only place where a state changes: checked, counted, audited; `flush` writes it."""
        if not after.state is before.state is State.UNCERTAIN:
            check_move(before.state, after.state)
        self._pending.moved.setdefault(before.id, before.state)
        self._rows[before.id] = replace(after, changed_at=now)
        self._pending.counts[before.destination, before.tenant, before.state] -= 1
        self._pending.counts[before.destination, before.tenant, after.state] += 1
        self.record(
            Fact(
                at=now,
                actor=actor,
                action=action,
                tenant=before.tenant,
                message_id=before.message_id,
                delivery_id=before.id,
                destination=before.destination,
                before=before.state.value,
                after=after.state.value,
                reason=reason,
            )
        )

    async def read_contents(self, delivery_ids: Iterable[int]) -> None:
        """Reads what attempts need of those that wait, in one go."""
        found = (self._rows.get(number) for number in dict.fromkeys(delivery_ids))
        rows = [row for row in found if row is not None and row.state is State.WAITING]
        if rows:
            self._contents |= await read_contents(self.connection, rows)

    async def works(self, rows: Sequence[DeliveryRow]) -> list[Work]:
        if self._pending.steps:
            changed = {number for number, _ in self._pending.steps}
            if not changed.isdisjoint(row.id for row in rows):
                await self.write_rows()
        missing = [row for row in rows if row.id not in self._contents]
        if missing:
            self._contents |= await read_contents(self.connection, missing)
        return [to_work(row, self._contents[row.id], self._newer(row)) for row in rows]

    # --- what goes with it ---

    def prepare_step(self, delivery_id: int, name: str, request: bytes) -> None:
        step = self._pending.steps.setdefault((delivery_id, name), Step())
        if step.result is None:
            step.request = request

    def complete_step(self, delivery_id: int, name: str, result: str) -> None:
        self._pending.steps.setdefault((delivery_id, name), Step()).result = result

    def keep_reference(self, row: DeliveryRow, name: str, value: str) -> None:
        subject = (row.tenant, row.destination, row.subject)
        self._pending.references.setdefault(subject, {})[name] = value

    def _newer(self, row: DeliveryRow) -> dict[str, str]:
        """References that this transaction will write."""
        return self._pending.references.get((row.tenant, row.destination, row.subject), {})

    def recall(self, row: DeliveryRow) -> None:
        """The owner of the destination is told that this lane changed, in whatever process."""
        self._pending.recalls.add((row.destination, row.lane))
        self.tell(row.destination)

    def tell(self, destination: str) -> None:
        """Other processes are woken for this destination after the commit."""
        if destination != UNROUTED:
            self._pending.news.add(destination)

    def record(self, fact: Fact) -> None:
        """Adds to the audit trail."""
        self._pending.facts.append(fact)

    def know(self, destination: str) -> None:
        if destination != UNROUTED:
            self._pending.names.add(destination)

    def count_new(self, destination: str, tenant: str, state: State) -> None:
        self._pending.counts[destination, tenant, state] += 1
        self.know(destination)

    async def execute(self, statement: str, *values: Any) -> int:
        """A statement that writes at once; returns how many rows it wrote."""
        self._writes += 1
        written = (await self.connection.execute(statement, *values)).rpartition(" ")[2]
        return int(written) if written.isdigit() else 0

    async def write(self, statement: str, *values: Any) -> list[asyncpg.Record]:
        """A statement that writes at once and returns rows."""
        rows = await self.connection.fetch(statement, *values)
        self._writes += bool(rows)
        return rows

    async def fetch(self, statement: str, *values: Any) -> list[asyncpg.Record]:
        """A statement that only reads. What is pending is not in the database yet."""
        return await self.connection.fetch(statement, *values)

    async def fetch_one(self, statement: str, *values: Any) -> asyncpg.Record | None:
        return await self.connection.fetchrow(statement, *values)

    async def draw(self, statement: str, count: int) -> list[int]:
        """New numbers; they are never given out again, also when this is broken off."""
        if not count:
            return []
        return [row[0] for row in await self.connection.fetch(statement, count)]

    def touched(self) -> tuple[int, ...]:
        """Differs before and after anything that leaves something behind."""
        pending = self._pending
        parts = (pending.facts, pending.steps, pending.references, pending.recalls, pending.news)
        return self._writes, len(pending.renewals), *(len(part) for part in parts)

    # --- writing ---

    async def flush(self) -> None:
        """Writes everything. Nothing may follow but the commit."""
        await self.write_rows()
        pending, self._pending = self._pending, _Pending()
        if pending.facts:
            await self._write_audit(pending.facts)
        if pending.news:
            await self.execute(sql.NOTIFY, CHANNEL, announcement(self._mark, pending.news))
        if pending.names:
            await self.execute(sql.KNOW_DESTINATIONS, sorted(pending.names))
        changed = sorted((key, number) for key, number in pending.counts.items() if number)
        if changed:
            keys = columns([key for key, _ in changed], 3)
            numbers = [number for _, number in changed]
            await self.execute(sql.COUNT, self._slot, *keys, numbers)
        if self._writes:
            self.number = await self.connection.fetchval(sql.TRANSACTION)

    async def write_rows(self) -> None:
        """Deliveries and what hangs on them, so that a statement can see or change them.

        What was read before is read again when it is needed.
        """
        pending = self._pending
        if pending.moved:
            await self._write_moved(pending.moved)
        if pending.steps:
            keys = [(*key, step.request, step.result) for key, step in pending.steps.items()]
            await self.execute(sql.KEEP_STEPS, *columns(keys, 4))
        if pending.references:
            references = sorted(
                (*subject, name, clean(value))
                for subject, values in pending.references.items()
                for name, value in values.items()
            )
            await self.execute(sql.KEEP_REFERENCES, *columns(references, 5))
        if pending.recalls:
            await self.execute(sql.RECALL, *columns(sorted(pending.recalls), 2))
        if pending.renewals:
            renewals = sorted(pending.renewals.items())
            await self.execute(sql.RENEW_LEASES, *columns(renewals, 2))
        pending.moved, pending.steps, pending.references = {}, {}, {}
        pending.recalls, pending.renewals = set(), {}
        self._rows.clear()
        self._contents.clear()

    async def _write_moved(self, moved: dict[int, State]) -> None:
        rows = [row for number in sorted(moved) if (row := self._rows[number]) is not None]
        written = await self.execute(sql.MOVE, *columns([to_values(row) for row in rows], 12))
        if written != len(rows):
            raise Again
        begun = [
            (row.destination, row.id)
            for row in rows
            if row.state is State.SENDING is not moved[row.id]
        ]
        ended = [
            (row.destination, row.id)
            for row in rows
            if moved[row.id] is State.SENDING is not row.state
        ]
        if begun:
            await self.execute(sql.ADD_SENDING, *columns(begun, 2))
        if ended:
            await self.execute(sql.END_SENDING, *columns(ended, 2))

    async def _write_audit(self, facts: Sequence[Fact]) -> None:
        seqs = await self.draw(sql.DRAW_SEQS, len(facts))
        entries = [
            link(replace(fact, reason=clean(fact.reason)), seq=seq, previous=GENESIS)
            for seq, fact in zip(sorted(seqs), facts, strict=True)
        ]
        values = [
            (
                entry.seq,
                entry.at,
                entry.actor,
                entry.action,
                entry.tenant,
                entry.message_id,
                entry.delivery_id,
                entry.destination,
                entry.before,
                entry.after,
                entry.reason,
                entry.hash,
            )
            for entry in entries
        ]
        await self.execute(sql.INSERT_AUDIT, *columns(values, 12))
