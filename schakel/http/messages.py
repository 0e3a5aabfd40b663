"""Publishing, and seeing what became of a message."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Response
from starlette.requests import Request

from continuity.store.records import Conflict, DeliveryFilter, StoredMessage
from schakel.http import cloudevents, models
from schakel.http.callers import LARGEST_ID, authenticate, needs, own_message, owns
from schakel.http.entrance import Entrance, entrance_of, hub_of
from schakel.http.problems import MOST_SHOWN, Problem
from schakel.http.views import message_view
from schakel.intake import Checked, Intake, Published, Refused
from schakel.security import Caller, Scope
from schemas import FieldProblem, canonical_json

router = APIRouter(prefix="/v1/messages", tags=["messages"])

_CHECKED_AT_ONCE: Final = 50
"""Events of a batch that are checked before other requests get a turn."""
_MOST_DELIVERIES: Final = 200
_EVENT_SCHEMA: Final = {
    "type": "object",
    "description": "A CloudEvent; see the reference of messages.",
    "required": ["specversion", "id", "source", "type", "time", "tenant", "data"],
}
_PUBLISH_BODY: Final[dict[str, Any]] = {
    "security": [{"apiKey": []}],
    "requestBody": {
        "required": True,
        "content": {
            cloudevents.STRUCTURED: {"schema": _EVENT_SCHEMA},
            cloudevents.BATCH: {"schema": {"type": "array", "items": _EVENT_SCHEMA}},
            cloudevents.BINARY: {
                "schema": {"type": "object", "description": "`data`; attributes in ce- headers."}
            },
        },
    },
}

Reader = Annotated[Caller, Depends(needs(Scope.PUBLISH, Scope.OPERATE))]


@router.post(
    "",
    status_code=202,
    response_model=models.Published | models.PublishedBatch,
    openapi_extra=_PUBLISH_BODY,
    summary="Publish one event or a batch",
)
async def publish(request: Request) -> Response:
    """Answers after the durable commit. Sending the same event again is always safe."""
    caller = await authenticate(request, Scope.PUBLISH)
    entrance = entrance_of(request)
    mode = cloudevents.mode_of(request.headers)
    submitted = cloudevents.read_events(
        mode, request.headers, await request.body(), batch_limit=entrance.hub.batch_limit
    )
    checks = await _check(entrance.hub.intake, submitted.events)
    checks = await entrance.hub.intake.look_for_documents(checks)
    checked = _all_good(checks, entrance, total=len(submitted.events), batch=submitted.batch)
    if any(not owns(caller, one.message.tenant) for one in checked):
        detail = f"This key publishes for {caller.tenant} only; nothing was stored."
        raise Problem("other-tenant", detail)
    outcomes = await entrance.hub.intake.accept(checked)
    _count(outcomes, entrance)
    return _answer(outcomes, batch=submitted.batch)


@router.get("", response_model_exclude_none=False, summary="Find a message by source and id")
async def find(
    request: Request,
    caller: Reader,
    source: Annotated[models.Word, Query()],
    event_id: Annotated[models.Word, Query(alias="id")],
    tenant: Annotated[models.Word | None, Query(description="Not needed with a bound key.")] = None,
) -> models.MessageList:
    wanted = tenant or caller.tenant
    if wanted is None:
        problem = FieldProblem("tenant", "required", "This key serves all: say which tenant.")
        raise Problem("invalid-request", "The tenant is needed.", problems=(problem,))
    if not owns(caller, wanted):
        return models.MessageList(items=[])
    message = await hub_of(request).store.find_message(wanted, source, event_id)
    return models.MessageList(items=[await _shown(request, message)] if message else [])


@router.get("/{message_id}", summary="One message and its deliveries")
async def show(
    request: Request, caller: Reader, message_id: Annotated[int, Path(ge=1, le=LARGEST_ID)]
) -> models.MessageView:
    return await _shown(request, await own_message(request, caller, message_id))


async def _shown(request: Request, message: StoredMessage) -> models.MessageView:
    deliveries = await hub_of(request).store.list_deliveries(
        DeliveryFilter(message_id=message.id), before=None, limit=_MOST_DELIVERIES
    )
    return message_view(message, deliveries)


async def _check(intake: Intake, events: Sequence[Any]) -> list[Checked | Refused]:
    checks: list[Checked | Refused] = []
    problems = 0
    for number, event in enumerate(events, start=1):
        check = intake.check(event)
        checks.append(check)
        problems += len(check.problems) if isinstance(check, Refused) else 0
        if problems > MOST_SHOWN:
            break  # refused already, and no more than these will be listed
        if number % _CHECKED_AT_ONCE == 0:
            await asyncio.sleep(0)
    return checks


def _all_good(
    checks: Sequence[Checked | Refused], entrance: Entrance, *, total: int, batch: bool
) -> list[Checked]:
    good = [check for check in checks if isinstance(check, Checked)]
    if len(good) == total:
        return good
    entrance.published.refused.inc(len(checks) - len(good))
    problems = [
        _in_batch(index, problem) if batch else problem
        for index, check in enumerate(checks)
        if isinstance(check, Refused)
        for problem in check.problems
    ]
    what = "A rule is broken"
    if batch:
        at_least = "At least " if len(checks) < total else ""
        what = f"{at_least}{len(checks) - len(good)} of the {total} events break a rule"
    detail = f"{what}; nothing was stored. Mend what 'problems' names and send it again."
    raise Problem("invalid-message", detail, problems=problems)


def _in_batch(index: int, problem: FieldProblem) -> FieldProblem:
    field = f"[{index}].{problem.field}" if problem.field else f"[{index}]"
    return replace(problem, field=field)


def _count(outcomes: Sequence[Published | Conflict | Refused], entrance: Entrance) -> None:
    counter = entrance.published
    for outcome in outcomes:
        if isinstance(outcome, Conflict):
            counter.conflict.inc()
        elif isinstance(outcome, Refused):
            counter.refused.inc()
        elif outcome.new:
            counter.new.inc()
        else:
            counter.duplicate.inc()


def _answer(outcomes: Sequence[Published | Conflict | Refused], *, batch: bool) -> Response:
    good = [outcome for outcome in outcomes if isinstance(outcome, Published)]
    if any(isinstance(outcome, Refused) for outcome in outcomes):
        raise _without_document(outcomes, batch=batch)
    if len(good) < len(outcomes):
        raise _other_content(outcomes, batch=batch)
    if batch:
        body = {"messages": [{"id": one.id, "new": one.new} for one in good]}
        return _accepted(canonical_json(body))
    (one,) = good
    response = _accepted(canonical_json({"id": one.id, "new": one.new}))
    response.headers["location"] = f"/v1/messages/{one.id}"
    return response


def _accepted(body: bytes) -> Response:
    return Response(body, status_code=202, media_type="application/json")


def _without_document(
    outcomes: Sequence[Published | Conflict | Refused], *, batch: bool
) -> Problem:
    """A document went between the look for it and the acceptance of the message."""
    problems = [
        _in_batch(index, problem) if batch else problem
        for index, one in enumerate(outcomes)
        if isinstance(one, Refused)
        for problem in one.problems
    ]
    if not batch:
        return Problem("invalid-message", problems[0].detail, problems=problems)
    detail = "What 'problems' names is not stored; 'accepted' lists the others, which are."
    extra = {"accepted": _accepted_of(outcomes)}
    return Problem("invalid-message", detail, problems=problems, extra=extra)


def _accepted_of(outcomes: Sequence[Published | Conflict | Refused]) -> list[dict[str, Any]]:
    return [
        {"index": index, "id": one.id, "new": one.new}
        for index, one in enumerate(outcomes)
        if isinstance(one, Published)
    ]


def _other_content(outcomes: Sequence[Published | Conflict | Refused], *, batch: bool) -> Problem:
    sentence = "This source and id were accepted before with other content, as message {}."
    problems = [
        FieldProblem(
            f"[{index}].id" if batch else "id", "conflict", sentence.format(one.message_id)
        )
        for index, one in enumerate(outcomes)
        if isinstance(one, Conflict)
    ]
    if not batch:
        detail = f"{problems[0].detail} Nothing was stored: a new event needs a new id."
        return Problem("other-content", detail, problems=problems)
    accepted = _accepted_of(outcomes)
    detail = (
        f"{len(problems)} of the {len(outcomes)} events were accepted before with other content "
        "and are not stored; 'accepted' lists the others, which are."
    )
    return Problem("other-content", detail, problems=problems, extra={"accepted": accepted})
