"""What may be asked of the Terugmeldvoorziening: the forms of question and answer."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from schemas.fields import Day
from schemas.identifiers import Bsn
from schemas.payload import CanonicalModel, broken
from schemas.problems import FieldProblem
from schemas.terugmelding import Anummer, Dossier, Dossiernummer


class InzienVraag(CanonicalModel):
    """Asks for dossiers: one by its number, or all about somebody."""

    dossiernummer: Dossiernummer | None = None
    bsn: Bsn | None = None
    anummer: Anummer | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if self.dossiernummer is None and self.bsn is None and self.anummer is None:
            detail = "Give dossiernummer, bsn or anummer."
            raise broken(type(self).__name__, [FieldProblem("dossiernummer", "required", detail)])
        return self


class InzienAntwoord(CanonicalModel):
    """The dossiers that there are; none is an empty list."""

    dossiers: Annotated[tuple[Dossier, ...], Field(max_length=5000)] = ()


class TermijnenVraag(CanonicalModel):
    """Asks which dossiers of others wait for us; it needs nothing."""


class Termijn(CanonicalModel):
    """A dossier that waits, and how long it still may."""

    uiterlijk: Day
    werkdagen_over: int = Field(
        description="Working days left after today; 0: today is the last. Below 0: too late."
    )
    dossier: Dossier


class TermijnenAntwoord(CanonicalModel):
    """What waits for us, the most urgent first."""

    termijnen: Annotated[tuple[Termijn, ...], Field(max_length=5000)] = ()
