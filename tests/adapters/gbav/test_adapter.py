"""Persons over a simulated GBA-V: lists, searches, faults, and an account that is not locked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from adapters.contract import (
    ConfigurationError,
    DeliveryError,
    RejectedError,
    TransientError,
)
from adapters.gbav import GbavAdapter, GbavSettings, translate
from simulators.gbav import GbavSimulator, Options
from simulators.gbav.system import LO3, LRD
from simulators.kit import FaultRule, running
from simulators.town import EDGES, town
from tests.adapters._kit.haalcentraal.register import CLOCK, CONTEXT, question
from tests.adapters._kit.haalcentraal.spoilt import PATIENCE, SPOILT, name_of
from tests.certificates import Authority
from tests.standards import standards_dir

TOWN = town(1, 200)
FAMILY = next(one for one in TOWN.persons.values() if one.kinderen and one.bonds)
ADDRESS = FAMILY.stay.address
assert ADDRESS is not None
SECRET = "alleen-voor-demonstratie"  # of the simulator
XSD = "http://www.w3.org/2001/XMLSchema"
SEARCHES: list[dict[str, Any]] = [
    {"geslachtsnaam": FAMILY.geslachtsnaam, "geboortedatum": FAMILY.geboren},
    {"postcode": ADDRESS.postcode, "huisnummer": ADDRESS.huisnummer},
    {"adresseerbaarObject": ADDRESS.adresseerbaar_object},
    {"nummeraanduiding": ADDRESS.nummeraanduiding},
    {"straatnaam": ADDRESS.straat, "huisnummer": ADDRESS.huisnummer, "gemeente": "0344"},
    {
        "geslachtsnaam": FAMILY.geslachtsnaam,
        "voornamen": FAMILY.voornamen,
        "gemeente": "0344",
    },
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
    password: str = SECRET,
    **settings: Any,
) -> AsyncIterator[tuple[GbavAdapter, GbavSimulator]]:
    tls = None if authority is None else authority.server()
    async with running(GbavSimulator(town=TOWN, options=options, tls=tls)) as simulator:
        http = {} if authority is None else {"ca_file": authority.file, "client_certificate": own}
        given = {"url": simulator.url, "user": "schakel-demo", "password": password, "http": http}
        adapter = GbavAdapter(GbavSettings.model_validate({**given, **settings}), clock=CLOCK)
        try:
            yield adapter, simulator
        finally:
            await adapter.aclose()


async def ask(
    adapter: GbavAdapter, data: Any, *, seconds: float = 10, fields: frozenset[str] = frozenset()
) -> Any:
    kind = "persoon.raadplegen" if "bsn" in data else "persoon.zoeken"
    return (await adapter.ask(question(kind, data, seconds=seconds, fields=fields), CONTEXT)).data


async def person(adapter: GbavAdapter, bsn: str) -> Any:
    [one] = (await ask(adapter, {"bsn": bsn}))["personen"]
    return one


async def test_a_list_is_read_with_the_family_in_it(authority: Authority, own: Path) -> None:
    async with asking(authority=authority, own=own) as (adapter, _):
        one = await person(adapter, FAMILY.bsn)
        nobody = await ask(adapter, {"bsn": "999999990"})
        assert (await adapter.check()).ok
    assert nobody == {"personen": [], "meer": False}
    assert (one["geslachtsnaam"], one["geboortedatum"]) == (FAMILY.geslachtsnaam, FAMILY.geboren)
    assert ADDRESS is not None
    assert one["verblijfplaats"]["postcode"] == ADDRESS.postcode
    assert one["verblijfplaats"]["datumIngang"] == FAMILY.stay.van
    assert {child["bsn"] for child in one["kinderen"]} == set(FAMILY.kinderen)
    assert [partner["bsn"] for partner in one["partners"]] == [FAMILY.bonds[0].bsn]
    assert len(one["ouders"]) == len(FAMILY.ouders)


async def test_what_is_easily_forgotten_comes_through() -> None:
    async with asking() as (adapter, _):
        found = {edge: await person(adapter, bsn) for edge, bsn in EDGES.items()}
    assert found["geheim"]["geheimhouding"] is True
    assert found["in onderzoek"]["inOnderzoek"] is True
    assert found["overleden"]["opschorting"] == {"reden": "overlijden", "datum": "2025-06-07"}
    gone = found["geemigreerd"]
    assert gone["verblijfplaats"]["regels"] == ["Verzonnen straat 1", "2000 Antwerpen"]
    assert gone["opschorting"]["reden"] == "emigratie"
    assert found["onvolledige datum"]["geboortedatum"] == "1961-08"
    assert "geboortedatum" not in found["onbekende datum"]
    assert found["zonder adres"]["verblijfplaats"]["regels"]
    assert found["adres in onderzoek"]["verblijfplaats"]["inOnderzoek"] is True
    assert not found["gescheiden"].get("partners")
    assert not found["staatloos"].get("nationaliteiten")
    assert found["onbekende verblijfplaats"]["verblijfplaats"]["onbekend"] is True


MOVED = next(one for one in TOWN.persons.values() if len(one.stays) > 1 and not one.opgeschort)
"""Lived somewhere else before."""


async def lived(adapter: GbavAdapter, bsn: str, *fields: str, **asked: str) -> Any:
    kind = "persoon.verblijfplaatsen"
    put = question(kind, {"bsn": bsn, **asked}, fields=frozenset(fields))
    return (await adapter.ask(put, CONTEXT)).data


async def test_where_somebody_lived_is_told_with_the_end_of_each_stay() -> None:
    async with asking() as (adapter, _):
        found = await lived(adapter, MOVED.bsn, datumVan="1900-01-01", datumTot="2100-01-01")
        nobody = await lived(adapter, "999999990", peildatum="2026-01-01")
    places = found["verblijfplaatsen"]
    assert [one["datumIngang"] for one in places] == [one.van for one in reversed(MOVED.stays)]
    assert "datumEinde" not in places[0]
    assert [one["datumEinde"] for one in places[1:]] == [one["datumIngang"] for one in places[:-1]]
    assert nobody == {"verblijfplaatsen": []}


async def test_one_day_has_one_stay_and_a_period_those_that_it_touches() -> None:
    last = MOVED.stays[-1].van
    async with asking() as (adapter, _):
        on_the_day = await lived(adapter, MOVED.bsn, peildatum=last)
        before = await lived(adapter, MOVED.bsn, datumVan="1900-01-01", datumTot=last)
        long_ago = await lived(adapter, MOVED.bsn, peildatum="1850-01-01")
    assert [one["datumIngang"] for one in on_the_day["verblijfplaatsen"]] == [last]
    assert len(before["verblijfplaatsen"]) == len(MOVED.stays) - 1
    assert long_ago["verblijfplaatsen"] == []


async def test_of_stays_no_more_is_asked_than_the_purpose_allows() -> None:
    async with asking() as (adapter, simulator):
        found = await lived(adapter, MOVED.bsn, "verblijfplaatsen.postcode", peildatum="2026-11-01")
        body = simulator.journal.requests[0].body or b""
    asked = {one.text for one in etree.fromstring(body).iterfind(".//{*}masker/{*}item")}
    assert {"81160", "581160", "81030", "581030"} <= asked
    assert "81110" not in asked
    told = {name for name, value in found["verblijfplaatsen"][0].items() if value}
    assert told <= {"postcode", "datumIngang", "datumEinde"}


def test_what_was_never_right_and_what_is_half_known_is_read_with_care() -> None:
    def occurrence(category: int, **values: str) -> dict[str, Any]:
        elements = [{"nummer": int(name[1:]), "waarde": value} for name, value in values.items()]
        return {"categorienummer": category, "elementen": {"item": elements}}

    rows = [
        occurrence(8, e1030="20200000", e1160="3511AA"),
        occurrence(58, e1030="20100301", e1160="3511BB", e8410="O"),
        occurrence(58, e1030="20050600", e1160="3511CC"),
    ]
    one = {"categoriestapels": {"item": [{"categorievoorkomens": {"item": rows}}]}}
    in_2020 = translate.stays(one, "2020-06-01", "2020-06-02")["verblijfplaatsen"]
    assert [place["postcode"] for place in in_2020] == ["3511AA", "3511CC"]
    assert in_2020[1]["datumEinde"] == "2020"
    in_2019 = translate.stays(one, "2019-12-31", "2020-01-01")["verblijfplaatsen"]
    assert [place["postcode"] for place in in_2019] == ["3511CC"]
    assert translate.stays(one, "2005-05-01", "2005-06-01") == {}


@pytest.mark.parametrize("search", SEARCHES, ids="-".join)
async def test_every_way_to_search_finds_who_lives_there(search: dict[str, Any]) -> None:
    async with asking(gemeente="0344") as (adapter, _):
        found = await ask(adapter, search)
    assert FAMILY.bsn in {one["bsn"] for one in found["personen"]}


async def test_the_dead_are_found_only_when_asked_for() -> None:
    search = {"geslachtsnaam": "Overleden", "geboortedatum": "1980-02-29"}
    async with asking() as (adapter, _):
        assert (await ask(adapter, search))["personen"] == []
        found = await ask(adapter, {**search, "inclusiefOverleden": True})
    assert [one["bsn"] for one in found["personen"]] == [EDGES["overleden"]]


async def test_no_more_is_asked_than_the_purpose_allows() -> None:
    async with asking() as (adapter, simulator):
        allowed = frozenset({"personen.verblijfplaats.postcode"})
        answer = await ask(adapter, {"bsn": FAMILY.bsn}, fields=allowed)
        [request] = simulator.journal.requests
    [masker] = etree.fromstring(request.body or b"").iter(f"{{{LRD}}}masker")
    asked = {int(one.text or "0") for one in masker}
    assert asked == {10120, 18310, 18330, 60810, 76710, 76720, 77010, 81160}
    said = {name for name, value in answer["personen"][0].items() if value}
    assert said == {"bsn", "verblijfplaats"}


@pytest.mark.parametrize(("rule", "consequence"), SPOILT, ids=name_of)
async def test_a_fault_is_never_nobody(
    rule: FaultRule, consequence: type[DeliveryError] | None, authority: Authority, own: Path
) -> None:
    async with asking(authority=authority, own=own) as (adapter, simulator):
        await person(adapter, FAMILY.bsn)  # the WSDL has been read
        await simulator.script([rule])
        seconds = 10 if consequence is None else PATIENCE
        asked = [ask(adapter, one, seconds=seconds) for one in ({"bsn": FAMILY.bsn}, SEARCHES[1])]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert all(isinstance(one, consequence or dict) for one in answers), answers
        await simulator.clear_faults()
        assert (await person(adapter, FAMILY.bsn))["bsn"] == FAMILY.bsn


async def test_a_refused_password_is_tried_once_and_never_again() -> None:
    async with asking(password="anders") as (adapter, simulator):
        for _ in range(5):
            with pytest.raises(ConfigurationError) as caught:
                await person(adapter, FAMILY.bsn)
            assert caught.value.setting == "password"
        assert not (await adapter.check()).ok
        assert simulator.journal.received == 1
        assert simulator.gbav.refused == 1  # three would lock the account


@pytest.mark.parametrize(
    ("letter", "code", "kind", "words"),
    [
        ("X", 12, ConfigurationError, "expired"),
        ("X", 11, ConfigurationError, "not active"),
        ("X", 1, TransientError, "X001"),
        ("X", 20, RejectedError, "persoonsidentificatie"),
        ("T", 31, RejectedError, "Te veel"),
        ("Q", 99, RejectedError, "Verzonnen"),
    ],
)
async def test_what_goes_wrong_stands_in_the_answer(
    letter: str, code: int, kind: type[DeliveryError], words: str
) -> None:
    async with asking(Options(letter=letter, code=code)) as (adapter, simulator):
        with pytest.raises(kind, match=words):
            await person(adapter, FAMILY.bsn)
        with pytest.raises(kind):
            await person(adapter, FAMILY.bsn)
        assert simulator.journal.received == (1 if code == 12 else 2)


async def test_questions_and_answers_are_as_the_official_schema_has_them(tmp_path: Path) -> None:
    official = official_schema(tmp_path)
    async with asking() as (adapter, simulator):
        await person(adapter, FAMILY.bsn)
        await ask(adapter, SEARCHES[1])
        await ask(adapter, {"bsn": "999999990"})
        requests = list(simulator.journal.requests)
    for request in requests:
        [body] = etree.fromstring(request.body or b"").iter("{*}Body")
        official.assertValid(body[0])


def official_schema(folder: Path) -> etree.XMLSchema:
    """The two schemas of the official WSDL, each in a file of its own."""
    wsdl = etree.parse(standards_dir() / "gba-v" / "adhoc" / "LrdPlus1_1.wsdl")
    files = {LRD: "lrd.xsd", LO3: "lo3.xsd"}
    for schema in wsdl.iter(f"{{{XSD}}}schema"):
        for one in schema.iter(f"{{{XSD}}}import"):
            one.set("schemaLocation", files[one.get("namespace", "")])
        (folder / files[schema.get("targetNamespace", "")]).write_bytes(etree.tostring(schema))
    return etree.XMLSchema(etree.parse(folder / "lrd.xsd"))


async def test_official_answers_are_read() -> None:
    """Recorded ones: a person, several occurrences, nobody, a technical error."""
    samples = sorted((standards_dir() / "gba-v" / "adhoc" / "voorbeelden").glob("*.xml"))
    assert len(samples) == 6
    outcomes = {}
    for sample in samples:
        async with asking() as (adapter, simulator):
            await simulator.script([])
            outcomes[sample.stem] = await replayed(adapter, simulator, sample.read_bytes())
    assert outcomes["999995571"]["personen"][0]["geslachtsnaam"] == "Goede"
    assert isinstance(outcomes["1_technical_error"], TransientError)
    assert outcomes["wrong_category"]["personen"][0]["geslachtsnaam"] == "Goede"


async def replayed(adapter: GbavAdapter, simulator: GbavSimulator, body: bytes) -> Any:
    """What the adapter makes of an answer that the service once gave to a search."""
    from simulators.kit import Answer  # noqa: PLC0415 - only here

    async def answer(_: Any) -> Answer:
        return Answer(status=200, body=body, headers={"Content-Type": "text/xml"})

    simulator.gbav.answer = answer  # type: ignore[method-assign, assignment]  # a recording in its place
    try:
        return await ask(adapter, SEARCHES[0])
    except DeliveryError as error:
        return error
