"""The Digimelding adapter: reports doubts about the BRP, and follows what becomes of them."""

from __future__ import annotations

from typing import ClassVar, Final

from adapters.contract import CannotTell, Clock, Context, DeliveryError, Health, NotThere, Receipt
from adapters.digimelding.client import DigimeldingClient
from adapters.digimelding.reporting import Reporting
from adapters.digimelding.settings import DigimeldingSettings
from schemas import Message
from schemas.messagetypes import ONTVANGST
from schemas.postroom import OntvangstGemeld

_TYPES: Final = "nl.burgerzaken.terugmelding."


class DigimeldingAdapter:
    """Delivers reports to Digimelding."""

    handles: ClassVar[frozenset[str]] = frozenset(
        {_TYPES + "gedaan", _TYPES + "ingetrokken", ONTVANGST}
    )

    def __init__(self, settings: DigimeldingSettings, *, clock: Clock) -> None:
        self._settings = settings
        self._client = DigimeldingClient(settings, clock)
        self._reporting = Reporting(settings, self._client)

    async def deliver(self, message: Message, context: Context) -> Receipt:
        if isinstance(message.data, OntvangstGemeld):
            return await self._reporting.follow(message, message.data, context)
        return await self._reporting.report(message, context)

    async def look_up(self, message: Message, context: Context) -> Receipt | NotThere | CannotTell:
        if message.type == ONTVANGST:
            return NotThere()  # it only reads
        return await self._reporting.find(message, context)

    async def check(self) -> Health:
        try:
            await self._client.echo(seconds=self._settings.http.call_timeout)
        except DeliveryError as error:
            return Health(ok=False, detail=error.detail)
        return Health(ok=True, detail="It says back what we say.")

    async def aclose(self) -> None:
        await self._client.aclose()
