"""The values of routing: a rule, where rules may lead, and what came out for one message."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from routing.conditions import Condition
from routing.pattern import matches
from schemas import MESSAGE_TYPES
from schemas.messagetypes import FROM_HUB, INTERNAL

ANY_TENANT: Final = "*"

OnParked = Literal["block", "skip"]
"""What a parked delivery means for later ones of its lane: they wait, or they go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One rule. It matches when the type, the tenant and all conditions match."""

    name: str
    types: tuple[str, ...]
    """Message types; `*` stands for any run of characters. One that fits is enough.

    What the hub itself says is meant only by its full name, or by a pattern that fits nothing else:
    `nl.burgerzaken.zaak.*` is what publishers say about cases.
    """
    tenants: tuple[str, ...] = (ANY_TENANT,)
    when: tuple[Condition, ...] = ()
    to: tuple[str, ...]
    """Names of destinations. Empty: deliberately nowhere, which needs a `reason`."""
    on_parked: OnParked = "block"
    reason: str = ""
    """Why the rule is there, for the operator."""

    def takes_type(self, message_type: str) -> bool:
        return any(_takes(pattern, message_type) for pattern in self.types)

    def takes_tenant(self, tenant: str) -> bool:
        return ANY_TENANT in self.tenants or tenant in self.tenants


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What routing must know of a destination."""

    handles: frozenset[str]
    """Message types that its adapter understands."""
    tenant: str = ANY_TENANT
    """The only tenant whose messages it may get, or `ANY_TENANT`."""

    def serves(self, tenant: str) -> bool:
        return self.tenant in (ANY_TENANT, tenant)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """One destination of a message, and the rule that chose it."""

    destination: str
    route: str
    on_parked: OnParked


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """Where one message goes: each destination once, in the order of the rules."""

    chosen: tuple[Chosen, ...] = ()
    ignored_by: str | None = None
    """Name of the rule that deliberately sends it nowhere; None when it goes somewhere."""

    @property
    def unrouted(self) -> bool:
        """No rule wants it: it must be shown to a person, never dropped."""
        return not self.chosen and self.ignored_by is None


def _takes(pattern: str, message_type: str) -> bool:
    return (
        matches(pattern, message_type)
        and message_type not in INTERNAL
        and (message_type not in FROM_HUB or pattern == message_type or _means_the_hub(pattern))
    )


@lru_cache(maxsize=1024)
def _means_the_hub(pattern: str) -> bool:
    return FROM_HUB.issuperset(name for name in MESSAGE_TYPES if matches(pattern, name))
