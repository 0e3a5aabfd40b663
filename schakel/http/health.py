"""For supervisors and for Prometheus."""

from __future__ import annotations

import asyncio
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request

from continuity.store.contract import StoreUnavailable
from schakel.http import models
from schakel.http.callers import needs
from schakel.http.entrance import entrance_of, hub_of
from schakel.http.problems import Problem
from schakel.security import Caller, Scope

router = APIRouter(tags=["health"])

READY_SECONDS: Final = 2.0
"""Longest time that the store may take to answer."""


@router.get("/healthz", response_model_exclude_none=True, summary="The process lives")
async def healthz() -> models.HealthView:
    return models.HealthView(status="alive")


@router.get(
    "/readyz",
    response_model_exclude_none=True,
    summary="The store answers and the worker runs; whether RabbitMQ is connected",
)
async def readyz(request: Request) -> models.HealthView:
    hub = hub_of(request)
    try:
        async with asyncio.timeout(READY_SECONDS):
            await hub.store.ping()
    except (StoreUnavailable, TimeoutError):
        # Open to anybody: the reason, which may name a file, is in the log and `schakel check`.
        raise Problem("not-ready", "The store does not answer.") from None
    if not hub.worker_running():
        raise Problem("not-ready", "The worker does not run: nothing is being delivered.")
    if hub.amqp_trouble is None:
        return models.HealthView(status="ready")
    away = hub.amqp_trouble() is not None
    if away and hub.amqp_only:
        raise Problem("not-ready", "RabbitMQ is away: nothing comes in.")
    # Else no reason to be taken out of service: whoever calls over HTTP is served as ever.
    return models.HealthView(status="ready", amqp="away" if away else "connected")


@router.get("/metrics", summary="Prometheus metrics", response_class=Response)
async def metrics(
    request: Request, caller: Annotated[Caller, Depends(needs(Scope.OPERATE))]
) -> Response:
    """For a key of all tenants only: the figures are about everybody."""
    if caller.tenant is not None:
        raise Problem("other-tenant", "Metrics are about all municipalities at once.")
    entrance = entrance_of(request)
    await entrance.backlog.refresh()
    return Response(generate_latest(entrance.hub.registry), media_type=CONTENT_TYPE_LATEST)
