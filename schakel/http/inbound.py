"""What external systems call. They have no API key: the receiver of the destination knows them.

Not in the OpenAPI document: what goes in and out here is the system's own language, not ours.
"""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from adapters.contract import InboundRequest, WireAnswer
from schakel.http.bodies import IncomingBody
from schakel.http.draining import DrainingResponse
from schakel.http.entrance import entrance_of
from schakel.http.problems import Problem

PREFIX: Final = "/inbound"
_OURS: Final = frozenset({"content-length", "content-type", "connection", "transfer-encoding"})
"""Headers of an answer that are not the receiver's to set."""

router = APIRouter(prefix=PREFIX, include_in_schema=False)


@router.api_route("/{tenant}/{destination}", methods=["GET", "POST"])
@router.api_route("/{tenant}/{destination}/{path:path}", methods=["GET", "POST"])
async def inbound(request: Request, tenant: str, destination: str, path: str = "") -> Response:
    """An entrance that does not exist, and one that another process has, are the same 404."""
    entrance = entrance_of(request)
    receiving, proxies = entrance.hub.receiving, entrance.hub.proxies
    head = InboundRequest(
        method=request.method,
        path=path,
        query=request.url.query,
        headers=_headers(request),
        body=b"",
        url=f"{proxies.address_of(request)}{PREFIX}/{tenant}/{destination}",
        client_certificate=proxies.certificate_of(request),
    )
    with IncomingBody(request, entrance.room) as body:
        answer = None
        if receiving is not None:
            answer = await receiving.receive(tenant, destination, head, body.read)
        if answer is None:
            raise _no_entrance(whole=body.ended)
        return _response(answer, whole=body.ended)


def _headers(request: Request) -> dict[str, str]:
    """One that came more than once has all its values, as RFC 9110 joins them."""
    return {name: ", ".join(request.headers.getlist(name)) for name in request.headers}


def _no_entrance(*, whole: bool) -> Problem:
    headers = {} if whole else {"Connection": "close"}
    return Problem("not-found", "There is no such entrance.", headers=headers)


def _response(answer: WireAnswer, *, whole: bool) -> Response:
    """Where not the whole body was read, the rest is not waited for: the connection ends."""
    headers = {name: one for name, one in answer.headers.items() if name.lower() not in _OURS}
    if whole:
        response = Response(answer.body, status_code=answer.status, headers=headers)
    else:
        closing = {**headers, "Connection": "close"}
        response = DrainingResponse(answer.body, status_code=answer.status, headers=closing)
    if answer.body:  # as it is: Response(media_type=...) would add a charset of its own
        response.headers["content-type"] = answer.content_type
    return response
