"""Which operation of the BRP answers which question, and where it lives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from adapters.brp import questions, translate
from adapters.brp.settings import BrpSettings
from adapters.contract import Question
from schemas.payload import CanonicalModel
from schemas.persoonvragen import (
    BewoningAntwoord,
    PersonenAntwoord,
    ReisdocumentenAntwoord,
    VerblijfplaatsenAntwoord,
)

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """How one question type is asked: the setting of its address, body, answer and model."""

    address: str
    body: Callable[[Question, BrpSettings], Json]
    read: Callable[[Json], Json]
    answer: type[CanonicalModel]


OPERATIONS: Final[Mapping[str, Operation]] = {
    "persoon.raadplegen": Operation(
        "personen_url",
        lambda asked, own: questions.person(asked.data, asked.fields, own.gemeente),
        translate.persons,
        PersonenAntwoord,
    ),
    "persoon.zoeken": Operation(
        "personen_url",
        lambda asked, own: questions.search(asked.data, asked.fields, own.gemeente),
        translate.persons,
        PersonenAntwoord,
    ),
    "persoon.verblijfplaatsen": Operation(
        "verblijfplaatshistorie_url",
        lambda asked, _: questions.history(asked.data),
        translate.history,
        VerblijfplaatsenAntwoord,
    ),
    "adres.bewoning": Operation(
        "bewoning_url",
        lambda asked, _: questions.residents(asked.data),
        translate.residents,
        BewoningAntwoord,
    ),
    "reisdocument.raadplegen": Operation(
        "reisdocumenten_url",
        lambda asked, _: questions.travel_documents(asked.data),
        translate.travel_documents,
        ReisdocumentenAntwoord,
    ),
}
"""By question type."""
