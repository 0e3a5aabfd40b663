"""What the HTTP entrance needs from the rest of the hub; filled by the composition root."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from prometheus_client import CollectorRegistry

from adapters.contract import Clock
from continuity.policy import DestinationPolicy
from continuity.store.contract import Store
from routing import RouteTable
from schakel.intake import Intake

DEFAULT_BODY_LIMIT: Final = 10 * 1024 * 1024
DEFAULT_BATCH_LIMIT: Final = 1_000


def _nobody() -> None: ...


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
    body_limit: int = DEFAULT_BODY_LIMIT
    """Largest request body in bytes."""
    batch_limit: int = DEFAULT_BATCH_LIMIT
    """Most events in one batch."""
    replay_started: Callable[[], None] = field(default=_nobody)
    """Tells the replay runner to look at once; without it the runner looks every second."""
