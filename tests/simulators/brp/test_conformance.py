"""The simulated BRP held to the official descriptions; the official test persons put into it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from simulators.brp import Options, read_test_persons
from simulators.brp.fields import DOCUMENT, FOUND, PERSON
from simulators.town import EDGES
from tests.simulators.brp.asking import SMALL, brp, check
from tests.standards import standards_dir

ADDRESS = next(one.stay.address for one in SMALL.persons.values() if one.bonds)
SOMEBODY = next(one for one in SMALL.persons.values() if one.kinderen and one.bonds)
ALL = sorted(one for one in PERSON if "." not in one and not one.endswith("Binnenland"))
"""Each stands for all that lies below it."""
DOCUMENT_FIELDS = sorted(DOCUMENT)


def official(name: str) -> Path:
    return standards_dir() / "haal-centraal" / name


@pytest.mark.parametrize(
    ("file", "own"),
    [("fields-filtered-Persoon.csv", PERSON), ("fields-filtered-PersoonBeperkt.csv", FOUND)],
)
def test_the_same_fields_may_be_asked_for_as_of_the_real_one(
    file: str, own: frozenset[str]
) -> None:
    lines = official(f"brp-personen/{file}").read_text(encoding="utf-8").split()
    assert set(lines[1:]) == own


async def test_every_person_is_as_the_description_has_them() -> None:
    async with brp() as one:
        numbers = list(SMALL.persons)
        for first in range(0, len(numbers), 20):
            asked = {
                "type": "RaadpleegMetBurgerservicenummer",
                "burgerservicenummer": numbers[first : first + 20],
                "fields": ALL,
            }
            check(await one.ask("/personen", asked), "/personen")


@pytest.mark.parametrize("edge", EDGES)
async def test_each_edge_is_as_the_descriptions_have_them(edge: str) -> None:
    bsn = EDGES[edge]
    async with brp() as one:
        history = {"burgerservicenummer": bsn, "datumVan": "1900-01-01", "datumTot": "2030-01-01"}
        history["type"] = "RaadpleegMetPeriode"
        check(await one.ask("/verblijfplaatshistorie", history), "/verblijfplaatshistorie")
        documents = {"type": "ZoekMetBurgerservicenummer", "burgerservicenummer": bsn}
        documents["fields"] = DOCUMENT_FIELDS  # type: ignore[assignment]  # a list
        check(await one.ask("/reisdocumenten", documents), "/reisdocumenten")
        person = {
            "type": "RaadpleegMetBurgerservicenummer",
            "burgerservicenummer": [bsn],
            "fields": ALL,
        }
        check(await one.ask("/personen", person), "/personen")


async def test_searches_and_residents_are_as_the_descriptions_have_them() -> None:
    assert ADDRESS is not None
    house = {"adresseerbaarObjectIdentificatie": ADDRESS.adresseerbaar_object}
    searches: list[dict[str, Any]] = [
        {
            "type": "ZoekMetPostcodeEnHuisnummer",
            "postcode": ADDRESS.postcode,
            "huisnummer": ADDRESS.huisnummer,
        },
        {"type": "ZoekMetAdresseerbaarObjectIdentificatie", **house},
        {
            "type": "ZoekMetNummeraanduidingIdentificatie",
            "nummeraanduidingIdentificatie": ADDRESS.nummeraanduiding,
        },
        {
            "type": "ZoekMetGeslachtsnaamEnGeboortedatum",
            "geslachtsnaam": SOMEBODY.geslachtsnaam,
            "geboortedatum": SOMEBODY.geboren,
        },
        {
            "type": "ZoekMetNaamEnGemeenteVanInschrijving",
            "geslachtsnaam": SOMEBODY.geslachtsnaam,
            "voornamen": SOMEBODY.voornamen,
            "gemeenteVanInschrijving": "0344",
        },
        {
            "type": "ZoekMetStraatHuisnummerEnGemeenteVanInschrijving",
            "straat": ADDRESS.straat,
            "huisnummer": ADDRESS.huisnummer,
            "gemeenteVanInschrijving": "0344",
        },
    ]
    fields = sorted(FOUND - {"adresseringBinnenland"})
    async with brp() as one:
        for asked in searches:
            answer = await one.ask("/personen", {**asked, "fields": fields})
            check(answer, "/personen")
            assert answer.json()["personen"], asked["type"]
        period = {"type": "BewoningMetPeriode", "datumVan": "1990-01-01", "datumTot": "2026-11-01"}
        for when in ({"type": "BewoningMetPeildatum", "peildatum": "2026-01-01"}, period):
            answer = await one.ask("/bewoningen", {**house, **when})
            check(answer, "/bewoningen")
            assert answer.json()["bewoningen"]


@pytest.mark.parametrize(
    ("path", "options", "body", "status"),
    [
        ("/personen", Options(), {}, 400),
        ("/personen", Options(api_key="x"), {}, 401),
        ("/personen", Options(gateway="headers"), {}, 403),
        ("/personen", Options(unavailable=True), {}, 503),
        ("/bewoningen", Options(), {"type": "BewoningMetPeildatum"}, 400),
        ("/verblijfplaatshistorie", Options(), {"type": "x"}, 400),
        ("/reisdocumenten", Options(), {"type": "ZoekMetBurgerservicenummer"}, 400),
    ],
)
async def test_refusals_are_as_the_descriptions_have_them(
    path: str, options: Options, body: Any, status: int
) -> None:
    async with brp(options) as one:
        answer = await one.ask(path, body)
        assert answer.status_code == status
        check(answer, path)


async def test_the_official_persons_give_what_their_lists_hold() -> None:
    file = official("testdata/brp-persoonslijsten-lo3.jsonl")
    lists = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    people = read_test_persons(file)
    assert len(people.persons) == len({one["burgerservicenummer"] for one in lists} - {""}) > 400
    fields = (
        *("burgerservicenummer", "aNummer", "naam", "geboorte", "geslacht", "verblijfplaats"),
        *("gemeenteVanInschrijving", "overlijden", "partners", "kinderen", "nationaliteiten"),
    )
    last = {one["burgerservicenummer"]: one for one in lists if one["burgerservicenummer"]}
    async with brp(people=people) as one:
        for bsn, held in last.items():
            shown = await one.person(bsn, *fields)
            now = {category: row for category, row in held["rijen"][0].items() if category != "H"}
            assert_same(shown, held["anummer"], now)


def assert_same(shown: Any, a_nummer: str, held: Any) -> None:
    own, lives = held["01"], held.get("08", {})
    assert shown["aNummer"] == a_nummer
    assert shown["naam"].get("voornamen") == own.get("02.10")
    assert shown["naam"].get("voorvoegsel") == own.get("02.30")
    assert shown["naam"]["geslachtsnaam"] == own.get("02.40", ".")
    assert shown["geslacht"]["code"] == own.get("04.10", "O")
    assert written(shown["geboorte"]["datum"]) == sensible(own.get("03.10", "00000000"))
    place = shown["verblijfplaats"]
    if place["type"] == "Adres":
        address = place["verblijfadres"]
        assert address.get("postcode") == lives.get("11.60")
        assert str(address.get("huisnummer")) == lives.get("11.20")
        assert address["officieleStraatnaam"] in {lives.get("11.10"), lives.get("11.15")}
    since = sensible(lives.get("10.30") or lives.get("13.20") or "00000000")
    assert written(place["datumVan"]) == since
    if "13.10" in lives and lives["13.10"] != "0000":
        assert place["verblijfadres"]["land"]["code"] == lives["13.10"]
    died = held.get("06", {}).get("08.10")
    assert ("overlijden" in shown) == (died is not None)
    if died is not None:
        assert written(shown["overlijden"]["datum"]) == died
    kept_up = held.get("07", {})
    assert ("geheimhoudingPersoonsgegevens" in shown) == (kept_up.get("70.10", "0") != "0")
    assert shown.get("opschortingBijhouding", {}).get("reden", {}).get("code") == kept_up.get(
        "67.20"
    )


def sensible(digits: str) -> str:
    """A day of an unknown month, which one of the lists has, says nothing."""
    return f"{digits[:4]}0000" if digits[4:6] == "00" else digits


def written(date: Any) -> str:
    """The eight digits of a date."""
    match date["type"]:
        case "Datum":
            return str(date["datum"]).replace("-", "")
        case "JaarMaandDatum":
            return f"{date['jaar']:04d}{date['maand']:02d}00"
        case "JaarDatum":
            return f"{date['jaar']:04d}0000"
        case _:
            return "00000000"
