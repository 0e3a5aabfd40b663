"""Calls to the subscription check over WUS."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import schemas
from adapters._kit.digikoppeling.wus import WusClient
from adapters.berichtenbox.settings import BerichtenboxSettings

_WSDL: Final = Path(schemas.__file__).parent / "wsdl" / "berichtenbox.wsdl"


class BerichtenboxClient:
    """One connection. `aclose` closes it."""

    def __init__(self, settings: BerichtenboxSettings) -> None:
        self._wus = WusClient(settings, wsdl=_WSDL)

    async def validate(self, message: Mapping[str, Any], *, seconds: float) -> Any:
        """Return the list of Abonnement; raises SoapFault and what `WusClient.call` does."""
        found = await self._wus.call(
            "ValidateAbonnementen",
            seconds=seconds,
            reads=True,
            validateAbonnementenAanvraag=message,
        )
        return found.get("Abonnement") if isinstance(found, Mapping) else found

    async def aclose(self) -> None:
        await self._wus.aclose()
