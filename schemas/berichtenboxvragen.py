"""What may be asked of the Berichtenbox: the forms of question and answer."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import AwareDatetime, Field, StringConstraints

from schemas.identifiers import Bsn
from schemas.payload import CanonicalModel

MOST: Final = 250
"""Persons in one question: more are not taken (Aansluithandleiding, chapter 7)."""


class AbonnementenVraag(CanonicalModel):
    """Asks who wants this kind of letter in the Berichtenbox."""

    bsns: Annotated[tuple[Bsn, ...], Field(min_length=1, max_length=MOST)]
    berichttype: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,8}$")] = Field(
        description="Code of the kind of letter, as it is in the Leveranciersportaal."
    )


class Abonnement(CanonicalModel):
    """Whether somebody gets a kind of letter digitally."""

    bsn: Bsn
    actief: bool


class AbonnementenAntwoord(CanonicalModel):
    """One line for each person who was asked about. It may be believed for seven days at most."""

    abonnementen: tuple[Abonnement, ...] = ()
    peilmoment: AwareDatetime
