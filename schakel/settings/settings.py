"""The configuration as the rest of the hub sees it: checked, resolved, frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel

from continuity.keyring import StoreKeys
from continuity.policy import DestinationPolicy
from routing import RouteTable
from schakel.askrule import AskRule
from schakel.protocolling import ProtocolSettings
from schakel.purposes import Purposes
from schakel.settings.sections import (
    AmqpSection,
    HubSection,
    ReconciliationSection,
    ReplaySection,
    RetentionSection,
    TenantSection,
)
from schakel.settings.shelves import DocumentSettings
from schakel.settings.storage import StoreAddress


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationSettings:
    name: str
    adapter: str
    tenant: str | None
    """The only tenant that it serves; None: all of them."""
    policy: DestinationPolicy
    settings: BaseModel = field(repr=False)
    """In the adapter's own settings class, secrets filled in."""
    ask_concurrency: int = 8
    """Questions under way at the same time."""
    purpose: str | None = None
    """What this system may ask us about persons for; None: it may not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    files: tuple[Path, ...]
    """What was read, the main file first."""
    hub: HubSection
    store: StoreAddress
    store_keys: StoreKeys | None
    """The keys of what lies in the store; None: the configuration says that it is not encrypted."""
    retention: tuple[RetentionSection, ...]
    """In order: the first that fits a message says how long its content is kept."""
    documents: DocumentSettings
    tenants: Mapping[str, TenantSection]
    destinations: Mapping[str, DestinationSettings]
    routes: RouteTable
    asks: Mapping[tuple[str, str], AskRule] = field(default_factory=dict)
    """Who answers, by question type and tenant."""
    protocol: ProtocolSettings = field(default_factory=ProtocolSettings.trial)
    """The log of what is asked about persons."""
    purposes: Purposes = field(default_factory=dict)
    """What may be asked about persons."""
    replay: ReplaySection = field(default_factory=ReplaySection)
    reconciliation: ReconciliationSection = field(default_factory=ReconciliationSection)
    amqp: AmqpSection | None = None
    """The entrance over RabbitMQ; None: there is none."""
    schemas_dir: Path | None = None
    """Where official XML schemas are installed; None: only our own count."""
