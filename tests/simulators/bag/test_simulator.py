"""The simulated BAG answers as its official description says, and counts calls as the real one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from simulators.bag import BagSimulator, Options
from simulators.kit import running
from tests.simulators.bag.world import KERKSTRAAT, LETTERED, LINDELAAN, MANY, ONE, TOWN, register
from tests.simulators.http import client
from tests.simulators.official import check

OFFICIAL = "bag-individuele-bevragingen/openapi-v2.yaml"
BY_POSTCODE = "postcode=3511AB&huisnummer=21"
NUMBER = "{nummeraanduidingIdentificatie}"
NOON = datetime(2026, 11, 24, 11, tzinfo=UTC)
Z_NUMBER = "0344209999999999"


@asynccontextmanager
async def asking(
    options: Options | None = None,
) -> AsyncIterator[tuple[BagSimulator, httpx.AsyncClient]]:
    simulator = BagSimulator(register=register(), options=options)
    async with running(simulator):
        headers = {"X-Api-Key": simulator.bag.options.api_key}
        async with client(base_url=simulator.url, headers=headers) as http:
            yield simulator, http


def embedded(response: httpx.Response, name: str) -> list[Any]:
    assert response.status_code == 200, response.text
    return list(response.json().get("_embedded", {}).get(name, ()))


@pytest.mark.standards
@pytest.mark.parametrize(
    ("path", "of", "status"),
    [
        (f"/adressen?{BY_POSTCODE}", "/adressen", 200),
        (f"/adressen?{BY_POSTCODE}&expand=true", "/adressen", 200),
        ("/adressen?postcode=3511AB&huisnummer=23", "/adressen", 200),
        ("/adressen?postcode=3599ZZ&huisnummer=1", "/adressen", 200),
        ("/adressen/zoek?zoek=kerkstraat", "/adressen/zoek", 200),
        (f"/adressen/{ONE.nummeraanduiding}", f"/adressen/{NUMBER}", 200),
        (f"/adressenuitgebreid?{BY_POSTCODE}", "/adressenuitgebreid", 200),
        (f"/adressenuitgebreid/{ONE.nummeraanduiding}", f"/adressenuitgebreid/{NUMBER}", 200),
        (f"/nummeraanduidingen/{ONE.nummeraanduiding}", f"/nummeraanduidingen/{NUMBER}", 200),
        (f"/nummeraanduidingen?openbareRuimteIdentificatie={KERKSTRAAT}&page=2",
         "/nummeraanduidingen", 200),
        (f"/nummeraanduidingen?openbareRuimteIdentificatie={LINDELAAN}&expand=true",
         "/nummeraanduidingen", 200),
        (f"/openbareruimten?woonplaatsIdentificatie={TOWN}&huidig=true", "/openbareruimten", 200),
        (f"/openbareruimten/{LINDELAAN}", "/openbareruimten/{openbareRuimteIdentificatie}", 200),
        (f"/woonplaatsen/{TOWN}", "/woonplaatsen/{identificatie}", 200),
        (f"/adresseerbareobjecten/{ONE.object}",
         "/adresseerbareobjecten/{adresseerbaarObjectIdentificatie}", 200),
        ("/info", "/info", 200),
        (f"/adressen/{Z_NUMBER}", f"/adressen/{NUMBER}", 404),
        ("/adressen?postcode=35&huisnummer=nul", "/adressen", 400),
        ("/adressen", "/adressen", 400),
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
        (Options(key_refusal=403), {"X-Api-Key": "onbekend"}, 403, "autorisation"),
        (Options(), {"Accept": "text/html"}, 406, "notAcceptable"),
        (Options(), {"Accept-Crs": "epsg:4258"}, 406, "notAcceptable"),
        (Options(unavailable=True), {}, 503, "sourceUnavailable"),
        (Options(per_day=0), {}, 429, "tooManyRequests"),
        (Options(per_second=0), {}, 429, "tooManyRequests"),
    ],
)
async def test_what_is_refused_is_a_described_problem(
    options: Options, headers: dict[str, str], status: int, code: str
) -> None:
    async with asking(options) as (_, http):
        answer = await http.get(f"/adressen?{BY_POSTCODE}", headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    check(answer, "/adressen", of=OFFICIAL)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "paramsRequired"),
        ("huisnummer=21", "paramsCombination"),
        (f"{BY_POSTCODE}&pandIdentificatie={ONE.pand}", "unsupportedCombination"),
        (f"{BY_POSTCODE}&pageSize=9", "paramsValidation"),
        (f"{BY_POSTCODE}&huisletter=AB", "paramsValidation"),
        (f"{BY_POSTCODE}&kleur=rood", "paramsValidation"),
        (f"{BY_POSTCODE}&expand=panden", "paramsValidation"),
    ],
)
async def test_a_wrong_question_is_refused_by_the_sheets_codes(query: str, code: str) -> None:
    async with asking() as (_, http):
        answer = await http.get(f"/adressen?{query}")

    assert (answer.status_code, answer.json()["code"]) == (400, code)


async def test_exact_match_leaves_out_letters_that_were_not_asked_for() -> None:
    async with asking() as (_, http):
        all_of_them = embedded(await http.get(f"/adressen?{BY_POSTCODE}"), "adressen")
        exact = embedded(await http.get(f"/adressen?{BY_POSTCODE}&exacteMatch=true"), "adressen")
        lettered = embedded(await http.get(f"/adressen?{BY_POSTCODE}&huisletter=a"), "adressen")

    numbers = [one["nummeraanduidingIdentificatie"] for one in all_of_them]
    assert numbers == [ONE.nummeraanduiding, LETTERED.nummeraanduiding]
    assert [one["nummeraanduidingIdentificatie"] for one in exact] == numbers[:1]
    assert [one["nummeraanduidingIdentificatie"] for one in lettered] == numbers[1:]


async def test_pages_follow_each_other_until_there_is_no_next() -> None:
    async with asking() as (_, http):
        place: str | None = (
            f"/nummeraanduidingen?openbareRuimteIdentificatie={KERKSTRAAT}&pageSize=50"
        )
        sizes = []
        for page in (1, 2, 3):
            answer = await http.get(f"{place}&page={page}")
            sizes.append(len(embedded(answer, "nummeraanduidingen")))
            more = "next" in answer.json()["_links"]
            assert more == (page < 3)

    assert sizes == [50, 50, 25]
    assert sum(sizes) == len(MANY)


async def test_a_free_search_finds_the_beginnings_of_words_and_leads_to_the_address() -> None:
    async with asking() as (_, http):
        hits = embedded(await http.get("/adressen/zoek?zoek=linde%2021"), "zoekresultaten")
        nothing = embedded(await http.get("/adressen/zoek?zoek=laan%2021"), "zoekresultaten")
        led = await http.get(hits[0]["_links"]["adres"]["href"])

    assert hits[0]["omschrijving"] == "Lindelaan 21, 3511AB Utrecht"
    assert nothing == []
    assert embedded(led, "adressen")[0]["nummeraanduidingIdentificatie"] == ONE.nummeraanduiding


async def test_a_slash_at_the_end_another_root_and_another_method_are_not_there() -> None:
    async with asking() as (simulator, http):
        slash = await http.get(f"/adressen/?{BY_POSTCODE}")
        elsewhere = await http.get(f"{simulator.base_url}/bag/v1/adressen")
        method = await http.post("/adressen", json={})

    assert [one.status_code for one in (slash, elsewhere, method)] == [404, 404, 405]


async def test_the_day_is_spent_until_midnight_in_amsterdam() -> None:
    async with asking(Options(per_day=2)) as (simulator, http):
        await simulator.set_clock(NOON)
        left = [
            (await http.get("/info")).headers["Kadaster-RateLimit-DayLimit-Remaining"]
            for _ in range(2)
        ]
        spent = await http.get("/info")
        await simulator.set_clock(datetime(2026, 11, 24, 22, 59, 59, tzinfo=UTC))
        still = await http.get("/info")
        await simulator.advance_clock(timedelta(seconds=1))
        again = await http.get("/info")

    assert left == ["1", "0"]
    assert [one.status_code for one in (spent, still, again)] == [429, 429, 200]
    assert spent.headers["Kadaster-RateLimit-DayLimit-Remaining"] == "0"


async def test_too_many_in_a_second_wait_for_the_next_and_cost_nothing_of_the_day() -> None:
    async with asking(Options(per_second=1, day_header="RateLimit-DayLimit")) as (simulator, http):
        await simulator.set_clock(NOON)
        answers = [await http.get("/info") for _ in range(3)]
        await simulator.advance_clock(timedelta(seconds=1))
        answers.append(await http.get("/info"))

    assert [one.status_code for one in answers] == [200, 429, 429, 200]
    assert answers[1].headers["X-Rate-Limit-Remaining"] == "0"
    assert answers[3].headers["RateLimit-DayLimit-Remaining"] == "49998"


async def test_the_control_port_adds_changes_and_withdraws_addresses() -> None:
    async with asking() as (simulator, http):
        await simulator.set_clock(NOON)
        control = f"{simulator.control_url}/addresses"
        new = {"street": LINDELAAN, "huisnummer": 300, "postcode": "3511AB"}
        added = (await http.post(f"{control}/add", json=new)).json()["nummeraanduiding"]
        one = {"nummeraanduiding": ONE.nummeraanduiding}
        changed = await http.post(f"{control}/change", json={**one, "postcode": "3511XX"})
        gone = {"nummeraanduiding": LETTERED.nummeraanduiding}
        await http.post(f"{control}/withdraw", json=gone)

        there = await http.get(f"/adressenuitgebreid/{added}")
        version = await http.get(f"/nummeraanduidingen/{ONE.nummeraanduiding}")
        withdrawn = await http.get(f"/nummeraanduidingen/{LETTERED.nummeraanduiding}")
        no_address = await http.get(f"/adressen/{LETTERED.nummeraanduiding}")
        await simulator.reset()
        forgotten = await http.get(f"/adressenuitgebreid/{added}")

    assert there.status_code == 200
    assert changed.json()["versie"] == 2
    inner = version.json()["nummeraanduiding"]
    assert (inner["postcode"], inner["voorkomen"]["versie"]) == ("3511XX", 2)
    assert inner["voorkomen"]["tijdstipRegistratieLV"] == NOON.isoformat()
    assert withdrawn.json()["nummeraanduiding"]["status"] == "Naamgeving ingetrokken"
    assert (no_address.status_code, forgotten.status_code) == (404, 404)


@pytest.mark.parametrize(
    ("call", "given"),
    [
        ("add", {"street": "0344300000000099", "huisnummer": 1, "postcode": "3511AB"}),
        ("add", {"street": LINDELAAN, "huisnummer": 1}),
        ("add", []),
        ("change", {"nummeraanduiding": Z_NUMBER}),
        ("change", {"nummeraanduiding": ONE.nummeraanduiding, "huisnummer": "21"}),
        ("change", {"nummeraanduiding": ONE.nummeraanduiding, "kleur": "rood"}),
        ("withdraw", {"nummeraanduiding": ONE.nummeraanduiding, "huisnummer": 21}),
    ],
)
async def test_a_control_call_that_cannot_be_done_changes_nothing(call: str, given: Any) -> None:
    async with asking() as (simulator, http):
        refused = await http.post(f"{simulator.control_url}/addresses/{call}", json=given)

    assert refused.status_code == 400
    assert simulator.bag.register == register()


async def test_the_journal_does_not_show_the_key() -> None:
    async with asking() as (simulator, http):
        await http.get("/info")
        journal = await http.get(f"{simulator.control_url}/journal")

    assert journal.json()["results"][0]["headers"]["x-api-key"] == "..."
    assert simulator.bag.options.api_key not in journal.text


async def test_options_are_put_and_the_page_shows_the_addresses() -> None:
    async with asking() as (simulator, http):
        control = simulator.control_url
        done = await http.put(f"{control}/options", json={"per_day": 0})
        wrong = await http.put(f"{control}/options", json={"day_header": "X-Dag"})
        worse = await http.put(f"{control}/options", json={"per_day": "veel"})
        worst = await http.put(f"{control}/options", json={"dag": 1})
        spent = await http.get("/info")
        page = await http.get(control)

    assert done.status_code == 200
    assert [one.status_code for one in (wrong, worse, worst)] == [400, 400, 400]
    assert spent.status_code == 429
    assert "Kerkstraat 224, 3512CD Utrecht" in page.text
