"""A plan within a transaction: locked, changed, noted."""

from __future__ import annotations

from continuity.replay import ReplayState
from continuity.store.planning import Change, plan_event, plan_fact
from continuity.store.postgres import replay_sql as sql
from continuity.store.postgres.replay_rows import StoredPlan, to_stored
from continuity.store.postgres.rows import clean
from continuity.store.postgres.transaction import Transaction
from continuity.store.records import ReplayPlan
from continuity.store.rules import no_such


async def lock_plan(tx: Transaction, replay_id: int) -> StoredPlan:
    """Nobody else changes the plan until this transaction has ended. Raises `NotFound`."""
    row = await tx.fetch_one(sql.LOCK_REPLAY, replay_id)
    if row is None:
        raise no_such("replay", replay_id)
    return to_stored(row)


async def change_plan(tx: Transaction, plan: ReplayPlan, change: Change) -> ReplayPlan:
    await tx.execute(
        sql.CHANGE_REPLAY, change.after.value, clean(change.reason), change.now, plan.id
    )
    await note(tx, plan, plan.state, change)
    return (await lock_plan(tx, plan.id)).plan


async def note(
    tx: Transaction, plan: ReplayPlan, before: ReplayState | None, change: Change
) -> None:
    """In the audit trail and in the plan's own history."""
    tx.record(plan_fact(plan, before, change))
    event = plan_event(plan, change)
    await tx.execute(
        sql.PUT_EVENT,
        plan.id,
        event.at,
        event.by,
        event.action,
        event.state.value,
        clean(event.reason),
    )
