"""One step of a replay plan: follow what was released, let the brake judge, release the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from continuity.delivery import State, Wait
from continuity.replay import (
    SETTLED,
    Fate,
    ReplayState,
    Skip,
    Target,
    after_a_step,
    brake,
    fate_of,
    free_after,
    turns,
)
from continuity.store.planning import WATCHED_AT_ONCE, end, skip_of, stop
from continuity.store.records import ReplayOptions, ReplayPlan
from continuity.store.rules import in_plan
from continuity.store.sqlite import replay_sql as sql
from continuity.store.sqlite.operation import Act, has_delivery_at, redirect_row, replay_row
from continuity.store.sqlite.replaying import StoredPlan, change_plan, get_replay, get_stored
from continuity.store.sqlite.times import from_micros, to_micros
from continuity.store.sqlite.transaction import DeliveryRow, Transaction

_LAST: Final = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ahead:
    """What a plan has left at one destination."""

    target: Target
    shut: bool
    """Held, or its breaker is not closed: nothing goes there now."""
    first: int | None
    """The next delivery; None: nothing is left."""


def advance_replay(tx: Transaction, replay_id: int, limit: int, now: datetime) -> ReplayPlan:
    _watch(tx, get_stored(tx.connection, replay_id))
    stored = get_stored(tx.connection, replay_id)
    if stored.plan.state is not ReplayState.RUNNING:
        return stored.plan
    if why := brake(stored.leg_fates, stored.plan.options.stop_at_percent):
        return change_plan(tx, stored.plan, stop(why, now=now))
    _release(tx, stored, limit, now)
    first = min((one.first for one in _ahead(tx, replay_id) if one.first), default=None)
    after = after_a_step(ahead=first, upto=stored.upto)
    if after is ReplayState.RUNNING:
        return get_replay(tx.connection, replay_id)
    return change_plan(tx, stored.plan, end(stored.plan, after, now=now))


def _watch(tx: Transaction, stored: StoredPlan) -> None:
    """Asks the fates of some rows; writes only what became known."""
    replay_id = stored.plan.id
    rows = tx.connection.execute(
        sql.FOLLOWED, (replay_id, stored.watched, WATCHED_AT_ONCE)
    ).fetchall()
    fates, leg_fates = stored.plan.fates, stored.leg_fates
    changed = []
    for number, leg, known, state, wait in rows:
        before = None if known is None else Fate(known)
        after = fate_of(State(state), Wait(wait), before)
        if after is not None and after is not before:
            changed.append((after.value, after not in SETTLED, replay_id, number))
            fates = fates.changed(before, after)
            leg_fates = leg_fates.changed(before, after) if leg == stored.leg else leg_fates
    if changed:
        tx.connection.executemany(sql.PUT_FATE, changed)
        all_fates = (fates.delivered, fates.failed, fates.retrying, fates.closed)
        of_leg = (leg_fates.delivered, leg_fates.failed, leg_fates.retrying, leg_fates.closed)
        tx.connection.execute(sql.PUT_FATES, (*all_fates, *of_leg, replay_id))
    watched = rows[-1][0] if len(rows) == WATCHED_AT_ONCE else 0
    if watched != stored.watched:
        tx.connection.execute(sql.PUT_WATCHED, (watched, replay_id))


def _release(tx: Transaction, stored: StoredPlan, limit: int, now: datetime) -> None:
    plan = stored.plan
    upto = _LAST if stored.upto is None else stored.upto
    open_now = [
        one.target
        for one in _ahead(tx, plan.id)
        if not one.shut and one.first is not None and one.first <= upto
    ]
    rate = plan.options.rate_per_second
    replayed = skipped = 0
    for turn in turns(open_now, rate=rate, limit=limit, now=now):
        name, free_at = turn.target.name, turn.target.free_at
        rows = tx.connection.execute(sql.NEXT_ROWS, (plan.id, name, upto, turn.rows)).fetchall()
        for (number,) in rows:
            went = _take_turn(tx, stored, number, now)
            replayed, skipped = replayed + went, skipped + (not went)
        free = to_micros(free_after(free_at, len(rows), rate=rate, now=now))
        tx.connection.execute(sql.FREE_TARGET, (free, plan.id, name))
    if replayed or skipped:
        tx.connection.execute(sql.PROGRESS_REPLAY, (replayed, skipped, plan.id))


def _ahead(tx: Transaction, replay_id: int) -> list[_Ahead]:
    return [
        _Ahead(target=Target(name=name, free_at=from_micros(free_at)), shut=bool(shut), first=first)
        for name, free_at, shut, first in tx.connection.execute(sql.TARGETS, (replay_id,))
    ]


def _take_turn(tx: Transaction, stored: StoredPlan, number: int, now: datetime) -> bool:
    """True when the row was released; False when it was left as it is."""
    plan = stored.plan
    row = tx.get(number)
    skip = _skip(tx, row, plan.options)
    if skip is not None:
        tx.connection.execute(sql.MARK_SKIPPED, (skip.value, plan.id, number))
        return False
    act = Act(by=plan.started_by or "", reason=in_plan(plan), now=now)
    to = plan.options.to
    went_as = None
    if to is None or to.destination == row.destination:
        replay_row(tx, row, act, doubtful=row.doubtful)
    else:
        went_as = redirect_row(tx, row, to.destination, act)
    values = (stored.leg, to_micros(now), went_as, plan.id, number)
    tx.connection.execute(sql.MARK_REPLAYED, values)
    return True


def _skip(tx: Transaction, row: DeliveryRow, options: ReplayOptions) -> Skip | None:
    to = options.to
    (message_type,) = tx.connection.execute(sql.MESSAGE_TYPE, (row.message_id,)).fetchone()
    skip = skip_of(
        row.state,
        row.destination,
        doubtful=row.doubtful,
        message_type=message_type,
        tenant=row.tenant,
        to=to,
    )
    if skip or to is None or to.destination == row.destination:
        return skip
    return Skip.ALREADY_THERE if has_delivery_at(tx, row, to.destination) else None
