"""The protocol log: what was asked about somebody, by whom, and why. Looking is recorded too."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, Field
from starlette.requests import Request

from continuity.store.audit import Action, Fact
from continuity.store.protocol import AskOutcome, ProtocolFilter, Recorded
from schakel.http.callers import needs
from schakel.http.cursors import cursor_after, read_cursor
from schakel.http.entrance import hub_of
from schakel.http.models import ApiModel, Reason, Word
from schakel.http.problems import Problem
from schakel.security import Caller, Scope
from schemas import FieldProblem
from schemas.identifiers import passes_elfproef

router = APIRouter(prefix="/v1/protocol", tags=["protocol log"])

Inspector = Annotated[Caller, Depends(needs(Scope.PROTOCOL))]


class ProtocolSearch(ApiModel):
    """What is looked for; everything that is given has to fit."""

    reason: Reason
    tenant: Word | None = Field(default=None, description="Not needed with a bound key.")
    bsn: str | None = Field(
        default=None, pattern=r"^[0-9]{9}$", description="Whom it is about; needs a tenant."
    )
    user: Word | None = Field(default=None, description="Who asked, as the asker said it.")
    purpose: Word | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = Field(
        default=None, description="The first moment after the period."
    )
    limit: int = Field(default=50, ge=1, le=200)
    after: Word | None = Field(default=None, description="Cursor; take it from `next`.")


class ProtocolLine(ApiModel):
    id: int
    tenant: str
    type: str
    destination: str = Field(description="The register that was asked.")
    purpose: str
    verwerking: str
    user: str = Field(description="Who asked, as the asker said it.")
    caller: str = Field(description="The application that asked.")
    fields: list[str] = Field(description="What the purpose let through; empty: all.")
    asked_at: AwareDatetime
    outcome: AskOutcome = Field(description="`asked`: not known, the register may have been asked.")
    ended_at: AwareDatetime | None
    persons: int = Field(description="How many persons question and answer were about.")


class ProtocolPage(ApiModel):
    items: list[ProtocolLine] = Field(description="Newest first.")
    next: str | None = Field(description="Send it as `after` for the next page; null: the last.")


@router.post("/search", summary="What was asked about somebody, by whom, why and when")
async def search(request: Request, caller: Inspector, asked: ProtocolSearch) -> ProtocolPage:
    """That somebody looks is in the audit trail, with the reason, before anything is shown."""
    tenant = caller.tenant or asked.tenant
    if caller.tenant is not None and asked.tenant not in {None, caller.tenant}:
        return ProtocolPage(items=[], next=None)
    which = ProtocolFilter(
        tenant=tenant,
        persons=_persons(request, asked.bsn, tenant),
        user=asked.user,
        purpose=asked.purpose,
        since=asked.since,
        until=asked.until,
    )
    before = read_cursor(asked.after)
    await _note(request, caller, tenant, asked)
    found = await hub_of(request).store.search_protocol(which, before=before, limit=asked.limit + 1)
    page = found[: asked.limit]
    more = len(found) > asked.limit
    return ProtocolPage(
        items=[_line(one) for one in page], next=cursor_after(page[-1].id) if more else None
    )


def _persons(request: Request, bsn: str | None, tenant: str | None) -> frozenset[bytes] | None:
    if bsn is None:
        return None
    problems = []
    if not passes_elfproef(bsn):
        problems.append(FieldProblem("bsn", "elfproef", "These nine digits are nobody's number."))
    if tenant is None:
        detail = "This key serves all: say in which municipality the person was asked about."
        problems.append(FieldProblem("tenant", "required", detail))
    if problems or tenant is None:
        raise Problem("invalid-request", "Nobody was looked for.", problems=problems)
    return hub_of(request).persons.all_of(bsn, tenant)


async def _note(
    request: Request, caller: Caller, tenant: str | None, asked: ProtocolSearch
) -> None:
    hub = hub_of(request)
    what = "one person" if asked.bsn is not None else "no person in particular"
    await hub.store.record(
        Fact(
            at=hub.clock.now(),
            actor=caller.actor,
            action=Action.SEARCH_PROTOCOL,
            tenant=tenant,
            reason=f"protocol log, {what}: {asked.reason}",
        )
    )


def _line(one: Recorded) -> ProtocolLine:
    return ProtocolLine(
        id=one.id,
        tenant=one.tenant,
        type=one.type,
        destination=one.destination,
        purpose=one.purpose,
        verwerking=one.verwerking,
        user=one.user,
        caller=one.caller,
        fields=list(one.fields),
        asked_at=one.asked_at,
        outcome=one.outcome,
        ended_at=one.ended_at,
        persons=one.persons,
    )
