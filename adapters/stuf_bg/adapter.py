"""The StUF-BG adapter: one question, one call, one answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from adapters._kit.checking import checked
from adapters._kit.stuf.reading import Bericht
from adapters._kit.stuf.validation import Rules
from adapters.contract import (
    Answer,
    AskContext,
    Clock,
    DeliveryError,
    Health,
    Question,
    RejectedError,
    TransientError,
)
from adapters.stuf_bg.client import BgClient
from adapters.stuf_bg.errors import consequence, finds_nobody, refuses_only_this
from adapters.stuf_bg.questions import unsaid
from adapters.stuf_bg.settings import StufBgSettings
from adapters.stuf_bg.translate import persons, question
from schemas.persoonvragen import PersonenAntwoord

ONE: Final = "persoon.raadplegen"
SEARCH: Final = "persoon.zoeken"
ANSWERS: Final = frozenset({ONE, SEARCH})

_RULES: Final = Rules("bg-3.10")
_NOBODY: Final = {"bsn": "000000000"}
"""Never given out: the answer, also a refusal of the number, proves address and credential."""


class StufBgAdapter:
    """Answers questions about persons from a system with StUF-BG 3.10."""

    answers: ClassVar[frozenset[str]] = ANSWERS

    def __init__(self, settings: StufBgSettings, *, clock: Clock) -> None:
        self._client = BgClient(settings, clock)
        self._settings = settings

    async def ask(self, question: Question, context: AskContext) -> Answer:
        left = (question.deadline - context.clock.now()).total_seconds()
        if left <= 0:
            raise TransientError("The question's deadline had passed before anything was asked.")
        seconds = min(left, self._settings.http.call_timeout)
        if strangers := unsaid(question.data):
            raise RejectedError(
                "stuf_bg:search",
                f"StUF-BG is not asked by {', '.join(strangers)} here: without that the search "
                "would show people who have nothing to do with it. Ask in another way.",
            )
        data = await self._asked(question, seconds, context.attempt)
        if question.type == ONE:
            _refuse_others(data, str(question.data["bsn"]))
        return Answer(data=checked(PersonenAntwoord, data, system="stuf_bg"))

    async def check(self) -> Health:
        try:
            answer = await self._put(_NOBODY, self._settings.http.call_timeout, searching=False)
        except DeliveryError as err:
            return Health(ok=False, detail=err.detail)
        if answer.fault is None or refuses_only_this(answer.fault):
            return Health(ok=True, detail="It answers our credential.")
        return Health(ok=False, detail=consequence(answer.fault, attempt=1).detail)

    async def aclose(self) -> None:
        await self._client.aclose()

    async def _asked(self, asked: Question, seconds: float, attempt: int) -> dict[str, Any]:
        answer = await self._put(asked.data, seconds, searching=asked.type == SEARCH)
        if answer.fault is None:
            return persons(answer.element)
        if finds_nobody(answer.fault):
            return {"personen": [], "meer": False}
        raise consequence(answer.fault, attempt=attempt)

    async def _put(self, asked: Mapping[str, Any], seconds: float, *, searching: bool) -> Bericht:
        body = question(
            asked,
            self._client.head(),
            most=self._settings.most_persons if searching else 1,
            relations=self._settings.relations and not searching,
        )
        _RULES.check(body)
        return await self._client.ask(body, seconds=seconds)


def _refuse_others(data: Mapping[str, Any], bsn: str) -> None:
    """Never show somebody who was not asked for; a person without number was asked by number."""
    if any(person.get("bsn", bsn) != bsn for person in data["personen"]):
        raise RejectedError(
            "stuf_bg:other-person",
            "The system answered with another person than was asked for; have it looked into.",
        )
