"""What external systems call. They have no API key: the receiver of the destination knows them.

Not in the OpenAPI document: what goes in and out here is the system's own language, not ours.
"""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from adapters.contract import InboundRequest, WireAnswer
from schakel.http.entrance import hub_of
from schakel.http.problems import missing

PREFIX: Final = "/inbound"
RETRY_AFTER_SECONDS: Final = 5
_UNAVAILABLE: Final = 503
_OURS: Final = frozenset({"content-length", "content-type", "connection", "transfer-encoding"})
"""Headers of an answer that are not the receiver's to set."""

router = APIRouter(prefix=PREFIX, include_in_schema=False)


@router.api_route("/{tenant}/{destination}", methods=["GET", "POST"])
@router.api_route("/{tenant}/{destination}/{path:path}", methods=["GET", "POST"])
async def inbound(request: Request, tenant: str, destination: str, path: str = "") -> Response:
    """An entrance that does not exist, and one that another process has, are the same 404."""
    receiving = hub_of(request).receiving
    if receiving is None:
        raise missing("entrance")
    asked = InboundRequest(
        method=request.method,
        path=path,
        query=request.url.query,
        headers=_headers(request),
        body=await request.body(),
        url=f"{str(request.base_url).rstrip('/')}{PREFIX}/{tenant}/{destination}",
    )
    answer = await receiving.receive(tenant, destination, asked)
    if answer is None:
        raise missing("entrance")
    return _response(answer)


def _headers(request: Request) -> dict[str, str]:
    """One that came more than once has all its values, as RFC 9110 joins them."""
    return {name: ", ".join(request.headers.getlist(name)) for name in request.headers}


def _response(answer: WireAnswer) -> Response:
    headers = {name: one for name, one in answer.headers.items() if name.lower() not in _OURS}
    if answer.status == _UNAVAILABLE:
        headers = {"Retry-After": str(RETRY_AFTER_SECONDS), **headers}
    response = Response(answer.body, status_code=answer.status, headers=headers)
    if answer.body:  # as it is: Response(media_type=...) would add a charset of its own
        response.headers["content-type"] = answer.content_type
    return response
