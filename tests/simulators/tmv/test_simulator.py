"""The simulated TMV takes what the official WSDL allows, and answers in its form."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import cache

import httpx
import pytest
from lxml import etree

from schemas.xml import parse_xml
from simulators.kit import running
from simulators.tmv import Options, TmvSimulator
from tests.standards import standards_dir

NS = "http://www.bprbzk.nl/GBA/Terugmeldvoorziening/version1.0"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
XSD = "http://www.w3.org/2001/XMLSchema"
BSN = "999993653"
TUESDAY = datetime(2026, 11, 24, 9, tzinfo=UTC)
SEARCH = ("anummer", "bsn", "dossiernummer", "behandelendeGemeente", "datumVanaf", "datumTot")


def element(name: str, value: str | None) -> str:
    return f'<{name} xsi:nil="true"/>' if value is None else f"<{name}>{value}</{name}>"


def enveloped(operation: str, inside: str, content: str) -> bytes:
    return (
        f'<e:Envelope xmlns:e="{SOAP}"><e:Body><{operation} xmlns="{NS}" xmlns:xsi="{XSI}">'
        f"<{inside}>{content}</{inside}></{operation}></e:Body></e:Envelope>"
    ).encode()


def register(
    new: str | None = "Waterplein", *, number: str = "A1", words: str | None = None, bsn: str = BSN
) -> bytes:
    head = {"berichtcode": "TMLD", "berichtnummer": number, "anummer": None, "bsn": bsn}
    content = "".join(element(*one) for one in {**head, "melderId": None}.items())
    detail = {"rubrieknummer": "81110", "origineleWaardeGBAV": "Wterplein"}
    detail_xml = "".join(element(*one) for one in detail.items())
    detail_xml += element("voorgesteldeWaarde", new)
    content += element("toelichting", words)
    content += f"<details><terugmeldingDetail>{detail_xml}</terugmeldingDetail></details>"
    return enveloped("registrerenTerugmelding", "terugmelding", content)


def inspect(kind: str = "D", **asked: str) -> bytes:
    head = {"berichtcode": "IZVZ", "berichtnummer": "B1", "soortOverzicht": kind}
    rest = {name: asked.get(name) for name in (*SEARCH, "statusDossier")}
    content = "".join(element(*one) for one in {**head, **rest}.items())
    return enveloped("opvragenDossierGegevens", "inzageverzoek", content)


@cache
def official() -> etree.XMLSchema:
    wsdl = etree.parse(standards_dir() / "tmv/tmv1_0.wsdl")
    schema = wsdl.find(f".//{{{XSD}}}schema")
    assert schema is not None
    return etree.XMLSchema(etree.fromstring(etree.tostring(schema)))


@pytest.fixture
async def tmv() -> AsyncIterator[TmvSimulator]:
    async with running(TmvSimulator()) as simulator:
        simulator.clock.set(TUESDAY, frozen=True)
        yield simulator


async def post(simulator: TmvSimulator, body: bytes, **settings: object) -> httpx.Response:
    async with httpx.AsyncClient(**settings) as http:  # type: ignore[arg-type]  # names of httpx
        return await http.post(simulator.url, content=body, headers={"Content-Type": "text/xml"})


async def ask(simulator: TmvSimulator, body: bytes) -> etree._Element:
    response = await post(simulator, body)
    assert response.status_code == 200, response.text
    return parse_xml(response.content)[0][0]


def said(answer: etree._Element, name: str) -> str | None:
    return answer.findtext(f".//{{{NS}}}{name}")


def all_said(answer: etree._Element, name: str) -> list[str | None]:
    return [one.text for one in answer.iter(f"{{{NS}}}{name}")]


async def status(simulator: TmvSimulator) -> str | None:
    return said(await ask(simulator, inspect(bsn=BSN)), "statusDossier")


async def test_a_doubt_gets_a_dossier_that_can_be_inspected(tmv: TmvSimulator) -> None:
    taken = await ask(tmv, register())
    assert (said(taken, "berichtcode"), said(taken, "berichtreferentie")) == ("ONBV", "A1")
    number = said(taken, "dossiernummer") or ""
    found = await ask(tmv, inspect(dossiernummer=number))
    assert said(found, "berichtcode") == "OZDO"
    assert all_said(found, "voorgesteldeWaarde") == ["Waterplein"]
    assert said(found, "datumVerwachteAfhandelingDossier") == "20261201"
    assert [one.kind for one in tmv.journal.effects] == ["terugmelding"]
    summary = await ask(tmv, inspect("S", dossiernummer=number))
    assert said(summary, "berichtcode") == "OZDS"
    assert all_said(summary, "voorgesteldeWaarde") == []


async def test_requests_and_answers_are_what_the_official_wsdl_says(tmv: TmvSimulator) -> None:
    bodies = [register(), register(None), inspect(bsn=BSN), inspect("S", bsn=BSN)]
    for body in [*bodies, inspect("X", bsn=BSN), inspect(bsn="1")]:
        official().assertValid(parse_xml(body)[0][0])
        official().assertValid(await ask(tmv, body))


async def test_a_dossier_goes_on_as_working_days_go_by(tmv: TmvSimulator) -> None:
    await ask(tmv, register())
    seen = []
    for days in range(8):
        tmv.clock.set(TUESDAY + timedelta(days=days), frozen=True)
        seen.append(await status(tmv))
    assert seen == ["1", "2", "2", "3", "3", "3", "3", "4"]


@pytest.mark.parametrize(("duplicates", "count"), [("new", 2), ("same", 1)])
async def test_what_a_number_used_twice_gives_can_be_chosen(
    tmv: TmvSimulator, duplicates: str, count: int
) -> None:
    async with httpx.AsyncClient() as http:
        await http.put(f"{tmv.control_url}/options", json={"duplicates": duplicates})
    numbers = {said(await ask(tmv, register()), "dossiernummer") for _ in range(2)}
    assert len(numbers) == count


async def test_a_withdrawal_closes_what_it_takes_back(tmv: TmvSimulator) -> None:
    withdrawal = register("Wterplein", number="A2", words="Registratie intrekken")
    assert said(await ask(tmv, withdrawal), "verwerkingcode") == "9004"
    taken = await ask(tmv, register())
    gone = await ask(tmv, withdrawal)
    assert said(gone, "dossiernummer") == said(taken, "dossiernummer")
    assert await status(tmv) == "4"


async def test_a_planted_dossier_waits_until_it_is_moved(tmv: TmvSimulator) -> None:
    async with httpx.AsyncClient() as http:
        planted = await http.post(
            f"{tmv.control_url}/dossiers", json={"bsn": "999990019", "gemeente": "0344"}
        )
        assert planted.json()["uiterlijk"] == "2026-12-01"
        tmv.clock.advance(timedelta(days=20))
        found = await ask(tmv, inspect(behandelendeGemeente="344"))
        assert all_said(found, "statusDossier") == ["2"]
        assert all_said(await ask(tmv, inspect(behandelendeGemeente="518")), "dossier") == []
        number = planted.json()["dossiernummer"]
        await http.put(f"{tmv.control_url}/dossiers", json={"dossiernummer": number, "status": 3})
        wrong = await http.put(f"{tmv.control_url}/dossiers", json={"dossiernummer": 1})
    assert wrong.status_code == 400
    found = await ask(tmv, inspect(behandelendeGemeente="344"))
    assert all_said(found, "statusDossier") == ["3"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (register().replace(b"TMLD", b"TMLX"), "9001"),
        (inspect("X", bsn=BSN), "9006"),
        (inspect(), "9007"),
        (inspect(dossiernummer="7"), "9005"),
    ],
)
async def test_a_refusal_is_an_answer_with_an_invented_code(
    tmv: TmvSimulator, body: bytes, code: str
) -> None:
    refused = await ask(tmv, body)
    assert said(refused, "berichtcode") not in {"ONBV", "OZDO", "OZDS"}
    assert said(refused, "verwerkingcode") == code
    assert tmv.journal.effects == []


@pytest.mark.parametrize(
    "body",
    [
        b"<no",
        register(number="A" * 13),
        register(bsn="abc"),
        register().replace(b'<anummer xsi:nil="true"/>', b""),
        register().replace(b"registreren", b"verwijderen"),
        inspect("DD", bsn=BSN),
    ],
)
async def test_what_the_schema_does_not_allow_is_a_fault(tmv: TmvSimulator, body: bytes) -> None:
    response = await post(tmv, body)
    assert response.status_code == 500
    assert b"faultstring" in response.content
    assert tmv.journal.effects == []


async def test_a_wrong_password_is_a_401() -> None:
    options = Options(user="gba", password="geheim")
    async with running(TmvSimulator(options=options)) as simulator:
        assert (await post(simulator, register())).status_code == 401
        assert (await post(simulator, register(), auth=("gba", "mis"))).status_code == 401
        assert (await post(simulator, register(), auth=("gba", "geheim"))).status_code == 200


async def test_a_switched_refusal_is_for_everything(tmv: TmvSimulator) -> None:
    async with httpx.AsyncClient() as http:
        await http.put(f"{tmv.control_url}/options", json={"refuse": 9003})
        wrong = await http.put(f"{tmv.control_url}/options", json={"refuse": 1})
    assert wrong.status_code == 400
    for body in (register(), inspect(bsn=BSN)):
        assert said(await ask(tmv, body), "verwerkingcode") == "9003"
    assert tmv.journal.effects == []
