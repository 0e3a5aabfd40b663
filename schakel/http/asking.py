"""Questions that are answered at once; the CloudEvents of `/v1/messages` are another matter."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Path, Query, Response
from starlette.requests import Request

from schakel.asking import AskError, Unavailable
from schakel.http import models
from schakel.http.callers import needs, owns
from schakel.http.entrance import hub_of
from schakel.http.problems import Problem, encoded
from schakel.reasons import read_reason
from schakel.security import Caller, Scope
from schemas import FieldProblem
from schemas.questions import QUESTION_TYPES

router = APIRouter(prefix="/v1/ask", tags=["questions"])

_SECONDS: Final = 10
_WHY: Final = "What the question is for; needed when it is about a person."
_WHO: Final = "Who asks, as the municipality knows that person; needed when it is about a person."
_PROCESSING: Final = "The processing in the municipality's register of them: proces@activiteit."
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "anyOf": [
                        kind.question.model_json_schema(by_alias=True)
                        for kind in QUESTION_TYPES.values()
                    ]
                }
            }
        },
    },
}

Asker = Annotated[Caller, Depends(needs(Scope.ASK))]


def _said(
    x_doelbinding: Annotated[str | None, Header(description=_WHY)] = None,
    x_gebruiker: Annotated[str | None, Header(description=_WHO)] = None,
    x_verwerking: Annotated[str | None, Header(description=_PROCESSING)] = None,
) -> tuple[str | None, str | None, str | None]:
    return x_doelbinding, x_gebruiker, x_verwerking


Said = Annotated[tuple[str | None, str | None, str | None], Depends(_said)]
"""Why and who, as the headers have it."""


@router.post(
    "/{type}",
    openapi_extra=_BODY,
    response_model=models.Answered,
    summary="Ask something and get the answer, or why there is none",
)
async def ask(
    request: Request,
    caller: Asker,
    question_type: Annotated[models.Word, Path(alias="type", description="As zaak.identificatie.")],
    tenant: Annotated[models.Word | None, Query(description="Not needed with a bound key.")] = None,
    seconds: Annotated[
        float, Query(gt=0, le=60, description="How long you wait for the answer.")
    ] = _SECONDS,
    *,
    said: Said,
) -> Response:
    """A system that is down is a problem `unavailable`, never an empty answer."""
    hub = hub_of(request)
    wanted = tenant or caller.tenant
    if wanted is None:
        problem = FieldProblem("tenant", "required", "This key serves all: say which tenant.")
        raise Problem("invalid-request", "The tenant is needed.", problems=(problem,))
    if not owns(caller, wanted):
        raise Problem("other-tenant", f"This key asks for {caller.tenant} only.")
    if hub.asking is None:
        raise Problem("unknown-question", "This process answers no questions.")
    now = hub.clock.now()
    try:
        told = await hub.asking.answer(
            question_type,
            await request.body(),
            tenant=wanted,
            deadline=now + timedelta(seconds=seconds),
            caller=caller.actor,
            reason=read_reason(*said),
        )
    except AskError as error:
        raise _problem(error, request) from error
    headers = {} if told.age is None else {"Age": str(int(told.age.total_seconds()))}
    return Response(encoded(told.data), media_type="application/json", headers=headers)


def _problem(error: AskError, request: Request) -> Problem:
    headers = {}
    if isinstance(error, Unavailable) and error.expected_probe is not None:
        left = (error.expected_probe - hub_of(request).clock.now()).total_seconds()
        headers["Retry-After"] = str(max(1, round(left)))
    return Problem(
        error.code, error.detail, problems=error.problems, headers=headers, extra=error.members()
    )
