"""Streets and addresses as the BAG knows them: the current version of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LONG_AGO: Final = datetime(2018, 3, 1, 12, tzinfo=UTC)
"""When what is there from the start was registered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """An openbare ruimte."""

    identificatie: str
    naam: str
    woonplaats: str
    """Number of the woonplaats, four digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One version of a nummeraanduiding, with the verblijfsobject and the pand behind it."""

    nummeraanduiding: str
    street: str
    huisnummer: int
    postcode: str
    object: str
    pand: str
    huisletter: str = ""
    toevoeging: str = ""
    oppervlakte: int = 90
    gebruiksdoel: str = "woonfunctie"
    bouwjaar: int = 1970
    position: tuple[float, float] = (136_000.0, 456_000.0)
    """RD coordinates in metres."""
    in_onderzoek: bool = False
    withdrawn: bool = False
    versie: int = 1
    begin: date = date(1990, 1, 1)
    registered: datetime = LONG_AGO


@dataclass(slots=True, kw_only=True)
class Register:
    """What there is, by number; a change puts a new version in its place."""

    towns: Mapping[str, str]
    """Names of woonplaatsen by number."""
    streets: Mapping[str, Street]
    addresses: dict[str, Address] = field(default_factory=dict)

    @classmethod
    def of(
        cls, towns: Mapping[str, str], streets: Iterable[Street], addresses: Iterable[Address]
    ) -> Self:
        return cls(
            towns=dict(towns),
            streets={one.identificatie: one for one in streets},
            addresses={one.nummeraanduiding: one for one in addresses},
        )

    def copied(self) -> Register:
        """Return a register that changes on its own."""
        return Register(towns=self.towns, streets=self.streets, addresses=dict(self.addresses))

    def line(self, one: Address) -> str:
        """Return an address in one line, as the free search describes it."""
        street = self.streets[one.street]
        number = f"{one.huisnummer}{one.huisletter}"
        number += f"-{one.toevoeging}" if one.toevoeging else ""
        return f"{street.naam} {number}, {one.postcode} {self.towns[street.woonplaats]}"
