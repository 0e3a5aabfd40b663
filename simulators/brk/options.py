"""How the BRK may misbehave; all of it was complained about (KAD #953, #991, #855, #1005)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    api_key: str = "schakel-demo"
    expired_key: bool = False
    """The key has expired, which comes out as a 500 serverError."""
    most_parcels: int = 1_000
    """Who has more of them makes a search by owner a 500: it took too long."""
    no_content_every: int = 0
    """Each so manyth call is a 503 noContent, as in the test environment; 0: none."""
    without_data: bool = False
    """A 200 in which nothing stands but links, whatever was asked."""
