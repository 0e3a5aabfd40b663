"""What the HTTP entrance needs from the rest of the hub; filled by the composition root."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from prometheus_client import CollectorRegistry

from adapters.contract import Clock
from continuity.documents import DocumentLibrary
from continuity.keyring import DataKeyRing
from continuity.policy import DestinationPolicy
from continuity.store.contract import Store
from continuity.store.records import ReplayOptions
from routing import RouteTable
from schakel.amqp import RejectedMessages
from schakel.asking import Asking
from schakel.http.proxies import NO_PROXIES, Proxies
from schakel.intake import Intake
from schakel.protocolling import PersonHasher, ProtocolSettings
from schakel.receiving import Receiving
from schakel.retention import Rule

DEFAULT_BODY_LIMIT: Final = 10 * 1024 * 1024
DEFAULT_INBOUND_LIMIT: Final = 64 * 1024 * 1024
DEFAULT_INBOUND_MEMORY: Final = 256 * 1024 * 1024
DEFAULT_BATCH_LIMIT: Final = 1_000


TRIAL_PERSONS: Final = PersonHasher(ProtocolSettings.trial().keys)
DEFAULT_REPLAY: Final = ReplayOptions(rate_per_second=10.0, stop_at_percent=20, approve_above=100)


def _nobody() -> None: ...


def _ignore(_names: Iterable[str]) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfiguredDestination:
    tenant: str | None
    """The only tenant that it serves; None: shared by all."""
    policy: DestinationPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class HubServices:
    store: Store
    intake: Intake
    routes: RouteTable
    clock: Clock
    wake: Callable[[Iterable[str]], None]
    """Tells the worker that these destinations have something to do."""
    worker_running: Callable[[], bool]
    destinations: Mapping[str, ConfiguredDestination]
    """By name."""
    registry: CollectorRegistry
    documents: DocumentLibrary | None = None
    """Documents beside messages; None: this hub has none."""
    body_limit: int = DEFAULT_BODY_LIMIT
    """Largest request body in bytes."""
    inbound_limit: int = DEFAULT_INBOUND_LIMIT
    """Largest body of a request from an external system."""
    inbound_memory: int = DEFAULT_INBOUND_MEMORY
    """Bytes of all bodies from external systems that are held at the same time."""
    proxies: Proxies = NO_PROXIES
    """What is believed of the proxies in front."""
    batch_limit: int = DEFAULT_BATCH_LIMIT
    """Most events in one batch."""
    replay_options: ReplayOptions = DEFAULT_REPLAY
    """How a planned replay goes, unless who plans it says otherwise."""
    replay_started: Callable[[], None] = field(default=_nobody)
    """Tells the replay runner to look at once; without it the runner looks every second."""
    compared: frozenset[str] = frozenset()
    """Destinations with which the hub can be compared."""
    reconciliation_asked: Callable[[Iterable[str]], None] = field(default=_ignore)
    """Tells the reconciler to look at once; without it it looks every ten seconds."""
    data_keys: DataKeyRing | None = None
    """The keys of what lies in the store; None: it is not encrypted."""
    retention: tuple[Rule, ...] = ()
    """How long content is kept; the first rule that fits decides."""
    asking: Asking | None = None
    """Answers questions; None: this process answers none."""
    persons: PersonHasher = TRIAL_PERSONS
    """Finds somebody in the protocol log."""
    receiving: Receiving | None = None
    """What external systems call; None: they call another process."""
    pulled: frozenset[str] = frozenset()
    """Destinations whose deliveries wait until they are collected."""
    rejected: RejectedMessages | None = None
    """What came in over RabbitMQ and was refused; None: no broker is configured."""
    amqp_trouble: Callable[[], str | None] | None = None
    """Why nothing comes in over RabbitMQ; None itself: this process takes nothing from there."""
    amqp_only: bool = False
    """RabbitMQ is all that this process is for: without it, it is not ready."""
