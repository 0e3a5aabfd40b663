"""Replaying a filtered set: first a plan that shows exactly what, then the start."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from starlette.requests import Request

from continuity.delivery import State
from continuity.store.contract import NotFound, WrongState
from continuity.store.records import DeliveryFilter, ReplayPlan
from schakel.http import models
from schakel.http.callers import LARGEST_ID, needs
from schakel.http.entrance import hub_of
from schakel.http.problems import Problem, missing
from schakel.http.views import replay_view
from schakel.security import Caller, Scope, key_id_of
from schemas import FieldProblem

router = APIRouter(prefix="/v1/replays", tags=["replays"])

Operator = Annotated[Caller, Depends(needs(Scope.OPERATE))]
ReplayId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


@router.post("", status_code=201, summary="Plan a replay; nothing is sent yet")
async def plan(
    request: Request, response: Response, caller: Operator, asked: models.NewReplay
) -> models.ReplayView:
    hub = hub_of(request)
    made = await hub.store.plan_replay(
        _filter(asked.filter, caller), by=caller.actor, reason=asked.reason, now=hub.clock.now()
    )
    response.headers["location"] = f"/v1/replays/{made.id}"
    return replay_view(made)


@router.get("/{replay_id}", summary="A plan and how far it is")
async def show(request: Request, caller: Operator, replay_id: ReplayId) -> models.ReplayView:
    return replay_view(await _own(request, caller, replay_id))


@router.post("/{replay_id}/start", summary="Start a plan")
async def start(
    request: Request, caller: Operator, replay_id: ReplayId, asked: models.StartReplay
) -> models.ReplayView:
    planned = await _own(request, caller, replay_id)
    if asked.fingerprint != planned.fingerprint:
        raise WrongState("This fingerprint is not the plan's: look at the plan again first.")
    hub = hub_of(request)
    started = await hub.store.start_replay(replay_id, by=caller.actor, now=hub.clock.now())
    hub.replay_started()
    return replay_view(started)


@router.post("/{replay_id}/cancel", summary="Stop a plan; what was replayed stays replayed")
async def cancel(request: Request, caller: Operator, replay_id: ReplayId) -> models.ReplayView:
    await _own(request, caller, replay_id)
    hub = hub_of(request)
    return replay_view(
        await hub.store.cancel_replay(replay_id, by=caller.actor, now=hub.clock.now())
    )


async def _own(request: Request, caller: Caller, replay_id: int) -> ReplayPlan:
    """A plan is of its maker's tenant: a bound key sees the plans of its own tenant's keys."""
    store = hub_of(request).store
    try:
        found = await store.get_replay(replay_id)
    except NotFound:
        raise missing("replay") from None
    if caller.tenant is None:
        return found
    maker = key_id_of(found.created_by)
    tenants = {key.id: key.tenant for key in await store.list_keys()}
    if maker is None or tenants.get(maker) != caller.tenant:
        raise missing("replay")
    return found


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
