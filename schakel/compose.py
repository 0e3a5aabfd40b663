"""The composition root: the only module that names concrete adapters, stores and clocks."""

from __future__ import annotations

import asyncio
import platform
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from adapters.contract import Clock, Deliverer
from adapters.zgw import ZgwAdapter, ZgwSettings
from continuity.clock import SystemClock
from continuity.store.contract import Store
from continuity.store.sqlite import SqliteStore
from continuity.worker import Destination, Worker
from schakel.http import ConfiguredDestination, HubServices, create_app
from schakel.intake import Intake
from schakel.nodelock import node_lock
from schakel.replays import ReplayRunner
from schakel.settings import AdapterKind, Settings
from schakel.telemetry import HubObserver

ADAPTERS: Final[Mapping[str, AdapterKind]] = MappingProxyType(
    {
        "zgw": AdapterKind(
            settings=ZgwSettings,
            create=lambda settings, clock: ZgwAdapter(settings, clock=clock),
            handles=ZgwAdapter.handles,
        ),
    }
)
"""Every adapter that a configuration can name, by its folder."""

Role = Literal["all", "api", "worker"]
"""What a process does: both, only the HTTP API, or only delivering and replaying."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """All parts of one hub process, connected and not yet running."""

    settings: Settings
    role: Role
    node: str
    """Name of this process in leases."""
    clock: Clock
    store: Store
    adapters: Mapping[str, Deliverer]
    """By destination."""
    worker: Worker
    intake: Intake
    replays: ReplayRunner
    app: FastAPI

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Opens the store, starts what `role` says, and stops it all in the opposite order.

        Raises `StoreUnavailable` when the store cannot be opened, and `NodeInUse`. When the worker
        breaks, the body is cancelled and the error comes out: a hub that accepts and never delivers
        is worse than one that a supervisor restarts.
        """
        await self.store.open()
        try:
            if self.role == "api":
                yield
                return
            with node_lock(self.settings.store_path, self.node):
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self.worker.run(), name="worker")
                    tasks.create_task(self.replays.run(), name="replays")
                    try:
                        yield
                    finally:
                        self.replays.stop()
                        await self.worker.stop(self.settings.hub.shutdown_grace)
        finally:
            await self.close()

    async def close(self) -> None:
        """Closes the adapters' connections and the store; for a hub that never ran, too."""
        for adapter in self.adapters.values():
            await adapter.aclose()
        await self.store.close()


def build(settings: Settings, *, role: Role = "all", clock: Clock | None = None) -> Hub:
    """Connects the parts; no I/O. Called in the event loop that the hub will run in."""
    clock = clock or SystemClock()
    node = settings.hub.node or platform.node() or "schakel"
    store = SqliteStore(settings.store_path)
    registry = CollectorRegistry()
    adapters = create_adapters(settings, clock)
    worker = Worker(
        store=store,
        destinations={
            name: Destination(policy=destination.policy, adapter=adapters[name])
            for name, destination in settings.destinations.items()
        },
        clock=clock,
        observer=HubObserver(registry),
        node=node,
        random=random.Random(),  # noqa: S311 - spreads retries; nothing secret hangs on it
    )
    replays = ReplayRunner(store=store, clock=clock, wake=worker.wake)
    intake = Intake(
        store=store,
        routes=settings.routes,
        tenants=frozenset(settings.tenants),
        clock=clock,
        wake=worker.wake,
    )
    services = HubServices(
        store=store,
        intake=intake,
        routes=settings.routes,
        clock=clock,
        wake=worker.wake,
        worker_running=lambda: role == "api" or worker.running,
        destinations={
            name: ConfiguredDestination(tenant=one.tenant, policy=one.policy)
            for name, one in settings.destinations.items()
        },
        registry=registry,
        body_limit=settings.hub.body_limit,
        batch_limit=settings.hub.batch_limit,
        replay_started=replays.nudge,
    )
    return Hub(
        settings=settings,
        role=role,
        node=node,
        clock=clock,
        store=store,
        adapters=adapters,
        worker=worker,
        intake=intake,
        replays=replays,
        app=create_app(services),
    )


def create_adapters(settings: Settings, clock: Clock) -> dict[str, Deliverer]:
    """One adapter per destination; they connect when they are first used."""
    return {
        name: ADAPTERS[one.adapter].create(one.settings, clock)
        for name, one in settings.destinations.items()
    }
