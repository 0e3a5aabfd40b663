"""Who is involved in a case: a person, an organisation, a branch, or the municipality's own."""

from typing import Annotated, Any, Final, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from schemas.fields import LINE_PATTERN, Day, Line200
from schemas.identifiers import Bsn, KvkNummer, Rsin, Vestigingsnummer
from schemas.payload import CanonicalModel, broken
from schemas.problems import FieldProblem


def require_soort(schema: dict[str, Any]) -> None:
    """Say in the JSON Schema that `soort` is needed: only Python code may leave it to the class."""
    del schema["properties"]["soort"]["default"]
    schema["required"] = ["soort", *schema.get("required", ())]


class NatuurlijkPersoon(CanonicalModel):
    """A person, known by BSN; the names are for the reader of the case."""

    model_config = ConfigDict(json_schema_extra=require_soort)

    soort: Literal["natuurlijk_persoon"] = "natuurlijk_persoon"
    bsn: Bsn
    voornamen: Line200 | None = None
    voorvoegsel_geslachtsnaam: (
        Annotated[str, StringConstraints(max_length=10, pattern=LINE_PATTERN)] | None
    ) = None
    geslachtsnaam: Line200 | None = None
    geboortedatum: Day | None = Field(
        default=None, description="Left out when the BRP knows only part of the date."
    )


class Organisatie(CanonicalModel):
    """An organisation, known by RSIN or KvK-nummer or both."""

    model_config = ConfigDict(json_schema_extra=require_soort)

    soort: Literal["niet_natuurlijk_persoon"] = "niet_natuurlijk_persoon"
    rsin: Rsin | None = None
    kvk_nummer: KvkNummer | None = None
    naam: Annotated[str, StringConstraints(max_length=500, pattern=LINE_PATTERN)] | None = None

    @model_validator(mode="after")
    def _has_a_number(self) -> Self:
        if self.rsin is None and self.kvk_nummer is None:
            detail = "An organisation needs an rsin or a kvkNummer."
            raise broken("Organisatie", [FieldProblem("rsin", "required", detail)])
        return self


class Vestiging(CanonicalModel):
    """One branch of an organisation."""

    model_config = ConfigDict(json_schema_extra=require_soort)

    soort: Literal["vestiging"] = "vestiging"
    vestigingsnummer: Vestigingsnummer
    kvk_nummer: KvkNummer | None = None
    handelsnaam: Annotated[str, StringConstraints(max_length=625, pattern=LINE_PATTERN)] | None = (
        None
    )


Nummer24 = Annotated[str, StringConstraints(max_length=24, pattern=LINE_PATTERN)]


class Medewerker(CanonicalModel):
    """Somebody who works for the municipality, known by the number that it gave."""

    model_config = ConfigDict(json_schema_extra=require_soort)

    soort: Literal["medewerker"] = "medewerker"
    identificatie: Nummer24
    naam: Line200 | None = None


class OrganisatorischeEenheid(CanonicalModel):
    """A department of the municipality."""

    model_config = ConfigDict(json_schema_extra=require_soort)

    soort: Literal["organisatorische_eenheid"] = "organisatorische_eenheid"
    identificatie: Nummer24
    naam: Annotated[str, StringConstraints(max_length=50, pattern=LINE_PATTERN)] | None = None


Betrokkene = Annotated[
    NatuurlijkPersoon | Organisatie | Vestiging | Medewerker | OrganisatorischeEenheid,
    Field(discriminator="soort"),
]

BETROKKENE_SOORTEN: Final = frozenset(
    {
        "natuurlijk_persoon",
        "niet_natuurlijk_persoon",
        "vestiging",
        "medewerker",
        "organisatorische_eenheid",
    }
)
"""Values of `soort`, which tell the five apart."""
