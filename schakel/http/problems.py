"""Every answer that is not a success: RFC 9457 problems, from one table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from schakel.telemetry.masking import mask_text
from schemas import FieldProblem, canonical_json

MEDIA_TYPE: Final = "application/problem+json"
MOST_SHOWN: Final = 100
"""Broken rules that one answer lists: a hostile body could have a million."""

_TYPE_PREFIX: Final = "urn:nld:schakel:problem:"


@dataclass(frozen=True, slots=True)
class Kind:
    status: int
    title: str


KINDS: Final[Mapping[str, Kind]] = {
    "unreadable-body": Kind(400, "The body cannot be read"),
    "not-a-cloudevent": Kind(400, "This is not a CloudEvent"),
    "invalid-request": Kind(400, "The request breaks a rule"),
    "no-key": Kind(401, "An API key is needed"),
    "scope-missing": Kind(403, "The API key may not do this"),
    "other-tenant": Kind(403, "The API key belongs to another municipality"),
    "unknown-question": Kind(404, "Nobody answers this question"),
    "not-found": Kind(404, "This does not exist"),
    "method-not-allowed": Kind(405, "This method is not offered here"),
    "body-timeout": Kind(408, "The body did not arrive in time"),
    "other-content": Kind(409, "This event was accepted before with other content"),
    "content-differs": Kind(400, "The content is not what was announced"),
    "wrong-state": Kind(409, "The state it is in does not allow this"),
    "body-too-large": Kind(413, "The body is too large"),
    "batch-too-large": Kind(413, "The batch has too many events"),
    "media-type": Kind(415, "This media type is not taken here"),
    "invalid-message": Kind(422, "The message breaks the rules"),
    "invalid-question": Kind(422, "The question breaks the rules"),
    "purpose-refused": Kind(403, "The purpose does not cover this question"),
    "question-refused": Kind(422, "The system refuses this question"),
    "internal": Kind(500, "Something went wrong in the hub"),
    "store-unavailable": Kind(503, "The hub cannot store anything now"),
    "unreadable": Kind(500, "What is stored cannot be decrypted"),
    "not-ready": Kind(503, "The hub is not ready"),
    "unavailable": Kind(503, "The system that answers this is out of reach"),
    "outcome-unknown": Kind(504, "Nobody knows what came of this question"),
    "documents-unavailable": Kind(503, "The hub cannot store documents now"),
    "storage-full": Kind(507, "There is no room for documents"),
}
"""Code -> status and title. The codes are part of the API: programs may act on them."""


class Problem(HTTPException):
    """Ends the handling of a request: the caller gets this problem as the answer."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        problems: Iterable[FieldProblem] = (),
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(KINDS[code].status, detail, headers=dict(headers or {}))
        self.code = code
        self.problems = tuple(problems)
        self.extra = dict(extra or {})


def missing(what: str) -> Problem:
    """For what is not there and for what belongs to another tenant: nobody can tell which."""
    return Problem("not-found", f"There is no such {what}.")


def render(request: Request, problem: Problem) -> Response:
    kind = KINDS[problem.code]
    body: dict[str, Any] = {
        "type": _TYPE_PREFIX + problem.code,
        "title": kind.title,
        "status": kind.status,
        "detail": problem.detail,
        "instance": mask_text(request.url.path),
        **problem.extra,
    }
    if problem.problems:
        body["problems"] = [
            {"field": one.field, "rule": one.rule, "detail": one.detail}
            for one in problem.problems[:MOST_SHOWN]
        ]
    if len(problem.problems) > MOST_SHOWN:
        body["detail"] += f" There are more than {MOST_SHOWN}; the first are listed."
    return Response(
        encoded(body), status_code=kind.status, headers=problem.headers, media_type=MEDIA_TYPE
    )


def from_http(error: HTTPException) -> Problem:
    """A refusal of the framework itself (no such path, no such method) in our form."""
    if isinstance(error, Problem):
        return error
    codes = {
        HTTPStatus.NOT_FOUND: ("not-found", "There is nothing at this path; see /v1/openapi.json."),
        HTTPStatus.METHOD_NOT_ALLOWED: (
            "method-not-allowed",
            "This path does not take this method; the header Allow lists those it takes.",
        ),
    }
    fallback = ("unreadable-body", "The body is not what this path takes; see /v1/openapi.json.")
    code, detail = codes.get(HTTPStatus(error.status_code), fallback)
    return Problem(code, detail, headers=error.headers)


def encoded(body: Mapping[str, Any]) -> bytes:
    """Problem texts may quote a path: what UTF-8 does not have is left out of it."""
    try:
        return canonical_json(body)
    except ValueError:
        return canonical_json({**body, "instance": ""})
