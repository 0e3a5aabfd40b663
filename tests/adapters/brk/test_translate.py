"""The BRK's answers as ours; no number of a person becomes a part of an address."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.brk import translate
from schemas.adresvragen import Gerechtigde


def right(kind: str, number: Any, **others: Any) -> dict[str, Any]:
    return {
        "identificatie": "1",
        "type": "eigenaar",
        "aanvangsdatum": "2012-06-01",
        "tenaamstelling": {"aandeel": {"teller": 1, "noemer": 2}},
        "persoon": {"identificatie": number, "omschrijving": "S. van der Meer", "type": kind},
        **others,
    }


def test_somebody_of_the_brp_is_known_by_number() -> None:
    made = translate.holder(right("ingeschreven_natuurlijk_persoon", "999990019"))
    one = Gerechtigde.model_validate(made)
    assert one.bsn is not None
    assert one.aandeel is not None
    assert (one.aandeel.teller, one.aandeel.noemer) == (1, 2)
    assert one.soort == "natuurlijk_persoon"


@pytest.mark.parametrize(
    ("kind", "number", "path"),
    [
        ("ingeschreven_natuurlijk_persoon", "999990019", None),
        ("kadaster_natuurlijk_persoon", "70882239", "/kadasternatuurlijkpersonen/70882239"),
        ("kadaster_natuurlijk_persoon", "999990019", None),  # could be a person's number
        ("kadaster_niet_natuurlijk_persoon", "1234", "/kadasternietnatuurlijkpersonen/1234"),
        ("kadaster_natuurlijk_persoon", "../../admin", None),
        ("kadaster_natuurlijk_persoon", None, None),
        ("iets_nieuws", "1234", None),
    ],
)
def test_more_is_asked_only_of_those_whom_only_the_kadaster_knows(
    kind: str, number: Any, path: str | None
) -> None:
    assert translate.person_path(right(kind, number)) == path


def test_a_company_has_its_own_numbers() -> None:
    made = translate.person(
        {"statutaireNaam": "Stichting Wonen", "rsin": "002220647", "kvkNummer": "12345678"}
    )
    assert made == {"naam": "Stichting Wonen", "rsin": "002220647", "kvkNummer": "12345678"}


def test_a_person_of_the_kadaster_has_a_name_and_dates() -> None:
    made = translate.person(
        {
            "naam": {"voornamen": "Jo", "voorvoegsel": "de", "geslachtsnaam": "Wit"},
            "geboorte": {"datum": {"jaar": 1950, "maand": 4}},
            "overlijden": {"datum": {"datum": "2020-01-02"}},
        }
    )
    assert made == {
        "naam": "Jo de Wit",
        "geboortedatum": "1950-04",
        "overlijdensdatum": "2020-01-02",
    }


@pytest.mark.parametrize(
    "odd", [{}, {"persoon": None}, {"tenaamstelling": {"aandeel": {"teller": 0, "noemer": 2}}}]
)
def test_what_is_odd_is_left_out(odd: dict[str, Any]) -> None:
    Gerechtigde.model_validate(translate.holder(odd))
