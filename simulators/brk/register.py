"""Parcels, rights in them, and the persons whom only the Kadaster knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

Kind = Literal[
    "ingeschreven_natuurlijk_persoon",
    "kadaster_natuurlijk_persoon",
    "ingeschreven_niet_natuurlijk_persoon",
    "kadaster_niet_natuurlijk_persoon",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Somebody with rights. Of an ingeschreven_natuurlijk_persoon the number is the BSN."""

    kind: Kind
    identificatie: str = field(repr=False)
    name: str = field(repr=False)
    """Statutaire naam, or geslachtsnaam."""
    given_names: str = field(default="", repr=False)
    prefix: str = field(default="", repr=False)
    born: date | None = field(default=None, repr=False)
    died: date | None = field(default=None, repr=False)
    rsin: str = ""
    kvk: str = ""
    seat: str = ""

    @property
    def natural(self) -> bool:
        return "niet_natuurlijk" not in self.kind

    @property
    def described(self) -> str:
        """The name in one line."""
        return " ".join(one for one in (self.given_names, self.prefix, self.name) if one)


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """A right that somebody has in a parcel, wholly or for a share."""

    identificatie: str
    party: Party
    type: str = "eigenaar"
    """TypeGerechtigdeEnum of the API."""
    teller: int = 1
    noemer: int = 1
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The address of a parcel."""

    nummeraanduiding: str
    street: str
    huisnummer: int
    postcode: str
    woonplaats: str
    object: str = ""
    huisletter: str = ""
    toevoeging: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A perceel or an appartementsrecht."""

    identificatie: str
    aanduiding: str
    """Kadastrale gemeente, section, number and perhaps an index: `Utrecht B 1700 A2`."""
    places: tuple[Place, ...] = ()
    rights: tuple[Right, ...] = ()
    type: Literal["perceel", "appartementsrecht"] = "perceel"
    size: int = 150
    """Square metres."""


class Register:
    """All parcels, found by number, by address and by who has a right in them."""

    def __init__(self, parcels: Sequence[Parcel]) -> None:
        self.parcels = {one.identificatie: one for one in parcels}
        self.parties: dict[str, Party] = {}
        self._of: dict[str, list[Parcel]] = {}
        for parcel in parcels:
            for right in parcel.rights:
                self.parties[right.party.identificatie] = right.party
                owned = self._of.setdefault(right.party.identificatie, [])
                if parcel not in owned[-1:]:
                    owned.append(parcel)

    def owned_by(self, number: str) -> Sequence[Parcel]:
        """Return the parcels in which a person has a right."""
        return self._of.get(number, ())
