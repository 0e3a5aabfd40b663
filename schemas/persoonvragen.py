"""What may be asked about persons: the forms of question and answer.

The same for every register behind it (StUF-BG, Haal Centraal, GBA-V). Nobody found is an empty
list.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from schemas.fields import LINE_PATTERN, Day, Line80, Line200, Line255
from schemas.identifiers import Bsn
from schemas.payload import CanonicalModel, broken
from schemas.problems import FieldProblem

OnvolledigeDatum = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}(-[0-9]{2}){0,2}$")]
"""As far as it is known: 1987, 1987-04 or 1987-04-12."""


class PersoonVraag(CanonicalModel):
    """Asks for one person by BSN."""

    bsn: Bsn


class PersonenVraag(CanonicalModel):
    """Looks for persons: by name and day of birth, or by address."""

    geslachtsnaam: Line200 | None = None
    voornamen: Line200 | None = None
    geboortedatum: Day | None = None
    postcode: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{3}[A-Z]{2}$")] | None = None
    huisnummer: Annotated[int, Field(strict=True, ge=1, le=99999)] | None = None
    huisletter: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]$")] | None = None
    huisnummertoevoeging: (
        Annotated[str, StringConstraints(max_length=4, pattern=LINE_PATTERN)] | None
    ) = None

    @model_validator(mode="after")
    def _narrow_enough(self) -> Self:
        by_name = self.geslachtsnaam is not None and self.geboortedatum is not None
        by_address = self.postcode is not None and self.huisnummer is not None
        if not (by_name or by_address):
            detail = (
                "Give geslachtsnaam and geboortedatum, or postcode and huisnummer: a wider search "
                "would show people who have nothing to do with it."
            )
            raise broken("PersonenVraag", [FieldProblem("geslachtsnaam", "too_wide", detail)])
        return self


class Verblijfplaats(CanonicalModel):
    """Where somebody lives; abroad only `regels` and `land`."""

    straatnaam: Line200 | None = None
    huisnummer: Annotated[int, Field(ge=1, le=99999)] | None = None
    huisletter: Line80 | None = None
    huisnummertoevoeging: Line80 | None = None
    postcode: Line80 | None = None
    woonplaats: Line200 | None = None
    gemeentecode: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")] | None = None
    bag_identificatie: Line80 | None = None
    land: Line80 | None = None
    regels: tuple[Line255, ...] = ()
    datum_ingang: OnvolledigeDatum | None = None


class Verwant(CanonicalModel):
    """Somebody's parent, child or partner, as far as the register says."""

    bsn: Bsn | None = None
    voornamen: Line200 | None = None
    voorvoegsel_geslachtsnaam: Line80 | None = None
    geslachtsnaam: Line200 | None = None
    geboortedatum: OnvolledigeDatum | None = None


class Persoon(CanonicalModel):
    """A person as the register has it. Absent means: not known, or not given for this purpose."""

    bsn: Bsn | None = None
    a_nummer: Line80 | None = None
    voornamen: Line200 | None = None
    voorletters: Line80 | None = None
    voorvoegsel_geslachtsnaam: Line80 | None = None
    geslachtsnaam: Line200 | None = None
    geslacht: Literal["man", "vrouw", "onbekend"] | None = None
    geboortedatum: OnvolledigeDatum | None = None
    geboorteplaats: Line200 | None = None
    geboorteland: Line80 | None = None
    overlijdensdatum: OnvolledigeDatum | None = None
    verblijfplaats: Verblijfplaats | None = None
    partners: tuple[Verwant, ...] = ()
    ouders: tuple[Verwant, ...] = ()
    kinderen: tuple[Verwant, ...] = ()
    nationaliteiten: tuple[Line200, ...] = ()
    geheimhouding: bool | None = Field(
        default=None, description="True: do not give this person's data to others."
    )
    in_onderzoek: bool | None = Field(
        default=None, description="True: some of this may be wrong; the municipality is looking."
    )


class PersonenAntwoord(CanonicalModel):
    """Who was found."""

    personen: tuple[Persoon, ...] = ()
    meer: bool = Field(default=False, description="The register has more than it gave.")
