"""What may be asked about persons: the forms of question and answer.

The same for every register behind it (StUF-BG, Haal Centraal, GBA-V). Nobody found is an empty
list.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self

from pydantic import Field, StringConstraints, model_validator
from pydantic.alias_generators import to_camel

from schemas.fields import LINE_PATTERN, Day, Line20, Line80, Line200, Line255
from schemas.identifiers import Bsn, Gemeentecode
from schemas.payload import CanonicalModel, broken
from schemas.problems import FieldProblem

OnvolledigeDatum = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}(-[0-9]{2}){0,2}$")]
"""As far as it is known: 1987, 1987-04 or 1987-04-12."""


BagNummer = Annotated[str, StringConstraints(pattern=r"^[0-9]{16}$")]
"""Number of an object in the BAG: 16 digits."""
Postcode = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{3}[A-Z]{2}$")]
Huisnummer = Annotated[int, Field(strict=True, ge=1, le=99999)]
Huisletter = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]$")]
Huisnummertoevoeging = Annotated[str, StringConstraints(max_length=4, pattern=LINE_PATTERN)]


class PersoonVraag(CanonicalModel):
    """Asks for one person by BSN."""

    bsn: Bsn


class PersonenVraag(CanonicalModel):
    """Looks for persons in one of `WAYS`; a register that cannot look that way says so."""

    geslachtsnaam: Line200 | None = None
    voorvoegsel: Line80 | None = None
    voornamen: Line200 | None = None
    geslacht: Literal["man", "vrouw", "onbekend"] | None = None
    geboortedatum: Day | None = None
    postcode: Postcode | None = None
    straatnaam: Line200 | None = None
    huisnummer: Huisnummer | None = None
    huisletter: Huisletter | None = None
    huisnummertoevoeging: Huisnummertoevoeging | None = None
    gemeente: Gemeentecode | None = Field(
        default=None, description="Where the person is registered."
    )
    nummeraanduiding: BagNummer | None = None
    adresseerbaar_object: BagNummer | None = None
    inclusief_overleden: bool | None = Field(
        default=None, description="Also people who died; absent or false: only the living."
    )

    @model_validator(mode="after")
    def _narrow_enough(self) -> Self:
        given = self.model_fields_set - {
            name for name in self.model_fields_set if getattr(self, name) is None
        }
        if not any(set(way) <= given for way in WAYS):
            detail = (
                f"Give {_SAID}: a wider search would show people who have nothing to do with it."
            )
            raise broken("PersonenVraag", [FieldProblem("geslachtsnaam", "too_wide", detail)])
        return self


WAYS: Final[tuple[tuple[str, ...], ...]] = (
    ("nummeraanduiding",),
    ("adresseerbaar_object",),
    ("geslachtsnaam", "geboortedatum"),
    ("postcode", "huisnummer"),
    ("geslachtsnaam", "voornamen", "gemeente"),
    ("straatnaam", "huisnummer", "gemeente"),
)
"""What a search has to hold at least, by the fields' names in Python."""

_SAID: Final = "; or ".join(" and ".join(to_camel(name) for name in way) for way in WAYS)


class Verblijfplaats(CanonicalModel):
    """Where somebody lives; abroad only `regels` and `land`."""

    straatnaam: Line200 | None = None
    huisnummer: Annotated[int, Field(ge=1, le=99999)] | None = None
    huisletter: Line80 | None = None
    huisnummertoevoeging: Line80 | None = None
    postcode: Line80 | None = None
    woonplaats: Line200 | None = None
    gemeentecode: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")] | None = None
    bag_identificatie: Line80 | None = Field(
        default=None, description="Adresseerbaar object: what somebody lives in."
    )
    nummeraanduiding: Line80 | None = None
    land: Line80 | None = None
    regels: tuple[Line255, ...] = ()
    datum_ingang: OnvolledigeDatum | None = None
    datum_einde: OnvolledigeDatum | None = Field(
        default=None, description="The first day on which it was no longer so."
    )
    onbekend: bool | None = Field(default=None, description="True: nobody knows where.")
    in_onderzoek: bool | None = None


class Opschorting(CanonicalModel):
    """Since when and why a person's list is not kept up any more."""

    reden: Literal["overlijden", "emigratie", "ministerieel_besluit", "fout", "rni", "onbekend"]
    datum: OnvolledigeDatum | None = None


class Verwant(CanonicalModel):
    """Somebody's parent, child or partner, as far as the register says."""

    bsn: Bsn | None = None
    voornamen: Line200 | None = None
    voorvoegsel_geslachtsnaam: Line80 | None = None
    geslachtsnaam: Line200 | None = None
    geboortedatum: OnvolledigeDatum | None = None
    soort_verbintenis: Literal["huwelijk", "geregistreerd_partnerschap"] | None = None
    datum_verbintenis: OnvolledigeDatum | None = None


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
    leeftijd: Annotated[int, Field(ge=0, le=200)] | None = None
    aanschrijfnaam: Line255 | None = Field(
        default=None, description="The name as it stands on an envelope."
    )
    gemeente_van_inschrijving: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")] | None = (
        None
    )
    opschorting: Opschorting | None = Field(
        default=None, description="Why the register is no longer kept up for this person."
    )
    onder_curatele: bool | None = None
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


class Periodevraag(CanonicalModel):
    """Base: how it was on one day, or between two."""

    peildatum: Day | None = None
    datum_van: Day | None = None
    datum_tot: Day | None = Field(default=None, description="The first day after the period.")

    @model_validator(mode="after")
    def _one_day_or_two(self) -> Self:
        if self.peildatum is not None and self.datum_van is None and self.datum_tot is None:
            return self
        if self.peildatum is None and self.datum_van is not None and self.datum_tot is not None:
            if self.datum_van < self.datum_tot:
                return self
            detail = "datumTot has to lie after datumVan."
            raise broken(type(self).__name__, [FieldProblem("datumTot", "order", detail)])
        detail = "Give peildatum, or datumVan and datumTot."
        raise broken(type(self).__name__, [FieldProblem("peildatum", "required", detail)])


class VerblijfplaatsenVraag(Periodevraag):
    """Asks where somebody lived."""

    bsn: Bsn


class VerblijfplaatsenAntwoord(CanonicalModel):
    """Where somebody lived, the latest first."""

    verblijfplaatsen: tuple[Verblijfplaats, ...] = ()
    geheimhouding: bool | None = None
    opschorting: Opschorting | None = None


class BewoningVraag(Periodevraag):
    """Asks who lives or lived in a building."""

    adresseerbaar_object: BagNummer


class Bewoner(CanonicalModel):
    """Somebody who lives or lived somewhere."""

    bsn: Bsn | None = None
    volledige_naam: Line255 | None = None
    geboortedatum: OnvolledigeDatum | None = None
    geheimhouding: bool | None = None
    in_onderzoek: bool | None = None


class Bewoning(CanonicalModel):
    """The residents of a building, who stay the same between two days."""

    datum_van: OnvolledigeDatum | None = None
    datum_tot: OnvolledigeDatum | None = None
    bewoners: tuple[Bewoner, ...] = ()
    mogelijke_bewoners: tuple[Bewoner, ...] = Field(
        default=(), description="Of whom it is not certain that they lived there in this period."
    )
    te_veel_bewoners: bool | None = Field(
        default=None, description="True: more than the register shows; nobody is listed."
    )


class BewoningAntwoord(CanonicalModel):
    """Periods with the same residents, in order."""

    bewoningen: tuple[Bewoning, ...] = ()


class ReisdocumentVraag(CanonicalModel):
    """Asks for one travel document by number, or for those of a person."""

    bsn: Bsn | None = None
    nummer: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{9}$")] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.bsn is None) == (self.nummer is None):
            detail = "Give either bsn or nummer."
            raise broken("ReisdocumentVraag", [FieldProblem("bsn", "required", detail)])
        return self


class Reisdocument(CanonicalModel):
    """A Dutch passport or identity card as the register has it."""

    nummer: Line20 | None = None
    soort: Line80 | None = None
    soort_code: Line20 | None = None
    einde_geldigheid: OnvolledigeDatum | None = None
    inhouding_of_vermissing: Line80 | None = Field(
        default=None, description="Withdrawn, missing or void: in the register's words."
    )
    datum_inhouding_of_vermissing: OnvolledigeDatum | None = None
    bsn_houder: Bsn | None = None
    in_onderzoek: bool | None = None


class ReisdocumentenAntwoord(CanonicalModel):
    """What was found; empty: no such document."""

    reisdocumenten: tuple[Reisdocument, ...] = ()
