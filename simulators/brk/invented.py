"""The invented town as the BRK knows it: one parcel for each address."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from simulators.brk.register import Parcel, Party, Place, Register, Right
from simulators.kadaster.invented import Corporation, houses
from simulators.town import town

if TYPE_CHECKING:
    from simulators.kadaster.invented import House
    from simulators.town import Person

_CORPORATION: Final = Corporation()
_LANDLORD: Final = Party(
    kind="kadaster_niet_natuurlijk_persoon",
    identificatie=f"NNP{_CORPORATION.kvk}",
    name=_CORPORATION.name,
    rsin=_CORPORATION.rsin,
    kvk=_CORPORATION.kvk,
    seat="Verzinsel",
)


@cache
def invented() -> Register:
    """Return the register; it does not change."""
    return Register([_parcel(one) for one in houses()])


def _parcel(one: House) -> Parcel:
    parties = [_party(person) for person in one.owners] or [_LANDLORD]
    place = Place(
        nummeraanduiding=one.address.nummeraanduiding,
        street=one.address.straat,
        huisnummer=one.address.huisnummer,
        huisletter=one.address.huisletter,
        toevoeging=one.address.toevoeging,
        postcode=one.address.postcode,
        woonplaats=one.address.woonplaats,
        object=one.address.adresseerbaar_object,
    )
    rights = tuple(
        Right(
            identificatie=f"{one.number * 10 + at:012}",
            party=party,
            noemer=len(parties),
            since=one.since,
        )
        for at, party in enumerate(parties)
    )
    return Parcel(
        identificatie=f"2231{one.number:06}0000",
        aanduiding=f"{town().naam} B {one.number}",
        places=(place,),
        rights=rights,
        size=one.size,
    )


def _party(person: Person) -> Party:
    return Party(
        kind="ingeschreven_natuurlijk_persoon",
        identificatie=person.bsn,
        given_names=person.voornamen,
        prefix=person.voorvoegsel,
        name=person.geslachtsnaam,
    )
