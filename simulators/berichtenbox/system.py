"""The simulated Berichtenbox: the subscription check over SOAP, and letters behind a gateway.

Who has a subscription is invented: two thirds of the people of the town who live there. The words
of faults are invented, too.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from schemas.xml import XmlRefused, parse_xml
from simulators.berichtenbox.gateway import ROOT, GatewayFace
from simulators.berichtenbox.options import Options
from simulators.kadaster import changed_options
from simulators.kit import Answer, ControlCall, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulators.kit import Incoming, Surroundings
    from simulators.town import Person, Town

PATH: Final = "/BerichtenboxValidatieService"
VALIDATION: Final = "http://schemas.rdw.nl/GEB/BerichtenboxValidatieService/2009/01"
TYPES: Final = "http://schemas.rdw.nl/GEB/BerichtenboxValidatieService/Types/2009/01"
SHARED: Final = "http://schemas.rdw.nl/GEB/Shared/Types/2009/01"
SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
MOST: Final = 250
_XML: Final = {"Content-Type": "text/xml; charset=utf-8"}


class BerichtenboxSystem:
    """The subscriptions of a town. `reset` keeps the options."""

    name = "Berichtenbox"

    def __init__(self, *, town: Town, options: Options | None = None) -> None:
        self._subscribed = {bsn for bsn, one in town.persons.items() if _wants(one)}
        self._asked = 0
        self.gateway = GatewayFace(options or Options(), self._subscribed)
        self._around: Surroundings | None = None

    @property
    def options(self) -> Options:
        return self.gateway.options

    @options.setter
    def options(self, options: Options) -> None:
        self.gateway.options = options

    async def start(self, surroundings: Surroundings) -> None:
        self._around = surroundings

    async def stop(self) -> None:
        """Nothing runs beside the answers."""

    def reset(self) -> None:
        self._asked = 0
        self.gateway.clear()

    async def answer(self, incoming: Incoming) -> Answer:
        if incoming.path.startswith(ROOT) and self._around is not None:
            return self.gateway.answer(incoming, self._around)
        if incoming.path != PATH or incoming.method != "POST":
            return Answer(status=404, headers={"Content-Type": "text/plain"})
        try:
            found = parse_xml(incoming.body).find(f".//{{{VALIDATION}}}ValidateAbonnementen")
        except XmlRefused:
            found = None
        if found is None:
            return _fault("ApplicationFault", "The message cannot be read", code="s:Client")
        if self.options.away:
            return _fault("DependentServiceFault", "The subscriptions cannot be reached")
        return self._validated(found, incoming.serial_number)

    def tables(self) -> Sequence[Table]:
        rows = [(str(self._asked), str(len(self._subscribed)))]
        letters = [
            (one.at.isoformat(timespec="seconds"), one.kind, one.subject, one.number)
            for one in reversed(self.gateway.boxes.values())
        ]
        return (
            Table(
                title="Letters",
                columns=("Put in the box", "Kind", "Onderwerp", "BerichtID"),
                rows=letters,
            ),
            Table(title="Subscriptions", columns=("Questions", "Subscribed"), rows=rows),
        )

    def control_calls(self) -> Sequence[ControlCall]:
        return (ControlCall(method="PUT", path="/options", run=self._put_options),)

    def _put_options(self, given: Any) -> dict[str, Any]:
        self.options = changed_options(self.options, given)
        shown = asdict(self.options)
        del shown["password"]
        return shown

    def _validated(self, asked: etree._Element, oin: str | None) -> Answer:
        self._asked += 1
        sender = asked.findtext(f".//{{{TYPES}}}berichtleverancierCode", default="")
        kind = asked.findtext(f".//{{{TYPES}}}berichtTypeCode", default="")
        keys = [one.text or "" for one in asked.iter(f"{{{SHARED}}}Key")]
        if oin is not None and oin != sender:
            return _fault("ApplicationFault", "The certificate is of another sender")
        if sender != self.options.leverancier:
            return _fault("ApplicationFault", "The sender is not known")
        if kind != self.options.berichttype:
            return _fault("ApplicationFault", "The kind of letter is not known")
        if not 1 <= len(keys) <= MOST:
            return _fault("ApplicationFault", f"Ask about 1 to {MOST} persons")
        root = etree.Element(
            f"{{{VALIDATION}}}ValidateAbonnementenResponse",
            nsmap={"v": VALIDATION, "t": TYPES, "d": SHARED},
        )
        result = etree.SubElement(root, f"{{{VALIDATION}}}ValidateAbonnementenResult")
        for key in keys:
            line = etree.SubElement(result, f"{{{TYPES}}}Abonnement")
            klant = etree.SubElement(line, f"{{{TYPES}}}klant")
            etree.SubElement(klant, f"{{{SHARED}}}Key").text = key
            etree.SubElement(klant, f"{{{SHARED}}}Rol").text = "Burger"
            wants = "true" if key in self._subscribed else "false"
            etree.SubElement(line, f"{{{TYPES}}}isBerichtSturen").text = wants
        return _enveloped(root)


def _wants(one: Person) -> bool:
    return one.opgeschort is None and int(one.bsn) % 3 != 0


def _enveloped(content: etree._Element, status: int = 200) -> Answer:
    root = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"s": SOAP})
    etree.SubElement(root, f"{{{SOAP}}}Body").append(content)
    body: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return Answer(status=status, body=body, headers=_XML)


def _fault(name: str, words: str, *, code: str = "s:Server") -> Answer:
    fault = etree.Element(f"{{{SOAP}}}Fault")
    etree.SubElement(fault, "faultcode").text = code
    etree.SubElement(fault, "faultstring").text = "Fault"
    own = etree.SubElement(etree.SubElement(fault, "detail"), f"{{{SHARED}}}{name}")
    etree.SubElement(own, f"{{{SHARED}}}Message").text = words
    return _enveloped(fault, 500)
