"""The Terugmeldvoorziening: doubts about what the BRP says."""

from adapters.tmv.adapter import TmvAdapter
from adapters.tmv.settings import TmvSettings

__all__ = ["TmvAdapter", "TmvSettings"]
