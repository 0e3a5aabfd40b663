"""The invented town as the Kadaster knows it: its houses, and who owns them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Final

from simulators.town import town

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulators.town import Address, Person

WOONPLAATS: Final = "3295"
_LANDLORD: Final = 4
"""Every so manyth house belongs to the housing corporation; the one after it is let by somebody."""
_OF_AGE: Final = "2004"
"""Who was born before this year may own a house."""
_MOST_OWNERS: Final = 2
_SOME: Final = 37
"""Spreads what the town does not say: sizes, years, who lets a house."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corporation:
    """A legal person that lets houses."""

    name: str = "Stichting Wonen in Verzinsel"
    rsin: str = "002220647"
    kvk: str = "90000017"


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """One address of the town, and its owners in equal shares."""

    number: int
    """Of the house in the town, from 1."""
    address: Address
    street: str
    """Number of the openbare ruimte."""
    size: int
    """Square metres."""
    year: int
    position: tuple[float, float]
    """RD coordinates in metres."""
    owners: tuple[Person, ...] = field(repr=False)
    """None: the corporation owns it."""
    since: date

    @property
    def pand(self) -> str:
        """Number of the building: each house has its own."""
        return f"{self.address.nummeraanduiding[:4]}10{self.number:010}"


@cache
def streets() -> Mapping[str, str]:
    """Return the numbers of the streets, by name."""
    known = town()
    names = dict.fromkeys(one.straat for one in known.addresses)
    return {name: f"{known.gemeentecode}30{at:010}" for at, name in enumerate(names, start=1)}


@cache
def houses() -> tuple[House, ...]:
    """Return all houses, in the order of the town's addresses."""
    known = town()
    grown = [one for one in known.persons.values() if one.geboren < _OF_AGE and not one.overleden]
    living: dict[str, list[Person]] = {}
    for one in grown:
        if one.stay.address is not None:
            living.setdefault(one.stay.address.nummeraanduiding, []).append(one)
    return tuple(
        House(
            number=number,
            address=address,
            street=streets()[address.straat],
            size=45 + number * _SOME % 160,
            year=1900 + number * _SOME % 120,
            position=(130_000.0 + number % 100 * 25, 455_000.0 + number // 100 * 40),
            owners=_owners(number, living.get(address.nummeraanduiding, []), grown),
            since=date(1985 + number * _SOME % 38, 1 + number % 12, 1),
        )
        for number, address in enumerate(known.addresses, start=1)
    )


def _owners(number: int, living: list[Person], grown: list[Person]) -> tuple[Person, ...]:
    if number % _LANDLORD == 0 or not living:
        return ()
    if number % _LANDLORD == 1:
        return (grown[number * _SOME % len(grown)],)
    return tuple(living[:_MOST_OWNERS])
