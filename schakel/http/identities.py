"""Case numbers that the hub gave out, and what became of them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request

from continuity.store.records import IdentityFilter
from schakel.http import models
from schakel.http.callers import needs
from schakel.http.cursors import next_link, read_cursor
from schakel.http.entrance import hub_of
from schakel.http.views import identity_view
from schakel.security import Caller, Scope

router = APIRouter(prefix="/v1/identities", tags=["identities"])

Operator = Annotated[Caller, Depends(needs(Scope.OPERATE))]


@router.get("", summary="List case numbers, newest first")
async def list_identities(
    request: Request, caller: Operator, query: Annotated[models.IdentityQuery, Query()]
) -> models.IdentityPage:
    """`provisional` ones are those that a zaaksysteem has not confirmed or replaced yet."""
    if caller.tenant is not None and query.tenant not in {None, caller.tenant}:
        return models.IdentityPage(items=[], next=None)
    which = IdentityFilter(
        state=query.state, tenant=caller.tenant or query.tenant, case_number=query.number
    )
    found = await hub_of(request).store.list_identities(
        which, before=read_cursor(query.after), limit=query.limit + 1
    )
    page = found[: query.limit]
    more = len(found) > query.limit
    link = next_link(request.url.path, request.query_params, page[-1].id) if more else None
    return models.IdentityPage(items=[identity_view(one) for one in page], next=link)
