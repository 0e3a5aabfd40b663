"""What external systems handed in: an operator sees what came, what became of it, and why."""

from __future__ import annotations

import base64
import json
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query
from pydantic import AwareDatetime, Field
from starlette.requests import Request

from continuity.store.audit import Action, Fact
from continuity.store.contract import NotFound
from continuity.store.records import Reception, ReceptionFilter, ReceptionOutcome
from schakel.http.callers import LARGEST_ID, needs, owns
from schakel.http.cursors import next_link, read_cursor
from schakel.http.entrance import hub_of
from schakel.http.models import ApiModel, Reason, Word
from schakel.http.problems import Problem, missing
from schakel.security import Caller, Scope
from schakel.telemetry.masking import mask_text

router = APIRouter(prefix="/v1/receptions", tags=["receptions"])

Operator = Annotated[Caller, Depends(needs(Scope.OPERATE))]
ReceptionId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


class ReceptionQuery(ApiModel):
    tenant: Word | None = None
    destination: Word | None = None
    outcome: ReceptionOutcome | None = None
    kind: Word | None = None
    limit: int = Field(default=50, ge=1, le=200)
    after: Word | None = Field(default=None, description="Cursor; take it from `next`.")


class ReceptionRead(ApiModel):
    reason: Reason


class ReceptionView(ApiModel):
    id: int
    tenant: str
    destination: str = Field(description="The system that it came from.")
    at: AwareDatetime
    outcome: ReceptionOutcome
    kind: str = Field(description="What it was: creeerZaak, zaken/status/create.")
    code: str = Field(description="Of the fault that was answered; empty: none.")
    detail: str = Field(description="Why, in a sentence; BSNs masked.")
    message_ids: list[int] = Field(description="The messages that came of it.")
    answer_status: int = Field(description="Of HTTP.")
    answer_type: str
    purged_at: AwareDatetime | None = Field(
        description="When the content was removed, by the rules of retention."
    )


class ReceptionPage(ApiModel):
    items: list[ReceptionView] = Field(description="Newest first.")
    next: str | None = Field(description="Address of the next page; null after the last.")


class WireBody(ApiModel):
    encoding: Literal["text", "base64"] = Field(description="base64 for what is not UTF-8.")
    data: str


class ReceptionContent(ApiModel):
    """As it went over the wire: nothing is masked."""

    key: str = Field(description="The sender's own number for it.")
    headers: dict[str, str] = Field(description="Those that say how to read the request.")
    request: WireBody
    answer: WireBody


@router.get("", summary="List what external systems handed in, newest first")
async def list_receptions(
    request: Request, caller: Operator, query: Annotated[ReceptionQuery, Query()]
) -> ReceptionPage:
    if caller.tenant is not None and query.tenant not in {None, caller.tenant}:
        return ReceptionPage(items=[], next=None)
    which = ReceptionFilter(
        tenant=caller.tenant or query.tenant,
        destination=query.destination,
        outcome=query.outcome,
        kind=query.kind,
    )
    found = await hub_of(request).store.list_receptions(
        which, before=read_cursor(query.after), limit=query.limit + 1
    )
    page = found[: query.limit]
    more = len(found) > query.limit
    link = next_link(request.url.path, request.query_params, page[-1].id) if more else None
    return ReceptionPage(items=[_view(one) for one in page], next=link)


@router.get("/{reception_id}", summary="One of them, without its content")
async def show(request: Request, caller: Operator, reception_id: ReceptionId) -> ReceptionView:
    return _view(await _own(request, caller, reception_id))


@router.post("/{reception_id}/content", summary="What came in and what was answered, unmasked")
async def read_content(
    request: Request, caller: Operator, reception_id: ReceptionId, asked: ReceptionRead
) -> ReceptionContent:
    """Only with a reason. That somebody looks is in the audit trail before it is shown."""
    one = await _own(request, caller, reception_id)
    if one.purged_at is not None:
        detail = "Its content was removed, by the rules of retention; who, when and what stay."
        raise Problem("wrong-state", detail)
    await _note(request, caller, one, asked.reason)
    return _content(one)


async def _own(request: Request, caller: Caller, reception_id: int) -> Reception:
    try:
        one = await hub_of(request).store.get_reception(reception_id)
    except NotFound:
        raise missing("reception") from None
    if not owns(caller, one.tenant):
        raise missing("reception")
    return one


async def _note(request: Request, caller: Caller, one: Reception, reason: str) -> None:
    hub = hub_of(request)
    await hub.store.record(
        Fact(
            at=hub.clock.now(),
            actor=caller.actor,
            action=Action.SHOW_RECEPTION,
            tenant=one.tenant,
            destination=one.destination,
            reason=f"reception {one.id}: {reason}",
        )
    )


def _view(one: Reception) -> ReceptionView:
    return ReceptionView(
        id=one.id,
        tenant=one.tenant,
        destination=one.destination,
        at=one.at,
        outcome=one.outcome,
        kind=mask_text(one.kind),
        code=mask_text(one.code),
        detail=mask_text(one.detail),
        message_ids=list(one.message_ids),
        answer_status=one.answer_status,
        answer_type=one.answer_type,
        purged_at=one.purged_at,
    )


def _content(one: Reception) -> ReceptionContent:
    return ReceptionContent(
        key=one.key,
        headers=json.loads(one.request_headers),
        request=_body(one.request),
        answer=_body(one.answer),
    )


def _body(raw: bytes) -> WireBody:
    try:
        return WireBody(encoding="text", data=raw.decode())
    except UnicodeDecodeError:
        return WireBody(encoding="base64", data=base64.b64encode(raw).decode())
