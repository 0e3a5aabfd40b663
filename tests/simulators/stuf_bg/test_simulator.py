"""The simulated source of persons answers as the schema says, in every habit."""

from __future__ import annotations

from functools import cache

import httpx
import pytest
from lxml import etree

from schemas.xml import parse_xml
from simulators.kit import running
from simulators.stuf_bg import PERSONS, Options, StufBgSimulator
from tests.standards import standards_dir

BG = "http://www.egem.nl/StUF/sector/bg/0310"
STUF = "http://www.egem.nl/StUF/StUF0301"
SOAP11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP12 = "http://www.w3.org/2003/05/soap-envelope"


def question(
    gelijk: str = "<inp.bsn>999993653</inp.bsn>",
    scope: str = "<object s:entiteittype='NPS' s:scope='alles'/>",
    *,
    most: int = 15,
    soap: str = SOAP11,
    name: str = "npsLv01",
) -> bytes:
    return (
        f'<e:Envelope xmlns:e="{soap}"><e:Body><{name} xmlns="{BG}" xmlns:s="{STUF}">'
        "<stuurgegevens><s:berichtcode>Lv01</s:berichtcode><s:zender>"
        "<s:applicatie>SCHAKEL</s:applicatie></s:zender><s:ontvanger>"
        "<s:applicatie>GWS4all</s:applicatie></s:ontvanger><s:referentienummer>7"
        "</s:referentienummer><s:tijdstipBericht>20261123101500</s:tijdstipBericht>"
        "<s:entiteittype>NPS</s:entiteittype></stuurgegevens>"
        "<parameters><s:sortering>0</s:sortering><s:indicatorVervolgvraag>false"
        f"</s:indicatorVervolgvraag><s:maximumAantal>{most}</s:maximumAantal>"
        "<s:indicatorAantal>true</s:indicatorAantal></parameters>"
        f"<gelijk s:entiteittype='NPS'>{gelijk}</gelijk><scope>{scope}</scope>"
        f"</{name}></e:Body></e:Envelope>"
    ).encode()


async def ask(
    body: bytes, options: Options | None = None, *, kind: str = "text/xml"
) -> httpx.Response:
    async with running(StufBgSimulator(options=options)) as simulator, httpx.AsyncClient() as http:
        return await http.post(simulator.url, content=body, headers={"Content-Type": kind})


def message(response: httpx.Response) -> etree._Element:
    return parse_xml(response.content)[0][0]


@cache
def official() -> etree.XMLSchema:
    driver = standards_dir() / "stuf/bg-3.10/driver/vraagAntwoord/all.xsd"
    return etree.XMLSchema(etree.parse(driver))


@pytest.mark.standards
@pytest.mark.parametrize("bsn", [person.bsn for person in PERSONS])
@pytest.mark.parametrize(
    "scope",
    [
        "<object s:entiteittype='NPS' s:scope='alles'/>",
        (
            "<object s:entiteittype='NPS'><inp.bsn/><voorletters/><overlijdensdatum/>"
            "<verblijfsadres/><inOnderzoek/></object>"
        ),
    ],
)
async def test_every_answer_is_valid(bsn: str, scope: str) -> None:
    answer = message(await ask(question(f"<inp.bsn>{bsn}</inp.bsn>", scope)))

    official().assertValid(answer)
    assert len(answer.findall(f".//{{{BG}}}object")) == 1


@pytest.mark.standards
async def test_an_answer_about_nobody_is_valid() -> None:
    answer = message(await ask(question("<inp.bsn>999991772</inp.bsn>")))

    official().assertValid(answer)
    assert answer.find(f"{{{BG}}}antwoord") is None


@pytest.mark.standards
@pytest.mark.parametrize("code", ["StUF049", "StUF058", "StUF960"])
async def test_faults_are_valid_and_come_under_500(code: str) -> None:
    response = await ask(question(), Options(fault=code))
    fault = message(response)

    assert response.status_code == 500
    [fo02] = fault.iter(f"{{{STUF}}}Fo02Bericht")
    official().assertValid(fo02)
    assert fo02.findtext(f".//{{{STUF}}}code") == code


async def test_only_what_the_scope_names_is_given() -> None:
    scope = "<object s:entiteittype='NPS'><inp.bsn/><geslachtsnaam/></object>"
    [person] = message(await ask(question(scope=scope))).iter(f"{{{BG}}}object")

    assert [etree.QName(one).localname for one in person] == ["inp.bsn", "geslachtsnaam"]


async def test_more_than_the_maximum_is_told() -> None:
    address = "<verblijfsadres><aoa.postcode>3511ZZ</aoa.postcode></verblijfsadres>"
    answer = message(await ask(question(address, most=1)))

    assert len(list(answer.iter(f"{{{BG}}}object"))) == 1
    assert answer.findtext(f".//{{{STUF}}}aantalVoorkomens") == "3"
    assert (answer.findtext(f"{{{BG}}}melding") or "").startswith("StUF0002")


@pytest.mark.parametrize(
    ("body", "options", "code"),
    [
        (b"<geen xml", Options(), "StUF055"),
        (question(name="adrLv01"), Options(), "StUF022"),
        (question(scope="<object s:entiteittype='NPS'/>"), Options(), "StUF058"),
        (question("<voornamen>A</voornamen><inp.bsn>1</inp.bsn>"), Options(), "StUF055"),
        (question(), Options(senders=("ANDER",)), "StUF013"),
        (question("<inp.bsn>999991772</inp.bsn>"), Options(nobody="fo02"), "StUF064"),
    ],
)
async def test_what_is_wrong_is_refused(body: bytes, options: Options, code: str) -> None:
    assert message(await ask(body, options)).findtext(f".//{{{STUF}}}code") == code


@pytest.mark.parametrize(
    ("soap", "kind", "options", "status"),
    [
        (SOAP12, "application/soap+xml", Options(), 200),
        (SOAP12, "application/soap+xml", Options(only_soap_1_1=True), 415),
        (SOAP12, "text/xml", Options(), 415),
        (SOAP11, "application/soap+xml", Options(), 415),
        (SOAP11, "text/xml", Options(user="hub", password="x"), 401),
    ],
)
async def test_envelope_media_type_and_credential_are_looked_at(
    soap: str, kind: str, options: Options, status: int
) -> None:
    assert (await ask(question(soap=soap), options, kind=kind)).status_code == status


async def test_the_wsdl_names_its_own_address_and_other_paths_are_not_there() -> None:
    async with running(StufBgSimulator()) as simulator, httpx.AsyncClient() as http:
        wsdl = await http.get(f"{simulator.url}?wsdl")
        nothing = await http.get(f"{simulator.base_url}/OntvangAsynchroon")

    assert simulator.url in wsdl.text
    assert parse_xml(wsdl.content).tag.endswith("definitions")
    assert nothing.status_code == 404


async def test_options_can_be_put_while_it_runs() -> None:
    async with running(StufBgSimulator()) as simulator, httpx.AsyncClient() as http:
        control = f"{simulator.control_url}/options"
        done = await http.put(control, json={"nobody": "fault", "senders": ["SCHAKEL"]})
        wrong = await http.put(control, json={"niemand": "fault"})
        worse = await http.put(control, json={"nobody": "zomaar"})
        page = await http.get(simulator.control_url)
        answer = await http.post(
            simulator.url,
            content=question("<inp.bsn>999991772</inp.bsn>"),
            headers={"Content-Type": "text/xml"},
        )

    assert done.status_code == 200
    assert (wrong.status_code, worse.status_code) == (400, 400)
    assert page.status_code == 200
    assert answer.status_code == 500
    assert "Object niet gevonden" in answer.text
