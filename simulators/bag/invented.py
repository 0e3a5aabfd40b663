"""The invented town as the BAG knows it."""

from __future__ import annotations

from simulators.bag.register import Address, Register, Street
from simulators.kadaster.invented import WOONPLAATS, houses, streets
from simulators.town import town


def invented() -> Register:
    """Return a register of its own."""
    known = [
        Street(identificatie=number, naam=name, woonplaats=WOONPLAATS)
        for name, number in streets().items()
    ]
    addresses = [
        Address(
            nummeraanduiding=one.address.nummeraanduiding,
            object=one.address.adresseerbaar_object,
            pand=one.pand,
            street=one.street,
            huisnummer=one.address.huisnummer,
            huisletter=one.address.huisletter,
            toevoeging=one.address.toevoeging,
            postcode=one.address.postcode,
            oppervlakte=one.size,
            bouwjaar=one.year,
            position=one.position,
        )
        for one in houses()
    ]
    return Register.of({WOONPLAATS: town().naam}, known, addresses)
