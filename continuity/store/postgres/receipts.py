"""What the core can be told of deliveries."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

from continuity.store.postgres import sql
from continuity.store.postgres.rows import Row, to_delivery
from continuity.store.postgres.sealing import AuditPart
from continuity.store.records import Told


class ReceiptsPart(AuditPart):
    async def to_tell(self, delivery_ids: Collection[int]) -> Sequence[Told]:
        rows = await self._read(lambda db: db.fetch(sql.TO_TELL, list(delivery_ids)))
        return [_told(row) for row in rows]

    async def end_of_trail(self) -> int:
        return await self._sealed()


def _told(row: Row) -> Told:
    return Told(
        delivery=to_delivery(row),
        correlation_id=row["correlation_id"],
        references=json.loads(row["refs"]) if row["refs"] else {},
    )
