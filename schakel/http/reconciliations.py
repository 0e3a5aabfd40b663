"""Comparing a day with a destination, and mending what differs."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query, Response
from starlette.requests import Request

from continuity.reconciliation import (
    Act,
    Code,
    Repaired,
    acknowledge,
    day_of,
    repair,
    repair_all,
)
from continuity.store.contract import NotFound
from continuity.store.records import Difference, Reconciliation
from schakel.http import reconciliation_models as models
from schakel.http.callers import LARGEST_ID, needs, owns
from schakel.http.cursors import next_link, read_cursor
from schakel.http.entrance import hub_of
from schakel.http.problems import Problem, missing
from schakel.http.reconciliation_views import difference_view, reconciliation_view
from schakel.security import Caller, Scope
from schemas import FieldProblem

router = APIRouter(prefix="/v1/reconciliations", tags=["reconciliations"])

AT_ONCE: Final = 200
"""Differences that one call repairs at most."""

Operator = Annotated[Caller, Depends(needs(Scope.OPERATE))]
ReportId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Number = Annotated[int, Path(ge=1, le=LARGEST_ID)]


@router.post("", status_code=202, summary="Compare a day with a destination")
async def ask(
    request: Request, response: Response, caller: Operator, asked: models.NewReconciliation
) -> models.ReconciliationView:
    """It is made in the background; asking again while it is under way gives the same one."""
    hub = hub_of(request)
    _check_destination(request, caller, asked.destination)
    now = hub.clock.now()
    if asked.day > day_of(now):
        _refuse("day", "future", "This day has still to come.")
    report = await hub.store.ask_reconciliation(
        asked.destination, asked.day, by=caller.actor, now=now
    )
    hub.reconciliation_asked((asked.destination,))
    response.headers["location"] = f"/v1/reconciliations/{report.id}"
    return reconciliation_view(report)


@router.get("", summary="List reconciliations, newest first")
async def list_reports(
    request: Request, caller: Operator, query: Annotated[models.ReconciliationQuery, Query()]
) -> models.ReconciliationPage:
    """A bound key names its destination, or gets those of its own destinations on each page."""
    found = await hub_of(request).store.list_reconciliations(
        query.destination,
        day=query.day,
        before=read_cursor(query.after),
        limit=query.limit + 1,
    )
    page = found[: query.limit]
    more = len(found) > query.limit
    link = next_link(request.url.path, request.query_params, page[-1].id) if more else None
    mine = [one for one in page if _is_own(request, caller, one.destination)]
    return models.ReconciliationPage(items=[reconciliation_view(one) for one in mine], next=link)


@router.get("/{report_id}", summary="The outcome of a comparison, or how far it is")
async def show(
    request: Request, caller: Operator, report_id: ReportId
) -> models.ReconciliationView:
    return reconciliation_view(await _own(request, caller, report_id))


@router.get("/{report_id}/differences", summary="What differs, in the order it was found")
async def list_differences(
    request: Request,
    caller: Operator,
    report_id: ReportId,
    query: Annotated[models.DifferenceQuery, Query()],
) -> models.DifferencePage:
    await _own(request, caller, report_id)
    found = await hub_of(request).store.list_differences(
        report_id,
        code=query.code,
        settled=query.settled,
        after=read_cursor(query.after) or 0,
        limit=query.limit + 1,
    )
    page = found[: query.limit]
    more = len(found) > query.limit
    link = next_link(request.url.path, request.query_params, page[-1].number) if more else None
    return models.DifferencePage(items=[difference_view(one) for one in page], next=link)


@router.post("/{report_id}/differences/{number}/repair", summary="Mend one difference")
async def mend(
    request: Request, caller: Operator, report_id: ReportId, number: Number, asked: models.Repair
) -> models.RepairedView:
    """What is done follows from its code: see `remedy`."""
    report = await _own(request, caller, report_id)
    await _difference(request, report, number)
    done = await repair(hub_of(request).store, report, number, _act(request, caller, asked.reason))
    return _told(request, report, done)


@router.post("/{report_id}/differences/{number}/acknowledge", summary="Leave it as it is")
async def leave(
    request: Request, caller: Operator, report_id: ReportId, number: Number, asked: models.Repair
) -> models.RepairedView:
    """Later reports of the same day do not mention it any more."""
    report = await _own(request, caller, report_id)
    await _difference(request, report, number)
    done = await acknowledge(
        hub_of(request).store, report, number, _act(request, caller, asked.reason)
    )
    return _told(request, report, done)


@router.post("/{report_id}/repair", summary="Mend all open differences of one code")
async def mend_all(
    request: Request, caller: Operator, report_id: ReportId, asked: models.RepairAll
) -> models.RepairedAll:
    report = await _own(request, caller, report_id)
    hub = hub_of(request)
    if asked.code is Code.WAITING:
        _refuse("code", "mends_itself", "What is on its way needs no repair: compare again later.")
    if asked.code is Code.PARKED:
        await _check_number(request, report)
    done = await repair_all(
        hub.store,
        report,
        asked.code,
        _act(request, caller, asked.reason),
        upto=asked.upto,
        limit=AT_ONCE,
    )
    _wake(request, report, *done)
    rest = await hub.store.list_differences(
        report.id, code=asked.code, settled=False, after=0, limit=1
    )
    return models.RepairedAll(
        settled=len(done),
        deliveries=[number for one in done for number in one.deliveries],
        left=any(one.number <= asked.upto for one in rest),
    )


async def _check_number(request: Request, report: Reconciliation) -> None:
    """What needs a second person in a replay plan does not go without one by this way."""
    hub = hub_of(request)
    most = hub.replay_options.approve_above or None
    if most is None:
        return
    found = await hub.store.list_differences(
        report.id, code=Code.PARKED, settled=False, after=0, limit=most + 1
    )
    if len(found) > most:
        raise Problem(
            "wrong-state",
            f"More than {most} are parked: plan a replay of those of {report.destination} "
            "instead, which goes at a pace and is approved by a second person.",
        )


def _told(request: Request, report: Reconciliation, done: Repaired) -> models.RepairedView:
    _wake(request, report, done)
    return models.RepairedView(
        difference=difference_view(done.difference), deliveries=list(done.deliveries)
    )


def _wake(request: Request, report: Reconciliation, *done: Repaired) -> None:
    if any(one.deliveries for one in done):
        hub_of(request).wake((report.destination,))


def _act(request: Request, caller: Caller, reason: str) -> Act:
    return Act(by=caller.actor, reason=reason, now=hub_of(request).clock.now())


async def _own(request: Request, caller: Caller, report_id: int) -> Reconciliation:
    try:
        found = await hub_of(request).store.get_reconciliation(report_id)
    except NotFound:
        raise missing("reconciliation") from None
    if not _is_own(request, caller, found.destination):
        raise missing("reconciliation")
    return found


async def _difference(request: Request, report: Reconciliation, number: int) -> Difference:
    try:
        return await hub_of(request).store.get_difference(report.id, number)
    except NotFound:
        raise missing("difference") from None


def _is_own(request: Request, caller: Caller, destination: str) -> bool:
    """A report tells of all tenants of its destination: a bound key sees only its own one's."""
    configured = hub_of(request).destinations.get(destination)
    return owns(caller, configured.tenant if configured else None)


def _check_destination(request: Request, caller: Caller, destination: str) -> None:
    hub = hub_of(request)
    if destination not in hub.destinations or not _is_own(request, caller, destination):
        raise missing("destination")
    if destination not in hub.compared:
        detail = f"{destination} cannot tell what it has: it cannot be compared."
        _refuse("destination", "not_comparable", detail)


def _refuse(field: str, rule: str, detail: str) -> None:
    raise Problem("invalid-request", detail, problems=(FieldProblem(field, rule, detail),))
