"""A caller of the StUF-ZDS simulator for tests: envelopes, messages and what came back."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
from lxml import etree

from schemas.xml import parse_xml
from simulators.stuf_zds import StufZdsSimulator
from tests.simulators.http import client as http_client

SOAP11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP12 = "http://www.w3.org/2003/05/soap-envelope"
STUF = "http://www.egem.nl/StUF/StUF0301"
ZKN = "http://www.egem.nl/StUF/sector/zkn/0310"
ZDS = "http://www.stufstandaarden.nl/koppelvlak/zds0120"
NAMESPACES = (
    f'xmlns:StUF="{STUF}" xmlns:ZKN="{ZKN}" xmlns:ZDS="{ZDS}" '
    'xmlns:BG="http://www.egem.nl/StUF/sector/bg/0310" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MEDIA = {SOAP11: "text/xml", SOAP12: "application/soap+xml"}


@dataclass
class Reply:
    """`body` is the first element in the SOAP body, or the message in a fault's detail."""

    http: httpx.Response
    body: etree._Element | None

    @property
    def code(self) -> str:
        return self.text("berichtcode")

    @property
    def fault(self) -> str:
        return self.text("code") if self.code.startswith("Fo") else ""

    def text(self, name: str) -> str:
        return next(iter(self.texts(name)), "")

    def texts(self, name: str) -> list[str]:
        """The texts of all elements with a local name, in document order."""
        if self.body is None:
            return []
        return [part.text or "" for part in self.body.iter(f"{{*}}{name}")]


def enveloped(body: str, soap: str = SOAP11, header: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><S:Envelope xmlns:S="{soap}">'
        f"<S:Header>{header}</S:Header><S:Body>{body}</S:Body></S:Envelope>"
    ).encode()


def stuurgegevens(
    code: str,
    reference: str,
    *,
    prefix: str = "ZKN",
    moment: str = "20261123120000000",
    **last: str,
) -> str:
    parts = "".join(f"<StUF:{name}>{value}</StUF:{name}>" for name, value in last.items())
    return (
        f"<{prefix}:stuurgegevens><StUF:berichtcode>{code}</StUF:berichtcode>"
        "<StUF:zender><StUF:organisatie>0392</StUF:organisatie>"
        "<StUF:applicatie>SCHAKEL</StUF:applicatie></StUF:zender>"
        "<StUF:ontvanger><StUF:organisatie>0392</StUF:organisatie>"
        "<StUF:applicatie>ZSX</StUF:applicatie></StUF:ontvanger>"
        f"<StUF:referentienummer>{reference}</StUF:referentienummer>"
        f"<StUF:tijdstipBericht>{moment}</StUF:tijdstipBericht>{parts}</{prefix}:stuurgegevens>"
    )


class Zaaksysteem:
    """What a test asks of a running simulator, in few words."""

    def __init__(self, simulator: StufZdsSimulator) -> None:
        self.simulator = simulator
        self.http = http_client(base_url=simulator.base_url, timeout=10)
        self.control = http_client(base_url=simulator.control_url, timeout=10)

    async def close(self) -> None:
        await self.http.aclose()
        await self.control.aclose()

    async def post(
        self, port: str, data: bytes, action: str = "", soap: str = SOAP11, **headers: str
    ) -> Reply:
        kinds = {"Content-Type": f"{MEDIA[soap]}; charset=utf-8", "SOAPAction": f'"{action}"'}
        answer = await self.http.post(f"/{port}", content=data, headers=kinds | headers)
        return Reply(http=answer, body=_inside(answer))

    async def send(self, port: str, body: str, action: str = "", soap: str = SOAP11) -> Reply:
        return await self.post(port, enveloped(body, soap), action, soap)

    async def told(self, path: str, document: Any = None) -> Any:
        """POST to the control port, and read what it says."""
        answer = await self.control.post(path, json=document)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def effects(self, kind: str) -> list[dict[str, Any]]:
        found = self.simulator.journal.effects
        return [{"case": e.case, **e.key} for e in found if e.kind == kind]


def _inside(answer: httpx.Response) -> etree._Element | None:
    if "xml" not in answer.headers.get("content-type", ""):
        return None
    body = parse_xml(answer.content).find("{*}Body")
    first = body[0] if body is not None and len(body) else None
    if first is not None and etree.QName(first).localname == "Fault":
        detail = next(first.iter("detail", "{*}Detail"), None)
        return detail[0] if detail is not None and len(detail) else None
    if first is not None and etree.QName(first).localname == "Lk01Response":
        return first[0]
    return first
