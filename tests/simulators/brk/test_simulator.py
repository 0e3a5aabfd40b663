"""The simulated BRK answers as its official description says, and misbehaves only when told to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from simulators.brk import BrkSimulator, Options
from simulators.kit import running
from tests.simulators.brk.world import ABROAD, FLAT, HOUSING, NOBODY, OWNER, SHARED, register
from tests.simulators.http import client
from tests.simulators.official import check

OFFICIAL = "brk-bevragen/openapi-kadaster.yaml"
OBJECTS = "/kadastraalonroerendezaken"
ONE = f"{OBJECTS}/{{kadastraalOnroerendeZaakIdentificatie}}"
RIGHT = f"{ONE}/zakelijkgerechtigden/{{zakelijkGerechtigdeIdentificatie}}"
RIGHTS = f"{OBJECTS}/{SHARED.identificatie}/zakelijkgerechtigden"
BY_ADDRESS = f"{OBJECTS}?postcode=3511AB&huisnummer=21"
NATURAL = "/kadasternatuurlijkpersonen"
OTHER = "/kadasternietnatuurlijkpersonen"


@asynccontextmanager
async def asking(
    options: Options | None = None,
) -> AsyncIterator[tuple[BrkSimulator, httpx.AsyncClient]]:
    simulator = BrkSimulator(register=register(), options=options)
    async with running(simulator):
        headers = {"X-Api-Key": simulator.brk.options.api_key}
        async with client(base_url=simulator.url, headers=headers) as http:
            yield simulator, http


def numbers(response: httpx.Response, name: str = "kadastraalOnroerendeZaken") -> list[Any]:
    assert response.status_code == 200, response.text
    found = response.json().get("_embedded", {}).get(name, ())
    return [one["identificatie"] for one in found]


@pytest.mark.standards
@pytest.mark.parametrize(
    ("path", "of", "status"),
    [
        (BY_ADDRESS, OBJECTS, 200),
        (f"{BY_ADDRESS}&expand=zakelijkGerechtigden", OBJECTS, 200),
        (f"{BY_ADDRESS}&fields=identificatie,kadastraleGrootte.waarde", OBJECTS, 200),
        (f"{OBJECTS}?postcode=3511AB&huisnummer=999", OBJECTS, 200),
        (f"{OBJECTS}/{FLAT.identificatie}", ONE, 200),
        (RIGHTS, f"{ONE}/zakelijkgerechtigden", 200),
        (f"{RIGHTS}/{SHARED.rights[1].identificatie}", RIGHT, 200),
        (f"{NATURAL}/{ABROAD.identificatie}",
         f"{NATURAL}/{{kadasterNatuurlijkPersoonIdentificatie}}", 200),
        (f"{OTHER}/{HOUSING.identificatie}",
         f"{OTHER}/{{kadasterNietNatuurlijkPersoonIdentificatie}}", 200),
        (f"{OBJECTS}/onbekend", ONE, 404),
        (OBJECTS, OBJECTS, 400),
        (f"{OBJECTS}?postcode=35&huisnummer=0", OBJECTS, 400),
        (f"{BY_ADDRESS}&fields=kleur", OBJECTS, 400),
    ],
)  # fmt: skip
async def test_every_kind_of_answer_is_as_described(path: str, of: str, status: int) -> None:
    async with asking() as (_, http):
        answer = await http.get(path)

    assert answer.status_code == status, answer.text
    check(answer, of, of=OFFICIAL)


@pytest.mark.standards
@pytest.mark.parametrize(
    ("options", "headers", "status", "code"),
    [
        (Options(), {"X-Api-Key": "onbekend"}, 401, "authentication"),
        (Options(expired_key=True), {}, 500, "serverError"),
        (Options(no_content_every=1), {}, 503, "noContent"),
        (Options(), {"Accept": "text/html"}, 406, "notAcceptable"),
    ],
)
async def test_what_is_refused_is_a_described_problem(
    options: Options, headers: dict[str, str], status: int, code: str
) -> None:
    async with asking(options) as (_, http):
        answer = await http.get(BY_ADDRESS, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    check(answer, OBJECTS, of=OFFICIAL)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("postcode=3511AB&huisnummer=21", SHARED),
        (f"nummeraanduidingIdentificatie={FLAT.places[0].nummeraanduiding}", FLAT),
        ("kadastraleAanduiding=Utrecht B 1800 A2", FLAT),
        (f"persoon__identificatie={ABROAD.identificatie}", SHARED),
    ],
)
async def test_a_parcel_is_found_in_each_way(query: str, found: Any) -> None:
    async with asking() as (_, http):
        assert numbers(await http.get(f"{OBJECTS}?{query}")) == [found.identificatie]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "paramsRequired"),
        ("huisnummer=21", "paramsCombination"),
        (
            "postcode=3511AB&huisnummer=21&kadastraleAanduiding=Utrecht B 1",
            "unsupportedCombination",
        ),
        ("kadastraleAanduiding=Utrecht", "paramsValidation"),
        ("postcode=3511AB&huisnummer=21&expand=hypotheken", "paramsValidation"),
        ("postcode=3511AB&huisnummer=21&kleur=rood", "paramsValidation"),
    ],
)
async def test_a_wrong_question_is_refused(query: str, code: str) -> None:
    async with asking() as (_, http):
        answer = await http.get(f"{OBJECTS}?{query}")

    assert (answer.status_code, answer.json()["code"]) == (400, code)


@pytest.mark.standards
async def test_what_somebody_owns_is_asked_with_the_number_in_the_body() -> None:
    async with asking() as (simulator, http):
        owned = await http.post(OBJECTS, json={"burgerservicenummer": OWNER.identificatie})
        nothing = await http.post(OBJECTS, json={"burgerservicenummer": NOBODY})
        wrong = await http.post(OBJECTS, json={"burgerservicenummer": "geen nummer"})
        form = await http.post(OBJECTS, data={"burgerservicenummer": NOBODY})
        logged = [request.path + request.query for request in simulator.journal.requests]

    assert numbers(owned) == [SHARED.identificatie, "22310000190000"]
    assert numbers(nothing) == []
    assert (wrong.status_code, form.status_code) == (400, 415)
    assert not any(OWNER.identificatie in one for one in logged)
    for answer in (owned, nothing, wrong):
        check(answer, OBJECTS, of=OFFICIAL, method="post")


async def test_a_burgerservicenummer_in_an_address_finds_nothing() -> None:
    async with asking() as (_, http):
        query = f"persoon__identificatie={OWNER.identificatie}"
        assert numbers(await http.get(f"{OBJECTS}?{query}")) == []


async def test_rights_say_who_and_for_which_share() -> None:
    async with asking() as (_, http):
        answer = await http.get(RIGHTS)
        leases = await http.get(f"{RIGHTS}?type=erfpachter")

    first, second, third = answer.json()["_embedded"]["zakelijkGerechtigden"]
    assert first["persoon"] == {
        "identificatie": OWNER.identificatie,
        "omschrijving": "Anna van Dam",
        "type": "ingeschreven_natuurlijk_persoon",
    }
    assert first["tenaamstelling"]["aandeel"] == {"teller": 1, "noemer": 2}
    assert "persoon" not in first["_links"]  # who is in the BRP is not told about here
    assert second["_links"]["persoon"]["href"].endswith(f"{NATURAL}/{ABROAD.identificatie}")
    assert numbers(leases, "zakelijkGerechtigden") == [third["identificatie"]]


async def test_fields_and_expand_shape_the_answer() -> None:
    async with asking() as (_, http):
        answer = await http.get(f"{BY_ADDRESS}&fields=identificatie,kadastraleGrootte.waarde")
        inside = await http.get(f"{BY_ADDRESS}&expand=zakelijkGerechtigden&fields=identificatie")

    (one,) = answer.json()["_embedded"]["kadastraalOnroerendeZaken"]
    assert {name: value for name, value in one.items() if name != "_links"} == {
        "identificatie": SHARED.identificatie,
        "kadastraleGrootte": {"waarde": 150},
    }
    (one,) = inside.json()["_embedded"]["kadastraalOnroerendeZaken"]
    assert len(one["_embedded"]["zakelijkGerechtigden"]) == 3
    assert "kadastraleAanduiding" not in one


@pytest.mark.parametrize(
    "path",
    [
        f"{NATURAL}/{OWNER.identificatie}",
        f"{NATURAL}/{HOUSING.identificatie}",
        f"{OTHER}/{ABROAD.identificatie}",
        f"{RIGHTS}/8000000004",
        f"{OBJECTS}/{SHARED.identificatie}/hypotheken",
        f"{RIGHTS}/",
    ],
)
async def test_what_is_not_there_is_not_found(path: str) -> None:
    async with asking() as (_, http):
        assert (await http.get(path)).status_code == 404


async def test_an_owner_with_too_many_parcels_is_a_500() -> None:
    async with asking(Options(most_parcels=1)) as (_, http):
        by_bsn = await http.post(OBJECTS, json={"burgerservicenummer": OWNER.identificatie})
        by_number = await http.get(f"{OBJECTS}?persoon__identificatie={HOUSING.identificatie}")
        one_only = await http.get(f"{OBJECTS}?persoon__identificatie={ABROAD.identificatie}")

    assert [one.status_code for one in (by_bsn, by_number, one_only)] == [500, 500, 200]


async def test_options_are_put_while_it_runs() -> None:
    async with asking() as (simulator, http):
        control = simulator.control_url
        done = await http.put(f"{control}/options", json={"without_data": True})
        wrong = await http.put(f"{control}/options", json={"expired_key": 1})
        empty = await http.get(BY_ADDRESS)
        await http.put(f"{control}/options", json={"without_data": False, "no_content_every": 3})
        turns = [(await http.get(BY_ADDRESS)).status_code for _ in range(3)]
        page = await http.get(control)
        await simulator.reset()

    assert (done.status_code, wrong.status_code) == (200, 400)
    assert (empty.status_code, set(empty.json())) == (200, {"_links"})
    assert sorted(turns) == [200, 200, 503]
    assert SHARED.aanduiding in page.text
    assert OWNER.identificatie not in page.text
