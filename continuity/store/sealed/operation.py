"""What operators do to deliveries and plans."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from continuity.store.contract import DEFAULT_OPTIONS
from continuity.store.records import (
    Delivery,
    DeliveryFilter,
    PlannedRow,
    ReplayOptions,
    ReplayPlan,
)
from continuity.store.sealed.part import Part


class SealedOperation(Part):
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
        codec = self._codec
        replayed = await self._inner.replay(
            delivery_id,
            by=by,
            reason=reason,
            now=now,
            edited_body=None if edited_body is None else codec.body(edited_body),
            edit_diff=codec.diff(edit_diff),
            verified_absent=verified_absent,
        )
        return codec.open_delivery(replayed)

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
        return self._codec.open_delivery(
            await self._inner.redirect(
                delivery_id, to, by=by, reason=reason, now=now, verified_absent=verified_absent
            )
        )

    async def discard(self, delivery_id: int, *, by: str, reason: str, now: datetime) -> Delivery:
        discarded = await self._inner.discard(delivery_id, by=by, reason=reason, now=now)
        return self._codec.open_delivery(discarded)

    async def redeliver(self, delivery_id: int, *, by: str, reason: str, now: datetime) -> Delivery:
        made = await self._inner.redeliver(delivery_id, by=by, reason=reason, now=now)
        return self._codec.open_delivery(made)

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
        return await self._inner.plan_replay(
            self._codec.filter(which),
            options=options,
            tenant=tenant,
            by=by,
            reason=reason,
            now=now,
        )

    async def replay_rows(self, replay_id: int, *, after: int, limit: int) -> Sequence[PlannedRow]:
        rows = await self._inner.replay_rows(replay_id, after=after, limit=limit)
        return [self._codec.open_row(row) for row in rows]
