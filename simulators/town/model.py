"""What there is to know of a town. Days are texts, as far as they are known: 1987, 1987-04-12."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address of the BAG; its numbers have 16 digits."""

    nummeraanduiding: str
    adresseerbaar_object: str
    straat: str
    huisnummer: int
    huisletter: str = ""
    toevoeging: str = ""
    postcode: str
    woonplaats: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """Where somebody lived, from one day until the next stay begins."""

    van: str
    address: Address | None = None
    locatie: str = ""
    """A place without an address: a boat, a caravan."""
    buitenland: tuple[str, ...] = ()
    """Lines of an address abroad."""
    land: tuple[str, str] | None = None
    """Code and name; with `buitenland`, and without it when only the country is known."""
    onderzoek: bool = False
    """The municipality is looking whether it is true."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relative:
    """Somebody's relative who is not in the town: all that the list of that person says."""

    bsn: str = ""
    voornamen: str
    geslachtsnaam: str
    voorvoegsel: str = ""
    geboren: str
    geslacht: Literal["M", "V", "O"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bond:
    """A marriage (H) or registered partnership (P)."""

    bsn: str = ""
    other: Relative | None = None
    """Somebody who is not in the town, in place of `bsn`."""
    soort: Literal["H", "P"]
    aangegaan: str
    ontbonden: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A passport (PN) or identity card (NI)."""

    nummer: str
    soort: Literal["PN", "NI"]
    geldig_tot: str
    inhouding: tuple[str, str] | None = None
    """I (withdrawn) or V (missing), and since when."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    bsn: str
    a_nummer: str
    voornamen: str
    geslachtsnaam: str
    voorvoegsel: str = ""
    titel: tuple[str, str] | None = None
    """Code and name of an adellijke titel."""
    geslacht: Literal["M", "V", "O"]
    geboren: str
    geboorteplaats: tuple[str, str]
    """Code and name of the municipality, or only a name abroad."""
    geboorteland: tuple[str, str]
    overleden: str = ""
    stays: tuple[Stay, ...]
    """In order; the last one is now."""
    bonds: tuple[Bond, ...] = ()
    ouders: tuple[str | Relative, ...] = ()
    """By bsn when they are in the town."""
    kinderen: tuple[str | Relative, ...] = ()
    nationaliteiten: tuple[tuple[str, str], ...]
    """Code and name; none: stateless."""
    geheim: bool = False
    onderzoek: bool = False
    gemeente: tuple[str, str] = ("0344", "Utrecht")
    """Where somebody is registered, or was last."""
    opgeschort: tuple[str, str] | None = None
    """O (died), E (emigrated), M, F, R; and since when."""
    curatele: bool = False
    documents: tuple[Document, ...] = ()

    @property
    def stay(self) -> Stay:
        return self.stays[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A municipality. `persons` by bsn, in the order in which they were made."""

    gemeentecode: str
    naam: str
    addresses: tuple[Address, ...]
    persons: Mapping[str, Person] = field(repr=False)
