"""What the core can be told of deliveries."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from continuity.store.memory.tables import Tables
from continuity.store.records import Told


class MemoryReceipts:
    _tables: Tables

    async def to_tell(self, delivery_ids: Collection[int]) -> Sequence[Told]:
        return [
            self._told(delivery_id)
            for delivery_id in sorted(set(delivery_ids))
            if delivery_id in self._tables.deliveries
        ]

    async def end_of_trail(self) -> int:
        return self._tables.audit[-1].seq if self._tables.audit else 0

    def _told(self, delivery_id: int) -> Told:
        row = self._tables.deliveries[delivery_id]
        message = row.message.new
        subject = (message.tenant, row.destination, message.subject)
        return Told(
            delivery=self._tables.seen(row),
            correlation_id=message.correlation_id,
            references=dict(self._tables.references.get(subject, {})),
        )
