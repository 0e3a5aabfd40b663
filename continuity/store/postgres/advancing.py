"""One step of a replay plan: follow what was released, let the brake judge, release the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from continuity.delivery import State, Wait
from continuity.replay import (
    SETTLED,
    Fate,
    Mark,
    ReplayState,
    Skip,
    Target,
    Turn,
    after_a_step,
    brake,
    fate_of,
    free_after,
    turns,
)
from continuity.store.planning import WATCHED_AT_ONCE, end, skip_of, stop
from continuity.store.postgres import replay_sql as sql
from continuity.store.postgres.deliveries import DeliveryRow
from continuity.store.postgres.operation import Act, replay_row
from continuity.store.postgres.plans import change_plan, lock_plan
from continuity.store.postgres.redirecting import has_delivery_at, redirect_row
from continuity.store.postgres.replay_rows import StoredPlan
from continuity.store.postgres.rows import columns
from continuity.store.postgres.transaction import Transaction
from continuity.store.records import ReplayOptions, ReplayPlan
from continuity.store.rules import in_plan

_LAST: Final = 2**63 - 1

_Marked = tuple[int, str, str | None, int | None]
"""Delivery, mark, why it was left, and the delivery that it went as."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ahead:
    """What a plan has left at one destination."""

    target: Target
    shut: bool
    """Held, or its breaker is not closed: nothing goes there now."""
    first: int | None
    """The next delivery; None: nothing is left."""


async def advance_replay(tx: Transaction, replay_id: int, limit: int, now: datetime) -> ReplayPlan:
    before = await lock_plan(tx, replay_id)
    await tx.write_rows()  # what neighbours in this commit did is seen, and may be changed again
    await _watch(tx, before)
    stored = await lock_plan(tx, replay_id)
    if stored.plan.state is not ReplayState.RUNNING:
        return stored.plan
    if why := brake(stored.leg_fates, stored.plan.options.stop_at_percent):
        return await change_plan(tx, stored.plan, stop(why, now=now))
    await _release(tx, stored, limit, now)
    ahead = await _ahead(tx, replay_id)
    first = min((one.first for one in ahead if one.first), default=None)
    after = after_a_step(ahead=first, upto=stored.upto)
    if after is ReplayState.RUNNING:
        return (await lock_plan(tx, replay_id)).plan
    return await change_plan(tx, stored.plan, end(stored.plan, after, now=now))


async def _watch(tx: Transaction, stored: StoredPlan) -> None:
    """Asks the fates of some rows; writes only what became known."""
    replay_id = stored.plan.id
    rows = await tx.fetch(sql.FOLLOWED, replay_id, stored.watched, WATCHED_AT_ONCE)
    fates, leg_fates = stored.plan.fates, stored.leg_fates
    changed: list[tuple[Any, ...]] = []
    for number, leg, known, state, wait in rows:
        before = None if known is None else Fate(known)
        after = fate_of(State(state), Wait(wait), before)
        if after is not None and after is not before:
            changed.append((number, after.value, after not in SETTLED))
            fates = fates.changed(before, after)
            leg_fates = leg_fates.changed(before, after) if leg == stored.leg else leg_fates
    if changed:
        await tx.execute(sql.PUT_FATES, replay_id, *columns(changed, 3))
        all_fates = (fates.delivered, fates.failed, fates.retrying, fates.closed)
        of_leg = (leg_fates.delivered, leg_fates.failed, leg_fates.retrying, leg_fates.closed)
        await tx.execute(sql.COUNT_FATES, replay_id, *all_fates, *of_leg)
    watched = rows[-1][0] if len(rows) == WATCHED_AT_ONCE else 0
    if watched != stored.watched:
        await tx.execute(sql.PUT_WATCHED, watched, replay_id)


async def _release(tx: Transaction, stored: StoredPlan, limit: int, now: datetime) -> None:
    plan = stored.plan
    upto = _LAST if stored.upto is None else stored.upto
    open_now = [
        one.target
        for one in await _ahead(tx, plan.id)
        if not one.shut and one.first is not None and one.first <= upto
    ]
    marked: list[_Marked] = []
    rate = plan.options.rate_per_second
    for turn in turns(open_now, rate=rate, limit=limit, now=now):
        taken = await _take(tx, stored, turn, upto, now)
        free = free_after(turn.target.free_at, len(taken), rate=rate, now=now)
        await tx.execute(sql.FREE_TARGET, free, plan.id, turn.target.name)
        marked += taken
    if marked:
        await tx.execute(sql.MARK_ROWS, plan.id, stored.leg, now, *columns(marked, 4))
        replayed = sum(mark == Mark.REPLAYED for _, mark, _, _ in marked)
        await tx.execute(sql.PROGRESS_REPLAY, replayed, len(marked) - replayed, plan.id)


async def _ahead(tx: Transaction, replay_id: int) -> list[_Ahead]:
    return [
        _Ahead(target=Target(name=name, free_at=free_at), shut=shut, first=first)
        for name, free_at, shut, first in await tx.fetch(sql.TARGETS, replay_id)
    ]


async def _take(
    tx: Transaction, stored: StoredPlan, turn: Turn, upto: int, now: datetime
) -> list[_Marked]:
    rows = await tx.fetch(sql.NEXT_ROWS, stored.plan.id, turn.target.name, upto, turn.rows)
    await tx.read(row[0] for row in rows)
    return [await _take_turn(tx, stored.plan, row[0], now) for row in rows]


async def _take_turn(tx: Transaction, plan: ReplayPlan, number: int, now: datetime) -> _Marked:
    """Releases the row, or leaves it as it is."""
    row = await tx.get(number)
    skip = await _skip(tx, row, plan.options)
    if skip is not None:
        return number, Mark.SKIPPED.value, skip.value, None
    act = Act(by=plan.started_by or "", reason=in_plan(plan), now=now)
    to = plan.options.to
    went_as = None
    if to is None or to.destination == row.destination:
        await replay_row(tx, row, act, doubtful=row.doubtful)
    else:
        went_as = await redirect_row(tx, row, to.destination, act)
    return number, Mark.REPLAYED.value, None, went_as


async def _skip(tx: Transaction, row: DeliveryRow, options: ReplayOptions) -> Skip | None:
    to = options.to
    if to is None:
        return None if row.state is State.PARKED else Skip.MOVED
    (found,) = await tx.fetch(sql.MESSAGE_TYPE, row.message_id)
    skip = skip_of(
        row.state,
        row.destination,
        doubtful=row.doubtful,
        message_type=found[0],
        tenant=row.tenant,
        to=to,
    )
    if skip or to.destination == row.destination:
        return skip
    return Skip.ALREADY_THERE if await has_delivery_at(tx, row, to.destination) else None
