"""Accepting and delivering."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from continuity.store.records import (
    Accepted,
    Conflict,
    Head,
    Lease,
    MissingDocument,
    NewMessage,
    Outcome,
    Work,
)
from continuity.store.sealed.part import Part


class SealedDispatch(Part):
    async def accept(
        self, messages: Sequence[NewMessage], *, now: datetime
    ) -> Sequence[Accepted | Conflict | MissingDocument]:
        return await self._inner.accept([self._codec.message(one) for one in messages], now=now)

    async def read_open(self, destination: str, *, after: int, limit: int) -> Sequence[Head]:
        heads = await self._inner.read_open(destination, after=after, limit=limit)
        return [self._codec.open_head(head) for head in heads]

    async def read_lane(
        self, destination: str, lane: str, *, upto: int, limit: int
    ) -> Sequence[Head]:
        sealed = self._codec.lane(lane)
        heads = await self._inner.read_lane(destination, sealed, upto=upto, limit=limit)
        return [self._codec.open_head(head) for head in heads]

    async def recalled_lanes(self, lease: Lease) -> Sequence[str]:
        return sorted(map(self._codec.open_lane, await self._inner.recalled_lanes(lease)))

    async def begin(
        self, lease: Lease, delivery_ids: Sequence[int], *, now: datetime
    ) -> Sequence[Work]:
        begun = await self._inner.begin(lease, delivery_ids, now=now)
        return [self._codec.open_work(work) for work in begun]

    async def load(self, lease: Lease, delivery_ids: Sequence[int]) -> Sequence[Work]:
        return [self._codec.open_work(work) for work in await self._inner.load(lease, delivery_ids)]

    async def save_steps(
        self,
        lease: Lease,
        delivery_id: int,
        *,
        prepared: Mapping[str, bytes],
        completed: Mapping[str, str],
    ) -> None:
        await self._inner.save_steps(
            lease,
            delivery_id,
            prepared=self._codec.requests(prepared),
            completed=self._codec.results(completed),
        )

    async def finish(self, lease: Lease, outcomes: Sequence[Outcome], *, now: datetime) -> None:
        await self._inner.finish(lease, [self._codec.outcome(one) for one in outcomes], now=now)
