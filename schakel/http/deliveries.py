"""What operators see and do with single deliveries."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from starlette.requests import Request

from continuity.store.contract import WrongState
from continuity.store.records import UNROUTED, Delivery, DeliveryFilter
from schakel.http import models
from schakel.http.callers import LARGEST_ID, needs, own_delivery
from schakel.http.cursors import next_link, read_cursor
from schakel.http.differing import event_diff
from schakel.http.elsewhere import check_taken, elsewhere
from schakel.http.entrance import hub_of
from schakel.http.patching import patched_event
from schakel.http.problems import Problem
from schakel.http.replay_views import edit_list
from schakel.http.views import delivery_detail, delivery_view
from schakel.http.waiting import why_waits
from schakel.security import Caller, Scope
from schemas import parse_message

router = APIRouter(prefix="/v1/deliveries", tags=["deliveries"])

Operator = Annotated[Caller, Depends(needs(Scope.OPERATE))]
DeliveryId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


@router.get("", summary="List deliveries, newest first")
async def list_deliveries(
    request: Request, caller: Operator, query: Annotated[models.DeliveryQuery, Query()]
) -> models.DeliveryPage:
    if caller.tenant is not None and query.tenant not in {None, caller.tenant}:
        return models.DeliveryPage(items=[], next=None)
    found = await hub_of(request).store.list_deliveries(
        _filter(query, caller), before=read_cursor(query.after), limit=query.limit + 1
    )
    page = found[: query.limit]
    more = len(found) > query.limit
    link = next_link(request.url.path, request.query_params, page[-1].id) if more else None
    return models.DeliveryPage(items=[delivery_view(one) for one in page], next=link)


@router.get("/{delivery_id}", summary="One delivery: why it waits, its event, its timeline")
async def show(
    request: Request, caller: Operator, delivery_id: DeliveryId
) -> models.DeliveryDetail:
    delivery = await own_delivery(request, caller, delivery_id)
    hub = hub_of(request)
    return delivery_detail(
        delivery,
        await hub.store.get_body(delivery_id),
        await hub.store.timeline(delivery_id),
        await why_waits(hub, delivery, caller),
    )


@router.post("/{delivery_id}/replay", summary="Send a parked delivery again")
async def replay(
    request: Request, caller: Operator, delivery_id: DeliveryId, asked: models.ReplayOne
) -> models.Replayed:
    """An unrouted message is routed again, by the routes as they are now."""
    delivery = await own_delivery(request, caller, delivery_id)
    if delivery.destination == UNROUTED:
        return await _reroute(request, caller, delivery, asked)
    if asked.to is not None:
        return await _redirect(request, caller, delivery, asked)
    hub = hub_of(request)
    edited, diff = None, b"[]"
    if asked.patch is not None:
        before = await hub.store.get_body(delivery_id)
        edited = patched_event(before, asked.patch)
        diff = event_diff(before, edited)
    replayed = await hub.store.replay(
        delivery_id,
        by=caller.actor,
        reason=asked.reason,
        now=hub.clock.now(),
        edited_body=edited,
        edit_diff=diff,
        verified_absent=asked.verified_absent,
    )
    hub.wake((replayed.destination,))
    return models.Replayed(delivery=delivery_view(replayed), destinations=[replayed.destination])


@router.get("/{delivery_id}/edits", summary="Who changed what is delivered, and how")
async def edits(request: Request, caller: Operator, delivery_id: DeliveryId) -> models.EditList:
    delivery = await own_delivery(request, caller, delivery_id)
    store = hub_of(request).store
    original = (await store.get_message(delivery.message_id)).body
    return edit_list(original, await store.list_edits(delivery_id))


@router.post("/{delivery_id}/discard", summary="Decide that a delivery need not be made")
async def discard(
    request: Request, caller: Operator, delivery_id: DeliveryId, asked: models.Discard
) -> models.DeliveryView:
    await own_delivery(request, caller, delivery_id)
    hub = hub_of(request)
    discarded = await hub.store.discard(
        delivery_id, by=caller.actor, reason=asked.reason, now=hub.clock.now()
    )
    hub.wake((discarded.destination,))  # those behind it in the lane may go now
    return delivery_view(discarded)


async def _redirect(
    request: Request, caller: Caller, delivery: Delivery, asked: models.ReplayOne
) -> models.Replayed:
    if asked.patch is not None:
        detail = "Edit it at its own destination, or send it to another: not both at once."
        raise Problem("wrong-state", detail)
    hub = hub_of(request)
    to = elsewhere(hub, asked.to or "", caller)
    check_taken(to, delivery)
    new = await hub.store.redirect(
        delivery.id,
        to.destination,
        by=caller.actor,
        reason=asked.reason,
        now=hub.clock.now(),
        verified_absent=asked.verified_absent,
    )
    hub.wake((delivery.destination, new.destination))
    return models.Replayed(delivery=delivery_view(new), destinations=[new.destination])


async def _reroute(
    request: Request, caller: Caller, delivery: Delivery, asked: models.ReplayOne
) -> models.Replayed:
    if asked.patch is not None:
        detail = "An unrouted message cannot be edited: publish a corrected event, discard this."
        raise Problem("wrong-state", detail)
    if asked.to is not None:
        detail = "An unrouted message goes where a route says: add a route, then replay it."
        raise Problem("wrong-state", detail)
    hub = hub_of(request)
    message = parse_message(await hub.store.get_body(delivery.id))
    deliveries = hub.intake.deliveries_for(message)
    if any(one.destination == UNROUTED for one in deliveries):
        raise WrongState("Still no route wants this message: add one to the configuration first.")
    names = await hub.store.reroute(
        delivery.id, deliveries, by=caller.actor, reason=asked.reason, now=hub.clock.now()
    )
    hub.wake(names)
    after = await hub.store.get_delivery(delivery.id)
    return models.Replayed(delivery=delivery_view(after), destinations=list(names))


def _filter(query: models.DeliveryQuery, caller: Caller) -> DeliveryFilter:
    return DeliveryFilter(
        state=query.state,
        destination=query.destination,
        tenant=caller.tenant or query.tenant,
        fault_code=query.error,
        since=query.since,
        subject=query.subject,
        event_id=query.event,
    )
