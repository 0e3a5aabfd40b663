"""Who calls, and what is theirs: API keys, scopes, and rows of one tenant only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Final

from fastapi import Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import Request

from continuity.store.contract import NotFound
from continuity.store.records import Delivery, StoredMessage
from schakel.http.entrance import entrance_of, hub_of
from schakel.http.problems import Problem, missing
from schakel.security import Caller, Scope

LARGEST_ID: Final = 2**63 - 1
"""Ids of messages, deliveries and replays are positive 64-bit integers."""

bearer = HTTPBearer(
    auto_error=False,
    scheme_name="apiKey",
    description="An API key: schakel_ and 43 characters. `schakel keys create` makes one.",
)


def needs(*any_of: Scope) -> Callable[..., Awaitable[Caller]]:
    """A dependency that lets a key through that has at least one of the scopes."""

    async def caller(
        request: Request,
        _documented: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)],
    ) -> Caller:
        return await authenticate(request, *any_of)

    return caller


async def authenticate(request: Request, *any_of: Scope) -> Caller:
    """Raises 401 without a valid key, 403 when the key lacks the scope."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret:
        detail = "Send the header 'Authorization: Bearer schakel_...'."
        raise Problem("no-key", detail, headers={"WWW-Authenticate": 'Bearer realm="schakel"'})
    caller = await entrance_of(request).keys.caller(secret.strip())
    if caller is None:
        detail = "This API key is not known, or was revoked."
        challenge = 'Bearer realm="schakel", error="invalid_token"'
        raise Problem("no-key", detail, headers={"WWW-Authenticate": challenge})
    if not caller.scopes.intersection(any_of):
        wanted = " or ".join(any_of)
        challenge = f'Bearer realm="schakel", error="insufficient_scope", scope="{any_of[0]}"'
        raise Problem(
            "scope-missing",
            f"This needs the scope {wanted}; the key has: {', '.join(sorted(caller.scopes))}.",
            headers={"WWW-Authenticate": challenge},
        )
    return caller


def owns(caller: Caller, tenant: str | None) -> bool:
    """Whether rows of this tenant exist for the caller."""
    return caller.tenant is None or caller.tenant == tenant


async def own_message(request: Request, caller: Caller, message_id: int) -> StoredMessage:
    try:
        message = await hub_of(request).store.get_message(message_id)
    except NotFound:
        raise missing("message") from None
    if not owns(caller, message.tenant):
        raise missing("message")
    return message


async def own_delivery(request: Request, caller: Caller, delivery_id: int) -> Delivery:
    try:
        delivery = await hub_of(request).store.get_delivery(delivery_id)
    except NotFound:
        raise missing("delivery") from None
    if not owns(caller, delivery.tenant):
        raise missing("delivery")
    return delivery
