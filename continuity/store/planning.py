"""What every store decides and says in the same way about replay plans; pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from continuity.delivery import OnParked, State
from continuity.replay import RESUMABLE, ReplayState, Skip, cancellable
from continuity.store.audit import Action, Fact
from continuity.store.contract import WrongState
from continuity.store.records import (
    UNROUTED,
    Elsewhere,
    NewDelivery,
    ReplayEvent,
    ReplayOptions,
    ReplayPlan,
)

BRAKE: Final = "brake"
"""Who stopped a plan when nobody did."""

WATCHED_AT_ONCE: Final = 500
"""Rows whose fate is asked in one step; the rest have their turn in the next ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A step in the life of a plan, before it is taken."""

    action: Action
    after: ReplayState
    by: str
    now: datetime
    reason: str = ""


_FROM: Final[Mapping[Action, tuple[ReplayState, ...]]] = {
    Action.APPROVE_REPLAY: (ReplayState.AWAITING_APPROVAL,),
    Action.START_REPLAY: (ReplayState.PLANNED,),
    Action.PAUSE_REPLAY: (ReplayState.RUNNING,),
    Action.RESUME_REPLAY: RESUMABLE,
    Action.CANCEL_REPLAY: cancellable(),
}
"""What an operator may do from which states."""


def first_plan_state(total: int, options: ReplayOptions) -> ReplayState:
    if options.approve_above and total > options.approve_above:
        return ReplayState.AWAITING_APPROVAL
    return ReplayState.PLANNED


def check_change(plan: ReplayPlan, change: Change) -> None:
    """`WrongState` when an operator may not do this to the plan now."""
    wanted = _FROM[change.action]
    if change.action is Action.CANCEL_REPLAY and plan.state not in wanted:
        raise WrongState(f"Replay {plan.id} is {plan.state}: there is nothing left to cancel.")
    if plan.state not in wanted:
        names = " or ".join(wanted)
        raise WrongState(f"Replay {plan.id} is {plan.state}, not {names}.")
    if change.action is Action.APPROVE_REPLAY and change.by == plan.created_by:
        raise WrongState(
            f"Replay {plan.id} was planned by {plan.created_by}: somebody else has to approve it."
        )


def approval(*, by: str, reason: str, now: datetime) -> Change:
    after = ReplayState.PLANNED
    return Change(action=Action.APPROVE_REPLAY, after=after, by=by, reason=reason, now=now)


def start(*, by: str, now: datetime) -> Change:
    return Change(action=Action.START_REPLAY, after=ReplayState.RUNNING, by=by, now=now)


def pause(*, by: str, reason: str, now: datetime) -> Change:
    after = ReplayState.PAUSED
    return Change(action=Action.PAUSE_REPLAY, after=after, by=by, reason=reason, now=now)


def resumption(*, by: str, reason: str, now: datetime) -> Change:
    after = ReplayState.RUNNING
    return Change(action=Action.RESUME_REPLAY, after=after, by=by, reason=reason, now=now)


def cancellation(*, by: str, reason: str, now: datetime) -> Change:
    after = ReplayState.CANCELLED
    return Change(action=Action.CANCEL_REPLAY, after=after, by=by, reason=reason, now=now)


def stop(why: str, *, now: datetime) -> Change:
    after = ReplayState.STOPPED
    return Change(action=Action.STOP_REPLAY, after=after, by=BRAKE, reason=why, now=now)


def end(plan: ReplayPlan, after: ReplayState, *, now: datetime) -> Change:
    """The last row of a plan, or of its sample, had its turn."""
    action = Action.END_REPLAY if after is ReplayState.DONE else Action.SAMPLE_REPLAY
    return Change(action=action, after=after, by=plan.started_by or "", now=now)


def plan_fact(plan: ReplayPlan, before: ReplayState | None, change: Change) -> Fact:
    """The entry in the audit trail: why this was done, or why there is a plan at all."""
    return Fact(
        at=change.now,
        actor=change.by,
        action=change.action,
        tenant=plan.tenant,
        before=before,
        after=change.after,
        reason=f"replay {plan.id}: {change.reason or plan.reason}",
    )


def plan_event(plan: ReplayPlan, change: Change) -> ReplayEvent:
    return ReplayEvent(
        at=change.now,
        by=change.by,
        action=change.action.value,
        state=change.after,
        reason=change.reason or plan.reason,
    )


def skip_of(
    state: State,
    destination: str,
    *,
    doubtful: bool,
    message_type: str,
    tenant: str,
    to: Elsewhere | None,
) -> Skip | None:
    """Why a row is left as it is; None when it may go (`ALREADY_THERE` is the store's to see)."""
    if state is not State.PARKED:
        return Skip.MOVED
    if to is None or to.destination == destination:
        return None
    if doubtful:
        return Skip.IN_DOUBT
    if message_type not in to.types:
        return Skip.TYPE_NOT_HANDLED
    return None if to.tenant in {None, tenant} else Skip.OTHER_TENANT


def check_redirect(
    delivery_id: int, destination: str, state: State, to: str, *, doubtful: bool
) -> None:
    """`WrongState` when this delivery cannot be sent to `to` instead."""
    if destination == UNROUTED:
        raise WrongState(
            f"Delivery {delivery_id} has no destination yet: add a route and reroute it instead."
        )
    if state is not State.PARKED:
        raise WrongState(f"Delivery {delivery_id} is {state}: only a parked one can be replayed.")
    if destination == to:
        raise WrongState(f"Delivery {delivery_id} is for {to} already: replay it without 'to'.")
    if doubtful:
        raise WrongState(
            f"{destination} may have delivery {delivery_id}: look there first, and say so "
            "(verifiedAbsent) when it does not have it."
        )


def already_there(delivery_id: int, to: str) -> WrongState:
    return WrongState(
        f"The message of delivery {delivery_id} has a delivery at {to} already: it goes to a "
        "destination once. Replay that one."
    )


def redirected(destination: str, route: str, on_parked: OnParked) -> NewDelivery:
    """The delivery elsewhere: under the same rule, and as strict about its lane."""
    return NewDelivery(destination=destination, route=route, on_parked=on_parked)


def sent_elsewhere(to: str, new_id: int, reason: str) -> str:
    return f"replayed to {to} as delivery {new_id}: {reason}"


def came_from(destination: str, delivery_id: int, reason: str) -> str:
    return f"instead of delivery {delivery_id} to {destination}: {reason}"


def options_text(options: ReplayOptions) -> str:
    """Options as JSON, for stores that keep them in a column."""
    to = options.to
    return json.dumps(
        {
            "rate_per_second": options.rate_per_second,
            "stop_at_percent": options.stop_at_percent,
            "approve_above": options.approve_above,
            "to": to
            and {"destination": to.destination, "types": sorted(to.types), "tenant": to.tenant},
        }
    )


def options_of(text: str) -> ReplayOptions:
    found = json.loads(text)
    to = found.pop("to", None)
    if to is not None:
        to = Elsewhere(
            destination=to["destination"], types=frozenset(to["types"]), tenant=to["tenant"]
        )
    return ReplayOptions(**found, to=to)
