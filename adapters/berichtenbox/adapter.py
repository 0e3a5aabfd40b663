"""The Berichtenbox adapter: says who wants letters, sends them, and hears what became of them."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from adapters._kit.checking import checked
from adapters._kit.digikoppeling.envelope import SoapFault
from adapters.berichtenbox import translate
from adapters.berichtenbox.client import BerichtenboxClient
from adapters.berichtenbox.errors import REGISTER
from adapters.berichtenbox.following import Following
from adapters.berichtenbox.gateway import Gateway
from adapters.berichtenbox.offering import Offering
from adapters.berichtenbox.settings import BerichtenboxSettings
from adapters.berichtenbox.subscriptions import subscriptions
from adapters.contract import (
    Answer,
    AskContext,
    CannotTell,
    Clock,
    ConfigurationError,
    Context,
    DeliveryError,
    Health,
    NotThere,
    Polled,
    Question,
    Receipt,
)
from schemas import Message
from schemas.berichtenboxvragen import AbonnementenAntwoord
from schemas.messagetypes import ONTVANGST

_PROBE = {"bsns": [], "berichttype": "SCHAKEL"}
"""About nobody."""


class BerichtenboxAdapter:
    """Answers who may get a kind of letter in the Berichtenbox, and sends letters there."""

    answers: ClassVar[frozenset[str]] = frozenset({"berichtenbox.abonnementen"})
    handles: ClassVar[frozenset[str]] = frozenset(
        {"nl.burgerzaken.berichtenbox.gevraagd", ONTVANGST}
    )

    def __init__(self, settings: BerichtenboxSettings, *, clock: Clock) -> None:
        del clock  # every call says what time it is
        self._settings = settings
        self._client = BerichtenboxClient(settings)
        self._gateway: Gateway | None = None
        self._following: Following | None = None
        if settings.gateway is not None:
            self._gateway = Gateway(settings.gateway)
            self._offering = Offering(settings, self._client, self._gateway)
            self._following = Following(self._offering)

    async def deliver(self, message: Message, context: Context) -> Receipt:
        following = self._letters()
        if message.type == ONTVANGST:
            return await following.work_out(message, context)
        return await self._offering.offer(message, context)

    async def look_up(self, message: Message, context: Context) -> Receipt | NotThere | CannotTell:
        self._letters()
        if message.type == ONTVANGST:
            # reading again does no harm, and what is offered again is looked for first
            return NotThere()
        return await self._offering.find(message, context)

    async def ask(self, question: Question, context: AskContext) -> Answer:
        data = await subscriptions(
            self._client,
            question.data,
            self._settings.leverancier,
            now=context.clock.now(),
            deadline=question.deadline,
        )
        return Answer(data=checked(AbonnementenAntwoord, data, system=REGISTER))

    @property
    def poll_every(self) -> timedelta | None:
        gateway = self._settings.gateway
        return None if gateway is None else timedelta(minutes=gateway.look_every_minutes)

    async def poll(self, cursor: str | None, clock: Clock) -> Polled:
        del cursor  # the gateway remembers what was worked out
        return await self._letters().poll(clock.now())

    async def check(self) -> Health:
        message = translate.question(_PROBE, self._settings.leverancier)
        try:
            if self._gateway is not None:
                await self._gateway.results()
            await self._client.validate(message, seconds=self._settings.http.call_timeout)
        except SoapFault:
            return Health(ok=True, detail="It answers our certificate.")
        except DeliveryError as error:
            return Health(ok=False, detail=error.detail)
        return Health(ok=True, detail="It answers our certificate.")

    async def aclose(self) -> None:
        await self._client.aclose()
        if self._gateway is not None:
            await self._gateway.aclose()

    def _letters(self) -> Following:
        if self._following is None:
            raise ConfigurationError("gateway", "Letters go over a gateway: add its settings.")
        return self._following
