"""The question types of the hub: what may be asked, and the form of question and answer.

A question is answered at once or not at all; it is no message, and nothing of it is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal

from pydantic import StringConstraints, ValidationError

from schemas.adresvragen import (
    AdressenAntwoord,
    AdressenVraag,
    EigendomAntwoord,
    EigendomVraag,
)
from schemas.berichtenboxvragen import AbonnementenAntwoord, AbonnementenVraag
from schemas.canonical import parse_json
from schemas.identifiers import Rsin, Zaakidentificatie
from schemas.identiteitsvragen import IdentiteitsdocumentAntwoord, IdentiteitsdocumentVraag
from schemas.parsing import json_names
from schemas.payload import CanonicalModel
from schemas.persoonvragen import (
    BewoningAntwoord,
    BewoningVraag,
    PersonenAntwoord,
    PersonenVraag,
    PersoonVraag,
    ReisdocumentenAntwoord,
    ReisdocumentVraag,
    VerblijfplaatsenAntwoord,
    VerblijfplaatsenVraag,
)
from schemas.problems import FieldProblem, InvalidMessage, problems_of
from schemas.terugmeldvragen import (
    InzienAntwoord,
    InzienVraag,
    TermijnenAntwoord,
    TermijnenVraag,
)
from schemas.zaakvragen import (
    BesluitAntwoord,
    BesluitenAntwoord,
    BesluitVraag,
    DocumentAntwoord,
    DocumentVraag,
    NummerAntwoord,
    NummerVraag,
    ZaakDetailsAntwoord,
    ZaakDocumentenAntwoord,
    ZaakStatusAntwoord,
    ZaakVraag,
    ZakenAntwoord,
    ZakenVanPersoonVraag,
)

Sleutel = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{7,99}$")]


class ZaakIdentificatieVraag(CanonicalModel):
    """Asks for the number of a case that is about to be opened."""

    bronorganisatie: Rsin
    sleutel: Sleutel | None = None
    """The caller's own name for this request, such as a UUID: the same one gets the same number."""


class ZaakIdentificatieAntwoord(CanonicalModel):
    """A case number, and whether the zaaksysteem may still replace it."""

    identificatie: Zaakidentificatie
    voorlopig: bool
    toegekend_door: Literal["hub", "zaaksysteem"]
    bestemming: str | None
    """Name of the destination that gave the number, or will keep or replace it; null: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionType:
    name: str
    question: type[CanonicalModel]
    answer: type[CanonicalModel]
    repeatable: bool
    """Asking twice does no harm: it may be asked again when the first answer was lost."""
    summary: str
    personal: bool = False
    """About a person: nobody asks without a purpose and a user, and the protocol log has it."""


CASE_NUMBER_QUESTION: Final = "zaak.identificatie"

QUESTION_TYPES: Final[Mapping[str, QuestionType]] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            QuestionType(
                name=CASE_NUMBER_QUESTION,
                question=ZaakIdentificatieVraag,
                answer=ZaakIdentificatieAntwoord,
                repeatable=True,
                summary="Give me a number for a new case, also while the zaaksysteem is down.",
            ),
            QuestionType(
                name="document.identificatie",
                question=NummerVraag,
                answer=NummerAntwoord,
                repeatable=True,
                summary="Give me a number for a new document.",
            ),
            QuestionType(
                name="besluit.identificatie",
                question=NummerVraag,
                answer=NummerAntwoord,
                repeatable=True,
                summary="Give me a number for a new decision.",
            ),
            QuestionType(
                name="zaak.details",
                question=ZaakVraag,
                answer=ZaakDetailsAntwoord,
                repeatable=True,
                summary="Show a case as the zaaksysteem has it.",
            ),
            QuestionType(
                name="zaak.status",
                question=ZaakVraag,
                answer=ZaakStatusAntwoord,
                repeatable=True,
                summary="Show the statuses of a case.",
            ),
            QuestionType(
                name="zaak.documenten",
                question=ZaakVraag,
                answer=ZaakDocumentenAntwoord,
                repeatable=True,
                summary="List the documents of a case.",
            ),
            QuestionType(
                name="zaak.besluiten",
                question=ZaakVraag,
                answer=BesluitenAntwoord,
                repeatable=True,
                summary="List the decisions in a case.",
            ),
            QuestionType(
                name="document.inhoud",
                question=DocumentVraag,
                answer=DocumentAntwoord,
                repeatable=True,
                summary="Give a document with its content.",
            ),
            QuestionType(
                name="besluit.details",
                question=BesluitVraag,
                answer=BesluitAntwoord,
                repeatable=True,
                summary="Show a decision.",
            ),
            QuestionType(
                name="zaak.van-persoon",
                question=ZakenVanPersoonVraag,
                answer=ZakenAntwoord,
                repeatable=True,
                summary="List the cases in which somebody has a part.",
                personal=True,
            ),
            QuestionType(
                name="persoon.raadplegen",
                question=PersoonVraag,
                answer=PersonenAntwoord,
                repeatable=True,
                summary="Show a person by burgerservicenummer.",
                personal=True,
            ),
            QuestionType(
                name="persoon.zoeken",
                question=PersonenVraag,
                answer=PersonenAntwoord,
                repeatable=True,
                summary="Look for persons by name and day of birth, or by address.",
                personal=True,
            ),
            QuestionType(
                name="persoon.verblijfplaatsen",
                question=VerblijfplaatsenVraag,
                answer=VerblijfplaatsenAntwoord,
                repeatable=True,
                summary="Show where somebody lived, on a day or in a period.",
                personal=True,
            ),
            QuestionType(
                name="adres.bewoning",
                question=BewoningVraag,
                answer=BewoningAntwoord,
                repeatable=True,
                summary="Show who lives or lived in a building, on a day or in a period.",
                personal=True,
            ),
            QuestionType(
                name="reisdocument.raadplegen",
                question=ReisdocumentVraag,
                answer=ReisdocumentenAntwoord,
                repeatable=True,
                summary="Show a travel document, or those of a person.",
                personal=True,
            ),
            QuestionType(
                name="identiteitsdocument.verifieren",
                question=IdentiteitsdocumentVraag,
                answer=IdentiteitsdocumentAntwoord,
                repeatable=True,
                summary="Say whether an identity document may be used.",
                personal=True,
            ),
            QuestionType(
                name="berichtenbox.abonnementen",
                question=AbonnementenVraag,
                answer=AbonnementenAntwoord,
                repeatable=True,
                summary="Say who may get a kind of letter in the Berichtenbox.",
                personal=True,
            ),
            QuestionType(
                name="terugmelding.inzien",
                question=InzienVraag,
                answer=InzienAntwoord,
                repeatable=True,
                summary="Show what was reported about somebody, and how far that is.",
                personal=True,
            ),
            QuestionType(
                name="terugmelding.termijnen",
                question=TermijnenVraag,
                answer=TermijnenAntwoord,
                repeatable=True,
                summary="Show what others reported to us and nobody took up, by urgency.",
                personal=True,
            ),
            QuestionType(
                name="adres.zoeken",
                question=AdressenVraag,
                answer=AdressenAntwoord,
                repeatable=True,
                summary="Look for addresses.",
            ),
            QuestionType(
                name="adres.raadplegen",
                question=AdressenVraag,
                answer=AdressenAntwoord,
                repeatable=True,
                summary="Show an address with what stands there.",
            ),
            QuestionType(
                name="eigendom.van-adres",
                question=EigendomVraag,
                answer=EigendomAntwoord,
                repeatable=True,
                summary="Show who owns what stands at an address.",
                personal=True,
            ),
        )
    }
)
"""By name."""


def parse_question(kind: QuestionType, raw: bytes | Mapping[str, Any]) -> dict[str, Any]:
    """The question as canonical JSON values; raises `InvalidMessage` with every problem found."""
    data = parse_json(raw) if isinstance(raw, bytes) else raw
    if not isinstance(data, Mapping):
        detail = "A question is one JSON object; it may be empty: {}."
        raise InvalidMessage((FieldProblem("", "wrong_type", detail),))
    try:
        question = kind.question.model_validate(data)
    except ValidationError as error:
        refused = error
    else:
        return question.model_dump(mode="json", by_alias=True, exclude_none=True)
    # Raised outside of the except block: pydantic's error holds the refused values.
    raise InvalidMessage(problems_of(refused, known_names=json_names(kind.question)))
