"""One question to a system that speaks StUF-BG: envelope, stuurgegevens, call."""

from __future__ import annotations

import uuid
from typing import Final

from lxml import etree

from adapters._kit.stuf.client import StufClient
from adapters._kit.stuf.names import operation
from adapters._kit.stuf.reading import Bericht
from adapters._kit.stuf.soap import envelope
from adapters._kit.stuf.stuurgegevens import Stuurgegevens, tijdstip
from adapters.contract import Clock
from adapters.stuf_bg.settings import StufBgSettings

_NPSLV01: Final = operation("npsLv01", "1.1")


class BgClient:
    """One source of persons. `aclose` closes its connections."""

    def __init__(self, settings: StufBgSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._stuf = StufClient(settings, clock)

    def head(self) -> Stuurgegevens:
        """Return the stuurgegevens of a new question."""
        return Stuurgegevens(
            "Lv01",
            zender=self._settings.zender.partij,
            ontvanger=self._settings.ontvanger.partij,
            referentienummer=str(uuid.uuid4()),
            tijdstip_bericht=tijdstip(self._clock.now()),
            entiteittype="NPS",
        )

    async def ask(self, body: etree._Element, *, seconds: float | None = None) -> Bericht:
        """Return npsLa01, or the fault that came instead; raises for all else."""
        settings = self._settings
        written = envelope(
            body,
            version=settings.soap_version,
            charset=settings.charset,
            transliterate=settings.transliterate,
        )
        return await self._stuf.exchange(_NPSLV01, written, seconds=seconds)

    async def aclose(self) -> None:
        await self._stuf.aclose()
