"""What systems outside handed in, and what they come to collect."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from continuity.store.records import (
    InboxItem,
    KeyTaken,
    NewMessage,
    NewReception,
    Received,
    Reception,
    ReceptionFilter,
    Repeated,
)
from continuity.store.sealed.part import Part


class SealedReceptions(Part):
    async def receive(
        self, new: NewReception, messages: Sequence[NewMessage], *, now: datetime
    ) -> Received | Repeated | KeyTaken:
        sealed = [self._codec.message(one) for one in messages]
        found = await self._inner.receive(self._codec.reception(new), sealed, now=now)
        if isinstance(found, KeyTaken):  # the caller refuses, whether it can be read or not
            return replace(found, reception=self._codec.open_listed(found.reception))
        return replace(found, reception=self._codec.open_reception(found.reception))

    async def get_reception(self, reception_id: int) -> Reception:
        return self._codec.open_reception(await self._inner.get_reception(reception_id))

    async def list_receptions(
        self, which: ReceptionFilter, *, before: int | None, limit: int
    ) -> Sequence[Reception]:
        found = await self._inner.list_receptions(which, before=before, limit=limit)
        return [self._codec.open_listed(one) for one in found]

    async def read_inbox(
        self,
        destinations: Collection[str],
        *,
        after: int,
        limit: int,
        now: datetime,
        tenant: str | None = None,
    ) -> Sequence[InboxItem]:
        found = await self._inner.read_inbox(
            destinations, after=after, limit=limit, now=now, tenant=tenant
        )
        return [self._codec.open_item(item) for item in found]
