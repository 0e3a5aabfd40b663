"""What people and machines look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice

from continuity.breaker import CLOSED
from continuity.delivery import State
from continuity.store.audit import first_break
from continuity.store.memory.tables import FREE, DeliveryRow, MessageRow, Tables
from continuity.store.records import (
    AuditEntry,
    Count,
    Delivery,
    DeliveryFilter,
    DestinationStatus,
    Edit,
    StoredMessage,
)
from continuity.store.rules import OWED, no_such
from continuity.store.tokens import search_token


class MemoryReading:
    _tables: Tables

    async def get_message(self, message_id: int) -> StoredMessage:
        try:
            return _stored(self._tables.messages[message_id])
        except KeyError:
            raise no_such("message", message_id) from None

    async def find_message(self, tenant: str, source: str, event_id: str) -> StoredMessage | None:
        row = self._tables.events.get((tenant, source, event_id))
        return _stored(row) if row else None

    async def get_delivery(self, delivery_id: int) -> Delivery:
        return self._tables.seen(self._tables.delivery(delivery_id))

    async def get_body(self, delivery_id: int) -> bytes:
        return self._tables.delivery(delivery_id).body

    async def list_edits(self, delivery_id: int) -> Sequence[Edit]:
        return list(self._tables.delivery(delivery_id).edits)

    async def list_deliveries(
        self, which: DeliveryFilter, *, before: int | None, limit: int
    ) -> Sequence[Delivery]:
        rows = (
            row
            for row in reversed(self._tables.deliveries.values())
            if (before is None or row.id < before) and matching(row, which)
        )
        return [self._tables.seen(row) for row in islice(rows, limit)]

    async def counts(self) -> Sequence[Count]:
        return _counts(self._tables.counters)

    async def recount(self) -> Sequence[Count]:
        return _counts(
            Counter(
                (row.destination, row.message.new.tenant, row.state)
                for row in self._tables.deliveries.values()
            )
        )

    async def destinations(self) -> Sequence[DestinationStatus]:
        return [self._status(name) for name in sorted(self._tables.known)]

    def _status(self, name: str) -> DestinationStatus:
        held_by, held_reason = self._tables.holds.get(name, (None, ""))
        lease = self._tables.leases.get(name)
        return DestinationStatus(
            name=name,
            held_by=held_by,
            held_reason=held_reason,
            breaker=self._tables.breakers.get(name, CLOSED),
            lease=lease if lease and lease.owner != FREE else None,
            oldest_open_at=next(
                (
                    row.message.accepted_at
                    for row in self._tables.open_rows(name)
                    if row.state in OWED
                ),
                None,
            ),
        )

    async def timeline(self, delivery_id: int) -> Sequence[AuditEntry]:
        self._tables.delivery(delivery_id)
        return [entry for entry in self._tables.audit if entry.delivery_id == delivery_id]

    async def audit_trail(self, *, after: int, limit: int) -> Sequence[AuditEntry]:
        return list(islice((entry for entry in self._tables.audit if entry.seq > after), limit))

    async def verify_audit(self) -> int | None:
        return first_break(self._tables.audit)


def matching(row: DeliveryRow, which: DeliveryFilter) -> bool:
    message = row.message.new
    wanted = (
        (which.state, row.state),
        (which.destination, row.destination),
        (which.tenant, message.tenant),
        (which.fault_code, row.fault.code if row.fault else None),
        (which.event_id, message.event_id),
        (which.message_id, row.message.id),
    )
    if which.since is not None and row.changed_at < which.since:
        return False
    if which.subject is not None and message.subject not in {
        which.subject,
        search_token(which.subject),
    }:
        return False
    return all(want is None or want == has for want, has in wanted)


def _counts(counters: Mapping[tuple[str, str, State], int]) -> list[Count]:
    return [
        Count(destination=destination, tenant=tenant, state=state, count=count)
        for (destination, tenant, state), count in sorted(counters.items())
        if count
    ]


def _stored(row: MessageRow) -> StoredMessage:
    return StoredMessage(
        id=row.id,
        tenant=row.new.tenant,
        source=row.new.source,
        event_id=row.new.event_id,
        type=row.new.type,
        subject=row.new.subject,
        accepted_at=row.accepted_at,
        body=row.new.body,
        correlation_id=row.new.correlation_id,
        purged_at=row.purged_at,
    )
