"""Replaying a filtered set: first a plan that shows exactly what, then the start, the report."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query, Response
from starlette.requests import Request

from continuity.breaker import BreakerState
from continuity.delivery import State
from continuity.replay import ReplayState
from continuity.store.contract import NotFound, WrongState
from continuity.store.records import DeliveryFilter, ReplayOptions, ReplayPlan
from schakel.http import models
from schakel.http.callers import LARGEST_ID, needs, owns
from schakel.http.cursors import next_link, read_cursor
from schakel.http.elsewhere import elsewhere
from schakel.http.entrance import hub_of
from schakel.http.problems import Problem, missing
from schakel.http.replay_views import event_view, replay_view, row_view
from schakel.http.services import HubServices
from schakel.security import Caller, Scope
from schemas import FieldProblem

router = APIRouter(prefix="/v1/replays", tags=["replays"])

Operator = Annotated[Caller, Depends(needs(Scope.OPERATE))]
ReplayId = Annotated[int, Path(ge=1, le=LARGEST_ID)]

_HELD: Final = "held"
_BROKEN: Final = "breaker_open"


@router.get("", summary="List replays, newest first")
async def list_replays(
    request: Request, caller: Operator, query: Annotated[models.ReplayQuery, Query()]
) -> models.ReplayPage:
    found = await hub_of(request).store.list_replays(
        before=read_cursor(query.after), limit=query.limit + 1, tenant=caller.tenant
    )
    page = found[: query.limit]
    more = len(found) > query.limit
    link = next_link(request.url.path, request.query_params, page[-1].id) if more else None
    return models.ReplayPage(items=[replay_view(one) for one in page], next=link)


@router.post("", status_code=201, summary="Plan a replay; nothing is sent yet")
async def plan(
    request: Request, response: Response, caller: Operator, asked: models.NewReplay
) -> models.ReplayView:
    hub = hub_of(request)
    made = await hub.store.plan_replay(
        _filter(asked.filter, caller),
        options=_options(hub, asked, caller),
        tenant=caller.tenant,
        by=caller.actor,
        reason=asked.reason,
        now=hub.clock.now(),
    )
    response.headers["location"] = f"/v1/replays/{made.id}"
    return replay_view(made)


@router.get("/{replay_id}", summary="A plan and how far it is")
async def show(request: Request, caller: Operator, replay_id: ReplayId) -> models.ReplayView:
    found = await _own(request, caller, replay_id)
    return replay_view(found, await _waits_for(hub_of(request), found))


@router.get("/{replay_id}/report", summary="What became of each delivery, and who did what")
async def report(
    request: Request,
    caller: Operator,
    replay_id: ReplayId,
    query: Annotated[models.ReportQuery, Query()],
) -> models.ReplayReport:
    found = await _own(request, caller, replay_id)
    hub = hub_of(request)
    after = read_cursor(query.after) or 0
    rows = await hub.store.replay_rows(replay_id, after=after, limit=query.limit + 1)
    page = rows[: query.limit]
    more = len(rows) > query.limit
    link = next_link(request.url.path, request.query_params, page[-1].delivery_id) if more else None
    return models.ReplayReport(
        replay=replay_view(found, await _waits_for(hub, found)),
        history=[event_view(one) for one in await hub.store.replay_history(replay_id)],
        items=[row_view(one) for one in page],
        next=link,
    )


@router.post("/{replay_id}/approve", summary="Agree to a large plan that somebody else made")
async def approve(
    request: Request, caller: Operator, replay_id: ReplayId, asked: models.ApproveReplay
) -> models.ReplayView:
    _check_fingerprint(await _own(request, caller, replay_id), asked.fingerprint)
    hub = hub_of(request)
    approved = await hub.store.approve_replay(
        replay_id, by=caller.actor, reason=asked.reason, now=hub.clock.now()
    )
    return replay_view(approved)


@router.post("/{replay_id}/start", summary="Start a plan, or a sample of it")
async def start(
    request: Request, caller: Operator, replay_id: ReplayId, asked: models.StartReplay
) -> models.ReplayView:
    _check_fingerprint(await _own(request, caller, replay_id), asked.fingerprint)
    hub = hub_of(request)
    started = await hub.store.start_replay(
        replay_id, by=caller.actor, now=hub.clock.now(), sample=asked.sample
    )
    hub.replay_started()
    return replay_view(started)


@router.post("/{replay_id}/pause", summary="Send no more of it until it is resumed")
async def pause(
    request: Request, caller: Operator, replay_id: ReplayId, asked: models.PauseReplay
) -> models.ReplayView:
    await _own(request, caller, replay_id)
    hub = hub_of(request)
    paused = await hub.store.pause_replay(
        replay_id, by=caller.actor, reason=asked.reason, now=hub.clock.now()
    )
    return replay_view(paused)


@router.post("/{replay_id}/resume", summary="Go on after a sample, a pause or the brake")
async def resume(
    request: Request, caller: Operator, replay_id: ReplayId, asked: models.ResumeReplay
) -> models.ReplayView:
    await _own(request, caller, replay_id)
    hub = hub_of(request)
    resumed = await hub.store.resume_replay(
        replay_id, by=caller.actor, reason=asked.reason, now=hub.clock.now(), sample=asked.sample
    )
    hub.replay_started()
    return replay_view(resumed)


@router.post("/{replay_id}/cancel", summary="End a plan; what was replayed stays replayed")
async def cancel(
    request: Request,
    caller: Operator,
    replay_id: ReplayId,
    asked: models.CancelReplay | None = None,
) -> models.ReplayView:
    await _own(request, caller, replay_id)
    hub = hub_of(request)
    reason = asked.reason if asked else ""
    cancelled = await hub.store.cancel_replay(
        replay_id, by=caller.actor, reason=reason, now=hub.clock.now()
    )
    return replay_view(cancelled)


async def _own(request: Request, caller: Caller, replay_id: int) -> ReplayPlan:
    """A plan is of its maker's tenant: a bound key sees the plans of its own tenant's keys."""
    try:
        found = await hub_of(request).store.get_replay(replay_id)
    except NotFound:
        raise missing("replay") from None
    if not owns(caller, found.tenant):
        raise missing("replay")
    return found


async def _waits_for(hub: HubServices, plan: ReplayPlan) -> dict[str, str]:
    """Destinations of a running plan that get nothing now, and why."""
    if plan.state is not ReplayState.RUNNING:
        return {}
    to = plan.options.to
    names = {to.destination} if to else set(plan.destinations)
    shut: dict[str, str] = {}
    for status in await hub.store.destinations():
        if status.name in names and status.held_by is not None:
            shut[status.name] = _HELD
        elif status.name in names and status.breaker.state is not BreakerState.CLOSED:
            shut[status.name] = _BROKEN
    return shut


def _check_fingerprint(plan: ReplayPlan, shown: str) -> None:
    if shown != plan.fingerprint:
        raise WrongState("This fingerprint is not the plan's: look at the plan again first.")


def _options(hub: HubServices, asked: models.NewReplay, caller: Caller) -> ReplayOptions:
    """As the hub is set up, with what was asked for this plan; a second person is never waived."""
    options = hub.replay_options
    if asked.rate_per_second is not None:
        options = replace(options, rate_per_second=asked.rate_per_second)
    if asked.stop_at_percent is not None:
        options = replace(options, stop_at_percent=asked.stop_at_percent)
    if asked.to is not None:
        options = replace(options, to=elsewhere(hub, asked.to, caller))
    return options


def _filter(asked: models.ReplayFilter, caller: Caller) -> DeliveryFilter:
    if asked.state is not State.PARKED:
        _refuse("filter.state", "only_parked", "Only parked deliveries can be replayed.")
    if not asked.model_fields_set:
        _refuse("filter", "required", "Give at least one condition; state parked means all.")
    if caller.tenant is not None and asked.tenant not in {None, caller.tenant}:
        detail = f"This key works for {caller.tenant} only."
        raise Problem("other-tenant", detail)
    return DeliveryFilter(
        state=asked.state,
        destination=asked.destination,
        tenant=caller.tenant or asked.tenant,
        fault_code=asked.error,
        since=asked.since,
        subject=asked.subject,
        event_id=asked.event,
    )


def _refuse(field: str, rule: str, detail: str) -> None:
    problem = FieldProblem(field, rule, detail)
    raise Problem("invalid-request", detail, problems=(problem,))
