"""Calls to TMV 1.0."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import schemas
from adapters._kit.digikoppeling.wus import SoapFault, WusClient
from adapters.contract import TransientError
from adapters.tmv.errors import of_fault, refusal
from adapters.tmv.settings import TmvSettings
from adapters.tmv.translate import FOUND, TAKEN

_WSDL: Final = Path(schemas.__file__).parent / "wsdl" / "tmv.wsdl"


class TmvClient:
    """One connection. `aclose` closes it."""

    def __init__(self, settings: TmvSettings) -> None:
        self._wus = WusClient(settings, wsdl=_WSDL)

    async def register(self, melding: Mapping[str, Any], *, seconds: float) -> str:
        """Return the number of the dossier. Raises the consequences of the contract."""
        try:
            found = await self._wus.call(
                "registrerenTerugmelding", seconds=seconds, reads=False, terugmelding=melding
            )
        except SoapFault as fault:
            raise of_fault(fault, reads=False) from None
        answer = found if isinstance(found, Mapping) else {}
        if answer.get("berichtcode") not in TAKEN:
            raise refusal(answer)
        return str(answer.get("dossiernummer") or "")

    async def dossiers(self, wanted: Mapping[str, Any], *, seconds: float) -> list[Any]:
        """Return the dossiers as plain values. Raises the consequences of the contract."""
        try:
            found = await self._wus.call(
                "opvragenDossierGegevens", seconds=seconds, reads=True, inzageverzoek=wanted
            )
        except SoapFault as fault:
            raise of_fault(fault, reads=True) from None
        answer = found if isinstance(found, Mapping) else {}
        if answer.get("berichtcode") not in FOUND:
            raise refusal(answer)
        listed = answer.get("statusoverzicht")
        rows = listed.get("dossier") if isinstance(listed, Mapping) else listed
        if rows is not None and not isinstance(rows, list):
            raise TransientError("The TMV gave an answer that cannot be used: no list of dossiers.")
        return rows or []

    async def aclose(self) -> None:
        await self._wus.aclose()
