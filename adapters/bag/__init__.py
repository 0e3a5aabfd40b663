"""Questions about addresses to the BAG, and what changed there."""

from adapters.bag.adapter import BagAdapter
from adapters.bag.settings import BagSettings

__all__ = ["BagAdapter", "BagSettings"]
