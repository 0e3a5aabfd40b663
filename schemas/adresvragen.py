"""What may be asked about addresses and about who owns them."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from schemas.fields import Day, Line20, Line80, Line200, Line255
from schemas.identifiers import Bsn, KvkNummer, Rsin
from schemas.payload import CanonicalModel, broken
from schemas.persoonvragen import (
    BagNummer,
    Huisletter,
    Huisnummer,
    Huisnummertoevoeging,
    OnvolledigeDatum,
    Postcode,
)
from schemas.problems import FieldProblem


class AdresAanduiding(CanonicalModel):
    """Base: says which address, by its number in the BAG or as it stands on an envelope."""

    nummeraanduiding: BagNummer | None = None
    postcode: Postcode | None = None
    huisnummer: Huisnummer | None = None
    huisletter: Huisletter | None = None
    huisnummertoevoeging: Huisnummertoevoeging | None = None

    @model_validator(mode="after")
    def _one_address(self) -> Self:
        written = self.postcode is not None and self.huisnummer is not None
        if not self._enough(written=written):
            detail = "Give nummeraanduiding, or postcode and huisnummer."
            raise broken(type(self).__name__, [FieldProblem("postcode", "required", detail)])
        return self

    def _enough(self, *, written: bool) -> bool:
        return self.nummeraanduiding is not None or written


class AdressenVraag(AdresAanduiding):
    """Looks for addresses; without huisletter and toevoeging also those that have one."""

    zoek: Line200 | None = Field(
        default=None, description="Free text: (part of) street, number, postcode, town."
    )

    def _enough(self, *, written: bool) -> bool:
        return super()._enough(written=written) or self.zoek is not None


class Adres(CanonicalModel):
    """An address as the BAG has it."""

    straatnaam: Line80 | None = None
    huisnummer: Annotated[int, Field(ge=1, le=99999)] | None = None
    huisletter: Line20 | None = None
    huisnummertoevoeging: Line20 | None = None
    postcode: Line20 | None = None
    woonplaats: Line80 | None = None
    nummeraanduiding: Line20 | None = None
    adresseerbaar_object: Line20 | None = None
    openbare_ruimte: Line20 | None = None
    soort_object: Line80 | None = None
    status_object: Line80 | None = None
    gebruiksdoelen: tuple[Line80, ...] = ()
    oppervlakte: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="In square metres."
    )
    bouwjaren: tuple[Line20, ...] = ()
    in_onderzoek: bool | None = None
    omschrijving: Line255 | None = Field(
        default=None, description="In one line; all there is of a free search's hits."
    )


class AdressenAntwoord(CanonicalModel):
    """Which addresses were found; none is an empty list."""

    adressen: tuple[Adres, ...] = ()
    meer: bool = Field(default=False, description="The register has more than it gave.")


class EigendomVraag(AdresAanduiding):
    """Asks who owns what stands at an address, and whether somebody is one of them."""

    bsn: Bsn | None = Field(default=None, description="Who says to own it, or to rent it from us.")


class Breuk(CanonicalModel):
    """A share in a right."""

    teller: Annotated[int, Field(ge=1)]
    noemer: Annotated[int, Field(ge=1)]


class Gerechtigde(CanonicalModel):
    """Somebody with a right in a parcel or an apartment right."""

    recht: Line80 | None = Field(default=None, description="As eigenaar, erfpachter, ...")
    soort: Literal["natuurlijk_persoon", "niet_natuurlijk_persoon"] | None = None
    naam: Line255 | None = None
    bsn: Bsn | None = None
    rsin: Rsin | None = None
    kvk_nummer: KvkNummer | None = None
    geboortedatum: OnvolledigeDatum | None = None
    overlijdensdatum: OnvolledigeDatum | None = None
    aandeel: Breuk | None = None
    sinds: Day | None = None


class OnroerendeZaak(CanonicalModel):
    """A parcel or an apartment right, and who has rights in it."""

    identificatie: Line80 | None = None
    kadastrale_aanduiding: Line80 | None = None
    soort: Line80 | None = None
    gerechtigden: tuple[Gerechtigde, ...] = ()


class Ontbreekt(CanonicalModel):
    """A part of the answer that could not be had now."""

    deel: Literal["gerechtigden", "persoon", "aanspraak"]
    van: Line80 | None = Field(default=None, description="Of which object.")
    reden: Line255


class EigendomAntwoord(CanonicalModel):
    """Who owns it. What could not be had is named: an absent owner is never taken for none."""

    onroerende_zaken: tuple[OnroerendeZaak, ...] = ()
    is_gerechtigd: bool | None = Field(
        default=None,
        description="Whether the person who was asked about is entitled; absent: nobody was asked "
        "about, or it could not be found out.",
    )
    ontbreekt: tuple[Ontbreekt, ...] = ()
