"""What is asked of the BRP for what a purpose allows."""

import pytest
from pydantic import BaseModel

from adapters.brp.fields import FOUND, PERSON, fields_for
from schemas.persoonvragen import Persoon, Verblijfplaats, Verwant


def test_without_a_limit_everything_that_we_can_read_is_asked() -> None:
    asked = fields_for((), PERSON)
    assert {"burgerservicenummer", "geboorte.datum", "partners.naam.geslachtsnaam"} <= set(asked)
    assert len(asked) <= 130


def test_no_more_is_asked_than_is_allowed() -> None:
    assert fields_for({"personen.geboortedatum"}, PERSON) == [
        "burgerservicenummer",
        "geboorte.datum",
    ]


def test_a_path_allows_what_lies_below_it() -> None:
    asked = fields_for({"personen.verblijfplaats"}, PERSON)
    assert "verblijfplaats.verblijfadres.postcode" in asked
    assert all(one.startswith(("verblijfplaats.", "burgerservicenummer")) for one in asked)
    assert fields_for({"personen"}, PERSON) == fields_for((), PERSON)


def test_the_name_of_a_field_that_begins_as_another_is_not_below_it() -> None:
    assert "geboorte.plaats" not in fields_for({"personen.geboorte"}, PERSON)


def test_who_asks_for_partners_also_asks_whether_it_is_over() -> None:
    asked = fields_for({"personen.partners.bsn"}, PERSON)
    assert "partners.ontbindingHuwelijkPartnerschap.datum" in asked


@pytest.mark.parametrize(
    "given",
    ["geheimhoudingPersoonsgegevens", "inOnderzoek", "opschortingBijhouding", "verificatie", "rni"],
)
def test_what_comes_by_itself_is_never_asked_for(given: str) -> None:
    for table in (PERSON, FOUND):
        assert not any(one.split(".")[0] == given for one in fields_for((), table))


def test_every_entry_is_a_part_of_our_answer() -> None:
    parts: dict[str, type[BaseModel]] = {
        "": Persoon,
        "verblijfplaats.": Verblijfplaats,
        "ouders.": Verwant,
        "kinderen.": Verwant,
        "partners.": Verwant,
    }
    known = {
        prefix + (field.alias or name)
        for prefix, model in parts.items()
        for name, field in model.model_fields.items()
    }
    assert {*PERSON, *FOUND} <= known
