"""The BAG adapter: addresses are looked up and looked through."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar, Final

from adapters._kit.checking import checked
from adapters.bag import translate
from adapters.bag.changes import look
from adapters.bag.client import BagClient
from adapters.bag.errors import NOT_FOUND, REGISTER
from adapters.bag.settings import BagSettings
from adapters.contract import (
    Answer,
    AskContext,
    Clock,
    DeliveryError,
    Health,
    Polled,
    Question,
    RejectedError,
)
from schemas.adresvragen import AdressenAntwoord

_SEARCH: Final = "adres.zoeken"
_DETAILS: Final = "adres.raadplegen"


class BagAdapter:
    """Answers questions about addresses, and tells which addresses changed."""

    answers: ClassVar[frozenset[str]] = frozenset({_SEARCH, _DETAILS})

    def __init__(self, settings: BagSettings, *, clock: Clock) -> None:
        self._settings = settings
        self._client = BagClient(settings, clock)

    @property
    def poll_every(self) -> timedelta | None:
        mutaties = self._settings.mutaties
        return None if mutaties is None else timedelta(hours=mutaties.every_hours)

    async def ask(self, question: Question, context: AskContext) -> Answer:
        seconds = (question.deadline - context.clock.now()).total_seconds()
        data = question.data
        if "zoek" in data:
            found = await self._client.get(
                "/adressen/zoek", {"zoek": data["zoek"]}, seconds, question
            )
            return Answer(data=checked(AdressenAntwoord, translate.hits(found), system=REGISTER))
        if "nummeraanduiding" in data:
            path = f"/adressenuitgebreid/{data['nummeraanduiding']}"
            one = await self._one(path, seconds, question)
            return Answer(
                data=checked(
                    AdressenAntwoord,
                    {"adressen": [translate.address(one)] if one else []},
                    system=REGISTER,
                )
            )
        path = "/adressen" if question.type == _SEARCH else "/adressenuitgebreid"
        params = {name: str(value) for name, value in data.items()}
        if question.type == _DETAILS:
            params["exacteMatch"] = "true"
        found = await self._client.get(path, params, seconds, question)
        return Answer(data=checked(AdressenAntwoord, translate.addresses(found), system=REGISTER))

    async def poll(self, cursor: str | None, clock: Clock) -> Polled:
        mutaties = self._settings.mutaties
        if mutaties is None:
            raise ValueError("a BAG without mutaties is not looked through")

        async def get(path: str, params: Mapping[str, str]) -> Mapping[str, Any]:
            return await self._client.get(path, params, self._settings.http.call_timeout)

        return await look(get, mutaties.woonplaatsen, cursor, clock.now())

    async def check(self) -> Health:
        try:
            await self._client.get("/info", {}, self._settings.http.call_timeout)
        except DeliveryError as error:
            return Health(ok=False, detail=error.detail)
        return Health(ok=True, detail="It answers our key.")

    async def aclose(self) -> None:
        await self._client.aclose()

    async def _one(self, path: str, seconds: float, question: Question) -> Mapping[str, Any] | None:
        try:
            return await self._client.get(path, {}, seconds, question)
        except RejectedError as error:
            if error.code == NOT_FOUND:
                return None
            raise
