"""The configuration as the rest of the hub sees it: checked, resolved, frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel

from continuity.policy import DestinationPolicy
from routing import RouteTable
from schakel.settings.sections import HubSection, TenantSection


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationSettings:
    name: str
    adapter: str
    tenant: str | None
    """The only tenant that it serves; None: all of them."""
    policy: DestinationPolicy
    settings: BaseModel = field(repr=False)
    """In the adapter's own settings class, secrets filled in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    files: tuple[Path, ...]
    """What was read, the main file first."""
    hub: HubSection
    store_path: Path
    """File of the SQLite store."""
    tenants: Mapping[str, TenantSection]
    destinations: Mapping[str, DestinationSettings]
    routes: RouteTable
