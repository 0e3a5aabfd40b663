"""Digimelding: reports of doubt about a base register, as they go today."""

from adapters.digimelding.adapter import DigimeldingAdapter
from adapters.digimelding.settings import DigimeldingSettings

__all__ = ["DigimeldingAdapter", "DigimeldingSettings"]
