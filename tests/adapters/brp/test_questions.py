"""Our questions as bodies of the BRP's operations."""

from typing import Any

import pytest

from adapters.brp import questions

ALL: frozenset[str] = frozenset()
NAME = {"geslachtsnaam": "Jansen", "geboortedatum": "1987-04-12"}
ADDRESS = {"postcode": "3511AB", "huisnummer": 21}


def test_one_person_is_asked_for_by_number() -> None:
    body = questions.person({"bsn": "999990019"}, frozenset({"personen.leeftijd"}), "")
    assert body == {
        "type": "RaadpleegMetBurgerservicenummer",
        "burgerservicenummer": ["999990019"],
        "fields": ["burgerservicenummer", "leeftijd"],
    }


def test_a_municipality_may_keep_to_its_own_residents() -> None:
    assert questions.person({"bsn": "999990019"}, ALL, "0344")["gemeenteVanInschrijving"] == "0344"
    assert questions.search(NAME, ALL, "0344")["gemeenteVanInschrijving"] == "0344"


@pytest.mark.parametrize(
    ("data", "operation"),
    [
        (NAME, "ZoekMetGeslachtsnaamEnGeboortedatum"),
        (NAME | {"voornamen": "Jo*", "geslacht": "man"}, "ZoekMetGeslachtsnaamEnGeboortedatum"),
        (ADDRESS, "ZoekMetPostcodeEnHuisnummer"),
        (ADDRESS | {"huisletter": "a"} | NAME, "ZoekMetPostcodeEnHuisnummer"),
        (
            {"geslachtsnaam": "Jansen", "voornamen": "Jan", "gemeente": "0344"},
            "ZoekMetNaamEnGemeenteVanInschrijving",
        ),
        (
            {"straatnaam": "Lindelaan", "huisnummer": 3, "gemeente": "0344"},
            "ZoekMetStraatHuisnummerEnGemeenteVanInschrijving",
        ),
        ({"nummeraanduiding": "0344200000000021"}, "ZoekMetNummeraanduidingIdentificatie"),
        ({"adresseerbaarObject": "0344010000000021"}, "ZoekMetAdresseerbaarObjectIdentificatie"),
        (ADDRESS | {"inclusiefOverleden": True}, "ZoekMetPostcodeEnHuisnummer"),
    ],
)
def test_the_search_that_fits_is_taken(data: dict[str, Any], operation: str) -> None:
    body = questions.search(data, ALL, "")
    assert body["type"] == operation
    given = {name for name in body if name not in {"type", "fields"}}
    assert len(given) == len(data)  # nothing that was said is left out


def test_names_and_codes_are_those_of_the_brp() -> None:
    body = questions.search(NAME | {"geslacht": "vrouw", "inclusiefOverleden": True}, ALL, "")
    assert body["geslacht"] == "V"
    assert body["inclusiefOverledenPersonen"] is True


@pytest.mark.parametrize(
    "data",
    [
        ADDRESS | {"voornamen": "Jan"},
        NAME | {"straatnaam": "Lindelaan", "huisnummer": 3},
        {"nummeraanduiding": "0344200000000021", "geslachtsnaam": "Jansen"},
    ],
)
def test_what_no_search_takes_together_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(questions.NoSuchSearch, match="no search by") as caught:
        questions.search(data, ALL, "")
    assert "Jansen" not in str(caught.value)


def test_history_and_residents_are_asked_for_on_a_day_or_in_a_period() -> None:
    day = {"bsn": "999990019", "peildatum": "2026-11-24"}
    assert questions.history(day) == {
        "type": "RaadpleegMetPeildatum",
        "burgerservicenummer": "999990019",
        "peildatum": "2026-11-24",
    }
    period = {
        "adresseerbaarObject": "0344010000000021",
        "datumVan": "2020-01-01",
        "datumTot": "2021-01-01",
    }
    assert questions.residents(period) == {
        "type": "BewoningMetPeriode",
        "adresseerbaarObjectIdentificatie": "0344010000000021",
        "datumVan": "2020-01-01",
        "datumTot": "2021-01-01",
    }


def test_travel_documents_are_asked_for_by_number_or_by_person() -> None:
    by_number = questions.travel_documents({"nummer": "NWE45TN71"})
    assert by_number["type"] == "RaadpleegMetReisdocumentnummer"
    assert by_number["reisdocumentnummer"] == ["NWE45TN71"]
    by_person = questions.travel_documents({"bsn": "999990019"})
    assert by_person["type"] == "ZoekMetBurgerservicenummer"
    assert by_person["burgerservicenummer"] == "999990019"
    assert len(by_person["fields"]) <= 25
