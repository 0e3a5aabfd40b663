"""How the BRP, and the gateway in front of it, may behave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """An empty key, client or list of headers: not asked for."""

    api_key: str = ""
    client_id: str = ""
    client_secret: str = "alleen-voor-demonstratie"  # noqa: S105 - of a simulator
    token_seconds: int = 3_600
    gateway: Literal["", "headers", "amsterdam"] = ""
    """`headers`: x-doelbinding, x-verwerking and x-gebruiker are wanted; `amsterdam`: its own."""
    unavailable: bool = False
    """Every question is a 503 notAvailable: the source behind the API is away."""
    refused_field: str = ""
    """A field that the authorisation of this caller does not have: 403."""
