"""What the OpenAPI document says beyond what FastAPI finds by itself."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from schakel.http.models import ProblemView
from schakel.http.problems import MEDIA_TYPE

PATH: Final = "/v1/openapi.json"
_REFERENCE: Final = "#/components/schemas/{model}"
_HEADERS: Final[dict[str, Any]] = {
    "API-Version": {"description": "Version of this API.", "schema": {"type": "string"}},
    "X-Request-ID": {
        "description": "Yours when you sent one, else ours; it is in every log line.",
        "schema": {"type": "string"},
    },
}
_PROBLEM: Final[dict[str, Any]] = {
    "description": "A problem (RFC 9457): what is wrong, where, and what to do.",
    "content": {MEDIA_TYPE: {"schema": {"$ref": _REFERENCE.format(model="ProblemView")}}},
}
_DESCRIPTION: Final = (
    "The hub takes CloudEvents, delivers them, and lets operators see and mend what is stuck. "
    "Every answer that is not a success is a problem. How to use it: docs/reference/http-api.md."
)


def publish_document(app: FastAPI) -> None:
    """Serves the document to any page of any site (NL API Design Rules, /core/publish-openapi)."""
    made = _document(app)
    app.openapi = lambda: made  # type: ignore[method-assign]  # FastAPI's documented way

    async def openapi(_request: Request) -> Response:
        return JSONResponse(made, headers={"Access-Control-Allow-Origin": "*"})

    app.router.add_route(PATH, openapi, include_in_schema=False)


def _document(app: FastAPI) -> dict[str, Any]:
    """Every answer has our headers; every failure is a problem, not FastAPI's own 422."""
    made = get_openapi(
        title=app.title, version=app.version, description=_DESCRIPTION, routes=app.routes
    )
    for path in made["paths"].values():
        for operation in path.values():
            _mend(operation)
    schemas = made["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    _, problem = models_json_schema([(ProblemView, "serialization")], ref_template=_REFERENCE)
    schemas.update(problem["$defs"])
    return made


def _mend(operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    responses.pop("422", None)
    for answer in responses.values():
        answer["headers"] = _HEADERS
    responses["default"] = {**_PROBLEM, "headers": _HEADERS}
