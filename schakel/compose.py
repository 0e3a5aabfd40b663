"""The composition root: the only module that names concrete adapters, stores and clocks."""

# ruff: noqa: PLC0415 - what this hub has no use for (an adapter, PostgreSQL, RabbitMQ) stays out of
# its memory: it is imported where it is asked for

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from adapters.contract import Clock, Comparer, Deliverer, News, Poller, Receiver
from continuity.attempt import Publish
from continuity.clock import SystemClock
from continuity.documents import Blobs, Collector, DocumentLibrary, in_folder, in_s3
from continuity.reconciliation import Reconciler, Subject
from continuity.store.contract import Store
from continuity.store.sealed import refuse_sealed, sealed_store
from continuity.store.sqlite import SqliteStore
from continuity.worker import Destination, Worker
from schakel import pulled
from schakel.certificates import Certificates
from schakel.desks import create_asking
from schakel.disclosures import ProtocolDisclosures
from schakel.errand import Errand
from schakel.http import ConfiguredDestination, HubServices, create_app, create_watch_app
from schakel.http.proxies import Proxies
from schakel.identities import IdentityAnnouncer, own_source
from schakel.intake import Intake
from schakel.lateness import Lateness
from schakel.nodelock import holding_node
from schakel.orphans import Orphans
from schakel.polling import Polled, Polling
from schakel.protocolling import PersonHasher, ProtocolPurge
from schakel.pulled import InboxSettings
from schakel.receipts import ReceiptTeller
from schakel.receiving import Desk, Receiving
from schakel.replays import ReplayRunner
from schakel.retention import Retention, Rule
from schakel.rotation import Rotation
from schakel.settings import (
    AdapterKind,
    AdapterKinds,
    PostgresDatabase,
    Settings,
    SqliteFile,
    StoreAddress,
    System,
)
from schakel.settings.shelves import DocumentSettings, Folder
from schakel.telemetry import HubObserver

if TYPE_CHECKING:
    from schakel.amqp import AmqpEntrance, RejectedMessages


def _bag() -> AdapterKind:
    from adapters.bag import BagAdapter, BagSettings

    return AdapterKind(
        settings=BagSettings,
        create=lambda settings, clock: BagAdapter(settings, clock=clock),
        answers=BagAdapter.answers,
        tells=lambda settings: settings.mutaties is not None,
    )


def _berichtenbox() -> AdapterKind:
    from adapters.berichtenbox import BerichtenboxAdapter, BerichtenboxSettings

    return AdapterKind(
        settings=BerichtenboxSettings,
        create=lambda settings, clock: BerichtenboxAdapter(settings, clock=clock),
        handles=BerichtenboxAdapter.handles,
        answers=BerichtenboxAdapter.answers,
        tells=lambda settings: settings.gateway is not None,
    )


def _brk() -> AdapterKind:
    from adapters.brk import BrkAdapter, BrkSettings

    return AdapterKind(
        settings=BrkSettings,
        create=lambda settings, clock: BrkAdapter(settings, clock=clock),
        answers=BrkAdapter.answers,
    )


def _brp() -> AdapterKind:
    from adapters.brp import BrpAdapter, BrpSettings

    return AdapterKind(
        settings=BrpSettings,
        create=lambda settings, clock: BrpAdapter(settings, clock=clock),
        answers=BrpAdapter.answers,
    )


def _bvbsn() -> AdapterKind:
    from adapters.bvbsn import BvbsnAdapter, BvbsnSettings

    return AdapterKind(
        settings=BvbsnSettings,
        create=lambda settings, clock: BvbsnAdapter(settings, clock=clock),
        answers=BvbsnAdapter.answers,
    )


def _core_amqp() -> AdapterKind:
    from adapters.core_amqp import CoreAmqpAdapter, CoreAmqpSettings

    return AdapterKind(
        settings=CoreAmqpSettings,
        create=lambda settings, _clock: CoreAmqpAdapter(settings),
        handles=CoreAmqpAdapter.handles,
    )


def _digimelding() -> AdapterKind:
    from adapters.digimelding import DigimeldingAdapter, DigimeldingSettings

    return AdapterKind(
        settings=DigimeldingSettings,
        create=lambda settings, clock: DigimeldingAdapter(settings, clock=clock),
        handles=DigimeldingAdapter.handles,
        tells=lambda _settings: True,
    )


def _gbav() -> AdapterKind:
    from adapters.gbav import GbavAdapter, GbavSettings

    return AdapterKind(
        settings=GbavSettings,
        create=lambda settings, clock: GbavAdapter(settings, clock=clock),
        answers=GbavAdapter.answers,
    )


def _stuf_bg() -> AdapterKind:
    from adapters.stuf_bg import StufBgAdapter, StufBgSettings

    return AdapterKind(
        settings=StufBgSettings,
        create=lambda settings, clock: StufBgAdapter(settings, clock=clock),
        answers=StufBgAdapter.answers,
        xml_sets=lambda _settings: frozenset({"bg-3.10"}),
    )


def _stuf_zds() -> AdapterKind:
    from adapters.stuf_zds import StufZdsAdapter, StufZdsSettings

    return AdapterKind(
        settings=StufZdsSettings,
        create=lambda settings, clock: StufZdsAdapter(settings, clock=clock),
        handles=StufZdsAdapter.handles,
        answers=StufZdsAdapter.answers,
        tells=lambda settings: settings.inbound.enabled,
        certificates=lambda settings: (
            "inbound.certificate_subjects" if settings.inbound.certificate_subjects else ""
        ),
        xml_sets=lambda settings: frozenset({f"zds-{settings.profile}"}),
    )


def _tmv() -> AdapterKind:
    from adapters.tmv import TmvAdapter, TmvSettings

    return AdapterKind(
        settings=TmvSettings,
        create=lambda settings, clock: TmvAdapter(settings, clock=clock),
        handles=TmvAdapter.handles,
        answers=TmvAdapter.answers,
        tells=lambda _settings: True,
    )


def _zgw() -> AdapterKind:
    from adapters.zgw import ZgwAdapter, ZgwSettings

    return AdapterKind(
        settings=ZgwSettings,
        create=lambda settings, clock: ZgwAdapter(settings, clock=clock),
        handles=ZgwAdapter.handles,
        answers=ZgwAdapter.answers,
        tells=lambda settings: settings.postroom is not None,
    )


def _inbox() -> AdapterKind:
    return AdapterKind(settings=InboxSettings, create=None, handles=pulled.HANDLES)


ADAPTERS: Final = AdapterKinds(
    {
        "bag": _bag,
        "berichtenbox": _berichtenbox,
        "brk": _brk,
        "brp": _brp,
        "bvbsn": _bvbsn,
        "core_amqp": _core_amqp,
        "digimelding": _digimelding,
        "gbav": _gbav,
        "stuf_bg": _stuf_bg,
        "stuf_zds": _stuf_zds,
        "tmv": _tmv,
        "zgw": _zgw,
        "inbox": _inbox,
    }
)
"""Every adapter that a configuration can name, by its folder; imported when one does."""

Role = Literal["all", "api", "worker", "amqp"]
"""What a process does: everything, or only the HTTP API, delivering and replaying, or RabbitMQ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """All parts of one hub process, connected and not yet running."""

    settings: Settings
    role: Role
    node: str
    """Name of this process in leases."""
    clock: Clock
    store: Store
    adapters: Mapping[str, System]
    """By destination."""
    worker: Worker
    intake: Intake
    replays: ReplayRunner
    reconciler: Reconciler
    app: FastAPI
    amqp: AmqpEntrance | None = None
    """None where there is none: without `[amqp]`, and in a process with another role."""
    errands: tuple[Errand, ...] = ()
    """Housekeeping of a worker."""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Opens the store, starts what `role` says, and stops it all in the opposite order.

        Raises `StoreUnavailable` when the store cannot be opened, and `NodeInUse`. When the worker
        breaks, the body is cancelled and the error comes out: a hub that accepts and never delivers
        is worse than one that a supervisor restarts.
        """
        await self.store.open()
        try:
            if self.settings.store_keys is None:
                await refuse_sealed(self.store)
            if self.role == "api":
                yield
                return
            if self.role == "amqp":
                async with self._taking():
                    yield
                return
            async with (
                holding_node(self.settings.store, self.node),
                asyncio.TaskGroup() as tasks,
            ):
                self._start(tasks)
                try:
                    async with self._taking():
                        yield
                finally:
                    await self._stop()
        finally:
            await self.close()

    def _start(self, tasks: asyncio.TaskGroup) -> None:
        """What a worker does."""
        tasks.create_task(self.worker.run(), name="worker")
        tasks.create_task(self.replays.run(), name="replays")
        tasks.create_task(self.reconciler.run(), name="reconciler")
        for errand in self.errands:
            tasks.create_task(errand.run(), name=type(errand).__name__)

    async def _stop(self) -> None:
        self.replays.stop()
        self.reconciler.stop()
        for errand in self.errands:
            errand.stop()
        await self.worker.stop(self.settings.hub.shutdown_grace)

    @asynccontextmanager
    async def _taking(self) -> AsyncIterator[None]:
        """What comes in over RabbitMQ, where that is configured."""
        if self.amqp is None:
            yield
            return
        async with self.amqp.running(self.settings.hub.shutdown_grace):
            yield

    async def close(self) -> None:
        """Closes the adapters' connections and the store; for a hub that never ran, too."""
        for adapter in self.adapters.values():
            await adapter.aclose()
        await self.store.close()


def build(settings: Settings, *, role: Role = "all", clock: Clock | None = None) -> Hub:
    """Connects the parts; no I/O. Called in the event loop that the hub will run in."""
    clock = clock or SystemClock()
    node = settings.hub.node_name
    store = create_store(settings)
    registry = CollectorRegistry()
    adapters = create_adapters(settings, clock)
    blobs = create_blobs(settings.documents)
    library = DocumentLibrary(blobs=blobs, store=store, clock=clock, limit=settings.documents.limit)
    intake = Intake(
        store=store,
        routes=settings.routes,
        tenants=frozenset(settings.tenants),
        clock=clock,
        wake=lambda names: worker.wake(names),  # noqa: PLW0108 - the worker is made below
        oin=settings.hub.oin,
    )
    worker = Worker(
        store=store,
        destinations={
            name: Destination(
                policy=settings.destinations[name].policy,
                adapter=adapter,
                documents=library.of,
                publish=_publisher(intake, name),
            )
            for name, adapter in adapters.items()
            if isinstance(adapter, Deliverer)
        },
        clock=clock,
        observer=HubObserver(registry),
        node=node,
        random=random.Random(),  # noqa: S311 - spreads retries; nothing secret hangs on it
    )
    replays = ReplayRunner(store=store, clock=clock, wake=worker.wake)
    reconciler = create_reconciler(settings, store, clock, adapters=adapters, node=node)
    persons = PersonHasher(settings.protocol.keys)
    asking = create_asking(
        settings,
        adapters,
        disclosures=ProtocolDisclosures(log=store, hasher=persons, clock=clock),
        store=store,
        clock=clock,
        random=random.Random(),  # noqa: S311 - spreads tries; nothing secret hangs on it
        documents=library.of,
    )
    amqp = None
    if settings.amqp is not None and role in {"all", "amqp"}:
        from schakel.amqp import create_entrance

        amqp = create_entrance(
            settings,
            node=node,
            intake=intake,
            asks=asking,
            ping=store.ping,
            clock=clock,
            registry=registry,
        )
    receiving = Receiving(
        desks={
            name: Desk(
                receiver=adapter,
                tenant=settings.destinations[name].tenant,
                purpose=settings.destinations[name].purpose,
            )
            for name, adapter in adapters.items()
            if isinstance(adapter, Receiver)
        },
        store=store,
        intake=intake,
        asking=asking,
        documents=library.of,
        clock=clock,
    )
    services = HubServices(
        store=store,
        intake=intake,
        routes=settings.routes,
        clock=clock,
        wake=worker.wake,
        worker_running=lambda: role in {"api", "amqp"} or worker.running,
        destinations={
            name: ConfiguredDestination(tenant=one.tenant, policy=one.policy)
            for name, one in settings.destinations.items()
        },
        registry=registry,
        documents=library,
        body_limit=settings.hub.body_limit,
        inbound_limit=settings.hub.inbound_limit,
        inbound_memory=settings.hub.inbound_memory,
        proxies=Proxies(
            trusted=settings.hub.trusted_proxies,
            certificate_header=settings.hub.client_certificate_header,
            public_url=settings.hub.public_url,
        ),
        batch_limit=settings.hub.batch_limit,
        replay_options=settings.replay.options(),
        replay_started=replays.nudge,
        asking=asking,
        persons=persons,
        receiving=receiving,
        pulled=frozenset(settings.destinations) - frozenset(adapters),
        compared=reconciler.subjects,
        reconciliation_asked=reconciler.nudge,
        data_keys=settings.store_keys.data if settings.store_keys else None,
        retention=_retention_rules(settings),
        rejected=_create_rejected(settings, node),
        amqp_trouble=(lambda: amqp.trouble) if amqp else None,
        amqp_only=role == "amqp",
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
        reconciler=reconciler,
        app=create_app(services) if role in {"all", "api"} else create_watch_app(services),
        amqp=amqp,
        errands=(
            *create_errands(settings, store, intake, clock),
            create_orphans(settings.documents, blobs, store, clock),
            create_polling(settings, adapters, store, intake, clock),
            Certificates(settings.destinations, clock=clock, registry=registry),
            ProtocolPurge(store=store, keep=settings.protocol.keep, clock=clock),
            Lateness(store=store, destinations=services.pulled, clock=clock),
        ),
    )


def _create_rejected(settings: Settings, node: str) -> RejectedMessages | None:
    if settings.amqp is None:
        return None
    from schakel.amqp import create_rejected

    return create_rejected(settings, node=node)


def create_store(settings: Settings, *, sealed: bool = True) -> Store:
    """Opened by the caller. Not `sealed`: the store within, as `schakel keys reindex` needs it."""
    store = open_address(settings.store, node=settings.hub.node_name)
    if settings.store_keys is None or not sealed:
        return store
    return sealed_store(store, settings.store_keys)


def open_address(address: StoreAddress, *, node: str = "") -> Store:
    """The store as it lies there, opened by the caller; what is sealed in it stays so."""
    match address:
        case SqliteFile(path=path):
            return SqliteStore(path)
        case PostgresDatabase(url=url):
            from continuity.store.postgres import PostgresStore

            return PostgresStore(url.get_secret_value(), node=node)


def create_reconciler(
    settings: Settings,
    store: Store,
    clock: Clock,
    *,
    adapters: Mapping[str, System],
    node: str,
) -> Reconciler:
    """Compares with every destination whose adapter can tell what is there."""
    return Reconciler(
        store=store,
        clock=clock,
        subjects={
            name: Subject(comparer=adapter, policy=settings.destinations[name].policy)
            for name, adapter in adapters.items()
            if isinstance(adapter, Comparer)
        },
        policy=settings.reconciliation.policy(),
        node=node,
    )


def create_blobs(settings: DocumentSettings) -> Blobs:
    """Opens nothing."""
    where = settings.where
    if isinstance(where, Folder):
        return in_folder(where.path)
    return in_s3(
        where.name,
        prefix=where.prefix,
        endpoint=settings.endpoint,
        region=settings.region,
        access_key_id=_revealed(settings.access_key_id),
        secret_access_key=_revealed(settings.secret_access_key),
    )


def _revealed(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()


def create_orphans(settings: DocumentSettings, blobs: Blobs, store: Store, clock: Clock) -> Orphans:
    collector = Collector(blobs=blobs, store=store, clock=clock, keep=settings.keep)
    return Orphans(collector, clock)


def create_errands(
    settings: Settings, store: Store, intake: Intake, clock: Clock
) -> tuple[Errand, ...]:
    oin = settings.hub.oin
    announcer = IdentityAnnouncer(
        store=store, intake=intake, source=oin and own_source(oin), clock=clock
    )
    teller = ReceiptTeller(store=store, intake=intake, source=oin and own_source(oin))
    retention = Retention(store=store, rules=_retention_rules(settings), clock=clock)
    if settings.store_keys is None:
        return (announcer, teller, retention)
    rotation = Rotation(store=store, ring=settings.store_keys.data, clock=clock)
    return (announcer, teller, retention, rotation)


def _retention_rules(settings: Settings) -> tuple[Rule, ...]:
    return tuple(
        Rule(types=one.type, tenants=one.tenant, keep=one.keep) for one in settings.retention
    )


def _publisher(intake: Intake, destination: str) -> Publish:
    async def publish(tenant: str, news: Sequence[News]) -> None:
        if news:
            await intake.take_news(news, tenant=tenant, destination=destination)

    return publish


def create_polling(
    settings: Settings, adapters: Mapping[str, System], store: Store, intake: Intake, clock: Clock
) -> Polling:
    """Looks at every destination whose adapter can, unless its settings switch that off.

    A destination that several municipalities share is not looked at: whose a find is, is not known.
    """
    polled = {
        name: Polled(poller=adapter, tenant=tenant, every=every)
        for name, adapter in adapters.items()
        if isinstance(adapter, Poller)
        and (every := adapter.poll_every) is not None
        and (tenant := _only_tenant(settings, name)) is not None
    }
    return Polling(polled=polled, store=store, intake=intake, clock=clock)


def _only_tenant(settings: Settings, destination: str) -> str | None:
    named = settings.destinations[destination].tenant
    if named is None and len(settings.tenants) == 1:
        return next(iter(settings.tenants))
    return named


def create_adapters(settings: Settings, clock: Clock) -> dict[str, System]:
    """One adapter per destination that has one; they connect when they are first used."""
    return {
        name: create(one.settings, clock)
        for name, one in settings.destinations.items()
        if (create := ADAPTERS[one.adapter].create) is not None
    }
