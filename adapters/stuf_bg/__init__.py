"""Questions about persons to a system that speaks StUF-BG 3.10."""

from adapters.stuf_bg.adapter import StufBgAdapter
from adapters.stuf_bg.settings import StufBgSettings

__all__ = ["StufBgAdapter", "StufBgSettings"]
