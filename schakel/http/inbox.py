"""What is for the core, where it comes and collects: fetched in order, acknowledged once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query
from pydantic import AwareDatetime, Field
from starlette.requests import Request
from starlette.responses import Response

from continuity.store.records import InboxItem
from continuity.store.rules import PAGE_BYTES
from schakel.http.callers import LARGEST_ID, needs, owns
from schakel.http.cursors import next_link, read_cursor
from schakel.http.entrance import hub_of
from schakel.http.models import ApiModel, FaultView, Word
from schakel.http.problems import Problem, missing
from schakel.http.services import HubServices
from schakel.security import Caller, Scope
from schemas import FieldProblem, canonical_json, parse_json

router = APIRouter(prefix="/v1/inbox", tags=["inbox"])

Core = Annotated[Caller, Depends(needs(Scope.INBOX))]
DeliveryId = Annotated[int, Field(ge=1, le=LARGEST_ID)]

LONGEST_WAIT: Final = 30
"""Seconds that a caller may wait for something to come in."""
LOOK_EVERY: Final = 0.5
"""Seconds between looks while a caller waits; another process may have taken the message in."""


class InboxQuery(ApiModel):
    destination: Word | None = Field(default=None, description="Default: all that are yours.")
    limit: int = Field(default=50, ge=1, le=200)
    after: Word | None = Field(default=None, description="Cursor; take it from `next`.")
    wait: float = Field(
        default=0, ge=0, le=LONGEST_WAIT, description="Seconds to wait while there is nothing."
    )


class InboxItemView(ApiModel):
    id: int = Field(description="Acknowledge it by this number.")
    message_id: int
    tenant: str
    destination: str
    accepted_at: AwareDatetime
    event: dict[str, Any] | None = Field(
        description="The CloudEvent, whole: nothing in it is masked. Null when it is unreadable."
    )
    error: FaultView | None = Field(description="Why it is unreadable; an operator must act.")


class InboxPage(ApiModel):
    items: list[InboxItemView] = Field(description="The oldest first.")
    next: str | None = Field(description="Address of the next page; null after the last.")


class AckMany(ApiModel):
    ids: list[DeliveryId] = Field(min_length=1, max_length=1000)


class Acked(ApiModel):
    acknowledged: list[int] = Field(
        description="Those that waited; what was acknowledged before is not among them."
    )


@router.get("", response_model=InboxPage, summary="Fetch what waits, the oldest first")
async def fetch(request: Request, caller: Core, query: Annotated[InboxQuery, Query()]) -> Response:
    """Fetching changes nothing: what is not acknowledged is given again."""
    hub = hub_of(request)
    names = _destinations(hub, caller, query.destination)
    after = read_cursor(query.after) or 0
    found = await _waited(request, caller, names, after, query)
    page = found[: query.limit]
    full = len(found) > query.limit or sum(len(one.body) for one in page) >= PAGE_BYTES
    link = next_link(request.url.path, request.query_params, page[-1].delivery_id) if full else None
    body = canonical_json({"items": [_view(one) for one in page], "next": link})
    return Response(body, media_type="application/json")


@router.post("/ack", summary="Acknowledge several: you have them, and keep them")
async def acknowledge_many(request: Request, caller: Core, asked: AckMany) -> Acked:
    """All or nothing. Doing it again is safe."""
    return await _acknowledge(request, caller, asked.ids)


@router.post("/{delivery_id}/ack", summary="Acknowledge one: you have it, and keep it")
async def acknowledge(
    request: Request, caller: Core, delivery_id: Annotated[int, Path(ge=1, le=LARGEST_ID)]
) -> Acked:
    """Doing it again is safe."""
    return await _acknowledge(request, caller, [delivery_id], one=True)


async def _waited(
    request: Request, caller: Caller, names: Sequence[str], after: int, query: InboxQuery
) -> Sequence[InboxItem]:
    """What there is; while there is nothing it looks again, until the caller's time is over."""
    hub, loop = hub_of(request), asyncio.get_running_loop()
    until = loop.time() + query.wait
    while True:
        found = await hub.store.read_inbox(
            names, after=after, limit=query.limit + 1, now=hub.clock.now(), tenant=caller.tenant
        )
        left = until - loop.time()
        if found or left <= 0 or await request.is_disconnected():
            return found
        await asyncio.sleep(min(LOOK_EVERY, left))


def _destinations(hub: HubServices, caller: Caller, wanted: str | None) -> list[str]:
    """Those that are collected and exist for the caller; raises 404 for one that is not."""
    names = [
        name
        for name in sorted(hub.pulled)
        if name in hub.destinations and _serves(hub.destinations[name].tenant, caller)
    ]
    if wanted is None:
        return names
    if wanted not in names:
        raise missing("inbox")
    return [wanted]


def _serves(tenant: str | None, caller: Caller) -> bool:
    return tenant is None or owns(caller, tenant)


async def _acknowledge(
    request: Request, caller: Caller, ids: Sequence[int], *, one: bool = False
) -> Acked:
    hub = hub_of(request)
    theirs = {
        told.delivery.id
        for told in await hub.store.to_tell(ids)
        if told.delivery.destination in hub.pulled and owns(caller, told.delivery.tenant)
    }
    lacking = [place for place, number in enumerate(ids) if number not in theirs]
    if lacking and one:
        raise missing("delivery in an inbox of yours")
    if lacking:
        problems = [
            FieldProblem(f"ids[{place}]", "not_found", "There is no such delivery in your inbox.")
            for place in lacking
        ]
        detail = "Nothing was acknowledged: some are not in an inbox of yours."
        raise Problem("not-found", detail, problems=problems)
    changed = await hub.store.collect(ids, by=caller.actor, now=hub.clock.now())
    return Acked(acknowledged=list(changed))


def _view(item: InboxItem) -> dict[str, Any]:
    fault = item.unreadable
    return {
        "id": item.delivery_id,
        "messageId": item.message_id,
        "tenant": item.tenant,
        "destination": item.destination,
        "acceptedAt": item.accepted_at.isoformat().replace("+00:00", "Z"),
        "event": None if fault else parse_json(item.body),
        "error": {"code": fault.code, "detail": fault.detail} if fault else None,
    }
