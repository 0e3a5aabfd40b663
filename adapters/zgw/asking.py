"""Which question goes where, and numbers that the zaaksysteem gives out beforehand.

`zaaknummer_reserveren` is in the standard from Zaken 1.7 and in Open Zaak from 1.24, which answers
one object where the standard has a list; `documentnummer_reserveren` is Open Zaak's own. A reserved
number that is never used is only a gap.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from adapters.contract import (
    CASE_NUMBER,
    Answer,
    ConfigurationError,
    Documents,
    NotOffered,
    Question,
    TransientError,
)
from adapters.zgw.answering import Answers
from adapters.zgw.client import ZgwClient
from adapters.zgw.settings import Api, ZgwSettings
from schemas import canonical_json
from schemas.questions import CASE_NUMBER_QUESTION

_CONTENT_QUESTION: Final = "document.inhoud"
_CASE_PATH: Final = "/zaaknummer_reserveren"
_DOCUMENT_PATH: Final = "/documentnummer_reserveren"


class Asking:
    """Answers the questions in ANSWERS."""

    def __init__(self, client: ZgwClient, settings: ZgwSettings, answers: Answers) -> None:
        self._client = client
        self._settings = settings
        self.answers = answers

    async def answer(self, question: Question, documents: Documents) -> Answer:
        """Raises NotOffered when our settings leave the question to the hub.

        `documents` keeps a content that is too large to stand in the answer.
        """
        if question.type == _CONTENT_QUESTION:
            return Answer(data=await self.answers.content(question.data, documents))
        return Answer(data=await _HANDLERS[question.type](self, question.data))

    async def case_number(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        if not self._settings.reserve_numbers:
            raise NotOffered("zgw: reserve_numbers is off, so the hub gives case numbers.")
        answer = await self._reserve("zaken", _CASE_PATH, data, "reserve_numbers")
        return {CASE_NUMBER: _number(answer, "zaaknummer")}

    async def document_number(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        if not self._settings.reserve_document_numbers:
            raise NotOffered("zgw: reserve_document_numbers is off: any number will do.")
        answer = await self._reserve("documenten", _DOCUMENT_PATH, data, "reserve_document_numbers")
        return {CASE_NUMBER: _number(answer, "identificatie")}

    async def besluit_number(self, _: Mapping[str, Any]) -> Mapping[str, Any]:
        raise NotOffered("zgw: the Besluiten API gives no numbers beforehand: any number will do.")

    async def _reserve(self, api: Api, path: str, data: Mapping[str, Any], setting: str) -> Any:
        body = canonical_json({"bronorganisatie": data["bronorganisatie"]})
        try:
            return await self._client.post(api, self._client.url(api, path), body)
        except ConfigurationError as err:
            if err.setting != f"{api}.root":
                raise
            raise ConfigurationError(
                setting,
                f"The zaaksysteem does not offer {path.removeprefix('/')}, or {api}.root is wrong: "
                f"switch {setting} off, or mend the root.",
            ) from err


def _number(answer: Any, name: str) -> str:
    first = answer[0] if isinstance(answer, list) and answer else answer
    number = first.get(name) if isinstance(first, dict) else None
    if isinstance(number, str) and number:
        return number
    raise TransientError(f"The zaaksysteem answered without the promised {name}.")


_Handler = Callable[[Asking, Mapping[str, Any]], Awaitable[Mapping[str, Any]]]


def _by(answer: Callable[[Answers, Mapping[str, Any]], Awaitable[Mapping[str, Any]]]) -> _Handler:
    return lambda asking, data: answer(asking.answers, data)


_HANDLERS: Final[Mapping[str, _Handler]] = {
    CASE_NUMBER_QUESTION: Asking.case_number,
    "document.identificatie": Asking.document_number,
    "besluit.identificatie": Asking.besluit_number,
    "zaak.details": _by(Answers.case),
    "zaak.status": _by(Answers.statuses),
    "zaak.documenten": _by(Answers.documents),
    "zaak.besluiten": _by(Answers.decisions),
    "zaak.van-persoon": _by(Answers.cases_of_person),
    "besluit.details": _by(Answers.decision),
}
ANSWERS: Final = frozenset({*_HANDLERS, _CONTENT_QUESTION})
