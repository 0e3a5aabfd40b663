"""Systems that speak StUF-ZDS 1.1 or 1.2, or StUF-ZKN itself; and those that speak it to us."""

from adapters.stuf_zds.adapter import StufZdsAdapter
from adapters.stuf_zds.settings import StufZdsSettings

__all__ = ["StufZdsAdapter", "StufZdsSettings"]
