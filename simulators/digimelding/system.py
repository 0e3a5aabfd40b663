"""The simulated Digimelding: from a SOAP message to its answer.

Invented is all that is not public: the namespace of the messages, the Uris, and how states follow
each other. The four faults and the limits are those of the specification.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal

from lxml import etree

from schemas.xml import XmlRefused, parse_xml
from simulators.kadaster import changed_options
from simulators.kit import Answer, ControlCall, ControlProblem, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulators.digimelding.seal import Seal
    from simulators.kit import Incoming, Surroundings

PATH: Final = "/dmks"
DMKS: Final = "http://webservices.digimelding.nl/dmks/cookiebox/"
SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
WSA: Final = "http://www.w3.org/2005/08/addressing"
STATES: Final = ("Gemeld", "In behandeling", "Afgehandeld")
_OTHERS: Final = ("Onvoldoende informatie", "Verkeerde bronhouder")
_KENMERK: Final = 12
_XML: Final = {"Content-Type": "text/xml; charset=utf-8"}
_WORDS: Final = {
    "DK0002": "Niet geautoriseerd",
    "DK0004": "Bericht voldoet niet aan het schema",
    "DK0050": "Inhoud geweigerd door de registratie",
    "DK0051": "De registratie antwoordt niet op tijd",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    oin: str = "00000099000000001000"
    """The one organisation that may report, with an OIN for tests."""
    fault: Literal["", "DK0002", "DK0004", "DK0050", "DK0051"] = ""
    """What every message but an echo is answered with."""
    refuse_bsn: str = ""
    """Reports about this person are refused by the register (DK0050)."""
    days: int = 2
    """From one state to the next, by the simulator's clock; 0: reports stand still."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    root: str
    kenmerk: str
    at: datetime
    status: str = ""
    """Set by the control port, or by taking it back; empty: it goes on by itself."""
    changed: datetime | None = None


class Refused(Exception):
    """The answer is a fault with this code."""

    def __init__(self, code: str, words: str = "") -> None:
        super().__init__(words or _WORDS[code])
        self.code = code


class DigimeldingSystem:
    """Reports in memory. `reset` keeps the options."""

    name = "Digimelding"

    def __init__(self, *, options: Options | None = None, seal: Seal | None = None) -> None:
        self.options = options or Options()
        self._seal = seal
        self.reports: dict[str, Report] = {}
        self._around: Surroundings | None = None

    async def start(self, surroundings: Surroundings) -> None:
        self._around = surroundings

    async def stop(self) -> None:
        """Nothing runs beside the answers."""

    def reset(self) -> None:
        self.reports.clear()

    async def answer(self, incoming: Incoming) -> Answer:
        if incoming.path != PATH or incoming.method != "POST" or self._around is None:
            return Answer(status=404, headers={"Content-Type": "text/plain"})
        root, message_id = None, ""
        try:
            root = _envelope(incoming.body)
            message_id = root.findtext(f"{{{SOAP}}}Header/{{{WSA}}}MessageID", default="")
            if self._seal is not None and not self._seal.is_good(root):
                raise Refused("DK0002", "De ondertekening klopt niet")  # noqa: TRY301 - one place answers
            answer = self._answered(root, message_id, incoming)
        except Refused as refused:
            answer = _fault(refused, message_id)
        if self._seal is not None:
            answer.body = self._seal.put_on(answer.body, self._now())
        return answer

    def tables(self) -> Sequence[Table]:
        now = self._now()
        rows = [
            (one.at.isoformat(timespec="minutes"), one.kenmerk, self._status(one, now), one.root)
            for one in reversed(self.reports.values())
        ]
        return (Table(title="Reports", columns=("At", "Kenmerk", "Status", "UUID"), rows=rows),)

    def control_calls(self) -> Sequence[ControlCall]:
        return (
            ControlCall(method="PUT", path="/options", run=self._put_options),
            ControlCall(method="PUT", path="/reports", run=self.change),
        )

    def change(self, given: Any) -> dict[str, Any]:
        """Set the `status` of the report with a `kenmerk`; it then stands still."""
        known = (*STATES, *_OTHERS)
        if not isinstance(given, dict) or given.get("status") not in known:
            raise ControlProblem(f"Give kenmerk, and as status one of: {', '.join(known)}.")
        found = [one for one in self.reports.values() if one.kenmerk == given.get("kenmerk")]
        if not found:
            raise ControlProblem("No report has this kenmerk.")
        for one in found:
            changed = replace(one, status=str(given["status"]), changed=self._now())
            self.reports[one.root] = changed
        return {"changed": len(found)}

    def _put_options(self, given: Any) -> dict[str, Any]:
        self.options = changed_options(self.options, given)
        return {"fault": self.options.fault, "days": self.options.days}

    def _answered(self, root: etree._Element, message_id: str, incoming: Incoming) -> Answer:
        if not message_id or root.find(f"{{{SOAP}}}Header/{{{WSA}}}To") is None:
            raise Refused("DK0004", "WS-Addressing ontbreekt")
        [body] = root.iterfind(f"{{{SOAP}}}Body")
        content = body[0]
        kind = etree.QName(content).localname
        if kind == "EchoRequest":
            return _said("Echo", [("Tekst", _text(content, "Tekst"))], message_id)
        if incoming.serial_number not in {None, self.options.oin}:
            raise Refused("DK0002")
        if self.options.fault:
            raise Refused(self.options.fault)
        if kind == "AnnotatieToevoegenRequest":
            return self._added(content, message_id, incoming.number)
        if kind == "StatusoverzichtRequest":
            return self._listed(content, message_id)
        raise Refused("DK0004")

    def _added(self, content: etree._Element, message_id: str, request: int) -> Answer:
        tree, single = content.find(_d("AnnotatieBoom")), content.find(_d("Annotatie"))
        if (tree is None) == (single is None):
            raise Refused("DK0004")
        if {one.text for one in content.iter(_d("Oin"))} != {self.options.oin}:
            raise Refused("DK0002")
        number = (
            self._reported(tree, request)
            if tree is not None
            else self._taken_back(content, request)
        )
        stamp = self._now().isoformat()
        said = [("Tijdstempel", stamp), ("AnnotatieVerwijzing", number)]
        return _said("AnnotatieToevoegen", said, message_id)

    def _reported(self, tree: etree._Element, request: int) -> str:
        report = tree.find(_d("Terugmelding"))
        number = "" if report is None else report.get("uuid", "")
        kenmerk = _text(tree, "Referentiekenmerk", "Kenmerk")
        email = _text(tree, "Contactinformatie", "Email")
        chosen = [one.text or "" for one in tree.iter(_d("Selectie"))]
        attributes = list(tree.iter(_d("Attribuut")))
        if not _is_uuid(number) or not email or not chosen or not attributes:
            raise Refused("DK0004")
        if not 0 < len(kenmerk) <= _KENMERK:
            raise Refused("DK0050", "Kenmerk is langer dan twaalf tekens")
        if self.options.refuse_bsn and f"bsn={self.options.refuse_bsn}" in chosen:
            raise Refused("DK0050")
        if number not in self.reports:
            self.reports[number] = Report(root=number, kenmerk=kenmerk, at=self._now())
            self._journalled("terugmelding", {"uuid": number}, request)
        return number

    def _taken_back(self, content: etree._Element, request: int) -> str:
        status = content.find(f"{_d('Annotatie')}/{_d('Annotatiestatus')}")
        number = "" if status is None else _text(status, "Annotatieverwijzing")
        known = self.reports.get(number)
        if status is None or _text(status, "Status") != "INGETROKKEN":
            raise Refused("DK0004")
        if known is None:
            raise Refused("DK0050", "Onbekende terugmelding")
        if known.status != "Ingetrokken":
            self.reports[number] = replace(known, status="Ingetrokken", changed=self._now())
            self._journalled("intrekking", {"uuid": number}, request)
        return status.get("uuid", "")

    def _listed(self, content: etree._Element, message_id: str) -> Answer:
        kenmerk, now = _text(content, "Kenmerk"), self._now()
        found = [one for one in self.reports.values() if kenmerk in {"", one.kenmerk}]
        rows: list[tuple[str, str | list[tuple[str, str]]]] = [
            (
                "Terugmelding",
                [
                    ("AnnotatieVerwijzing", one.root),
                    ("Kenmerk", one.kenmerk),
                    ("Status", self._status(one, now)),
                    ("IngediendOp", one.at.isoformat()),
                    ("GewijzigdOp", (one.changed or one.at).isoformat()),
                ],
            )
            for one in found
        ]
        return _said("Statusoverzicht", rows or [("Reden", "geenWaarde")], message_id)

    def _status(self, one: Report, now: datetime) -> str:
        if one.status or not self.options.days:
            return one.status or STATES[0]
        passed = (now - one.at) // timedelta(days=self.options.days)
        return STATES[min(passed, len(STATES) - 1)]

    def _journalled(self, kind: str, key: dict[str, str], request: int) -> None:
        if self._around is not None:
            self._around.journal.committed(kind, request=request, case=None, key=key)

    def _now(self) -> datetime:
        if self._around is None:
            raise ControlProblem("The simulator does not run yet.")
        return self._around.clock.now()


def _envelope(content: bytes) -> etree._Element:
    try:
        root = parse_xml(content)
    except XmlRefused:
        raise Refused("DK0004") from None
    body = root.find(f"{{{SOAP}}}Body")
    if body is None or len(body) != 1:
        raise Refused("DK0004")
    return root


def _d(name: str) -> str:
    return f"{{{DMKS}}}{name}"


def _text(parent: etree._Element, *names: str) -> str:
    return (parent.findtext("/".join(map(_d, names))) or "").strip()


def _is_uuid(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text))


def _said(
    operation: str,
    values: Sequence[tuple[str, str | list[tuple[str, str]]]],
    message_id: str,
) -> Answer:
    content = etree.Element(_d(f"{operation}Response"), nsmap={"d": DMKS})
    for name, value in values:
        one = etree.SubElement(content, _d(name))
        if isinstance(value, str):
            one.text = value
            continue
        for inner, text in value:
            etree.SubElement(one, _d(inner)).text = text
    return _enveloped(content, message_id)


def _enveloped(content: etree._Element, message_id: str, status: int = 200) -> Answer:
    root = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"s": SOAP, "a": WSA})
    header = etree.SubElement(root, f"{{{SOAP}}}Header")
    etree.SubElement(header, f"{{{WSA}}}MessageID").text = f"urn:uuid:{uuid.uuid4()}"
    if message_id:
        etree.SubElement(header, f"{{{WSA}}}RelatesTo").text = message_id
    etree.SubElement(root, f"{{{SOAP}}}Body").append(content)
    body: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return Answer(status=status, body=body, headers=_XML)


def _fault(refused: Refused, message_id: str) -> Answer:
    fault = etree.Element(f"{{{SOAP}}}Fault")
    etree.SubElement(fault, "faultcode").text = "s:Server"
    etree.SubElement(fault, "faultstring").text = "DigimeldingSynchroonFault"
    own = etree.SubElement(etree.SubElement(fault, "detail"), _d("DigimeldingSynchroonFault"))
    etree.SubElement(own, _d("faultcode")).text = refused.code
    etree.SubElement(own, _d("faultstring")).text = str(refused)
    return _enveloped(fault, message_id, 500)
