"""What operators do with replay plans: make, approve, start, pause, resume, cancel, look."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from continuity.delivery import State
from continuity.replay import ReplayState
from continuity.store.audit import Action
from continuity.store.contract import DEFAULT_OPTIONS
from continuity.store.planning import (
    Change,
    approval,
    cancellation,
    check_change,
    first_plan_state,
    options_text,
    pause,
    resumption,
    start,
)
from continuity.store.postgres import replay_sql as sql
from continuity.store.postgres.advancing import advance_replay
from continuity.store.postgres.connection import Connection
from continuity.store.postgres.core import Call, Core
from continuity.store.postgres.listing import parked_query
from continuity.store.postgres.operation import Act
from continuity.store.postgres.plans import change_plan, lock_plan, note
from continuity.store.postgres.replay_rows import to_event, to_plan, to_planned_row
from continuity.store.postgres.rows import clean
from continuity.store.postgres.transaction import Transaction
from continuity.store.records import (
    DeliveryFilter,
    PlannedRow,
    ReplayEvent,
    ReplayOptions,
    ReplayPlan,
)
from continuity.store.rules import digest_ids, no_such

_LAST: Final = 2**63 - 1
"""No id lies behind this one."""
_PAGE: Final = 10_000
"""Ids read at once for the fingerprint."""


class ReplaysPart(Core):
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
        act = Act(by=by, reason=reason, now=now)
        return await self._write(
            Call(run=lambda tx: plan_replay(tx, which, act, options=options, tenant=tenant))
        )

    async def approve_replay(
        self, replay_id: int, *, by: str, reason: str, now: datetime
    ) -> ReplayPlan:
        return await self._operate(replay_id, approval(by=by, reason=reason, now=now))

    async def start_replay(
        self, replay_id: int, *, by: str, now: datetime, sample: int | None = None
    ) -> ReplayPlan:
        return await self._operate(replay_id, start(by=by, now=now), sample=sample)

    async def pause_replay(
        self, replay_id: int, *, by: str, reason: str, now: datetime
    ) -> ReplayPlan:
        return await self._operate(replay_id, pause(by=by, reason=reason, now=now))

    async def resume_replay(
        self, replay_id: int, *, by: str, reason: str, now: datetime, sample: int | None = None
    ) -> ReplayPlan:
        change = resumption(by=by, reason=reason, now=now)
        return await self._operate(replay_id, change, sample=sample)

    async def cancel_replay(
        self, replay_id: int, *, by: str, now: datetime, reason: str = ""
    ) -> ReplayPlan:
        return await self._operate(replay_id, cancellation(by=by, reason=reason, now=now))

    async def _operate(
        self, replay_id: int, change: Change, *, sample: int | None = None
    ) -> ReplayPlan:
        return await self._write(Call(run=lambda tx: operate(tx, replay_id, change, sample=sample)))

    async def advance_replay(self, replay_id: int, *, limit: int, now: datetime) -> ReplayPlan:
        return await self._write(Call(run=lambda tx: advance_replay(tx, replay_id, limit, now)))

    async def running_replays(self) -> Sequence[int]:
        return [row[0] for row in await self._read(lambda db: db.fetch(sql.RUNNING_REPLAYS))]

    async def followed_replays(self) -> Sequence[int]:
        return [row[0] for row in await self._read(lambda db: db.fetch(sql.FOLLOWED_REPLAYS))]

    async def get_replay(self, replay_id: int) -> ReplayPlan:
        return await self._read(lambda db: _get(db, replay_id))

    async def list_replays(
        self, *, before: int | None, limit: int, tenant: str | None = None
    ) -> Sequence[ReplayPlan]:
        end = _LAST if before is None else before
        rows = await self._read(lambda db: db.fetch(sql.LIST_REPLAYS, end, limit, tenant))
        return [to_plan(row) for row in rows]

    async def replay_rows(self, replay_id: int, *, after: int, limit: int) -> Sequence[PlannedRow]:
        await self.get_replay(replay_id)
        rows = await self._read(lambda db: db.fetch(sql.PLANNED_ROWS, replay_id, after, limit))
        return [to_planned_row(row) for row in rows]

    async def replay_history(self, replay_id: int) -> Sequence[ReplayEvent]:
        await self.get_replay(replay_id)
        return [
            to_event(row) for row in await self._read(lambda db: db.fetch(sql.EVENTS, replay_id))
        ]


async def plan_replay(
    tx: Transaction,
    which: DeliveryFilter,
    act: Act,
    *,
    options: ReplayOptions,
    tenant: str | None,
) -> ReplayPlan:
    await tx.write_rows()  # what neighbours in this commit parked is part of the set
    (made,) = await tx.write(
        sql.INSERT_REPLAY, act.by, tenant, clean(act.reason), act.now, options_text(options)
    )
    replay_id: int = made[0]
    if which.state in {None, State.PARKED}:
        await _insert_rows(tx, replay_id, which, options)
    numbers = {row[0]: row[1] for row in await tx.fetch(sql.ROWS_BY_DESTINATION, replay_id)}
    total = sum(numbers.values())
    state = first_plan_state(total, options)
    shown = await _fingerprint(tx, replay_id)
    await tx.execute(sql.FIX_REPLAY, state.value, shown, total, json.dumps(numbers), replay_id)
    await tx.execute(sql.INSERT_TARGETS, replay_id)
    plan = (await lock_plan(tx, replay_id)).plan
    await note(
        tx, plan, None, Change(action=Action.PLAN_REPLAY, after=state, by=act.by, now=act.now)
    )
    return plan


async def _insert_rows(
    tx: Transaction, replay_id: int, which: DeliveryFilter, options: ReplayOptions
) -> None:
    parked, values = parked_query(which)
    places = {"replay": f"${len(values) + 1}", "to": f"${len(values) + 2}"}
    to = options.to.destination if options.to else None
    await tx.execute(sql.INSERT_ROWS.format(parked=parked, **places), *values, replay_id, to)


async def _fingerprint(tx: Transaction, replay_id: int) -> str:
    digest = hashlib.sha256()
    after = 0
    while page := await tx.fetch(sql.ROW_IDS, replay_id, after, _PAGE):
        digest_ids(digest, (row[0] for row in page))
        after = page[-1][0]
    return digest.hexdigest()


async def operate(
    tx: Transaction, replay_id: int, change: Change, *, sample: int | None = None
) -> ReplayPlan:
    """What an operator does to a plan; `WrongState` when its state does not allow it."""
    stored = await lock_plan(tx, replay_id)
    check_change(stored.plan, change)
    if change.after is ReplayState.RUNNING:
        upto = await _nth_pending(tx, replay_id, sample) if sample else None
        await tx.execute(sql.START_LEG, change.by, upto, replay_id)
    if change.action is Action.APPROVE_REPLAY:
        await tx.execute(sql.APPROVE_REPLAY, change.by, replay_id)
    return await change_plan(tx, stored.plan, change)


async def _nth_pending(tx: Transaction, replay_id: int, sample: int) -> int | None:
    """None when there are not so many: then the sample is all that is left."""
    row = await tx.fetch_one(sql.NTH_PENDING, replay_id, sample - 1)
    return None if row is None else int(row[0])


async def _get(connection: Connection, replay_id: int) -> ReplayPlan:
    row = await connection.fetchrow(sql.GET_REPLAY, replay_id)
    if row is None:
        raise no_such("replay", replay_id)
    return to_plan(row)
