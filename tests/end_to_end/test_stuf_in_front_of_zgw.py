"""An old application that speaks StUF-ZDS 1.1 works with a zaaksysteem that has the ZGW APIs.

The application is played by hand-written XML: nothing of the adapter bears witness to itself.
"""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import AsyncIterator
from io import StringIO
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from lxml import etree
from rich.console import Console

from schakel.demo.stage import Stage

APPLICATION: Final = """
[[destination]]
name = "oud"
adapter = "stuf_zds"
tenant = "0344"

[destination.settings]
role = "application"
profile = "1.1"
zender = { applicatie = "SCHAKEL", organisatie = "0344" }
ontvanger = { applicatie = "OUD", organisatie = "0344" }

[destination.settings.inbound]
enabled = true
user = "oud"
password = "env:SCHAKEL_DEMO_STUF_PASSWORD"
bronorganisatie = "002220647"
resultaat = "Verwerkt"

[[route]]
name = "what the application does besides"
type = ["nl.burgerzaken.zaak.bijgewerkt", "nl.burgerzaken.zaak.document-bijgewerkt"]
to = ["zaaksysteem"]

[[ask]]
type = ["zaak.details", "zaak.status", "zaak.documenten", "document.inhoud"]
to = "zaaksysteem"
"""
USER: Final = httpx.BasicAuth("oud", "alleen-voor-demonstratie")
ZKN: Final = "http://www.egem.nl/StUF/sector/zkn/0310"
STUF: Final = "http://www.egem.nl/StUF/StUF0301"
CASE: Final = "0344OUD0001"
DOCUMENT: Final = "0344OUDD001"
CONTENT: Final = b"%PDF-1.4 een verzonnen aanvraag"
PATIENCE: Final = 30.0


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with Stage(tmp_path, Console(file=StringIO()), more=APPLICATION) as stage:
        yield stage


def head(code: str, number: int, kind: str, *, moment: int = 0) -> str:
    return f"""<ZKN:stuurgegevens><StUF:berichtcode>{code}</StUF:berichtcode>
<StUF:zender><StUF:organisatie>0344</StUF:organisatie><StUF:applicatie>OUD</StUF:applicatie></StUF:zender>
<StUF:ontvanger><StUF:organisatie>0344</StUF:organisatie>
<StUF:applicatie>SCHAKEL</StUF:applicatie></StUF:ontvanger>
<StUF:referentienummer>OUD-{number:04d}</StUF:referentienummer>
<StUF:tijdstipBericht>202611230900{moment or number:02d}</StUF:tijdstipBericht>
<StUF:entiteittype>{kind}</StUF:entiteittype></ZKN:stuurgegevens>"""


def change(sort: str) -> str:
    return f"""<ZKN:parameters><StUF:mutatiesoort>{sort}</StUF:mutatiesoort>
<StUF:indicatorOvername>V</StUF:indicatorOvername></ZKN:parameters>"""


def enveloped(body: str) -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:ZKN="{ZKN}"
 xmlns:StUF="{STUF}"
 xmlns:BG="http://www.egem.nl/StUF/sector/bg/0310" xmlns:xm="http://www.w3.org/2005/05/xmlmime"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><s:Body>{body}</s:Body></s:Envelope>""".encode()


CREATE: Final = f"""<ZKN:zakLk01>{head("Lk01", 1, "ZAK")}{change("T")}
<ZKN:object StUF:entiteittype="ZAK" StUF:verwerkingssoort="T">
<ZKN:identificatie>{CASE}</ZKN:identificatie><ZKN:omschrijving>Verhuizing</ZKN:omschrijving>
<ZKN:startdatum>20261123</ZKN:startdatum><ZKN:registratiedatum>20261123</ZKN:registratiedatum>
<ZKN:zaakniveau>1</ZKN:zaakniveau><ZKN:deelzakenIndicatie>N</ZKN:deelzakenIndicatie>
<ZKN:isVan StUF:entiteittype="ZAKZKT" StUF:verwerkingssoort="T">
<ZKN:gerelateerde StUF:entiteittype="ZKT" StUF:verwerkingssoort="I">
<ZKN:omschrijving>Verhuizing behandelen</ZKN:omschrijving><ZKN:code>B0237</ZKN:code>
</ZKN:gerelateerde></ZKN:isVan>
<ZKN:heeftAlsInitiator StUF:entiteittype="ZAKBTRINI" StUF:verwerkingssoort="T"><ZKN:gerelateerde>
<ZKN:natuurlijkPersoon StUF:entiteittype="NPS" StUF:verwerkingssoort="I">
<BG:inp.bsn>999993653</BG:inp.bsn></ZKN:natuurlijkPersoon></ZKN:gerelateerde></ZKN:heeftAlsInitiator>
</ZKN:object></ZKN:zakLk01>"""

STATUS: Final = f"""<ZKN:zakLk01>{head("Lk01", 2, "ZAK")}{change("W")}
<ZKN:object StUF:entiteittype="ZAK" StUF:verwerkingssoort="W">
<ZKN:identificatie>{CASE}</ZKN:identificatie>
<ZKN:heeft StUF:entiteittype="ZAKSTT" StUF:verwerkingssoort="T">
<ZKN:gerelateerde StUF:entiteittype="STT" StUF:verwerkingssoort="I">
<ZKN:volgnummer>0001</ZKN:volgnummer><ZKN:omschrijving>Ontvangen</ZKN:omschrijving>
</ZKN:gerelateerde><ZKN:toelichting>Aan de balie.</ZKN:toelichting>
<ZKN:datumStatusGezet>20261123091500000</ZKN:datumStatusGezet></ZKN:heeft>
</ZKN:object></ZKN:zakLk01>"""

ADD: Final = f"""<ZKN:edcLk01>{head("Lk01", 3, "EDC")}{change("T")}
<ZKN:object StUF:entiteittype="EDC" StUF:verwerkingssoort="T">
<ZKN:identificatie>{DOCUMENT}</ZKN:identificatie>
<ZKN:dct.omschrijving>Aangifte</ZKN:dct.omschrijving><ZKN:creatiedatum>20261123</ZKN:creatiedatum>
<ZKN:titel>Aangifte van verhuizing</ZKN:titel><ZKN:formaat>application/pdf</ZKN:formaat>
<ZKN:taal>nld</ZKN:taal><ZKN:vertrouwelijkAanduiding>ZAAKVERTROUWELIJK</ZKN:vertrouwelijkAanduiding>
<ZKN:auteur>Balie</ZKN:auteur>
<ZKN:inhoud xm:contentType="application/pdf" StUF:bestandsnaam="aangifte.pdf">\
{base64.b64encode(CONTENT).decode()}</ZKN:inhoud>
<ZKN:isRelevantVoor StUF:entiteittype="EDCZAK" StUF:verwerkingssoort="T">
<ZKN:gerelateerde StUF:entiteittype="ZAK" StUF:verwerkingssoort="I">
<ZKN:identificatie>{CASE}</ZKN:identificatie></ZKN:gerelateerde></ZKN:isRelevantVoor>
</ZKN:object></ZKN:edcLk01>"""

CLOSE: Final = f"""<ZKN:zakLk01>{head("Lk01", 4, "ZAK")}{change("W")}
<ZKN:object StUF:entiteittype="ZAK" StUF:verwerkingssoort="W">
<ZKN:identificatie>{CASE}</ZKN:identificatie></ZKN:object>
<ZKN:object StUF:entiteittype="ZAK" StUF:verwerkingssoort="W">
<ZKN:identificatie>{CASE}</ZKN:identificatie>
<ZKN:resultaat><ZKN:omschrijving>Verwerkt</ZKN:omschrijving></ZKN:resultaat>
<ZKN:einddatum>20261123</ZKN:einddatum></ZKN:object></ZKN:zakLk01>"""

DETAILS: Final = f"""<ZKN:zakLv01>{head("Lv01", 5, "ZAK")}
<ZKN:parameters><StUF:sortering>0</StUF:sortering>
<StUF:indicatorVervolgvraag>false</StUF:indicatorVervolgvraag></ZKN:parameters>
<ZKN:gelijk StUF:entiteittype="ZAK"><ZKN:identificatie>{CASE}</ZKN:identificatie></ZKN:gelijk>
<ZKN:scope><ZKN:object StUF:entiteittype="ZAK" StUF:scope="alles"/></ZKN:scope></ZKN:zakLv01>"""

READ: Final = f"""<ZKN:edcLv01>{head("Lv01", 6, "EDC")}
<ZKN:parameters><StUF:sortering>0</StUF:sortering>
<StUF:indicatorVervolgvraag>false</StUF:indicatorVervolgvraag></ZKN:parameters>
<ZKN:gelijk StUF:entiteittype="EDC"><ZKN:identificatie>{DOCUMENT}</ZKN:identificatie></ZKN:gelijk>
<ZKN:scope><ZKN:object StUF:entiteittype="EDC" StUF:scope="alles"/></ZKN:scope></ZKN:edcLv01>"""


async def say(stage: Stage, endpoint: str, action: str, body: str) -> etree._Element:
    """What comes back, whatever its status."""
    answer = await stage.hub.post(
        f"/inbound/0344/oud/{endpoint}",
        content=enveloped(body),
        headers={"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{ZKN}/{action}"'},
        auth=USER,
    )
    return etree.fromstring(answer.content)  # it comes from our own hub


def code_of(answer: etree._Element) -> str:
    return str(answer.findtext(f".//{{{STUF}}}berichtcode"))


async def settled(stage: Stage, count: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found: Any = (await stage.hub.get("/v1/destinations/zaaksysteem")).json()["counts"]
        if found.get("delivered", 0) >= count:
            return
        await asyncio.sleep(0.1)
    listed = (await stage.hub.get("/v1/deliveries")).json()["items"]
    pytest.fail(str([(one["type"], one["state"], one["error"]) for one in listed]))


async def test_create_status_document_read_back_and_close(stage: Stage) -> None:
    for action, body in (
        ("creeerZaak_Lk01", CREATE),
        ("actualiseerZaakstatus_Lk01", STATUS),
        ("voegZaakdocumentToe_Lk01", ADD),
    ):
        assert code_of(await say(stage, "OntvangAsynchroon", action, body)) == "Bv03", action
    await settled(stage, 3)

    details = await say(stage, "BeantwoordVraag", "geefZaakdetails_Lv01", DETAILS)
    assert code_of(details) == "La01", etree.tostring(details)
    assert details.findtext(f".//{{{ZKN}}}object/{{{ZKN}}}identificatie") == CASE
    assert details.findtext(f".//{{{ZKN}}}object/{{{ZKN}}}omschrijving") == "Verhuizing"
    text = etree.tostring(details, encoding="unicode")
    assert "Ontvangen" in text
    assert "999993653" in text

    read = await say(stage, "BeantwoordVraag", "geefZaakdocumentLezen_Lv01", READ)
    assert code_of(read) == "La01", etree.tostring(read)
    inhoud = read.findtext(f".//{{{ZKN}}}inhoud")
    assert inhoud is not None
    assert base64.b64decode(inhoud) == CONTENT

    closed = await say(stage, "OntvangAsynchroon", "updateZaak_Lk01", CLOSE)
    assert code_of(closed) == "Bv03"
    await settled(stage, 4)
    again = await say(stage, "BeantwoordVraag", "geefZaakdetails_Lv01", DETAILS)
    assert again.findtext(f".//{{{ZKN}}}object/{{{ZKN}}}einddatum")


async def test_the_zaaksysteem_may_be_down_and_the_application_say_everything_twice(
    stage: Stage,
) -> None:
    await stage.faults({"kind": "refuse", "phase": "before", "times": None})
    for _ in range(2):
        for action, body in (("creeerZaak_Lk01", CREATE), ("actualiseerZaakstatus_Lk01", STATUS)):
            assert code_of(await say(stage, "OntvangAsynchroon", action, body)) == "Bv03"
    other = STATUS.replace("Aan de balie.", "Iets anders.")
    clash = await say(stage, "OntvangAsynchroon", "actualiseerZaakstatus_Lk01", other)
    assert code_of(clash) == "Fo03"
    assert "StUF016" in etree.tostring(clash, encoding="unicode")
    question = await say(stage, "BeantwoordVraag", "geefZaakdetails_Lv01", DETAILS)
    assert code_of(question) == "Fo02"
    assert "StUF049" in etree.tostring(question, encoding="unicode")

    await stage.faults()
    await settled(stage, 2)
    found = (await stage.hub.get("/v1/deliveries?destination=zaaksysteem")).json()["items"]
    assert [one["state"] for one in found] == ["delivered", "delivered"]


async def test_a_stranger_is_not_let_in(stage: Stage) -> None:
    answer = await stage.hub.post(
        "/inbound/0344/oud/OntvangAsynchroon",
        content=enveloped(CREATE),
        headers={"Content-Type": "text/xml", "SOAPAction": f"{ZKN}/creeerZaak_Lk01"},
        auth=httpx.BasicAuth("oud", "geraden"),
    )
    assert answer.status_code == 401
    assert (await stage.hub.get("/v1/deliveries")).json()["items"] == []
