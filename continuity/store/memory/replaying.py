"""Replay plans: a fixed set of parked deliveries, sent again row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from continuity.breaker import CLOSED, BreakerState
from continuity.delivery import State
from continuity.replay import (
    SETTLED,
    Mark,
    ReplayState,
    Skip,
    Tally,
    Target,
    after_a_step,
    brake,
    fate_of,
    free_after,
    turns,
)
from continuity.store.audit import Action
from continuity.store.contract import DEFAULT_OPTIONS
from continuity.store.memory.operation import has_delivery_at, redirect_row, replay_row
from continuity.store.memory.reading import matching
from continuity.store.memory.tables import DeliveryRow, PlanRow, ReplayRow, Tables
from continuity.store.planning import (
    WATCHED_AT_ONCE,
    Change,
    approval,
    cancellation,
    check_change,
    end,
    first_plan_state,
    pause,
    plan_event,
    plan_fact,
    resumption,
    skip_of,
    start,
    stop,
)
from continuity.store.records import (
    UNROUTED,
    DeliveryFilter,
    PlannedRow,
    ReplayEvent,
    ReplayOptions,
    ReplayPlan,
)
from continuity.store.rules import fingerprint, in_plan, no_such


class MemoryReplaying:
    _tables: Tables

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
        found = [
            row
            for row in self._tables.deliveries.values()
            if row.state is State.PARKED and row.destination != UNROUTED and matching(row, which)
        ]
        to = options.to and options.to.destination
        state = first_plan_state(len(found), options)
        plan = ReplayPlan(
            id=len(self._tables.replays) + 1,
            state=state,
            note="",
            created_by=by,
            approved_by=None,
            started_by=None,
            tenant=tenant,
            reason=reason,
            created_at=now,
            changed_at=now,
            fingerprint=fingerprint(row.id for row in found),
            options=options,
            total=len(found),
            replayed=0,
            skipped=0,
            fates=Tally(),
            destinations=dict(sorted(Counter(row.destination for row in found).items())),
        )
        rows = {
            row.id: ReplayRow(delivery_id=row.id, destination=to or row.destination)
            for row in found
        }
        names = sorted({row.destination for row in rows.values()})
        targets = {name: Target(name=name) for name in names}
        stored = PlanRow(plan=plan, rows=rows, targets=targets, history=[])
        self._tables.replays[plan.id] = stored
        change = Change(action=Action.PLAN_REPLAY, after=state, by=by, now=now)
        self._tables.record(plan_fact(plan, None, change))
        stored.history.append(plan_event(plan, change))
        await self._tables.commit()
        return plan

    async def approve_replay(
        self, replay_id: int, *, by: str, reason: str, now: datetime
    ) -> ReplayPlan:
        return await self._operated(replay_id, approval(by=by, reason=reason, now=now))

    async def start_replay(
        self, replay_id: int, *, by: str, now: datetime, sample: int | None = None
    ) -> ReplayPlan:
        return await self._operated(replay_id, start(by=by, now=now), sample=sample)

    async def pause_replay(
        self, replay_id: int, *, by: str, reason: str, now: datetime
    ) -> ReplayPlan:
        return await self._operated(replay_id, pause(by=by, reason=reason, now=now))

    async def resume_replay(
        self, replay_id: int, *, by: str, reason: str, now: datetime, sample: int | None = None
    ) -> ReplayPlan:
        change = resumption(by=by, reason=reason, now=now)
        return await self._operated(replay_id, change, sample=sample)

    async def cancel_replay(
        self, replay_id: int, *, by: str, now: datetime, reason: str = ""
    ) -> ReplayPlan:
        return await self._operated(replay_id, cancellation(by=by, reason=reason, now=now))

    async def advance_replay(self, replay_id: int, *, limit: int, now: datetime) -> ReplayPlan:
        stored = self._plan(replay_id)
        self._watch(stored)
        if stored.plan.state is ReplayState.RUNNING:
            self._step(stored, limit=limit, now=now)
        await self._tables.commit()
        return stored.plan

    async def running_replays(self) -> Sequence[int]:
        plans = (row.plan for row in self._tables.replays.values())
        return [plan.id for plan in plans if plan.state is ReplayState.RUNNING]

    async def followed_replays(self) -> Sequence[int]:
        return [
            stored.plan.id
            for stored in self._tables.replays.values()
            if stored.plan.state is ReplayState.RUNNING or any(_followed(stored))
        ]

    async def get_replay(self, replay_id: int) -> ReplayPlan:
        return self._plan(replay_id).plan

    async def list_replays(
        self, *, before: int | None, limit: int, tenant: str | None = None
    ) -> Sequence[ReplayPlan]:
        plans = (stored.plan for stored in reversed(self._tables.replays.values()))
        wanted = (
            plan
            for plan in plans
            if (before is None or plan.id < before) and tenant in {None, plan.tenant}
        )
        return list(islice(wanted, limit))

    async def replay_rows(self, replay_id: int, *, after: int, limit: int) -> Sequence[PlannedRow]:
        rows = (row for row in self._plan(replay_id).rows.values() if row.delivery_id > after)
        return [self._seen(row) for row in islice(rows, limit)]

    async def replay_history(self, replay_id: int) -> Sequence[ReplayEvent]:
        return list(self._plan(replay_id).history)

    async def _operated(
        self, replay_id: int, change: Change, *, sample: int | None = None
    ) -> ReplayPlan:
        stored = self._plan(replay_id)
        check_change(stored.plan, change)
        if change.after is ReplayState.RUNNING:
            pending = (row.delivery_id for row in stored.rows.values() if row.mark is Mark.PENDING)
            ids = list(islice(pending, sample)) if sample else []
            stored.upto = ids[-1] if ids else None
            stored.leg += 1
            stored.leg_fates = Tally()
            stored.plan = replace(stored.plan, started_by=change.by)
        if change.action is Action.APPROVE_REPLAY:
            stored.plan = replace(stored.plan, approved_by=change.by)
        self._change(stored, change)
        await self._tables.commit()
        return stored.plan

    def _change(self, stored: PlanRow, change: Change) -> None:
        self._tables.record(plan_fact(stored.plan, stored.plan.state, change))
        stored.history.append(plan_event(stored.plan, change))
        stored.plan = replace(
            stored.plan, state=change.after, note=change.reason, changed_at=change.now
        )

    def _watch(self, stored: PlanRow) -> None:
        ahead = [row for row in _followed(stored) if row.delivery_id > stored.watched]
        asked = ahead[:WATCHED_AT_ONCE]
        stored.watched = asked[-1].delivery_id if len(asked) == WATCHED_AT_ONCE else 0
        for row in asked:
            went = self._tables.deliveries[row.went_as or row.delivery_id]
            before, row.fate = row.fate, fate_of(went.state, went.wait, row.fate)
            fates = stored.plan.fates.changed(before, row.fate)
            stored.plan = replace(stored.plan, fates=fates)
            if row.leg == stored.leg:
                stored.leg_fates = stored.leg_fates.changed(before, row.fate)

    def _step(self, stored: PlanRow, *, limit: int, now: datetime) -> None:
        options = stored.plan.options
        if why := brake(stored.leg_fates, options.stop_at_percent):
            self._change(stored, stop(why, now=now))
            return
        open_targets = [one for one in stored.targets.values() if self._may_go(stored, one)]
        for turn in turns(open_targets, rate=options.rate_per_second, limit=limit, now=now):
            self._take(stored, turn.target, turn.rows, now)
        pending = (row.delivery_id for row in stored.rows.values() if row.mark is Mark.PENDING)
        after = after_a_step(ahead=next(pending, None), upto=stored.upto)
        if after is not ReplayState.RUNNING:
            self._change(stored, end(stored.plan, after, now=now))

    def _may_go(self, stored: PlanRow, target: Target) -> bool:
        breaker = self._tables.breakers.get(target.name, CLOSED)
        return (
            target.name not in self._tables.holds
            and breaker.state is BreakerState.CLOSED
            and next(_next(stored, target), None) is not None
        )

    def _take(self, stored: PlanRow, target: Target, count: int, now: datetime) -> None:
        rows = list(islice(_next(stored, target), count))
        for row in rows:
            self._take_turn(stored, row, now)
        rate = stored.plan.options.rate_per_second
        stored.targets[target.name] = Target(
            name=target.name,
            free_at=free_after(target.free_at, len(rows), rate=rate, now=now),
        )

    def _take_turn(self, stored: PlanRow, row: ReplayRow, now: datetime) -> None:
        delivery = self._tables.delivery(row.delivery_id)
        row.skip = self._skip(stored, delivery)
        if row.skip is not None:
            row.mark = Mark.SKIPPED
            stored.plan = replace(stored.plan, skipped=stored.plan.skipped + 1)
            return
        by, reason = stored.plan.started_by or "", in_plan(stored.plan)
        to = stored.plan.options.to
        if to is None or to.destination == delivery.destination:
            replay_row(self._tables, delivery, by=by, reason=reason, now=now)
        else:
            added = redirect_row(
                self._tables, delivery, to.destination, by=by, reason=reason, now=now
            )
            row.went_as = added.id
        row.mark, row.leg, row.replayed_at = Mark.REPLAYED, stored.leg, now
        stored.plan = replace(stored.plan, replayed=stored.plan.replayed + 1)

    def _skip(self, stored: PlanRow, delivery: DeliveryRow) -> Skip | None:
        options = stored.plan.options
        message = delivery.message.new
        skip = skip_of(
            delivery.state,
            delivery.destination,
            doubtful=delivery.doubtful,
            message_type=message.type,
            tenant=message.tenant,
            to=options.to,
        )
        to = options.to
        if skip or to is None or to.destination == delivery.destination:
            return skip
        there = has_delivery_at(self._tables, delivery, to.destination)
        return Skip.ALREADY_THERE if there else None

    def _seen(self, row: ReplayRow) -> PlannedRow:
        parked = self._tables.delivery(row.delivery_id)
        went = self._tables.delivery(row.went_as or row.delivery_id)
        return PlannedRow(
            delivery_id=row.delivery_id,
            tenant=parked.message.new.tenant,
            destination=parked.destination,
            subject=parked.message.new.subject,
            mark=row.mark,
            skip=row.skip,
            replayed_at=row.replayed_at,
            went_as=row.went_as,
            fate=row.fate,
            state=went.state,
            fault=went.fault,
            changed_at=went.changed_at,
        )

    def _plan(self, replay_id: int) -> PlanRow:
        try:
            return self._tables.replays[replay_id]
        except KeyError:
            raise no_such("replay", replay_id) from None


def _followed(stored: PlanRow) -> Iterator[ReplayRow]:
    """Released rows whose fate may still change."""
    return (
        row for row in stored.rows.values() if row.mark is Mark.REPLAYED and row.fate not in SETTLED
    )


def _next(stored: PlanRow, target: Target) -> Iterator[ReplayRow]:
    """Rows of a destination whose turn has not come, within the sample."""
    return (
        row
        for row in stored.rows.values()
        if row.destination == target.name
        and row.mark is Mark.PENDING
        and (stored.upto is None or row.delivery_id <= stored.upto)
    )
