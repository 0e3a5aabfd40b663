"""The simulated BRP as its callers meet it: what it finds, leaves out, refuses and limits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from simulators.brp import Options
from simulators.town import EDGES
from tests.simulators.brp.asking import SMALL, Brp, brp, problem

FAMILY = next(one for one in SMALL.persons.values() if one.kinderen and one.bonds)
ADDRESS = FAMILY.stay.address
BY_NUMBER = "RaadpleegMetBurgerservicenummer"


async def test_nobody_is_an_empty_list_and_no_error() -> None:
    async with brp() as one:
        found = await one.persons(
            BY_NUMBER, "burgerservicenummer", burgerservicenummer=["999999990"]
        )
    assert found == []


async def test_only_what_was_asked_for_is_given_and_what_comes_by_itself() -> None:
    async with brp() as one:
        name = await one.person(EDGES["geheim"], "naam.geslachtsnaam")
        assert name == {
            "naam": {"geslachtsnaam": "Geheim"},
            "geheimhoudingPersoonsgegevens": True,
        }
        whole = await one.person(FAMILY.bsn, "kinderen")
        assert {child["burgerservicenummer"] for child in whole["kinderen"]} == set(FAMILY.kinderen)
        part = await one.person(FAMILY.bsn, "kinderen.naam.voornamen")
        assert all(set(child) == {"naam"} for child in part["kinderen"])
        inland = await one.person(FAMILY.bsn, "verblijfplaatsBinnenland.verblijfadres.postcode")
        assert inland["verblijfplaats"] == {
            "type": "Adres",
            "verblijfadres": {"postcode": ADDRESS and ADDRESS.postcode},
        }
        gone = await one.person(EDGES["overleden"], "burgerservicenummer")
        assert gone["opschortingBijhouding"]["reden"]["code"] == "O"


@pytest.mark.parametrize(
    ("edge", "form"),
    [
        ("geheim", {"type": "Datum", "datum": "1980-02-29", "langFormaat": "29 februari 1980"}),
        (
            "onvolledige datum",
            {"type": "JaarMaandDatum", "jaar": 1961, "maand": 8, "langFormaat": "augustus 1961"},
        ),
        (
            "onbekende datum",
            {"type": "DatumOnbekend", "onbekend": True, "langFormaat": "onbekend"},
        ),
    ],
)
async def test_a_date_has_the_form_of_what_is_known_of_it(edge: str, form: Any) -> None:
    async with brp() as one:
        found = await one.person(EDGES[edge], "geboorte.datum")
    assert found["geboorte"]["datum"] == form


async def test_the_dead_are_found_by_search_only_when_asked() -> None:
    asked = {"geslachtsnaam": "Overleden", "geboortedatum": "1980-02-29"}
    kind = "ZoekMetGeslachtsnaamEnGeboortedatum"
    async with brp() as one:
        assert await one.persons(kind, "burgerservicenummer", **asked) == []
        found = await one.persons(
            kind, "burgerservicenummer", inclusiefOverledenPersonen=True, **asked
        )
        starred = {"geslachtsnaam": "overl*", "geboortedatum": "1980-02-29"}
        again = await one.persons(
            kind, "burgerservicenummer", inclusiefOverledenPersonen=True, **starred
        )
    assert [person["burgerservicenummer"] for person in found] == [EDGES["overleden"]]
    assert again == found


async def test_an_address_finds_those_who_live_there_now() -> None:
    assert ADDRESS is not None
    async with brp() as one:
        found = await one.persons(
            "ZoekMetPostcodeEnHuisnummer",
            "burgerservicenummer",
            postcode=ADDRESS.postcode,
            huisnummer=ADDRESS.huisnummer,
        )
    shown = {person["burgerservicenummer"] for person in found}
    assert {FAMILY.bsn, FAMILY.bonds[0].bsn, *FAMILY.kinderen} <= shown


async def test_too_many_are_not_shown() -> None:
    async with brp() as one:
        answer = await one.ask(
            "/personen",
            {
                "type": "ZoekMetNaamEnGemeenteVanInschrijving",
                "geslachtsnaam": "Bak*",
                "voornamen": "Jan*",
                "gemeenteVanInschrijving": "0344",
                "fields": ["naam"],
            },
        )
        some = answer.json().get("personen", [])
        assert answer.status_code == 200, "the town of 300 has few of them"
        assert len(some) <= 10
        crowd = {"type": "ZoekMetNaamEnGemeenteVanInschrijving", "fields": ["naam"]}
        crowd |= {"geslachtsnaam": "B*", "voornamen": "Jan"}
        crowd["gemeenteVanInschrijving"] = "0344"
        assert (await one.ask("/personen", crowd)).json()["personen"] == []  # a star needs letters


@pytest.mark.parametrize(
    ("asked", "name", "code"),
    [
        ({}, "type", "required"),
        ({"type": "raadpleegMetBurgerservicenummer"}, "type", "value"),
        ({"type": BY_NUMBER, "burgerservicenummer": ["999990019"]}, "fields", "required"),
        ({"type": BY_NUMBER, "fields": ["naam"]}, "burgerservicenummer", "required"),
        ({"type": BY_NUMBER, "fields": []}, "fields", "minItems"),
        ({"type": BY_NUMBER, "fields": ["naam"] * 131}, "fields", "maxItems"),
        ({"type": BY_NUMBER, "fields": ["inOnderzoek"]}, "fields[0]", "fields"),
        ({"type": BY_NUMBER, "fields": ["naam", "naam.x"]}, "fields[1]", "fields"),
        (
            {"type": BY_NUMBER, "fields": ["naam"], "burgerservicenummer": ["999990019"] * 21},
            "burgerservicenummer",
            "maxItems",
        ),
        (
            {"type": BY_NUMBER, "fields": ["naam"], "burgerservicenummer": ["99999001"]},
            "burgerservicenummer[0]",
            "pattern",
        ),
        (
            {"type": "ZoekMetPostcodeEnHuisnummer", "fields": ["partners"]},
            "fields[0]",
            "fields",
        ),
        (
            {"type": "ZoekMetPostcodeEnHuisnummer", "huisnummer": "12", "fields": ["naam"]},
            "huisnummer",
            "integer",
        ),
        ({"type": BY_NUMBER, "fields": ["naam"], "bsn": "x"}, "bsn", "unknownParam"),
    ],
)
async def test_each_wrong_parameter_is_named(asked: Any, name: str, code: str) -> None:
    async with brp() as one:
        found = problem(await one.ask("/personen", asked), 400, "paramsValidation")
    assert (name, code) in {(each["name"], each["code"]) for each in found["invalidParams"]}
    assert name in found["detail"]
    assert "99999001" not in str(found)


async def test_other_requests_than_a_question_in_json_are_refused() -> None:
    async with brp() as one:
        problem(await one.client.get("/personen"), 405, "methodNotAllowed")
        problem(await one.ask("/persons", {}), 404, "notFound")
        plain = {"Content-Type": "text/plain"}
        problem(await one.ask("/personen", {}, **plain), 415, "unsupportedMediaType")
        other = {"Content-Type": "application/json; charset=utf-16"}
        problem(await one.ask("/personen", {}, **other), 415, "unsupportedMediaType")
        problem(await one.ask("/personen", {}, Accept="text/html"), 406, "notAcceptable")
        bad = await one.client.post("/personen", content=b"{")
        problem(bad, 400, "paramsValidation")


async def test_history_goes_back_from_now() -> None:
    mover = next(one for one in SMALL.persons.values() if len(one.stays) > 2)
    asked = {"type": "RaadpleegMetPeriode", "burgerservicenummer": mover.bsn}
    asked |= {"datumVan": "1900-01-01", "datumTot": "2027-01-01"}
    async with brp() as one:
        found = (await one.ask("/verblijfplaatshistorie", asked)).json()["verblijfplaatsen"]
        day = {"type": "RaadpleegMetPeildatum", "peildatum": mover.stays[1].van}
        day["burgerservicenummer"] = mover.bsn
        then = (await one.ask("/verblijfplaatshistorie", day)).json()["verblijfplaatsen"]
    assert [stay["datumVan"]["datum"] for stay in found] == [
        stay.van for stay in reversed(mover.stays)
    ]
    assert "datumTot" not in found[0]
    assert [stay["datumVan"]["datum"] for stay in then] == [mover.stays[1].van]


async def test_residents_are_told_by_period() -> None:
    assert ADDRESS is not None
    house = {"adresseerbaarObjectIdentificatie": ADDRESS.adresseerbaar_object}
    async with brp() as one:
        now = {**house, "type": "BewoningMetPeildatum", "peildatum": "2026-01-02"}
        [today] = (await one.ask("/bewoningen", now)).json()["bewoningen"]
        wrong = {**house, "type": "BewoningMetPeriode", "datumVan": "2026-01-02"}
        wrong["datumTot"] = "2026-01-02"
        problem(await one.ask("/bewoningen", wrong), 400, "paramsValidation")
    living = {each["burgerservicenummer"] for each in today["bewoners"]}
    assert {FAMILY.bsn, *FAMILY.kinderen} <= living
    assert today["periode"] == {"datumVan": "2026-01-02", "datumTot": "2026-01-03"}


async def test_a_lost_passport_says_so() -> None:
    asked = {"type": "RaadpleegMetReisdocumentnummer", "reisdocumentnummer": ["NX9999990"]}
    asked["fields"] = ["reisdocumentnummer", "inhoudingOfVermissing", "houder"]
    async with brp() as one:
        [found] = (await one.ask("/reisdocumenten", asked)).json()["reisdocumenten"]
    assert found["inhoudingOfVermissing"]["aanduiding"]["code"] == "V"
    assert found["houder"]["burgerservicenummer"] == EDGES["paspoort vermist"]


async def test_a_token_is_good_until_it_expires() -> None:
    options = Options(client_id="gemeente", client_secret="geheim", token_seconds=60)
    async with brp(options) as one:
        problem(await asked_for(one, ""), 401, "authentication")
        form = {"grant_type": "client_credentials", "client_id": "gemeente"}
        wrong = await one.client.post("/token", data={**form, "client_secret": "x"})
        assert wrong.status_code == 401
        given = (await one.client.post("/token", data={**form, "client_secret": "geheim"})).json()
        token = given["access_token"]
        assert (await asked_for(one, token)).status_code == 200
        await one.simulator.set_clock(datetime.now(UTC) + timedelta(seconds=61))
        problem(await asked_for(one, token), 401, "authentication")


async def asked_for(one: Brp, token: str) -> httpx.Response:
    asked = {"type": BY_NUMBER, "fields": ["naam"], "burgerservicenummer": [FAMILY.bsn]}
    return await one.ask("/personen", asked, Authorization=f"Bearer {token or '-'}")


@pytest.mark.parametrize(
    ("options", "headers", "status", "code"),
    [
        (Options(api_key="k"), {}, 401, "authentication"),
        (Options(gateway="headers"), {"x-doelbinding": "x"}, 403, "missingHeaders"),
        (Options(gateway="amsterdam"), {}, 403, "missingHeaders"),
        (Options(refused_field="naam"), {}, 403, "autorisation"),
        (Options(unavailable=True), {}, 503, "notAvailable"),
    ],
)
async def test_the_gateway_in_front_has_its_own_demands(
    options: Options, headers: dict[str, str], status: int, code: str
) -> None:
    asked = {"type": BY_NUMBER, "fields": ["naam"], "burgerservicenummer": [FAMILY.bsn]}
    async with brp(options) as one:
        problem(await one.ask("/personen", asked, **headers), status, code)


async def test_options_change_through_the_control_port() -> None:
    async with brp() as one, httpx.AsyncClient(base_url=one.simulator.control_url) as control:
        assert (await control.put("/options", json={"unavailable": True})).status_code == 200
        problem(await asked_for(one, ""), 503, "notAvailable")
        wrong = await control.put("/options", json={"unavailble": True})
        assert wrong.status_code == 400
        assert "unavailable" in wrong.text
