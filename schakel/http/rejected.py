"""What came in over RabbitMQ and was refused: see why, mend the cause, send it in again.

For keys of all tenants only: of a message that could not be read nobody knows whose it is.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, Path, Query
from pydantic import AwareDatetime, Field
from starlette.requests import Request

from adapters._kit.amqp import AmqpError
from continuity.store.audit import Action, Fact
from schakel.amqp import Rejected, RejectedMessages
from schakel.amqp.rejected import Note
from schakel.http.callers import needs
from schakel.http.entrance import hub_of
from schakel.http.models import ApiModel, FieldProblemView, Reason, Word
from schakel.http.problems import Problem, missing
from schakel.http.shown import shown_event
from schakel.security import Caller, Scope
from schakel.telemetry import mask_text
from schemas import InvalidMessage

router = APIRouter(prefix="/v1/rejected", tags=["rejected"])

Operator = Annotated[Caller, Depends(needs(Scope.OPERATE))]
RejectedId = Annotated[str, Path(pattern=r"^[0-9a-f]{12}$")]

_log = structlog.stdlib.get_logger("schakel.amqp")


class RejectedView(ApiModel):
    id: str = Field(description="Made from the message: refused twice, it has the same id.")
    reason: str = Field(
        description="invalid, conflict, internal, too_large, delivered_too_often or unknown."
    )
    problems: list[FieldProblemView]
    at: AwareDatetime | None = Field(description="When it was refused.")
    hub: str = Field(description="The process that refused it; empty: the broker did.")
    routing_key: str = Field(description="What it was published under.")
    message_id: str
    bytes: int = Field(description="Size of the body.")


class RejectedPage(ApiModel):
    items: list[RejectedView] = Field(description="The oldest first.")


class RejectedDetail(RejectedView):
    event: Any = Field(description="The body, BSNs masked; null when it is not JSON.")


class Decide(ApiModel):
    reason: Reason


class DecideMany(ApiModel):
    reason: Reason
    only: Word | None = Field(
        default=None, description="Those that were refused for this reason. Default: all of them."
    )


class Decided(ApiModel):
    ids: list[str]


@router.get("", summary="List what was refused")
async def list_rejected(
    request: Request,
    caller: Operator,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> RejectedPage:
    async with _explained():
        found = await _messages(request, caller).list(limit=limit)
    return RejectedPage(items=[RejectedView(**_fields(one)) for one in found])


@router.get("/{rejected_id}", summary="One refused message, and why it was refused")
async def show(request: Request, caller: Operator, rejected_id: RejectedId) -> RejectedDetail:
    async with _explained():
        found = await _messages(request, caller).find(rejected_id)
    if found is None:
        raise missing("rejected message")
    one, body = found
    return RejectedDetail(**_fields(one), event=_event(body))


@router.post("/replay", summary="Send all of them in again, or those refused for one reason")
async def replay_many(request: Request, caller: Operator, asked: DecideMany) -> Decided:
    chosen = _refused_for(asked.only)
    async with _explained():
        ids = await _messages(request, caller).replay(
            chosen, note=_noting(request, caller, Action.REPLAY_REJECTED, asked.reason)
        )
    return _decided("rejected_replayed", caller, asked.reason, ids)


@router.post("/{rejected_id}/replay", summary="Send it in again as it was published")
async def replay(
    request: Request, caller: Operator, rejected_id: RejectedId, asked: Decide
) -> Decided:
    async with _explained():
        ids = await _messages(request, caller).replay(
            lambda one: one.id == rejected_id,
            note=_noting(request, caller, Action.REPLAY_REJECTED, asked.reason),
        )
    return _decided("rejected_replayed", caller, asked.reason, ids, one=True)


@router.post("/{rejected_id}/discard", summary="Forget it")
async def discard(
    request: Request, caller: Operator, rejected_id: RejectedId, asked: Decide
) -> Decided:
    async with _explained():
        ids = await _messages(request, caller).discard(
            lambda one: one.id == rejected_id,
            note=_noting(request, caller, Action.DISCARD_REJECTED, asked.reason),
        )
    return _decided("rejected_discarded", caller, asked.reason, ids, one=True)


@asynccontextmanager
async def _explained() -> AsyncIterator[None]:
    try:
        yield
    except AmqpError as error:
        _log.warning("rejected_unreachable", detail=str(error))
        detail = "RabbitMQ does not answer now; what was refused is there. Try again later."
        raise Problem("not-ready", detail) from error


def _messages(request: Request, caller: Caller) -> RejectedMessages:
    if caller.tenant is not None:
        raise Problem("other-tenant", "Nobody can tell whose these are: they could not be read.")
    rejected = hub_of(request).rejected
    if rejected is None:
        raise Problem("not-found", "This hub takes nothing from RabbitMQ: there is no [amqp].")
    return rejected


def _noting(request: Request, caller: Caller, action: Action, reason: str) -> Note:
    """Writes the audit trail: before it is done, so that nothing is done without a trace."""
    hub = hub_of(request)

    async def note(one: Rejected) -> None:
        said = f"{one.reason} {one.id}"
        await hub.store.record(
            Fact(at=hub.clock.now(), actor=caller.actor, action=action, before=said, reason=reason)
        )

    return note


def _refused_for(only: str | None) -> Callable[[Rejected], bool]:
    return lambda one: only is None or one.reason == only


def _decided(
    event: str, caller: Caller, reason: str, ids: list[str], *, one: bool = False
) -> Decided:
    if one and not ids:
        raise missing("rejected message")
    _log.warning(event, by=caller.actor, reason=mask_text(reason), ids=ids)
    return Decided(ids=ids)


def _fields(one: Rejected) -> dict[str, Any]:
    return {
        "id": one.id,
        "reason": one.reason,
        "problems": [
            FieldProblemView(field=each.field, rule=each.rule, detail=mask_text(each.detail))
            for each in one.problems
        ],
        "at": one.at,
        "hub": one.hub,
        "routing_key": mask_text(one.routing_key),
        "message_id": mask_text(one.message_id),
        "bytes": one.bytes,
    }


def _event(body: bytes) -> Any:
    try:
        return shown_event(body)
    except InvalidMessage:
        return None
