"""A hub in memory behind its HTTP application: two municipalities, three destinations."""

from __future__ import annotations

import copy
import json
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from unittest.mock import patch

import httpx
from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from starlette.datastructures import State as Kept
from uvicorn import Server

from continuity.delivery import State
from continuity.policy import DestinationPolicy
from continuity.store.contract import Store
from continuity.store.memory import MemoryStore
from continuity.store.records import Fault, Outcome
from routing import Route, RouteTable, Target
from schakel.http import ConfiguredDestination, HubServices, create_app, server_config
from schakel.http import app as application
from schakel.http.app import bare_app
from schakel.intake import Intake
from schakel.security import Scope, create_key
from schemas import MESSAGE_TYPES
from schemas.examples import loading

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
STRUCTURED = {"Content-Type": "application/cloudevents+json"}
BATCH = {"Content-Type": "application/cloudevents-batch+json"}
PREFIX = "nl.burgerzaken.zaak."
BSN = "999993653"

ALL = frozenset(MESSAGE_TYPES)
DESTINATIONS = {
    "zaken-utrecht": Target(handles=ALL, tenant="0344"),
    "zaken-elders": Target(handles=ALL, tenant="0363"),
    "archief": Target(handles=ALL),
}
TENANTS = {"zaken-utrecht": "0344", "zaken-elders": "0363", "archief": None}
"""The only tenant that a destination serves."""
ROUTES = [
    Route(name="utrecht", types=(PREFIX + "gestart",), tenants=("0344",), to=("zaken-utrecht",)),
    Route(name="elders", types=(PREFIX + "gestart",), tenants=("0363",), to=("zaken-elders",)),
    Route(name="archief", types=(PREFIX + "afgesloten",), to=("archief",)),
    Route(name="niets", types=(PREFIX + "bijgewerkt",), to=(), reason="nobody keeps these"),
]


class FakeClock:
    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        return self.time

    def advance(self, **by: float) -> None:
        self.time += timedelta(**by)


@cache
def _paths() -> FastAPI:
    return bare_app()


def _own_app() -> FastAPI:
    """An application of one's own around paths that all tests of a run share.

    Compiling those, and the OpenAPI document, takes longer than the tests. What a running hub makes
    of them is in tests/schakel/test_compose.py and tests/end_to_end.
    """
    app = copy.copy(_paths())
    app.state = Kept()
    app.user_middleware = []
    app.exception_handlers = dict(app.exception_handlers)
    return app


class Harness:
    def __init__(self, store: Store | None = None, **options: Any) -> None:
        self.store: Store = store or MemoryStore()
        self.clock = FakeClock()
        self.woken: list[str] = []
        self.worker_runs = True
        self.replays_started = 0
        self.registry = CollectorRegistry()
        self.configured = {
            name: ConfiguredDestination(tenant=tenant, policy=DestinationPolicy())
            for name, tenant in TENANTS.items()
        }
        """Tests may change it, as a new configuration would."""
        self.routes = make_routes()
        self.intake = self._intake(self.routes)
        with patch.object(application, "bare_app", _own_app):
            self.app: FastAPI = create_app(
                HubServices(
                    store=self.store,
                    intake=self.intake,
                    routes=self.routes,
                    clock=self.clock,
                    wake=self.wake,
                    worker_running=lambda: self.worker_runs,
                    destinations=self.configured,
                    registry=self.registry,
                    replay_started=self._replay_started,
                    **options,
                )
            )

    def wake(self, destinations: Iterable[str]) -> None:
        self.woken.extend(sorted(destinations))

    def use_routes(self, routes: list[Route]) -> None:
        """As after a change of the configuration."""
        self.intake._routes = make_routes(routes)

    def _replay_started(self) -> None:
        self.replays_started += 1

    def _intake(self, routes: RouteTable) -> Intake:
        return Intake(
            store=self.store,
            routes=routes,
            tenants=frozenset({"0344", "0363"}),
            clock=self.clock,
            wake=self.wake,
        )

    async def key(self, *scopes: Scope, tenant: str | None = None) -> dict[str, str]:
        """The Authorization header of a new key."""
        made = await create_key(
            self.store,
            self.clock,
            name="balie",
            scopes=frozenset(scopes),
            tenant=tenant,
            by="a test",
        )
        return {"Authorization": f"Bearer {made.secret}"}

    @asynccontextmanager
    async def client(self, *scopes: Scope, tenant: str | None = None) -> AsyncIterator[Client]:
        headers = await self.key(*scopes, tenant=tenant) if scopes else {}
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://hub", headers=headers
        ) as client:
            yield Client(client)

    async def park(self, destination: str, *, doubtful: bool = False) -> list[int]:
        """Lets every waiting delivery of a destination be refused by its partner."""
        ttl = timedelta(seconds=30)
        lease = await self.store.acquire_lease(
            destination, "worker-1", now=self.clock.now(), ttl=ttl, settle=ttl
        )
        assert lease is not None
        heads = await self.store.read_open(destination, after=0, limit=1000)
        ids = [head.id for head in heads if head.state is State.WAITING]
        await self.store.begin(lease, ids, now=self.clock.now())
        fault = Fault(code="zgw:invalid", detail=f"De initiator {BSN} is onbekend.")
        outcomes = [
            Outcome(delivery_id=one, state=State.PARKED, fault=fault, doubtful=doubtful)
            for one in ids
        ]
        await self.store.finish(lease, outcomes, now=self.clock.now())
        await self.store.release_lease(lease, now=self.clock.now())
        return ids


class Client:
    """An HTTP client that knows how to publish."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.http = client
        self.get = client.get
        self.post = client.post
        self.patch = client.patch
        self.delete = client.delete

    async def publish(self, event: Mapping[str, Any]) -> httpx.Response:
        return await self.send(json.dumps(event).encode())

    async def publish_all(self, events: list[dict[str, Any]]) -> httpx.Response:
        return await self.http.post("/v1/messages", content=json.dumps(events), headers=BATCH)

    async def send(self, body: bytes) -> httpx.Response:
        return await self.http.post("/v1/messages", content=body, headers=STRUCTURED)


def make_routes(routes: list[Route] | None = None) -> RouteTable:
    return RouteTable(ROUTES if routes is None else routes, destinations=DESTINATIONS)


def event(kind: str = "gestart", *, number: int = 1, **changes: Any) -> dict[str, Any]:
    """An example of our own about case `number`; `changes` are attributes of the envelope."""
    made = loading.load(PREFIX + kind)
    case = f"{changes.get('tenant', '0344')}-2026-{number:06d}"
    made |= {"id": f"{kind}-{number}", "subject": case}
    made["data"] |= {"zaakidentificatie": case}
    return made | changes


def problem(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem in an answer, after a look at what every problem must have."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body["status"] == status
    assert body["type"] == f"urn:nld:schakel:problem:{code}"
    assert body["title"]
    assert body["detail"]
    return body


def rules(body: Mapping[str, Any]) -> set[tuple[str, str]]:
    return {(one["field"], one["rule"]) for one in body["problems"]}


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[int]:
    """The application behind a real socket on the loopback; yields its port."""
    config = server_config(app, host="127.0.0.1", port=0)
    sock = config.bind_socket()
    server = Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[sock])
    try:
        yield sock.getsockname()[1]
    finally:
        await server.shutdown(sockets=[sock])
