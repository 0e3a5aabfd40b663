"""Delivery to zaaksystemen with the ZGW APIs of VNG Realisatie (Zaken, Documenten, Catalogi)."""

from adapters.zgw.adapter import ZgwAdapter
from adapters.zgw.settings import ZgwSettings

__all__ = ["ZgwAdapter", "ZgwSettings"]
