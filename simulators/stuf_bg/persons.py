"""The invented persons, in the words of the schema. The numbers are published test BSNs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Date:
    """YYYYMMDD; `known` is V (all), D (no day), M (no month) or J (not even a year)."""

    digits: str
    known: str = "V"


Value = str | Date


@dataclass(frozen=True, slots=True, kw_only=True)
class Relative:
    """A partner, child or parent; `own` says of the relation itself."""

    person: Mapping[str, Value]
    own: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    values: Mapping[str, Value]
    """By element name of the schema."""
    address: Mapping[str, Value] = field(default_factory=dict)
    abroad: Mapping[str, Value] = field(default_factory=dict)
    partners: Sequence[Relative] = ()
    children: Sequence[Relative] = ()
    parents: Sequence[Relative] = ()
    nationalities: Sequence[tuple[str, str]] = ()
    """Code and omschrijving."""
    doubted: bool = False

    @property
    def bsn(self) -> str:
        return str(self.values["inp.bsn"])


def _related(bsn: str, first: str, last: str, born: Date) -> Mapping[str, Value]:
    return {"inp.bsn": bsn, "geslachtsnaam": last, "voornamen": first, "geboortedatum": born}


_WATERPLEIN: Mapping[str, Value] = {
    "aoa.identificatie": "0344200000000001",
    "wpl.woonplaatsNaam": "Utrecht",
    "gor.openbareRuimteNaam": "Waterplein",
    "gor.straatnaam": "Waterplein",
    "aoa.postcode": "3511ZZ",
    "aoa.huisnummer": "12",
    "aoa.huisletter": "b",
    "begindatumVerblijf": Date("20150301"),
}
_NEDERLANDSE = (("1", "Nederlandse"),)

PERSONS: tuple[Person, ...] = (
    Person(
        values={
            "inp.bsn": "999993653",
            "inp.a-nummer": "1234567890",
            "geslachtsnaam": "Molenaar",
            "voorvoegselGeslachtsnaam": "van der",
            "voorletters": "J.A.",
            "voornamen": "Jacoba Anna",
            "geslachtsaanduiding": "V",
            "geboortedatum": Date("19850412"),
            "inp.geboorteplaats": "Utrecht",
            "inp.geboorteLand": "6030",
            "inp.gemeenteVanInschrijving": "0344",
            "inp.indicatieGeheim": "0",
        },
        address=_WATERPLEIN,
        partners=(
            Relative(
                person=_related("999990019", "Pieter", "Bakker", Date("19840101", "M")),
                own={"datumSluiting": Date("20100505")},
            ),
            Relative(
                person=_related("999992223", "Karel", "Vroeger", Date("19800202")),
                own={"datumSluiting": Date("20040101"), "datumOntbinding": Date("20080101")},
            ),
        ),
        children=(Relative(person=_related("999992132", "Saar", "Bakker", Date("20120909"))),),
        parents=(
            Relative(person=_related("999991772", "Anna", "Molenaar", Date("19550000", "M"))),
        ),
        nationalities=_NEDERLANDSE,
    ),
    Person(
        values={
            "inp.bsn": "999990019",
            "geslachtsnaam": "Bakker",
            "voornamen": "Pieter",
            "geslachtsaanduiding": "M",
            "geboortedatum": Date("19840101", "M"),
            "inp.gemeenteVanInschrijving": "0344",
            "inp.indicatieGeheim": "7",
        },
        address=_WATERPLEIN,
        nationalities=_NEDERLANDSE,
    ),
    Person(
        values={
            "inp.bsn": "999992223",
            "geslachtsnaam": "Vroeger",
            "voornamen": "Karel",
            "geslachtsaanduiding": "M",
            "geboortedatum": Date("00000000", "J"),
            "overlijdensdatum": Date("20230500", "D"),
            "inp.indicatieGeheim": "0",
        },
        abroad={
            "lnd.landcode": "5010",
            "lnd.landnaam": "België",
            "sub.adresBuitenland1": "Verzonnen straat 1",
            "sub.adresBuitenland2": "2000 Antwerpen",
        },
    ),
    Person(
        values={
            "inp.bsn": "999992132",
            "geslachtsnaam": "Bakker",
            "voornamen": "Saar",
            "geslachtsaanduiding": "O",
            "geboortedatum": Date("20120909"),
            "inp.gemeenteVanInschrijving": "0344",
            "inp.indicatieGeheim": "0",
        },
        address=_WATERPLEIN,
        doubted=True,
    ),
)
