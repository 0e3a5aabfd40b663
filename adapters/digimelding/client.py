"""Calls to Digimelding."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import schemas
from adapters._kit.digikoppeling.wus import SoapFault, WusClient
from adapters.contract import Clock, UncertainError
from adapters.digimelding.errors import of_fault
from adapters.digimelding.settings import DigimeldingSettings
from adapters.digimelding.translate import overview

_WSDL: Final = Path(schemas.__file__).parent / "wsdl" / "digimelding.wsdl"


class DigimeldingClient:
    """One connection. `aclose` closes it. Calls raise the consequences of the contract."""

    def __init__(self, settings: DigimeldingSettings, clock: Clock) -> None:
        self._wus = WusClient(settings, wsdl=_WSDL, signing=settings.signing, clock=clock)
        self._register = {"OinBasisregistratie": settings.basisregistratie}
        if settings.registratie:
            self._register["Registratie"] = settings.registratie

    async def add(self, part: Mapping[str, Any], *, seconds: float) -> str:
        """Hand over an AnnotatieBoom or Annotatie; return what Digimelding calls it."""
        found = await self._call("AnnotatieToevoegen", seconds, {**self._register, **part}, False)
        number = found.get("AnnotatieVerwijzing") if isinstance(found, Mapping) else None
        if not number:
            raise UncertainError("Digimelding did not say that it has it.")
        return str(number)

    async def find(self, kenmerk: str, *, seconds: float) -> list[Mapping[str, Any]]:
        """Return what was reported under our mark; an empty one: everything of ours."""
        asked = {**self._register, **({"Kenmerk": kenmerk} if kenmerk else {})}
        found = await self._call("Statusoverzicht", seconds, asked, True)
        return overview(found)

    async def echo(self, *, seconds: float) -> None:
        """Have something said back: address, certificate and OIN are right then."""
        await self._call("Echo", seconds, {"Tekst": "schakel"}, True)

    async def aclose(self) -> None:
        await self._wus.aclose()

    async def _call(
        self,
        operation: str,
        seconds: float,
        parts: Mapping[str, Any],
        reads: bool,  # noqa: FBT001 - one of two, said by three callers above
    ) -> Any:
        try:
            return await self._wus.call(operation, seconds=seconds, reads=reads, **parts)
        except SoapFault as fault:
            raise of_fault(fault, reads=reads) from None
