"""Questions about persons to the BRP over Haal Centraal (BRP API Personen 2.x and its siblings)."""

from adapters.brp.adapter import BrpAdapter
from adapters.brp.settings import BrpSettings

__all__ = ["BrpAdapter", "BrpSettings"]
