"""Answering the hub's questions from the zaaksysteem: what it says, in the form of our models."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from adapters._kit.stuf.contentstream import Contents
from adapters.contract import Answer, Documents, NotOffered, Question
from adapters.stuf_zds.client import Questions
from adapters.stuf_zds.reading import (
    Opmerkingen,
    besluit_beeld,
    besluiten_van,
    document_beeld,
    inhoud_van,
    status_beelden,
    zaak_beeld,
)
from adapters.stuf_zds.settings import StufZdsSettings
from adapters.stuf_zds.taking import Inhouden
from schemas.questions import CASE_NUMBER_QUESTION
from schemas.zaakvragen import MOST_LISTED

Json = dict[str, Any]
_ABSENT: Final = {"gevonden": False}
_CONTENT_QUESTION: Final = "document.inhoud"


async def answer(
    questions: Questions, settings: StufZdsSettings, question: Question, documents: Documents
) -> Answer:
    """Return the answer; raises NotOffered for what the profile or the settings leave out.

    `documents` keeps a content that is too large to stand in the answer.
    """
    if question.type == _CONTENT_QUESTION:
        inhouden = Inhouden(documents, settings.max_document_bytes)
        return Answer(data=await _document(questions, question.data, inhouden))
    if question.type == CASE_NUMBER_QUESTION and not settings.reserve_numbers:
        raise NotOffered("stuf_zds: reserve_numbers is off, so the hub gives case numbers.")
    data = await _ANSWERS[question.type](questions, question.data)
    return Answer(data=data)


async def _case_number(questions: Questions, _data: Mapping[str, Any]) -> Json:
    return await _number(questions, "Zaak")


async def _document_number(questions: Questions, _data: Mapping[str, Any]) -> Json:
    return await _number(questions, "Document")


async def _decision_number(questions: Questions, _data: Mapping[str, Any]) -> Json:
    return await _number(questions, "Besluit")


async def _number(questions: Questions, what: str) -> Json:
    operation, functie = f"genereer{what}Identificatie", f"genereer{what}identificatie"
    return {"identificatie": await questions.number(operation, functie, what.lower())}


async def _details(questions: Questions, data: Mapping[str, Any]) -> Json:
    found = await questions.zaak(_case(data))
    beeld = None if found is None else zaak_beeld(found)
    return _ABSENT if beeld is None else {"gevonden": True, "zaak": beeld}


async def _statuses(questions: Questions, data: Mapping[str, Any]) -> Json:
    """Every status that the details show; where they show none, the last one."""
    number = _case(data)
    found = await questions.zaak(number)
    if found is None:
        return _ABSENT
    beelden = status_beelden(found, Opmerkingen())
    if not beelden and (last := await questions.last_status(number)) is not None:
        beelden = status_beelden(last, Opmerkingen())
    return {"gevonden": True, "statussen": beelden}


async def _documents(questions: Questions, data: Mapping[str, Any]) -> Json:
    found = await questions.documenten(_case(data))
    if found is None:
        return _ABSENT
    beelden = [beeld for one in found if (beeld := document_beeld(one, Opmerkingen())) is not None]
    more = len(beelden) > MOST_LISTED
    return {"gevonden": True, "documenten": beelden[:MOST_LISTED], "meer": more}


async def _document(questions: Questions, data: Mapping[str, Any], inhouden: Inhouden) -> Json:
    """A document with its content, in the answer or beside it."""
    number = str(data["documentidentificatie"])
    found = await questions.document(number, Contents(take=inhouden.take))
    beeld = None if found is None else document_beeld(found, Opmerkingen())
    if found is None or beeld is None:
        return _ABSENT
    element = inhoud_van(found)
    return {
        "gevonden": True,
        "document": beeld,
        **({} if element is None else inhouden.of(element)),
    }


async def _decision(questions: Questions, data: Mapping[str, Any]) -> Json:
    found = await questions.besluit(str(data["besluitidentificatie"]))
    beeld = None if found is None else besluit_beeld(found, Opmerkingen())
    return _ABSENT if beeld is None else {"gevonden": True, "besluit": beeld}


async def _decisions(questions: Questions, data: Mapping[str, Any]) -> Json:
    found = await questions.besluiten(_case(data))
    if found is None:
        return _ABSENT
    return {"gevonden": True, "besluiten": besluiten_van(found, Opmerkingen())}


async def _cases_of(questions: Questions, data: Mapping[str, Any]) -> Json:
    found, more = await questions.zaken_van(str(data["bsn"]), MOST_LISTED)
    beelden = [beeld for one in found if (beeld := zaak_beeld(one)) is not None]
    newest = sorted(beelden, key=lambda one: str(one.get("startdatum", "")), reverse=True)
    return {"zaken": newest, "meer": more}


def _case(data: Mapping[str, Any]) -> str:
    return str(data["zaakidentificatie"])


_ANSWERS: Final[Mapping[str, Callable[[Questions, Mapping[str, Any]], Awaitable[Json]]]] = (
    MappingProxyType(
        {
            CASE_NUMBER_QUESTION: _case_number,
            "document.identificatie": _document_number,
            "besluit.identificatie": _decision_number,
            "zaak.details": _details,
            "zaak.status": _statuses,
            "zaak.documenten": _documents,
            "besluit.details": _decision,
            "zaak.besluiten": _decisions,
            "zaak.van-persoon": _cases_of,
        }
    )
)
ANSWERS: Final = frozenset({*_ANSWERS, _CONTENT_QUESTION})
