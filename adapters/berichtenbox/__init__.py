"""MijnOverheid Berichtenbox: who wants to get letters there."""

from adapters.berichtenbox.adapter import BerichtenboxAdapter
from adapters.berichtenbox.settings import BerichtenboxSettings

__all__ = ["BerichtenboxAdapter", "BerichtenboxSettings"]
