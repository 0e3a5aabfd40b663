"""Persons over the ad hoc service of GBA-V (LRDPlus 1.1)."""

from adapters.gbav.adapter import GbavAdapter
from adapters.gbav.settings import GbavSettings

__all__ = ["GbavAdapter", "GbavSettings"]
