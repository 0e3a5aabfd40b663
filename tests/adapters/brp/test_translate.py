"""The BRP's answers as ours."""

from typing import Any

import pytest

from adapters.brp import translate
from schemas.persoonvragen import (
    BewoningAntwoord,
    PersonenAntwoord,
    ReisdocumentenAntwoord,
    VerblijfplaatsenAntwoord,
)


def date(day: str) -> dict[str, Any]:
    return {"type": "Datum", "datum": day, "langFormaat": "12 april 1987"}


PERSON: dict[str, Any] = {
    "burgerservicenummer": "999990019",
    "aNummer": "1234567890",
    "leeftijd": 39,
    "geslacht": {"code": "V", "omschrijving": "vrouw"},
    "naam": {
        "voornamen": "Séline Marie",
        "voorletters": "S.M.",
        "voorvoegsel": "van der",
        "geslachtsnaam": "Meer",
    },
    "geboorte": {
        "datum": date("1987-04-12"),
        "plaats": {"code": "0344", "omschrijving": "Utrecht"},
    },
    "adressering": {"aanschrijfwijze": {"naam": "S.M. van der Meer"}},
    "gemeenteVanInschrijving": {"code": "0344", "omschrijving": "Utrecht"},
    "verblijfplaats": {
        "type": "Adres",
        "verblijfadres": {
            "officieleStraatnaam": "Lindelaan",
            "korteStraatnaam": "Lindeln",
            "huisnummer": 21,
            "huisletter": "A",
            "postcode": "3511AB",
            "woonplaats": "Utrecht",
        },
        "adresseerbaarObjectIdentificatie": "0344010000000021",
        "nummeraanduidingIdentificatie": "0344200000000021",
        "datumVan": {
            "type": "JaarMaandDatum",
            "jaar": 2019,
            "maand": 3,
            "langFormaat": "maart 2019",
        },
    },
    "partners": [
        {
            "burgerservicenummer": "999990408",
            "naam": {"geslachtsnaam": "Bakker"},
            "soortVerbintenis": {"code": "H", "omschrijving": "huwelijk"},
            "aangaanHuwelijkPartnerschap": {"datum": date("2012-06-01")},
        }
    ],
    "ouders": [{"ouderAanduiding": "1", "naam": {"geslachtsnaam": "Meer"}}, {}],
    "kinderen": [],
    "nationaliteiten": [
        {"type": "Nationaliteit", "nationaliteit": {"code": "0001", "omschrijving": "Nederlandse"}},
        {"type": "Staatloos"},
    ],
    "geheimhoudingPersoonsgegevens": True,
}


def one(**others: Any) -> dict[str, Any]:
    (person,) = translate.persons({"personen": [PERSON | others]})["personen"]
    return dict(person)


def test_a_person_is_read_and_fits_our_answer() -> None:
    answer = PersonenAntwoord.model_validate(translate.persons({"personen": [PERSON]}))
    (person,) = answer.personen
    assert person.geslachtsnaam == "Meer"
    assert person.geboortedatum == "1987-04-12"
    assert person.geheimhouding is True
    assert person.in_onderzoek is None
    assert person.nationaliteiten == ("Nederlandse", "Staatloos")
    assert len(person.ouders) == 1  # the empty one is nobody
    assert person.verblijfplaats is not None
    assert person.verblijfplaats.straatnaam == "Lindelaan"
    assert person.verblijfplaats.datum_ingang == "2019-03"
    assert person.partners[0].soort_verbintenis == "huwelijk"


def test_nobody_is_an_empty_list() -> None:
    assert translate.persons({"type": "RaadpleegMetBurgerservicenummer", "personen": []}) == {
        "personen": [],
        "meer": False,
    }


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (date("1987-04-12"), "1987-04-12"),
        ({"type": "JaarMaandDatum", "jaar": 1987, "maand": 4}, "1987-04"),
        ({"type": "JaarDatum", "jaar": 1987}, "1987"),
        ({"type": "DatumOnbekend", "onbekend": True}, None),
        ({"type": "JaarDatum", "jaar": "1987"}, None),
        ("1987-04-12", "1987-04-12"),
        ("gisteren", None),
        (None, None),
    ],
)
def test_a_date_is_as_far_as_it_is_known(value: Any, said: str | None) -> None:
    assert one(geboorte={"datum": value}).get("geboortedatum") == said


def test_a_former_partner_is_none() -> None:
    over = PERSON["partners"][0] | {"ontbindingHuwelijkPartnerschap": {"datum": date("2020-01-02")}}
    assert "partners" not in one(partners=[over])


def test_abroad_unknown_and_a_location_are_told_apart() -> None:
    abroad = {
        "type": "VerblijfplaatsBuitenland",
        "verblijfadres": {
            "regel1": "Rue Haute 3",
            "regel2": "1000 Bruxelles",
            "land": {"code": "5010", "omschrijving": "België"},
        },
    }
    assert one(verblijfplaats=abroad)["verblijfplaats"] == {
        "regels": ["Rue Haute 3", "1000 Bruxelles"],
        "land": "België",
    }
    unknown = {"type": "VerblijfplaatsOnbekend", "datumVan": date("2020-05-01")}
    assert one(verblijfplaats=unknown)["verblijfplaats"] == {
        "onbekend": True,
        "datumIngang": "2020-05-01",
    }
    boat = {"type": "Locatie", "verblijfadres": {"locatiebeschrijving": "Woonboot bij de sluis"}}
    assert one(verblijfplaats=boat)["verblijfplaats"] == {"regels": ["Woonboot bij de sluis"]}


def test_somebody_who_was_searched_for_has_the_lines_of_an_envelope() -> None:
    found = {
        "burgerservicenummer": "999990019",
        "adressering": {"adresregel1": "Lindelaan 21 A", "adresregel2": "3511 AB  UTRECHT"},
    }
    (person,) = translate.persons({"personen": [found]})["personen"]
    assert person["verblijfplaats"] == {"regels": ["Lindelaan 21 A", "3511 AB UTRECHT"]}


def test_somebody_who_died_is_found_and_says_so() -> None:
    dead = one(
        opschortingBijhouding={
            "reden": {"code": "O", "omschrijving": "overlijden"},
            "datum": date("2021-02-03"),
        },
        overlijden={"datum": date("2021-02-03")},
    )
    assert dead["opschorting"] == {"reden": "overlijden", "datum": "2021-02-03"}
    assert dead["overlijdensdatum"] == "2021-02-03"


@pytest.mark.parametrize("part", ["naam", "geboorte", "verblijfplaats"])
def test_one_part_in_onderzoek_is_enough(part: str) -> None:
    looked_into = PERSON[part] | {"inOnderzoek": {"datumIngangOnderzoek": date("2026-01-01")}}
    assert one(**{part: looked_into})["inOnderzoek"] is True


@pytest.mark.parametrize(
    "odd",
    [
        {"personen": None},
        {"personen": ["x", None, 3]},
        {"personen": [{"naam": "Jansen", "geboorte": [], "partners": {}, "leeftijd": "39"}]},
        {},
    ],
)
def test_what_is_odd_is_left_out(odd: dict[str, Any]) -> None:
    PersonenAntwoord.model_validate(translate.persons(odd))


def test_a_number_that_is_none_is_left_out() -> None:
    assert "bsn" not in one(burgerservicenummer="123456789")


def test_where_somebody_lived() -> None:
    made = translate.history(
        {
            "verblijfplaatsen": [
                {
                    **PERSON["verblijfplaats"],
                    "datumTot": date("2026-10-01"),
                    "gemeenteVanInschrijving": {"code": "0344"},
                },
                {"type": "VerblijfplaatsOnbekend"},
            ],
            "geheimhoudingPersoonsgegevens": True,
        }
    )
    answer = VerblijfplaatsenAntwoord.model_validate(made)
    assert [one.datum_einde for one in answer.verblijfplaatsen] == ["2026-10-01", None]
    assert answer.verblijfplaatsen[0].gemeentecode == "0344"
    assert answer.verblijfplaatsen[1].onbekend is True
    assert answer.geheimhouding is True


def test_who_lives_somewhere() -> None:
    made = translate.residents(
        {
            "bewoningen": [
                {
                    "periode": {"datumVan": "2026-01-01", "datumTot": "2026-02-01"},
                    "bewoners": [
                        {
                            "burgerservicenummer": "999990019",
                            "naam": {"volledigeNaam": "Séline van der Meer"},
                            "geboorte": {"datum": date("1987-04-12")},
                        }
                    ],
                    "mogelijkeBewoners": [],
                    "indicatieVeelBewoners": False,
                }
            ]
        }
    )
    (period,) = BewoningAntwoord.model_validate(made).bewoningen
    assert (period.datum_van, period.datum_tot) == ("2026-01-01", "2026-02-01")
    assert period.bewoners[0].volledige_naam == "Séline van der Meer"
    assert period.te_veel_bewoners is None


def test_a_travel_document() -> None:
    made = translate.travel_documents(
        {
            "reisdocumenten": [
                {
                    "reisdocumentnummer": "NWE45TN71",
                    "soort": {"code": "PN", "omschrijving": "Nationaal paspoort"},
                    "datumEindeGeldigheid": date("2031-07-04"),
                    "inhoudingOfVermissing": {
                        "aanduiding": {"code": "V", "omschrijving": "vermist"},
                        "datum": date("2026-03-02"),
                    },
                    "houder": {"burgerservicenummer": "999990019"},
                }
            ]
        }
    )
    (document,) = ReisdocumentenAntwoord.model_validate(made).reisdocumenten
    assert (document.soort_code, document.inhouding_of_vermissing) == ("PN", "vermist")
    assert document.einde_geldigheid == "2031-07-04"
