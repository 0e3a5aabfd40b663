"""What people and machines look at."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from continuity.store.records import Delivery, DeliveryFilter, Edit, StoredMessage, Told
from continuity.store.sealed.part import Part


class SealedReading(Part):
    async def get_message(self, message_id: int) -> StoredMessage:
        return self._codec.open_message(await self._inner.get_message(message_id))

    async def find_message(self, tenant: str, source: str, event_id: str) -> StoredMessage | None:
        found = await self._inner.find_message(tenant, source, event_id)
        return found and self._codec.open_message(found)

    async def get_delivery(self, delivery_id: int) -> Delivery:
        return self._codec.open_delivery(await self._inner.get_delivery(delivery_id))

    async def get_body(self, delivery_id: int) -> bytes:
        return self._codec.open_body(await self._inner.get_body(delivery_id))

    async def list_edits(self, delivery_id: int) -> Sequence[Edit]:
        return [self._codec.open_edit(one) for one in await self._inner.list_edits(delivery_id)]

    async def list_deliveries(
        self, which: DeliveryFilter, *, before: int | None, limit: int
    ) -> Sequence[Delivery]:
        found = await self._inner.list_deliveries(
            self._codec.filter(which), before=before, limit=limit
        )
        return [self._codec.open_delivery(one) for one in found]

    async def to_tell(self, delivery_ids: Collection[int]) -> Sequence[Told]:
        return [self._codec.open_told(one) for one in await self._inner.to_tell(delivery_ids)]

    async def list_accepted(
        self, destination: str, *, since: datetime, after: int, until: datetime, limit: int
    ) -> Sequence[Delivery]:
        found = await self._inner.list_accepted(
            destination, since=since, after=after, until=until, limit=limit
        )
        return [self._codec.open_delivery(one) for one in found]
