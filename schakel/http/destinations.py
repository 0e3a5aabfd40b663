"""How the external systems are doing, and holding one back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request

from continuity.store.records import UNROUTED, Count, DestinationStatus
from schakel.http import models
from schakel.http.callers import needs, owns
from schakel.http.entrance import hub_of
from schakel.http.problems import Problem, missing
from schakel.http.services import HubServices
from schakel.http.views import destination_view
from schakel.http.waiting import untouched
from schakel.security import Caller, Scope

router = APIRouter(prefix="/v1/destinations", tags=["destinations"])

Operator = Annotated[Caller, Depends(needs(Scope.OPERATE))]


@router.get("", summary="All destinations")
async def list_destinations(request: Request, caller: Operator) -> models.DestinationList:
    """Configured ones, and those that still have deliveries from an earlier configuration."""
    hub = hub_of(request)
    stored = {status.name: status for status in await hub.store.destinations()}
    counts = await hub.store.counts()
    names = sorted({*hub.destinations, *stored, *(count.destination for count in counts)})
    return models.DestinationList(
        items=[
            _view(hub, name, stored.get(name), counts, caller)
            for name in names
            if name != UNROUTED and _visible(hub, name, counts, caller)
        ]
    )


@router.get("/{name}", summary="One destination")
async def show(request: Request, caller: Operator, name: str) -> models.DestinationView:
    hub = hub_of(request)
    counts = await hub.store.counts()
    stored = {status.name: status for status in await hub.store.destinations()}
    known = name in hub.destinations or name in stored
    if not known or name == UNROUTED or not _visible(hub, name, counts, caller):
        raise missing("destination")
    return _view(hub, name, stored.get(name), counts, caller)


@router.patch("/{name}", summary="Hold or release a destination")
async def change(
    request: Request, caller: Operator, name: str, asked: models.DestinationChange
) -> models.DestinationView:
    """While held, nothing is sent to it; messages are accepted and wait."""
    hub = hub_of(request)
    if name not in hub.destinations or not _visible(hub, name, (), caller):
        raise missing("destination")
    if not owns(caller, hub.destinations[name].tenant):
        detail = "This destination also serves others: only a key for all tenants may hold it."
        raise Problem("other-tenant", detail)
    act = hub.store.hold if asked.held else hub.store.release
    await act(name, by=caller.actor, reason=asked.reason, now=hub.clock.now())
    hub.wake((name,))
    return await show(request, caller, name)


def _visible(hub: HubServices, name: str, counts: Sequence[Count], caller: Caller) -> bool:
    if caller.tenant is None:
        return True
    if name in hub.destinations:
        return hub.destinations[name].tenant in {None, caller.tenant}
    return any(one.destination == name and one.tenant == caller.tenant for one in counts)


def _view(
    hub: HubServices,
    name: str,
    stored: DestinationStatus | None,
    counts: Sequence[Count],
    caller: Caller,
) -> models.DestinationView:
    configured = hub.destinations.get(name)
    return destination_view(
        stored or untouched(name),
        tenant=configured.tenant if configured else None,
        counts=counts,
        caller=caller,
    )
