"""The BAG and the BRK tell of one town, the one that the BRP tells of."""

from __future__ import annotations

import pytest

from simulators.bag import BagSimulator
from simulators.bag.invented import invented as bag
from simulators.brk import BrkSimulator
from simulators.brk.invented import invented as brk
from simulators.kadaster.invented import streets
from simulators.kit import running
from simulators.town import town
from tests.simulators.http import client
from tests.simulators.official import check


def test_every_address_of_the_town_is_in_both_registers() -> None:
    known = {one.nummeraanduiding for one in town().addresses}
    parcels = {place.nummeraanduiding for one in brk().parcels.values() for place in one.places}

    assert set(bag().addresses) == parcels == known


def test_owners_live_in_the_town_or_are_a_legal_person_and_hold_the_whole() -> None:
    persons = town().persons
    kinds = set()
    for parcel in brk().parcels.values():
        assert sum(right.teller / right.noemer for right in parcel.rights) == 1
        for right in parcel.rights:
            kinds.add(right.party.kind)
            if right.party.natural:
                assert persons[right.party.identificatie].geslachtsnaam == right.party.name
                assert not persons[right.party.identificatie].overleden

    assert kinds == {"ingeschreven_natuurlijk_persoon", "kadaster_niet_natuurlijk_persoon"}


def test_houses_are_lived_in_by_their_owners_and_by_others() -> None:
    home = {
        one.bsn: one.stay.address.nummeraanduiding
        for one in town().persons.values()
        if one.stay.address is not None
    }
    own = [
        home.get(right.party.identificatie) == parcel.places[0].nummeraanduiding
        for parcel in brk().parcels.values()
        for right in parcel.rights
    ]

    assert 0 < sum(own) < len(own)


def test_a_register_that_changes_leaves_the_next_one_as_it_was() -> None:
    changed = bag()
    changed.addresses.clear()

    assert bag().addresses


@pytest.mark.standards
async def test_the_whole_town_is_as_the_official_descriptions_want_it() -> None:
    key = {"X-Api-Key": "schakel-demo"}
    async with running(BagSimulator()) as simulator, client(headers=key) as http:
        for street in streets().values():
            query = f"openbareRuimteIdentificatie={street}&pageSize=100"
            answer = await http.get(f"{simulator.url}/nummeraanduidingen?{query}")
            check(answer, "/nummeraanduidingen", of="bag-individuele-bevragingen/openapi-v2.yaml")
    objects = "/kadastraalonroerendezaken"
    async with running(BrkSimulator()) as simulator, client(headers=key) as http:
        for address in town().addresses[:40]:
            query = f"nummeraanduidingIdentificatie={address.nummeraanduiding}"
            query += "&expand=zakelijkGerechtigden"
            answer = await http.get(f"{simulator.url}{objects}?{query}")
            check(answer, objects, of="brk-bevragen/openapi-kadaster.yaml")
