"""Managing API keys over the API."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request

from continuity.store.contract import WrongState
from continuity.store.records import ApiKey
from schakel.http import models
from schakel.http.callers import needs, owns
from schakel.http.entrance import entrance_of, hub_of
from schakel.http.problems import Problem, missing
from schakel.http.views import key_view
from schakel.security import Caller, Scope, create_key
from schemas import FieldProblem

router = APIRouter(prefix="/v1/keys", tags=["keys"])

Admin = Annotated[Caller, Depends(needs(Scope.ADMIN))]


@router.get("", summary="All keys, revoked ones too; never a secret")
async def list_keys(request: Request, caller: Admin) -> models.KeyList:
    return models.KeyList(items=[key_view(key) for key in await _own(request, caller)])


@router.post("", status_code=201, summary="Make a key; its secret is shown once")
async def create(request: Request, caller: Admin, asked: models.CreateKey) -> models.CreatedKey:
    hub = hub_of(request)
    tenant = asked.tenant or caller.tenant
    if not owns(caller, tenant):
        raise Problem("other-tenant", f"This key makes keys for {caller.tenant} only.")
    if tenant is not None and tenant not in hub.intake.tenants:
        detail = "This municipality is not configured in the hub; see [[tenant]]."
        problem = FieldProblem("tenant", "unknown_tenant", detail)
        raise Problem("invalid-request", detail, problems=(problem,))
    made = await create_key(
        hub.store,
        hub.clock,
        name=asked.name,
        scopes=frozenset(asked.scopes),
        tenant=tenant,
        by=caller.actor,
    )
    return models.CreatedKey(**dict(key_view(made.key)), secret=made.secret)


@router.delete("/{key_id}", status_code=204, summary="Revoke a key")
async def revoke(request: Request, caller: Admin, key_id: str) -> None:
    keys = {key.id: key for key in await _own(request, caller)}
    if key_id not in keys:
        raise missing("key")
    if _is_last_admin(keys[key_id], keys.values()):
        raise WrongState("This is the last key that manages keys: make another one first.")
    hub = hub_of(request)
    await hub.store.revoke_key(key_id, by=caller.actor, now=hub.clock.now())
    entrance_of(request).keys.forget()


async def _own(request: Request, caller: Caller) -> list[ApiKey]:
    keys = await hub_of(request).store.list_keys()
    return [key for key in keys if owns(caller, key.tenant)]


def _is_last_admin(key: ApiKey, keys: Iterable[ApiKey]) -> bool:
    """Without a key that manages all keys, nobody could let anybody in any more."""
    managing = {one.id for one in keys if _manages_all(one)}
    return managing == {key.id}


def _manages_all(key: ApiKey) -> bool:
    return key.tenant is None and Scope.ADMIN in key.scopes and key.revoked_at is None
