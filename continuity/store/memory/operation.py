"""What operators do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from continuity.delivery import State
from continuity.store.audit import Action, Fact
from continuity.store.memory.reading import matching
from continuity.store.memory.tables import DeliveryRow, ReplayRow, Tables
from continuity.store.records import UNROUTED, Delivery, DeliveryFilter, NewDelivery, ReplayPlan
from continuity.store.rules import (
    HELD,
    check_discard,
    check_plan,
    check_replay,
    check_reroute,
    fingerprint,
    in_plan,
    no_such,
    reroutable,
    wait_after_replay,
)


class MemoryOperation:
    _tables: Tables

    async def hold(self, destination: str, *, by: str, reason: str, now: datetime) -> None:
        tables = self._tables
        tables.record(
            Fact(
                at=now,
                actor=by,
                action=Action.HOLD,
                destination=destination,
                before=HELD if destination in tables.holds else None,
                after=HELD,
                reason=reason,
            )
        )
        tables.holds[destination] = (by, reason)
        tables.know(destination)
        await tables.commit()

    async def release(self, destination: str, *, by: str, reason: str, now: datetime) -> None:
        if self._tables.holds.pop(destination, None) is not None:
            self._tables.record(
                Fact(
                    at=now,
                    actor=by,
                    action=Action.RELEASE,
                    destination=destination,
                    before=HELD,
                    reason=reason,
                )
            )
        await self._tables.commit()

    async def replay(
        self,
        delivery_id: int,
        *,
        by: str,
        reason: str,
        now: datetime,
        edited_body: bytes | None = None,
        verified_absent: bool = False,
    ) -> Delivery:
        row = self._tables.delivery(delivery_id)
        check_replay(row.id, row.destination, row.state)
        if edited_body is not None:
            row.edited_body = edited_body
        if verified_absent:
            row.doubtful = False
        self._replay(row, by=by, reason=reason, now=now)
        await self._tables.commit()
        return self._tables.seen(row)

    def _replay(self, row: DeliveryRow, *, by: str, reason: str, now: datetime) -> None:
        self._tables.move(
            row, State.WAITING, now=now, actor=by, action=Action.REPLAY, reason=reason
        )
        row.wait = wait_after_replay(doubtful=row.doubtful)
        row.fault = None
        row.detail = ""
        row.look_ups = 0
        if not row.doubtful:
            row.steps = {name: step for name, step in row.steps.items() if step.result is not None}
        self._tables.recall(row)

    async def reroute(
        self,
        delivery_id: int,
        deliveries: Sequence[NewDelivery],
        *,
        by: str,
        reason: str,
        now: datetime,
    ) -> Sequence[str]:
        tables = self._tables
        row = tables.delivery(delivery_id)
        check_reroute(row.id, row.destination, row.state, deliveries)
        names: list[str] = []
        for new in reroutable(deliveries):
            added = tables.add(row.message, new, now=now)
            tables.record(
                Fact(
                    at=now,
                    actor=by,
                    action=Action.REROUTE,
                    tenant=row.message.new.tenant,
                    message_id=row.message.id,
                    delivery_id=added.id,
                    destination=added.destination,
                    after=added.state,
                    reason=reason,
                )
            )
            names.append(new.destination)
        tables.move(row, State.DISCARDED, now=now, actor=by, action=Action.REROUTE, reason=reason)
        await tables.commit()
        return names

    async def discard(self, delivery_id: int, *, by: str, reason: str, now: datetime) -> Delivery:
        row = self._tables.delivery(delivery_id)
        check_discard(row.id, row.state)
        self._tables.move(
            row, State.DISCARDED, now=now, actor=by, action=Action.DISCARD, reason=reason
        )
        self._tables.recall(row)
        await self._tables.commit()
        return self._tables.seen(row)

    async def plan_replay(
        self, which: DeliveryFilter, *, by: str, reason: str, now: datetime
    ) -> ReplayPlan:
        rows = [
            row
            for row in self._tables.deliveries.values()
            if row.state is State.PARKED and row.destination != UNROUTED and matching(row, which)
        ]
        ids = [row.id for row in rows]
        plan = ReplayPlan(
            id=len(self._tables.replays) + 1,
            state="planned",
            created_by=by,
            reason=reason,
            created_at=now,
            fingerprint=fingerprint(ids),
            total=len(ids),
            replayed=0,
            skipped=0,
            destinations=dict(sorted(Counter(row.destination for row in rows).items())),
        )
        self._tables.replays[plan.id] = ReplayRow(plan=plan, pending=ids)
        self._audit_plan(plan, None, by=by, action=Action.PLAN_REPLAY, now=now)
        await self._tables.commit()
        return plan

    async def start_replay(self, replay_id: int, *, by: str, now: datetime) -> ReplayPlan:
        row = self._plan(replay_id)
        check_plan(replay_id, row.plan.state, "planned")
        row.started_by = by
        return await self._change(row, "running", by=by, action=Action.START_REPLAY, now=now)

    async def cancel_replay(self, replay_id: int, *, by: str, now: datetime) -> ReplayPlan:
        row = self._plan(replay_id)
        check_plan(replay_id, row.plan.state, "planned", "running")
        return await self._change(row, "cancelled", by=by, action=Action.CANCEL_REPLAY, now=now)

    async def advance_replay(self, replay_id: int, *, limit: int, now: datetime) -> ReplayPlan:
        row = self._plan(replay_id)
        if row.plan.state != "running":
            return row.plan
        turn, row.pending = row.pending[:limit], row.pending[limit:]
        parked = [
            delivery
            for delivery in map(self._tables.delivery, turn)
            if delivery.state is State.PARKED
        ]
        for delivery in parked:
            self._replay(delivery, by=row.started_by, reason=in_plan(row.plan), now=now)
        row.plan = replace(
            row.plan,
            replayed=row.plan.replayed + len(parked),
            skipped=row.plan.skipped + len(turn) - len(parked),
        )
        if row.pending:
            await self._tables.commit()
            return row.plan
        return await self._change(row, "done", by=row.started_by, action=Action.END_REPLAY, now=now)

    async def _change(
        self, row: ReplayRow, after: str, *, by: str, action: Action, now: datetime
    ) -> ReplayPlan:
        before = row.plan.state
        row.plan = replace(row.plan, state=after)
        self._audit_plan(row.plan, before, by=by, action=action, now=now)
        await self._tables.commit()
        return row.plan

    def _audit_plan(
        self, plan: ReplayPlan, before: str | None, *, by: str, action: Action, now: datetime
    ) -> None:
        self._tables.record(
            Fact(
                at=now,
                actor=by,
                action=action,
                before=before,
                after=plan.state,
                reason=in_plan(plan),
            )
        )

    async def running_replays(self) -> Sequence[int]:
        return [
            replay_id
            for replay_id, row in self._tables.replays.items()
            if row.plan.state == "running"
        ]

    async def get_replay(self, replay_id: int) -> ReplayPlan:
        return self._plan(replay_id).plan

    def _plan(self, replay_id: int) -> ReplayRow:
        try:
            return self._tables.replays[replay_id]
        except KeyError:
            raise no_such("replay", replay_id) from None
