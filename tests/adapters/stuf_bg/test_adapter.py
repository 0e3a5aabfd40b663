"""Questions about persons over a real socket, in every way that such systems answer."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.contract import (
    Asker,
    ConfigurationError,
    DeliveryError,
    RejectedError,
    TransientError,
)
from adapters.stuf_bg import StufBgAdapter
from schemas.persoonvragen import PersonenAntwoord
from simulators.kit import FaultRule
from simulators.stuf_bg import Options
from tests.adapters.stuf_bg.asked import CLOCK, CONTEXT, asking, question, raadplegen, settings

BSN = "999993653"
NOBODY = "999991772"


async def test_one_person_is_given_with_all_that_the_register_says() -> None:
    async with asking() as (adapter, _):
        answer = await adapter.ask(raadplegen(BSN), CONTEXT)

    [person] = answer.data["personen"]
    PersonenAntwoord.model_validate(answer.data)
    assert person == {
        "bsn": BSN,
        "aNummer": "1234567890",
        "voornamen": "Jacoba Anna",
        "voorletters": "J.A.",
        "voorvoegselGeslachtsnaam": "van der",
        "geslachtsnaam": "Molenaar",
        "geslacht": "vrouw",
        "geboortedatum": "1985-04-12",
        "geboorteplaats": "Utrecht",
        "geboorteland": "6030",
        "verblijfplaats": {
            "straatnaam": "Waterplein",
            "huisnummer": 12,
            "huisletter": "b",
            "postcode": "3511ZZ",
            "woonplaats": "Utrecht",
            "gemeentecode": "0344",
            "bagIdentificatie": "0344200000000001",
            "regels": [],
            "datumIngang": "2015-03-01",
        },
        "partners": [
            {
                "bsn": "999990019",
                "voornamen": "Pieter",
                "geslachtsnaam": "Bakker",
                "geboortedatum": "1984",
            }
        ],
        "ouders": [
            {
                "bsn": NOBODY,
                "voornamen": "Anna",
                "geslachtsnaam": "Molenaar",
                "geboortedatum": "1955",
            }
        ],
        "kinderen": [
            {
                "bsn": "999992132",
                "voornamen": "Saar",
                "geslachtsnaam": "Bakker",
                "geboortedatum": "2012-09-09",
            }
        ],
        "nationaliteiten": ["Nederlandse"],
        "geheimhouding": False,
        "inOnderzoek": False,
    }


async def test_secrecy_doubt_death_and_a_life_abroad_are_carried() -> None:
    async with asking() as (adapter, _):
        [secret] = (await adapter.ask(raadplegen("999990019"), CONTEXT)).data["personen"]
        [abroad] = (await adapter.ask(raadplegen("999992223"), CONTEXT)).data["personen"]
        [doubted] = (await adapter.ask(raadplegen("999992132"), CONTEXT)).data["personen"]

    assert secret["geheimhouding"] is True
    assert secret["geboortedatum"] == "1984"
    assert abroad["overlijdensdatum"] == "2023-05"
    assert "geboortedatum" not in abroad
    assert abroad["verblijfplaats"] == {
        "land": "België",
        "regels": ["Verzonnen straat 1", "2000 Antwerpen"],
    }
    assert doubted["inOnderzoek"] is True


@pytest.mark.parametrize(
    "nobody", ["no-antwoord", "empty-antwoord", "empty-object", "fo02", "fault"]
)
async def test_nobody_found_is_an_empty_list_however_it_is_said(nobody: Any) -> None:
    async with asking(Options(nobody=nobody)) as (adapter, _):
        answer = await adapter.ask(raadplegen(NOBODY), CONTEXT)

    assert answer.data == {"personen": [], "meer": False}


@pytest.mark.parametrize(
    "search",
    [
        {"geslachtsnaam": "Bakker", "geboortedatum": "2012-09-09"},
        {"postcode": "3511ZZ", "huisnummer": 12, "huisletter": "b", "voornamen": "Saar"},
    ],
)
async def test_a_search_finds_by_name_and_by_address(search: dict[str, Any]) -> None:
    async with asking() as (adapter, _):
        answer = await adapter.ask(question("persoon.zoeken", search), CONTEXT)

    assert [one["bsn"] for one in answer.data["personen"]] == ["999992132"]
    assert answer.data["meer"] is False


async def test_a_search_says_that_there_are_more_and_asks_for_no_relations() -> None:
    address = {"postcode": "3511ZZ", "huisnummer": 12}
    async with asking(most_persons=2) as (adapter, simulator):
        answer = await adapter.ask(question("persoon.zoeken", address), CONTEXT)

    assert len(answer.data["personen"]) == 2
    assert answer.data["meer"] is True
    assert b"heeftAls" not in (simulator.journal.requests[0].body or b"")


async def test_relations_are_not_asked_for_where_the_settings_say_so() -> None:
    async with asking(relations=False) as (adapter, simulator):
        answer = await adapter.ask(raadplegen(BSN), CONTEXT)

    assert b"heeftAls" not in (simulator.journal.requests[0].body or b"")
    assert answer.data["personen"][0]["partners"] == []


@pytest.mark.parametrize("soap_version", ["1.1", "1.2"])
@pytest.mark.parametrize("declared", [True, False])
async def test_both_versions_of_soap_and_an_old_charset_are_spoken(
    soap_version: str, *, declared: bool
) -> None:
    options = Options(charset="iso-8859-1", declares_charset=declared)
    async with asking(options, soap_version=soap_version) as (adapter, _):
        answer = await adapter.ask(raadplegen("999992223"), CONTEXT)

    assert answer.data["personen"][0]["verblijfplaats"]["land"] == "België"


@pytest.mark.parametrize(
    ("options", "others", "kind", "setting"),
    [
        (Options(only_soap_1_1=True), {"soap_version": "1.2"}, ConfigurationError, "soap_version"),
        (Options(user="hub", password="x"), {}, ConfigurationError, "user"),
        (Options(senders=("ANDER",)), {}, ConfigurationError, "zender"),
        (Options(fault="StUF049"), {}, TransientError, None),
        (Options(fault="StUF052"), {}, ConfigurationError, "user"),
        (Options(fault="StUF058"), {}, TransientError, None),
        (Options(fault="StUF067"), {}, RejectedError, None),
        (Options(wrong_person=True), {}, RejectedError, None),
    ],
)
async def test_every_other_fault_is_an_error_and_never_an_empty_answer(
    options: Options, others: dict[str, Any], kind: type[DeliveryError], setting: str | None
) -> None:
    async with asking(options, **others) as (adapter, _):
        with pytest.raises(kind) as ended:
            await adapter.ask(raadplegen(BSN), CONTEXT)

    assert getattr(ended.value, "setting", None) == setting
    assert BSN not in ended.value.detail


async def test_a_credential_that_is_right_is_taken() -> None:
    options = Options(user="hub", password="geheim")
    async with asking(options, user="hub", password="geheim") as (adapter, _):
        answer = await adapter.ask(raadplegen(BSN), CONTEXT)

    assert len(answer.data["personen"]) == 1


@pytest.mark.parametrize(
    "fault",
    [
        FaultRule(kind="status", settings={"status": 500}),
        FaultRule(kind="status", settings={"status": 503}),
        FaultRule(kind="reset"),
        FaultRule(kind="reset", phase="after"),
        FaultRule(kind="html_200"),
        FaultRule(kind="half_answer", phase="after"),
        FaultRule(kind="wrong_charset", phase="after"),
    ],
)
async def test_a_system_that_is_down_is_never_an_empty_answer(fault: FaultRule) -> None:
    async with asking() as (adapter, simulator):
        await simulator.script([fault])
        with pytest.raises(TransientError):
            await adapter.ask(raadplegen(BSN), CONTEXT)


async def test_a_gateway_that_finds_nothing_is_not_the_register_that_finds_nobody() -> None:
    async with asking() as (_, simulator):
        lost = settings(f"{simulator.base_url}/elders")
        adapter = StufBgAdapter(lost, clock=CLOCK)
        with pytest.raises(ConfigurationError, match="no service"):
            await adapter.ask(raadplegen(BSN), CONTEXT)
        await adapter.aclose()


async def test_a_question_that_is_too_late_is_not_asked() -> None:
    async with asking() as (adapter, simulator):
        with pytest.raises(TransientError, match="deadline"):
            await adapter.ask(raadplegen(BSN, seconds=-1), CONTEXT)

    assert not simulator.journal.requests


async def test_the_number_is_in_no_url_and_no_header() -> None:
    async with asking() as (adapter, simulator):
        await adapter.ask(raadplegen(BSN), CONTEXT)

    [request] = simulator.journal.requests
    assert BSN.encode() in (request.body or b"")
    assert BSN not in f"{request.path} {request.query} {request.headers}"


@pytest.mark.parametrize(
    "options",
    [
        Options(),
        Options(nobody="fo02"),
        Options(nobody="fault"),
        Options(fault="StUF055"),
        Options(fault="StUF058"),
    ],
)
async def test_a_check_asks_for_nobody_and_any_answer_will_do(options: Options) -> None:
    async with asking(options) as (adapter, simulator):
        health = await adapter.check()

    assert health.ok
    assert b"000000000" in (simulator.journal.requests[0].body or b"")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (Options(user="hub", password="x"), "credential"),
        (Options(senders=("ANDER",)), "StUF013"),
        (Options(fault="StUF049"), "StUF049"),
    ],
)
async def test_a_check_tells_what_is_wrong(options: Options, words: str) -> None:
    async with asking(options) as (adapter, _):
        health = await adapter.check()

    assert not health.ok
    assert words in health.detail


async def test_it_is_an_asker() -> None:
    async with asking() as (adapter, _):
        assert isinstance(adapter, Asker)
        assert adapter.answers == {"persoon.raadplegen", "persoon.zoeken"}


@pytest.mark.parametrize(
    "others",
    [
        {"nummeraanduiding": "0344200000000021"},
        {"adresseerbaarObject": "0344010000000021"},
        {"geslachtsnaam": "Duinrade", "geboortedatum": "1987-04-12", "gemeente": "0344"},
        {"straatnaam": "Lindelaan", "huisnummer": 3, "gemeente": "0344"},
    ],
)
async def test_a_search_is_never_made_wider_than_it_was_asked(others: dict[str, Any]) -> None:
    async with asking() as (adapter, simulator):
        with pytest.raises(RejectedError) as caught:
            await adapter.ask(question("persoon.zoeken", others), CONTEXT)
        assert caught.value.code == "stuf_bg:search"
        assert not simulator.journal.requests
