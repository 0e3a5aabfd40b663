"""The HTTP application: routers, the edge around them, and errors turned into problems."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from types import ModuleType
from typing import Any, Final, cast

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from continuity.keyring import Unreadable
from continuity.store.contract import NotFound, StoreUnavailable, WrongState
from schakel.http import (
    asking,
    deliveries,
    destinations,
    documents,
    health,
    identities,
    inbound,
    inbox,
    keys,
    messages,
    protocol_log,
    receptions,
    reconciliations,
    rejected,
    replays,
    upkeep,
)
from schakel.http.documenting import publish_document
from schakel.http.draining import DrainingResponse
from schakel.http.edge import API_VERSION, Edge
from schakel.http.entrance import make_entrance
from schakel.http.problems import MOST_SHOWN, Problem, from_http, missing, render
from schakel.http.services import HubServices
from schemas import FieldProblem
from schemas.problems import shown_name

RETRY_AFTER_SECONDS: Final = 5
_ROUTERS: Final = (
    messages,
    documents,
    deliveries,
    replays,
    reconciliations,
    rejected,
    destinations,
    keys,
    health,
    asking,
    identities,
    inbox,
    receptions,
    protocol_log,
    inbound,
    upkeep,
)
_log = structlog.stdlib.get_logger("schakel.http")

Handler = Callable[[Request, Exception], Awaitable[Response]]


def create_app(hub: HubServices) -> FastAPI:
    """Makes the application; opens nothing. The store has to be open before the first request."""
    app = bare_app()
    app.state.entrance = make_entrance(hub)
    document_limit = hub.documents.limit if hub.documents else hub.body_limit
    app.add_middleware(
        Edge,
        body_limit=hub.body_limit,
        document_limit=document_limit,
        inbound_limit=hub.inbound_limit,
    )
    return app


def create_watch_app(hub: HubServices) -> FastAPI:
    """For a process that takes nothing over HTTP: its health and its metrics, nothing else."""
    app = bare_app((health,))
    app.state.entrance = make_entrance(hub)
    limit = hub.body_limit
    app.add_middleware(Edge, body_limit=limit, document_limit=limit, inbound_limit=limit)
    return app


def bare_app(modules: Iterable[ModuleType] = _ROUTERS) -> FastAPI:
    """The paths without a hub behind them: enough for the OpenAPI document."""
    app = FastAPI(
        title="Schakel",
        version=API_VERSION,
        openapi_url=None,  # served by `publish_document`, with the headers that the rules ask
        docs_url=None,  # the page would load scripts of a third party
        redoc_url=None,
        redirect_slashes=False,  # NL API Design Rules: a path with a slash at the end is unknown
    )
    for module in modules:
        app.include_router(module.router)
    for error, handler in _HANDLERS.items():
        app.add_exception_handler(error, handler)
    publish_document(app)
    return app


async def _refused(request: Request, error: Exception) -> Response:
    problem = from_http(cast("HTTPException", error))
    response = render(request, problem)
    if (problem.headers or {}).get("Connection") != "close":
        return response
    return DrainingResponse(
        bytes(response.body),
        status_code=response.status_code,
        headers={key: value for key, value in response.headers.items() if key != "content-length"},
    )


async def _invalid(request: Request, error: Exception) -> Response:
    """A parameter or a body that breaks a rule; a path that cannot exist is a 404."""
    found = cast("RequestValidationError", error).errors()
    if any(one["loc"][0] == "path" for one in found):
        return render(request, missing("resource"))
    problems = [_field_problem(one) for one in found[: MOST_SHOWN + 1]]
    detail = "The request breaks a rule; nothing was changed. See 'problems'."
    return render(request, Problem("invalid-request", detail, problems=problems))


def _field_problem(found: dict[str, Any]) -> FieldProblem:
    """Says where and what; pydantic's own sentence never quotes the value, its `input` does."""
    if found["type"] == "json_invalid":
        return FieldProblem("", "invalid_json", "The body is not JSON.")
    path = ".".join(
        shown_name(part) if isinstance(part, str) else str(part) for part in found["loc"][1:]
    )
    if found["type"] == "extra_forbidden":
        return FieldProblem(path, "unknown_field", "This field is not known here. Remove it.")
    rule = "required" if found["type"] == "missing" else found["type"]
    return FieldProblem(path, rule, f"{found['msg']}.")


async def _store_unavailable(request: Request, error: Exception) -> Response:
    uncertain = cast("StoreUnavailable", error).uncertain
    _log.error("store_unavailable", detail=str(error), uncertain=uncertain)
    what = "this may have been stored all the same" if uncertain else "nothing was stored"
    detail = (
        f"The hub's store does not take anything now; {what}. "
        "Send the same event again later, with the same id: that is safe."
    )
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return render(request, Problem("store-unavailable", detail, headers=headers))


async def _unreadable(request: Request, error: Exception) -> Response:
    _log.error("unreadable", detail=str(error))
    return render(request, Problem("unreadable", str(error)))


async def _not_found(request: Request, _error: Exception) -> Response:
    return render(request, missing("resource"))


async def _wrong_state(request: Request, error: Exception) -> Response:
    return render(request, Problem("wrong-state", str(error)))


async def _gone(_request: Request, _error: Exception) -> Response:
    """Nobody reads this answer any more."""
    return Response(status_code=400)


_HANDLERS: Final[dict[type[Exception], Handler]] = {
    HTTPException: _refused,
    RequestValidationError: _invalid,
    StoreUnavailable: _store_unavailable,
    Unreadable: _unreadable,
    NotFound: _not_found,
    WrongState: _wrong_state,
    ClientDisconnect: _gone,
}
