"""Is this document valid: questions to the Beheervoorziening BSN."""

from adapters.bvbsn.adapter import BvbsnAdapter
from adapters.bvbsn.settings import BvbsnSettings

__all__ = ["BvbsnAdapter", "BvbsnSettings"]
