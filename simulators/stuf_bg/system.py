"""The simulated source of persons: from a question to an answer."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from schemas.xml import XmlRefused, parse_xml
from simulators.kit import Answer, ControlCall, Table
from simulators.stuf_bg.answering import CODES, fault_body, found_body
from simulators.stuf_bg.options import Options, read_options
from simulators.stuf_bg.persons import PERSONS, Date
from simulators.stuf_bg.wire import BG, ORDER, SOAP, STUF, local, part, text_of
from simulators.stuf_bg.wsdl import wsdl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulators.kit import Incoming, Surroundings
    from simulators.stuf_bg.persons import Person

PATH: Final = "/BeantwoordVraag"
_MEDIA: Final = {"1.1": "text/xml", "1.2": "application/soap+xml"}
_TOP: Final = ("stuurgegevens", "parameters", "gelijk", "vanaf", "totEnMet", "scope", "start")


class Refused(Exception):
    """The question is answered with a fault of this StUF code."""

    def __init__(self, code: str) -> None:
        super().__init__(CODES[code][1])
        self.code = code


class StufBgSystem:
    """Persons in memory. `reset` keeps the options."""

    name = "StUF-BG bron"

    def __init__(
        self, *, persons: Sequence[Person] = PERSONS, options: Options | None = None
    ) -> None:
        self.persons = persons
        self.options = options or Options()
        self._around: Surroundings | None = None
        self._asked = 0

    async def start(self, surroundings: Surroundings) -> None:
        self._around = surroundings

    async def stop(self) -> None:
        """Nothing runs beside the answers."""

    def reset(self) -> None:
        self._asked = 0

    async def answer(self, incoming: Incoming) -> Answer:
        if incoming.path.rstrip("/") != PATH:
            return Answer(status=404, body=b"not found", headers={"Content-Type": "text/plain"})
        base = "" if self._around is None else self._around.base_url
        if incoming.method == "GET" and incoming.query.lower() == "wsdl":
            return Answer(
                status=200, body=wsdl(f"{base}{PATH}"), headers={"Content-Type": "text/xml"}
            )
        if not self._admits(incoming):
            return Answer(status=401, headers={"WWW-Authenticate": 'Basic realm="bg"'})
        return self._answered(incoming)

    def tables(self) -> Sequence[Table]:
        rows = [(one.bsn, str(one.values.get("geslachtsnaam", ""))) for one in self.persons]
        return (
            Table(title="Persons (invented)", columns=("BSN", "Geslachtsnaam"), rows=rows),
            Table(title="Questions", columns=("Answered",), rows=[(str(self._asked),)]),
        )

    def control_calls(self) -> Sequence[ControlCall]:
        return (ControlCall(method="PUT", path="/options", run=self._put_options),)

    def _put_options(self, given: Any) -> dict[str, Any]:
        self.options = read_options(given)
        return {"nobody": self.options.nobody}

    def _admits(self, incoming: Incoming) -> bool:
        if not self.options.user:
            return True
        proof = b64encode(f"{self.options.user}:{self.options.password}".encode()).decode("ascii")
        headers = {name.lower(): value for name, value in incoming.headers.items()}
        return headers.get("authorization") == f"Basic {proof}"

    def _answered(self, incoming: Incoming) -> Answer:
        headers = {name.lower(): value for name, value in incoming.headers.items()}
        try:
            root = parse_xml(incoming.body)
        except XmlRefused:
            return self._faulty("StUF055", "1.1")
        version = next((v for v, ns in SOAP.items() if etree.QName(root).namespace == ns), "")
        media = headers.get("content-type", "").partition(";")[0].strip()
        if not version or media != _MEDIA[version] or self._too_new(version):
            return Answer(status=415, body=b"", headers={"Content-Type": "text/plain"})
        body = part(root, "Body")
        question = None if body is None or not len(body) else body[0]
        try:
            return self._found(question, version)
        except Refused as refused:
            return self._faulty(refused.code, version)

    def _too_new(self, version: str) -> bool:
        return version == "1.2" and self.options.only_soap_1_1

    def _found(self, question: etree._Element | None, version: str) -> Answer:
        if question is None or question.tag != f"{{{BG}}}npsLv01":
            raise Refused("StUF022")
        self._check(question)
        found = [one for one in self.persons if _matches(one, part(question, "gelijk"))]
        if self.options.wrong_person:
            found = [self.persons[-1]]
        self._asked += 1
        if not found and self.options.nobody == "fo02":
            raise Refused("StUF064")
        if not found and self.options.nobody == "fault":
            return self._bare_fault(version)
        body = found_body(question, found, nobody=self.options.nobody, number=self._asked)
        return self._wrapped(body, version, 200)

    def _check(self, question: etree._Element) -> None:
        sender = text_of(question, "stuurgegevens", "zender", "applicatie")
        if self.options.senders and sender not in self.options.senders:
            raise Refused("StUF013")
        if self.options.fault:
            raise Refused(self.options.fault)
        if not _in_order([local(one) for one in question], _TOP):
            raise Refused("StUF055")
        scope = part(question, "scope", "object")
        if scope is not None and not len(scope) and scope.get(f"{{{STUF}}}scope") is None:
            raise Refused("StUF058")
        for container in (part(question, "gelijk"), scope):
            names = [local(one) for one in container] if container is not None else []
            if not _in_order(names, ORDER):
                raise Refused("StUF055")

    def _faulty(self, code: str, version: str) -> Answer:
        return self._wrapped(fault_body(code, version), version, 500)

    def _bare_fault(self, version: str) -> Answer:
        fault = etree.Element(f"{{{SOAP[version]}}}Fault")
        etree.SubElement(fault, "faultstring").text = "Object niet gevonden"
        return self._wrapped(fault, version, 500)

    def _wrapped(self, body: etree._Element, version: str, status: int) -> Answer:
        ns, options = SOAP[version], self.options
        root = etree.Element(f"{{{ns}}}Envelope", nsmap={"s": ns})
        etree.SubElement(root, f"{{{ns}}}Body").append(body)
        written: bytes = etree.tostring(
            root, encoding=options.charset, xml_declaration=options.declares_charset
        )  # type: ignore[assignment]  # str for the charset "unicode" only
        kind = f"{_MEDIA[version]}; charset={options.charset}"
        return Answer(status=status, body=written, headers={"Content-Type": kind})


def _in_order(names: Sequence[str], order: Sequence[str]) -> bool:
    places = [order.index(name) if name in order else -1 for name in names]
    return -1 not in places and places == sorted(places)


def _matches(person: Person, wanted: etree._Element | None) -> bool:
    if wanted is None or not len(wanted):
        return False
    known = {**person.values, **person.address}
    asked = [one for one in wanted.iter() if not len(one) and (one.text or "").strip()]
    return all(_same(known.get(local(one)), (one.text or "").strip()) for one in asked)


def _same(value: object, asked: str) -> bool:
    if isinstance(value, Date):
        return value.digits == asked
    return str(value or "").casefold() == asked.casefold()
