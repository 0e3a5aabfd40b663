"""An old application speaks ZDS 1.1, the zaaksysteem speaks ZGW: the hub in between.

Here without the hub's store and routes: what the receiving side publishes is delivered at once, and
what is asked of it is asked of the ZGW adapter (docs/howto/stuf-in-front-of-zgw.md).
"""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from lxml import etree

from adapters._kit.stuf.names import OPERATIONS, Profile
from adapters.contract import AskContext, Question, Reception
from adapters.stuf_zds.endpoints import Endpoints
from adapters.stuf_zds.inbound_settings import InboundSettings
from schemas import Message
from simulators.zgw import ZgwSimulator
from tests.adapters.stuf_zds.incoming.desk import RSIN, Desk, Settings, StoppedClock
from tests.adapters.stuf_zds.incoming.messages import CASE, INITIATOR
from tests.adapters.zgw.messages import adapter
from tests.conformance.documents import MemoryDocuments
from tests.conformance.worker import WallClock, Worker

OLD: Profile = "1.1"
ZKN = 'xmlns:ZKN="http://www.egem.nl/StUF/sector/zkn/0310"'
STUF = 'xmlns:StUF="http://www.egem.nl/StUF/StUF0301"'
BG = 'xmlns:BG="http://www.egem.nl/StUF/sector/bg/0310"'
LETTER = b"%PDF-1.7 a letter of somebody invented"


class Front:
    """The old application's side, with a zaaksysteem behind it."""

    def __init__(self, base_url: str) -> None:
        self._zgw = adapter(base_url, WallClock())
        self._documents = MemoryDocuments()
        self._worker = Worker(self._zgw, documents=self._documents)
        inbound = InboundSettings(
            enabled=True,
            open=True,
            bronorganisatie=RSIN,
            sluiten="eindstatus",
            eindstatussen=("Afgehandeld",),
        )
        clock = StoppedClock(datetime.now(UTC))
        endpoints = Endpoints(Settings(role="application", inbound=inbound), clock=clock)
        self._desk = Desk(endpoints=endpoints, clock=clock)
        self._desk.documents = self._documents  # type: ignore[assignment]  # keeps as well
        self._desk.ask = self._ask  # type: ignore[method-assign]  # of the zaaksysteem
        self._number = 0

    async def send(self, operation: str, parts: str) -> etree._Element:
        """The message of the answer, once everything that came of it is delivered."""
        known = OPERATIONS[operation, OLD]
        self._number += 1
        name = etree.QName(known.element).localname
        code = name[-4:]
        kind = f"<StUF:entiteittype>{name[:3].upper()}</StUF:entiteittype>"
        body = (
            '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
            f"<ZKN:{name} {ZKN} {STUF} {BG}><ZKN:stuurgegevens>"
            f"<StUF:berichtcode>{code}</StUF:berichtcode><StUF:zender>"
            "<StUF:applicatie>OUD</StUF:applicatie></StUF:zender>"
            f"<StUF:referentienummer>oud-{self._number}</StUF:referentienummer>{kind}"
            f"</ZKN:stuurgegevens>{parts}</ZKN:{name}></s:Body></s:Envelope>"
        )
        received = await self._desk.call(body.encode(), path=known.endpoint, action=known.action)
        assert received.outcome is not Reception.REFUSED, received.detail
        for news in received.news:
            await self._worker.deliver(_published(news))
        return etree.fromstring(received.answer.body)[-1][0]

    async def _ask(self, type: str, data: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: A002 - the word of the contract
        question = Question(
            type=type,
            tenant="0344",
            data=data,
            deadline=datetime.now(UTC) + timedelta(seconds=60),
            caller="test",
        )
        return (await self._zgw.ask(question, AskContext(attempt=1, clock=WallClock()))).data

    async def aclose(self) -> None:
        await self._zgw.aclose()


def _published(news: Any) -> Message:
    event = {
        "specversion": "1.0",
        "id": news.id,
        "source": "urn:nld:oin:00000001002220647000:systeem:oud",
        "type": news.type,
        "subject": news.subject,
        "time": news.time,
        "tenant": "0344",
        "dataref": news.dataref,
        "data": dict(news.data),
    }
    return Message.model_validate({name: each for name, each in event.items() if each is not None})


@asynccontextmanager
async def front() -> AsyncIterator[Front]:
    simulator = ZgwSimulator()
    await simulator.start()
    try:
        opened = Front(simulator.base_url)
        try:
            yield opened
        finally:
            await opened.aclose()
    finally:
        await simulator.stop()


def gelijk(number: str, entity: str = "ZAK") -> str:
    asked = f"<ZKN:identificatie>{number}</ZKN:identificatie>"
    return f'<ZKN:gelijk StUF:entiteittype="{entity}">{asked}</ZKN:gelijk>'


def changed(parts: str) -> str:
    return (
        "<ZKN:parameters><StUF:mutatiesoort>W</StUF:mutatiesoort></ZKN:parameters>"
        f'<ZKN:object StUF:entiteittype="ZAK"><ZKN:identificatie>{CASE}</ZKN:identificatie>'
        f"{parts}</ZKN:object>"
    )


def status(name: str, moment: str) -> str:
    return (
        "<ZKN:heeft><ZKN:gerelateerde>"
        f"<ZKN:omschrijving>{name}</ZKN:omschrijving></ZKN:gerelateerde>"
        f"<ZKN:datumStatusGezet>{moment}</ZKN:datumStatusGezet></ZKN:heeft>"
    )


CREATE = (
    "<ZKN:parameters><StUF:mutatiesoort>T</StUF:mutatiesoort></ZKN:parameters>"
    f'<ZKN:object StUF:entiteittype="ZAK"><ZKN:identificatie>{CASE}</ZKN:identificatie>'
    "<ZKN:omschrijving>Verhuizing naar de Domstraat</ZKN:omschrijving>"
    "<ZKN:startdatum>20261102</ZKN:startdatum><ZKN:isVan><ZKN:gerelateerde>"
    "<ZKN:code>B0237</ZKN:code></ZKN:gerelateerde></ZKN:isVan>"
    f"{INITIATOR}</ZKN:object>"
)
ADD = (
    "<ZKN:parameters><StUF:mutatiesoort>T</StUF:mutatiesoort></ZKN:parameters>"
    '<ZKN:object StUF:entiteittype="EDC"><ZKN:identificatie>DOC-1</ZKN:identificatie>'
    "<ZKN:dct.omschrijving>Aangifte</ZKN:dct.omschrijving>"
    "<ZKN:creatiedatum>20261102</ZKN:creatiedatum><ZKN:titel>Aangifte</ZKN:titel>"
    "<ZKN:formaat>pdf</ZKN:formaat><ZKN:taal>nl</ZKN:taal><ZKN:auteur>Balie</ZKN:auteur>"
    f'<ZKN:inhoud StUF:bestandsnaam="a.pdf">{base64.b64encode(LETTER).decode()}</ZKN:inhoud>'
    f"<ZKN:isRelevantVoor><ZKN:gerelateerde><ZKN:identificatie>{CASE}</ZKN:identificatie>"
    "</ZKN:gerelateerde></ZKN:isRelevantVoor></ZKN:object>"
)


async def test_a_case_is_made_changed_read_back_and_closed() -> None:
    async with front() as old:
        for operation, parts in (
            ("creeerZaak", CREATE),
            ("actualiseerZaakstatus", changed(status("Ontvangen", "20261102090000"))),
            ("voegZaakdocumentToe", ADD),
            ("updateZaak", changed("<ZKN:toelichting>Met het gezin</ZKN:toelichting>")),
        ):
            answer = await old.send(operation, parts)
            assert etree.QName(answer).localname == "Bv03Bericht"

        details = await old.send("geefZaakdetails", gelijk(CASE))
        assert details.findtext(".//{*}omschrijving") == "Verhuizing naar de Domstraat"
        assert details.findtext(".//{*}object/{*}toelichting") == "Met het gezin"
        assert details.findtext(".//{*}inp.bsn") == "999993653"
        assert details.findtext(".//{*}heeft/{*}gerelateerde/{*}omschrijving") == "Ontvangen"

        listed = await old.send("geefLijstZaakdocumenten", gelijk(CASE))
        assert listed.findtext(".//{*}heeftRelevant//{*}identificatie") == "DOC-1"
        read = await old.send("geefZaakdocumentLezen", gelijk("DOC-1", "EDC"))
        assert base64.b64decode(read.findtext(".//{*}inhoud") or "") == LETTER

        result = "<ZKN:resultaat><ZKN:omschrijving>Verwerkt</ZKN:omschrijving></ZKN:resultaat>"
        end = changed(result + status("Afgehandeld", "20261103090000"))
        await old.send("actualiseerZaakstatus", end)
        closed = await old.send("geefZaakdetails", gelijk(CASE))
        assert closed.findtext(".//{*}einddatum") == "20261103"
        assert closed.findtext(".//{*}resultaat/{*}omschrijving") == "Verwerkt"


async def test_a_case_that_the_zaaksysteem_does_not_have_is_nothing_found() -> None:
    async with front() as old:
        answer = await old.send("geefZaakdetails", gelijk("0344-2026-999999"))
        assert answer.find("{*}antwoord") is None
