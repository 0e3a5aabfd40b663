"""Calls to BV BSN over WUS."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import schemas
from adapters._kit.digikoppeling.wus import WusClient
from adapters.bvbsn.settings import BvbsnSettings

_WSDL: Final = Path(schemas.__file__).parent / "wsdl" / "bvbsn.wsdl"


class BvbsnClient:
    """One connection. `aclose` closes it."""

    def __init__(self, settings: BvbsnSettings) -> None:
        self._wus = WusClient(settings, wsdl=_WSDL)

    async def verify(self, message: Mapping[str, Any], *, seconds: float) -> Any:
        """Return the result as plain values; raises SoapFault and what `WusClient.call` does."""
        operation = "VerificatieIdentiteitsDocument"
        return await self._wus.call(operation, seconds=seconds, reads=True, berichtIn=message)

    async def probe(self, *, seconds: float) -> None:
        """Ask the service to say something back; nobody's data is in it."""
        await self._wus.call("TestDeployment", seconds=seconds, reads=True, tekst="schakel")

    async def aclose(self) -> None:
        await self._wus.aclose()
