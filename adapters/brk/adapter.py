"""The BRK adapter: who owns what stands at an address."""

from __future__ import annotations

from typing import ClassVar, Final

from adapters._kit.checking import checked
from adapters.brk.client import BrkClient
from adapters.brk.errors import REGISTER
from adapters.brk.owners import OBJECTS, Owners
from adapters.brk.settings import BrkSettings
from adapters.contract import (
    Answer,
    AskContext,
    Clock,
    DeliveryError,
    Health,
    Question,
    RejectedError,
)
from schemas.adresvragen import EigendomAntwoord

_PROBE: Final = {"kadastraleAanduiding": "Schakel A 1"}
"""A parcel that is not there."""


class BrkAdapter:
    """Answers who owns what stands at an address."""

    answers: ClassVar[frozenset[str]] = frozenset({"eigendom.van-adres"})

    def __init__(self, settings: BrkSettings, *, clock: Clock) -> None:
        self._settings = settings
        self._client = BrkClient(settings, clock)

    async def ask(self, question: Question, context: AskContext) -> Answer:
        del context  # the question says until when
        data = await Owners(self._client, question, self._settings.most_objects).answer()
        return Answer(data=checked(EigendomAntwoord, data, system=REGISTER))

    async def check(self) -> Health:
        try:
            await self._client.get(OBJECTS, None, _PROBE)
        except RejectedError:
            return Health(ok=True, detail="It answers our key.")
        except DeliveryError as error:
            return Health(ok=False, detail=error.detail)
        return Health(ok=True, detail="It answers our key.")

    async def aclose(self) -> None:
        await self._client.aclose()
