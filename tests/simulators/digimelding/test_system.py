"""The simulated Digimelding refuses what its specification refuses, and can be moved by hand."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import zeep
from lxml import etree

import schemas
from simulators.digimelding import DigimeldingSimulator, Options
from simulators.digimelding.system import DMKS, SOAP, WSA
from simulators.kit import running
from tests.simulators.http import client

ROOT = "0c2b6e0e-5d1f-5a55-9d0b-7a6b5c4d3e2f"
WSDL = Path(schemas.__file__).parent / "wsdl" / "digimelding.wsdl"


def report(
    root: str = ROOT, *, oin: str = Options().oin, kenmerk: str = "K1", **left_out: str
) -> str:
    base = (
        f"<GeannoteerdDoor><Oin>{oin}</Oin><Persoonsaanduiding>balie</Persoonsaanduiding>"
        "</GeannoteerdDoor><GeannoteerdOp>2026-11-23T09:00:00Z</GeannoteerdOp>"
    )
    selection = left_out.get("Selectie", "<Selectie>bsn=999993653</Selectie>")
    email = left_out.get("Email", "<Email>a@b.example</Email>")
    return (
        "<AnnotatieToevoegenRequest><OinBasisregistratie>1</OinBasisregistratie><AnnotatieBoom>"
        f'<Terugmelding uuid="{root}">{base}<Bronverwijzingen><Bronverwijzing><Uri>u</Uri>'
        f"{selection}</Bronverwijzing></Bronverwijzingen><Attributenset><Attribuut><Uri>a</Uri>"
        f"</Attribuut></Attributenset></Terugmelding><Referentiekenmerk>{base}"
        f"<Kenmerk>{kenmerk}</Kenmerk></Referentiekenmerk><Contactinformatie>{base}"
        f"<Naam>n</Naam>{email}</Contactinformatie></AnnotatieBoom></AnnotatieToevoegenRequest>"
    )


OVERVIEW = (
    "<StatusoverzichtRequest><OinBasisregistratie>1</OinBasisregistratie></StatusoverzichtRequest>"
)
ECHO = "<EchoRequest><Tekst>hallo</Tekst></EchoRequest>"


async def said(
    simulator: DigimeldingSimulator, content: str, *, addressed: bool = True
) -> etree._Element:
    head = f'<a:To xmlns:a="{WSA}">x</a:To><a:MessageID xmlns:a="{WSA}">m-1</a:MessageID>'
    body = (
        f'<s:Envelope xmlns:s="{SOAP}"><s:Header>{head if addressed else ""}</s:Header><s:Body>'
        f"{content}</s:Body></s:Envelope>"
    ).replace("Request>", f'Request xmlns="{DMKS}">', 1)
    async with client() as http:
        answer: httpx.Response = await http.post(simulator.url, content=body)
    return etree.fromstring(answer.content)


def text(answer: etree._Element, name: str) -> str | None:
    return answer.findtext(f".//{{{DMKS}}}{name}")


async def test_a_report_is_taken_once_and_goes_on_by_itself() -> None:
    async with running(DigimeldingSimulator()) as simulator:
        first = await said(simulator, report())
        again = await said(simulator, report())
        assert text(first, "AnnotatieVerwijzing") == text(again, "AnnotatieVerwijzing") == ROOT
        assert len(simulator.journal.effects) == 1
        assert first.findtext(f".//{{{WSA}}}RelatesTo") == "m-1"
        states = []
        for _ in range(3):
            states.append(text(await said(simulator, OVERVIEW), "Status"))
            simulator.clock.advance(timedelta(days=2))
        assert states == ["Gemeld", "In behandeling", "Afgehandeld"]


async def test_nothing_reported_is_a_normal_answer() -> None:
    async with running(DigimeldingSimulator()) as simulator:
        assert text(await said(simulator, OVERVIEW), "Reden") == "geenWaarde"
        assert text(await said(simulator, ECHO), "Tekst") == "hallo"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (report(oin="00000099000000002000"), "DK0002"),
        (report("geen-uuid"), "DK0004"),
        (report(Selectie=""), "DK0004"),
        (report(Email=""), "DK0004"),
        (report(kenmerk="x" * 13), "DK0050"),
        ("<AndersRequest></AndersRequest>", "DK0004"),
    ],
)
async def test_what_is_wrong_gets_its_fault(content: str, code: str) -> None:
    async with running(DigimeldingSimulator()) as simulator:
        answer = await said(simulator, content)
        assert text(answer, "faultcode") == code
        assert simulator.journal.effects == []


async def test_without_addressing_nothing_is_taken() -> None:
    async with running(DigimeldingSimulator()) as simulator:
        answer = await said(simulator, report(), addressed=False)
        assert text(answer, "faultcode") == "DK0004"


async def test_the_control_port_moves_a_report_and_sets_faults() -> None:
    async with running(DigimeldingSimulator()) as simulator, client() as http:
        await said(simulator, report())

        async def put(path: str, value: Any) -> int:
            return (await http.put(f"{simulator.control_url}{path}", json=value)).status_code

        assert await put("/reports", {"kenmerk": "K1", "status": "Verkeerde bronhouder"}) == 200
        assert text(await said(simulator, OVERVIEW), "Status") == "Verkeerde bronhouder"
        assert await put("/reports", {"kenmerk": "K2", "status": "Gemeld"}) == 400
        assert await put("/reports", {"kenmerk": "K1", "status": "Kwijt"}) == 400
        assert await put("/options", {"fault": "DK0051"}) == 200
        assert text(await said(simulator, OVERVIEW), "faultcode") == "DK0051"
        assert text(await said(simulator, ECHO), "Tekst") == "hallo"
        assert await put("/options", {"fault": "DK0099"}) == 400


def test_our_own_wsdl_has_the_three_operations() -> None:
    soap = zeep.Client(str(WSDL))  # type: ignore[no-untyped-call]  # as all of zeep
    assert set(soap.service._operations) == {"AnnotatieToevoegen", "Statusoverzicht", "Echo"}
