"""Documents verified at a simulated BV BSN: outcomes, faults, credentials, the official schema."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from adapters.bvbsn import BvbsnAdapter, BvbsnSettings, translate
from adapters.bvbsn.errors import refused
from adapters.bvbsn.settings import VALID
from adapters.contract import (
    ConfigurationError,
    DeliveryError,
    TransientError,
)
from simulators.bvbsn import BvbsnSimulator, Options
from simulators.bvbsn.system import NOT_GOOD, NS
from simulators.kit import FaultRule, Incoming, running
from simulators.town import EDGES, town
from tests.adapters._kit.haalcentraal.register import CLOCK, CONTEXT, question
from tests.adapters._kit.haalcentraal.spoilt import PATIENCE, SPOILT, name_of
from tests.certificates import Authority
from tests.standards import standards_dir

TOWN = town(1, 100)
GOOD = TOWN.persons[EDGES["geheim"]].documents[0].nummer
LOST = TOWN.persons[EDGES["paspoort vermist"]].documents[0].nummer
TYPE = "identiteitsdocument.verifieren"
XSD = "http://www.w3.org/2001/XMLSchema"


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
) -> AsyncIterator[tuple[BvbsnAdapter, BvbsnSimulator]]:
    tls = None if authority is None else authority.server()
    async with running(BvbsnSimulator(town=TOWN, options=options, tls=tls)) as simulator:
        http = {} if authority is None else {"ca_file": authority.file, "client_certificate": own}
        given = {"url": simulator.url, "afzender": "0344", "http": http, **settings}
        adapter = BvbsnAdapter(BvbsnSettings.model_validate(given), clock=CLOCK)
        try:
            yield adapter, simulator
        finally:
            await adapter.aclose()


async def verified(
    adapter: BvbsnAdapter, number: str = GOOD, *, kind: str = "reisdocument", seconds: float = 10
) -> Any:
    asked = question(TYPE, {"soort": kind, "nummer": number}, seconds=seconds)
    return (await adapter.ask(asked, CONTEXT)).data


async def test_each_outcome_is_told_apart(authority: Authority, own: Path) -> None:
    codes = [NOT_GOOD]
    async with asking(authority=authority, own=own, ongeldig_codes=codes) as (adapter, simulator):
        good = await verified(adapter)
        lost = await verified(adapter, LOST)
        nobody = await verified(adapter, "NX0000000")
        licence = await verified(adapter, "5555555555", kind="rijbewijs")
        health = await adapter.check()
        targets = {request.path for request in simulator.journal.requests}
    assert good["uitkomst"] == "geldig"
    assert (lost["uitkomst"], lost["code"]) == ("ongeldig", str(NOT_GOOD))
    assert nobody["uitkomst"] == licence["uitkomst"] == "onbekend"
    assert health.ok
    assert targets == {"/gebruiker.asmx"}


async def test_a_code_that_nobody_explained_is_never_valid_and_never_invalid() -> None:
    async with asking() as (adapter, _):
        found = await verified(adapter, LOST)
    assert (found["uitkomst"], found["code"]) == ("onbekend", str(NOT_GOOD))
    assert VALID == 24002


@pytest.mark.parametrize(("rule", "consequence"), SPOILT, ids=name_of)
async def test_a_fault_is_never_an_outcome(
    rule: FaultRule, consequence: type[DeliveryError] | None, authority: Authority, own: Path
) -> None:
    async with asking(authority=authority, own=own) as (adapter, simulator):
        await verified(adapter)  # the WSDL has been read
        await simulator.script([rule])
        seconds = 10 if consequence is None else PATIENCE
        asked = [verified(adapter, seconds=seconds) for _ in range(3)]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert all(isinstance(one, consequence or dict) for one in answers), answers
        await simulator.clear_faults()
        assert (await verified(adapter))["uitkomst"] == "geldig"


async def test_credentials_and_faults_of_the_service() -> None:
    basic = Options(user="0344", password="geheim")
    async with asking(basic, user="0344", password="geheim") as (adapter, _):
        assert (await verified(adapter))["uitkomst"] == "geldig"
    async with asking(basic, user="0344", password="anders") as (adapter, _):
        with pytest.raises(ConfigurationError) as caught:
            await verified(adapter)
        assert caught.value.setting == "user"
        assert not (await adapter.check()).ok
    async with asking(Options(faulty=True)) as (adapter, _):
        with pytest.raises(TransientError, match="The service failed"):
            await verified(adapter)


async def test_a_wrong_address_is_our_configuration() -> None:
    async with running(BvbsnSimulator(town=TOWN)) as simulator:
        settings = BvbsnSettings(url=f"{simulator.base_url}/other", afzender="0344")
        adapter = BvbsnAdapter(settings, clock=CLOCK)
        with pytest.raises(ConfigurationError) as caught:
            await verified(adapter)
        assert caught.value.setting == "url"
        await adapter.aclose()


async def test_what_is_asked_and_answered_is_as_the_official_schema_has_it() -> None:
    wsdl = standards_dir() / "gba-v" / "bvbsn" / "WSDL-BSN-Verificatie.wsdl"
    [schema] = etree.parse(wsdl).iter(f"{{{XSD}}}schema")
    official = etree.XMLSchema(etree.fromstring(etree.tostring(schema)))
    async with asking() as (adapter, simulator):
        await verified(adapter)
        await adapter.check()
        requests = list(simulator.journal.requests)
        answers = [await simulator.bvbsn.answer(incoming(one)) for one in requests]
    assert len(requests) == 2
    for content in (*(one.body for one in requests), *(one.body for one in answers)):
        [body] = etree.fromstring(content or b"").iter("{*}Body")
        official.assertValid(body[0])
    [asked] = etree.fromstring(requests[0].body or b"").iter(f"{{{NS}}}berichtIn")
    assert asked.findtext(f"{{{NS}}}IndicatieEindgebruiker") == "m.dewit"
    assert asked.findtext(f".//{{{NS}}}DocumentNummer") == GOOD


def incoming(request: Any) -> Any:
    return Incoming(
        number=1,
        method="POST",
        path=request.path,
        query="",
        headers=request.headers,
        body=request.body or b"",
    )


def test_a_refused_message_says_why_without_a_number() -> None:
    codes: dict[str, frozenset[int]] = {"valid": frozenset({VALID}), "invalid": frozenset()}
    head = {"BerichtResultaatCode": 7, "BerichtResultaatOmschrijving": "999990019 mag niet"}
    with pytest.raises(translate.NotWorkedOn) as caught:
        translate.answer({"BvBsnBericht": head}, **codes)
    error = refused(caught.value)
    assert error.code == "bvbsn:7"
    assert "mag niet" in error.detail
    assert "999990019" not in error.detail
    good = {**head, "BerichtResultaatCode": 24000}
    for empty in (None, {"BvBsnBericht": None}, {"BvBsnBericht": good}):
        with pytest.raises(translate.Unreadable):
            translate.answer(empty, **codes)
