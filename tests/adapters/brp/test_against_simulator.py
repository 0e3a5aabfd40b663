"""The BRP adapter against the simulated BRP: every question, every fault, tokens and gateways."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from adapters.brp import BrpAdapter, BrpSettings
from adapters.contract import ConfigurationError, DeliveryError, RejectedError, TransientError
from simulators.brp import BrpSimulator, Options
from simulators.kit import FaultRule, running
from simulators.town import EDGES, town
from tests.adapters._kit.haalcentraal.register import CLOCK, CONTEXT, question
from tests.adapters._kit.haalcentraal.spoilt import PATIENCE, SPOILT, name_of
from tests.certificates import Authority

TOWN = town(1, 300)
FAMILY = next(one for one in TOWN.persons.values() if one.kinderen and one.bonds)
ADDRESS = FAMILY.stay.address
assert ADDRESS is not None
QUESTIONS: list[tuple[str, dict[str, Any]]] = [
    ("persoon.raadplegen", {"bsn": FAMILY.bsn}),
    ("persoon.zoeken", {"postcode": ADDRESS.postcode, "huisnummer": ADDRESS.huisnummer}),
    ("persoon.zoeken", {"nummeraanduiding": ADDRESS.nummeraanduiding}),
    ("persoon.zoeken", {"adresseerbaarObject": ADDRESS.adresseerbaar_object}),
    (
        "persoon.zoeken",
        {"geslachtsnaam": FAMILY.geslachtsnaam, "geboortedatum": FAMILY.geboren},
    ),
    (
        "persoon.zoeken",
        {
            "geslachtsnaam": FAMILY.geslachtsnaam,
            "voornamen": FAMILY.voornamen,
            "gemeente": "0344",
        },
    ),
    (
        "persoon.zoeken",
        {"straatnaam": ADDRESS.straat, "huisnummer": ADDRESS.huisnummer, "gemeente": "0344"},
    ),
    ("persoon.verblijfplaatsen", {"bsn": FAMILY.bsn, "peildatum": "2026-01-01"}),
    (
        "persoon.verblijfplaatsen",
        {"bsn": FAMILY.bsn, "datumVan": "1950-01-01", "datumTot": "2027-01-01"},
    ),
    (
        "adres.bewoning",
        {"adresseerbaarObject": ADDRESS.adresseerbaar_object, "peildatum": "2026-01-01"},
    ),
    ("reisdocument.raadplegen", {"bsn": FAMILY.bsn}),
    ("reisdocument.raadplegen", {"nummer": FAMILY.documents[0].nummer}),
]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.made(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def own(authority: Authority) -> Path:
    return authority.certificate("gemeente")


@asynccontextmanager
async def asking(
    options: Options | None = None,
    *,
    authority: Authority | None = None,
    own: Path | None = None,
    **settings: Any,
) -> AsyncIterator[tuple[BrpAdapter, BrpSimulator]]:
    tls = None if authority is None else authority.server()
    async with running(BrpSimulator(town=TOWN, options=options, tls=tls)) as simulator:
        http: dict[str, Any] = {}
        if authority is not None:
            http = {"ca_file": authority.file, "client_certificate": own}
        base = simulator.base_url
        given = {
            "personen_url": simulator.url,
            "bewoning_url": f"{base}/bewoningen",
            "verblijfplaatshistorie_url": f"{base}/verblijfplaatshistorie",
            "reisdocumenten_url": f"{base}/reisdocumenten",
            "http": http,
        }
        if "oauth" in settings:
            settings["oauth"] = {"token_url": simulator.token_url, **settings["oauth"]}
        adapter = BrpAdapter(BrpSettings.model_validate({**given, **settings}), clock=CLOCK)
        try:
            yield adapter, simulator
        finally:
            await adapter.aclose()


async def found(adapter: BrpAdapter, kind: str, data: Any, *, seconds: float = 10) -> Any:
    return (await adapter.ask(question(kind, data, seconds=seconds), CONTEXT)).data


async def person(adapter: BrpAdapter, edge: str) -> Any:
    [one] = (await found(adapter, "persoon.raadplegen", {"bsn": EDGES[edge]}))["personen"]
    return one


async def test_every_question_is_answered_over_a_client_certificate(
    authority: Authority, own: Path
) -> None:
    async with asking(authority=authority, own=own) as (adapter, simulator):
        answers = [await found(adapter, kind, data) for kind, data in QUESTIONS]
        nobody = await found(adapter, "persoon.raadplegen", {"bsn": "999999990"})
        health = await adapter.check()
        addresses = {request.path for request in simulator.journal.requests}
    assert health.ok
    assert nobody == {"personen": [], "meer": False}
    for (kind, _), answer in zip(QUESTIONS, answers, strict=True):
        [first, *_] = next(value for value in answer.values() if isinstance(value, list | tuple))
        assert first, kind
    [own_list] = answers[0]["personen"]
    assert own_list["bsn"] == FAMILY.bsn
    assert {child["bsn"] for child in own_list["kinderen"]} == set(FAMILY.kinderen)
    assert own_list["partners"][0]["bsn"] == FAMILY.bonds[0].bsn
    for search in answers[1:7]:
        assert FAMILY.bsn in {one["bsn"] for one in search["personen"]}
    assert len(answers[8]["verblijfplaatsen"]) == len(FAMILY.stays)
    assert FAMILY.bsn in {one["bsn"] for one in answers[9]["bewoningen"][0]["bewoners"]}
    assert answers[10] == answers[11]
    assert not any(FAMILY.bsn in path for path in addresses)


async def test_what_is_easily_forgotten_comes_through() -> None:
    async with asking() as (adapter, _):
        assert (await person(adapter, "geheim"))["geheimhouding"] is True
        assert (await person(adapter, "in onderzoek"))["inOnderzoek"] is True
        dead = await person(adapter, "overleden")
        assert (dead["overlijdensdatum"], dead["opschorting"]["reden"]) == (
            "2025-06-07",
            "overlijden",
        )
        gone = await person(adapter, "geemigreerd")
        assert gone["verblijfplaats"]["regels"] == ["Verzonnen straat 1", "2000 Antwerpen"]
        assert gone["opschorting"]["reden"] == "emigratie"
        assert (await person(adapter, "onvolledige datum"))["geboortedatum"] == "1961-08"
        assert "geboortedatum" not in await person(adapter, "onbekende datum")
        assert (await person(adapter, "diakrieten"))["geslachtsnaam"] == "Çelik-Müller"
        assert (await person(adapter, "zonder adres"))["verblijfplaats"]["regels"]
        assert (await person(adapter, "adres in onderzoek"))["verblijfplaats"]["inOnderzoek"]
        assert not (await person(adapter, "gescheiden")).get("partners")
        assert (await person(adapter, "staatloos"))["nationaliteiten"] == ["Staatloos"]
        assert (await person(adapter, "onbekende verblijfplaats"))["verblijfplaats"]["onbekend"]
        assert (await person(adapter, "onder curatele"))["onderCuratele"] is True
        lost = await found(adapter, "reisdocument.raadplegen", {"bsn": EDGES["paspoort vermist"]})
        assert lost["reisdocumenten"][0]["inhoudingOfVermissing"] == "vermist"


async def test_everybody_in_town_can_be_asked_for() -> None:
    async with asking() as (adapter, _):
        for bsn in list(TOWN.persons)[::7]:
            [one] = (await found(adapter, "persoon.raadplegen", {"bsn": bsn}))["personen"]
            assert one["bsn"] == bsn


@pytest.mark.parametrize(("rule", "consequence"), SPOILT, ids=name_of)
async def test_a_fault_is_never_an_empty_answer(
    rule: FaultRule, consequence: type[DeliveryError] | None, authority: Authority, own: Path
) -> None:
    async with asking(authority=authority, own=own) as (adapter, simulator):
        await simulator.script([rule])
        seconds = 10 if consequence is None else PATIENCE
        asked = [found(adapter, kind, data, seconds=seconds) for kind, data in QUESTIONS]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert all(isinstance(one, consequence or dict) and one for one in answers), answers
        await simulator.clear_faults()
        assert (await found(adapter, *QUESTIONS[0]))["personen"]


async def test_a_token_that_expired_is_fetched_again_and_nobody_notices() -> None:
    options = Options(client_id="gemeente", client_secret="geheim")
    oauth = {"client_id": "gemeente", "client_secret": "geheim"}
    async with asking(options, oauth=oauth) as (adapter, simulator):
        assert (await found(adapter, *QUESTIONS[0]))["personen"]
        simulator.brp.gateway.forget()
        assert (await found(adapter, *QUESTIONS[0]))["personen"]
    async with asking(options, oauth={**oauth, "client_secret": "anders"}) as (adapter, _):
        with pytest.raises(ConfigurationError):
            await found(adapter, *QUESTIONS[0])


async def test_a_gateway_gets_its_headers_or_says_which_setting_is_wrong() -> None:
    wanting = Options(gateway="headers")
    oin = "00000099000000001000"
    async with asking(wanting, gateway="open-formulieren", oin=oin) as (adapter, _):
        assert (await found(adapter, *QUESTIONS[0]))["personen"]
    async with asking(wanting) as (adapter, _):
        with pytest.raises(ConfigurationError) as caught:
            await found(adapter, *QUESTIONS[0])
        assert caught.value.setting == "gateway"
    async with asking(Options(gateway="amsterdam"), gateway="amsterdam") as (adapter, _):
        assert (await found(adapter, *QUESTIONS[0]))["personen"]


async def test_refusals_have_the_registers_own_code() -> None:
    async with asking(Options(refused_field="aNummer")) as (adapter, _):
        with pytest.raises(RejectedError) as caught:
            await found(adapter, *QUESTIONS[0])
        assert caught.value.code == "brp:autorisation"
    async with asking(Options(unavailable=True)) as (adapter, _):
        with pytest.raises(TransientError):
            await found(adapter, *QUESTIONS[0])
    async with asking(Options(api_key="sleutel"), api_key="andere") as (adapter, _):
        with pytest.raises(ConfigurationError):
            await found(adapter, *QUESTIONS[0])
