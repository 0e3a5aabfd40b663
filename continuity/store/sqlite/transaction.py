"""One transaction: what its operations share, and the one place where a delivery moves.

Audit entries and counters of all operations are written together, just before the commit.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime

from continuity.delivery import TERMINAL, State, Wait, check_move
from continuity.store.audit import GENESIS, Action, Fact, link
from continuity.store.records import UNROUTED, Fault, Lease
from continuity.store.rules import no_such, stale
from continuity.store.sqlite import sql
from continuity.store.sqlite.rows import from_entry, to_fault
from continuity.store.sqlite.times import to_micros


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """What a change of a delivery starts from. Everything after `subject` may change."""

    id: int
    message_id: int
    tenant: str
    destination: str
    lane: str
    subject: str
    state: State
    attempts: int
    look_ups: int
    doubtful: bool
    fault: Fault | None
    detail: str
    wait: Wait = Wait.QUEUED
    due_at: datetime | None = None


class Transaction:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._facts: list[Fact] = []
        self._counts: Counter[tuple[str, str, State]] = Counter()
        self._names: set[str] = set()
        self._last_ids: dict[str, int] = {}

    def next_id(self, table: str) -> int:
        """Ids are given out here, so that many rows can be written by one `executemany`."""
        last = self._last_ids.get(table)
        if last is None:
            row = self.connection.execute(sql.LAST_ID, (table,)).fetchone()
            last = row[0] if row else 0
        self._last_ids[table] = last + 1
        return last + 1

    def record(self, fact: Fact) -> None:
        """Adds to the audit trail."""
        self._facts.append(fact)

    def know(self, destination: str) -> None:
        if destination != UNROUTED:
            self._names.add(destination)

    def count_new(self, destination: str, tenant: str, state: State) -> None:
        self._counts[destination, tenant, state] += 1
        self.know(destination)

    def get(self, delivery_id: int) -> DeliveryRow:
        """Raises `NotFound`."""
        row = self.find(delivery_id)
        if row is None:
            raise no_such("delivery", delivery_id)
        return row

    def find(self, delivery_id: int) -> DeliveryRow | None:
        row = self.connection.execute(sql.GET_ROW, (delivery_id,)).fetchone()
        if row is None:
            return None
        return DeliveryRow(
            id=row[0],
            message_id=row[1],
            tenant=row[2],
            destination=row[3],
            lane=row[4],
            state=State(row[5]),
            doubtful=bool(row[6]),
            attempts=row[7],
            look_ups=row[8],
            fault=to_fault(row[9], row[10]),
            detail=row[11],
            subject=row[12],
        )

    def check_lease(self, lease: Lease) -> None:
        """Raises `StaleLease`."""
        check_lease(self.connection, lease)

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
        """The only place where a state changes: checked, written, counted and audited."""
        if not after.state is before.state is State.UNCERTAIN:
            check_move(before.state, after.state)
        self.connection.execute(
            sql.MOVE_AND_CLOSE if after.state in TERMINAL else sql.MOVE,
            {
                "id": after.id,
                "state": after.state.value,
                "wait": after.wait.value,
                "due_at": to_micros(after.due_at),
                "doubtful": after.doubtful,
                "attempts": after.attempts,
                "look_ups": after.look_ups,
                "fault_code": after.fault.code if after.fault else None,
                "fault_detail": after.fault.detail if after.fault else None,
                "detail": after.detail,
                "changed_at": to_micros(now),
            },
        )
        self._counts[before.destination, before.tenant, before.state] -= 1
        self._counts[before.destination, before.tenant, after.state] += 1
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

    def recall(self, row: DeliveryRow) -> None:
        """The owner of the destination is told that this lane changed."""
        self.connection.execute(sql.RECALL, (row.destination, row.lane))

    def touched(self) -> tuple[int, int]:
        """Differs before and after anything that leaves something behind."""
        return self.connection.total_changes, len(self._facts)

    def flush(self) -> None:
        """Writes what was collected. Nothing may follow but the commit."""
        if self._names:
            self.connection.executemany(sql.KNOW_DESTINATION, [(name,) for name in self._names])
        changed = [(*key, count) for key, count in self._counts.items() if count]
        if changed:
            self.connection.executemany(sql.COUNT_UP, changed)
        if self._facts:
            seq, previous = self.connection.execute(sql.LAST_AUDIT).fetchone() or (0, GENESIS)
            entries = []
            for fact in self._facts:
                seq += 1
                entry = link(fact, seq=seq, previous=previous)
                previous = entry.hash
                entries.append(from_entry(entry))
            self.connection.executemany(sql.INSERT_AUDIT, entries)


def check_lease(connection: sqlite3.Connection, lease: Lease) -> None:
    row = connection.execute(sql.GET_LEASE, (lease.destination,)).fetchone()
    if row is None or row[:2] != (lease.owner, lease.epoch):
        raise stale(lease.destination, lease.epoch)


def moved(row: DeliveryRow, state: State) -> DeliveryRow:
    """The row in its new state, waiting for nothing yet."""
    return replace(row, state=state, wait=Wait.QUEUED, due_at=None)
