"""Which paths there are, and what is found at them."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import Field as ModelField

from routing.paths import fields, read
from schemas import MESSAGE_TYPES, Payload
from schemas.zaak import ZaakGestart, ZaakStatusGezet
from tests.routing.messages import gestart


class Kleur(StrEnum):
    ROOD = "rood"


class Doos(Payload):
    kleur: Kleur | None = None
    aantal: int = 0
    open_sinds: date | None = None
    breekbaar: bool = ModelField(default=False)


def value(data: Payload, path: str) -> list[str]:
    return read(data, fields(type(data))[path].attributes)


def test_every_payload_has_its_paths_under_the_names_of_json() -> None:
    known = fields(ZaakGestart)
    assert {
        "data.zaaktype.catalogus.rsin",
        "data.initiator.kvkNummer",
        "data.eigenschappen.naam",
        "data.verantwoordelijkeOrganisatie",
    } <= set(known)
    assert "data.verantwoordelijke_organisatie" not in known
    assert all(fields(message_type.payload) for message_type in MESSAGE_TYPES.values())


def test_a_path_through_a_list_finds_every_element() -> None:
    message = gestart(
        eigenschappen=[
            {"naam": "verhuisdatum", "waarde": "20261201"},
            {"naam": "aantal_personen", "waarde": "3"},
        ]
    )
    assert value(message.data, "data.eigenschappen.naam") == ["verhuisdatum", "aantal_personen"]


def test_a_path_that_only_one_kind_of_initiator_has_is_absent_in_the_others() -> None:
    message = gestart(initiator={"soort": "vestiging", "vestigingsnummer": "000090000021"})
    assert value(message.data, "data.initiator.vestigingsnummer") == ["000090000021"]
    assert value(message.data, "data.initiator.geslachtsnaam") == []
    assert value(gestart().data, "data.initiator.soort") == []


def test_an_empty_text_is_absent() -> None:
    assert value(gestart(toelichting="").data, "data.toelichting") == []


def test_values_are_found_as_json_writes_them() -> None:
    doos = Doos(kleur=Kleur.ROOD, aantal=5, open_sinds=date(2026, 11, 23), breekbaar=True)
    assert value(doos, "data.kleur") == ["rood"]
    assert value(doos, "data.aantal") == ["5"]
    assert value(doos, "data.openSinds") == ["2026-11-23"]
    assert value(doos, "data.breekbaar") == ["true"]


def test_a_field_with_fixed_values_knows_them() -> None:
    soort = fields(ZaakGestart)["data.initiator.soort"]
    assert soort.allowed == frozenset(
        {
            "natuurlijk_persoon",
            "niet_natuurlijk_persoon",
            "vestiging",
            "medewerker",
            "organisatorische_eenheid",
        }
    )
    assert fields(ZaakGestart)["data.omschrijving"].allowed is None


def test_objects_moments_and_bsns_cannot_be_compared() -> None:
    assert "object" in fields(ZaakGestart)["data.initiator"].refusal
    assert "moment" in fields(ZaakStatusGezet)["data.datumStatusGezet"].refusal
    assert "BSN" in fields(ZaakGestart)["data.initiator.bsn"].refusal
