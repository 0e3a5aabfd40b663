"""Who owns what: questions to the Basisregistratie Kadaster."""

from adapters.brk.adapter import BrkAdapter
from adapters.brk.settings import BrkSettings

__all__ = ["BrkAdapter", "BrkSettings"]
