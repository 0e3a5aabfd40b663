"""The simulated service: from a SOAP message to its answer.

Public are the wire and the codes 24000 (worked on) and 24002 (the document is good). All other
codes and every wording are invented.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from schemas.xml import XmlRefused, parse_xml
from simulators.kadaster import changed_options
from simulators.kit import Answer, ControlCall, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulators.kit import Incoming, Surroundings
    from simulators.town import Town

PATH: Final = "/gebruiker.asmx"
NS: Final = "http://bsn.ictu.nl/"
SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
WORKED_ON: Final = 24000
GOOD: Final = 24002
NOT_GOOD: Final = 24901
UNKNOWN: Final = 24902
MALFORMED: Final = 24903
_WORDS: Final[Mapping[int, str]] = {
    WORKED_ON: "Bericht verwerkt",
    GOOD: "Document mag in omloop zijn",
    NOT_GOOD: "Document mag niet in omloop zijn (verzonnen code)",
    UNKNOWN: "Document is onbekend (verzonnen code)",
    MALFORMED: "Vraag is niet volledig (verzonnen code)",
}
_KINDS: Final = frozenset({"Reisdocument", "Rijbewijs", "Vreemdelingendocument"})
_XML: Final = {"Content-Type": "text/xml; charset=utf-8"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """An empty user: no HTTP Basic is asked for."""

    user: str = ""
    password: str = "alleen-voor-demonstratie"  # noqa: S105 - of a simulator
    faulty: bool = False
    """Every question is a SOAP fault that blames the server."""


class BvbsnSystem:
    """The travel documents of a town. `reset` keeps the options."""

    name = "BV BSN"

    def __init__(self, *, town: Town, options: Options | None = None) -> None:
        self.options = options or Options()
        self._codes = {
            document.nummer: GOOD if document.inhouding is None else NOT_GOOD
            for one in town.persons.values()
            for document in one.documents
        }
        self._asked = 0

    async def start(self, surroundings: Surroundings) -> None:
        """Nothing of it is needed."""

    async def stop(self) -> None:
        """Nothing runs beside the answers."""

    def reset(self) -> None:
        self._asked = 0

    async def answer(self, incoming: Incoming) -> Answer:
        headers = {name.lower(): value for name, value in incoming.headers.items()}
        if incoming.path != PATH or incoming.method != "POST":
            return Answer(status=404, headers={"Content-Type": "text/plain"})
        if not self._admits(headers):
            return Answer(status=401, headers={"WWW-Authenticate": 'Basic realm="bvbsn"'})
        try:
            asked = _body(parse_xml(incoming.body))
        except XmlRefused:
            asked = None
        return self._answered(asked)

    def tables(self) -> Sequence[Table]:
        return (Table(title="Questions", columns=("Answered",), rows=[(str(self._asked),)]),)

    def control_calls(self) -> Sequence[ControlCall]:
        return (ControlCall(method="PUT", path="/options", run=self._put_options),)

    def _put_options(self, given: Any) -> dict[str, Any]:
        self.options = changed_options(self.options, given)
        return {"faulty": self.options.faulty}

    def _admits(self, headers: Mapping[str, str]) -> bool:
        if not self.options.user:
            return True
        proof = f"{self.options.user}:{self.options.password}".encode()
        return headers.get("authorization") == f"Basic {b64encode(proof).decode('ascii')}"

    def _answered(self, asked: etree._Element | None) -> Answer:
        if asked is None:
            return _fault("soap:Client", "The message cannot be read")
        if self.options.faulty:
            return _fault("soap:Server", "The service failed")
        if asked.tag == f"{{{NS}}}TestDeployment":
            return _answered(_tested(asked.findtext(f"{{{NS}}}tekst", default="")))
        if asked.tag != f"{{{NS}}}VerificatieIdentiteitsDocument":
            return _fault("soap:Client", "There is no such operation")
        self._asked += 1
        return _answered(self._verified(asked))

    def _verified(self, asked: etree._Element) -> etree._Element:
        number = asked.findtext(f".//{{{NS}}}BerichtNr", default="")
        questions = list(asked.iter(f"{{{NS}}}VerificatieIdenDocumentenVraagDE"))
        one = questions[0] if len(questions) == 1 else None
        kind = "" if one is None else one.findtext(f"{{{NS}}}DocumentType", default="")
        named = "" if one is None else one.findtext(f"{{{NS}}}DocumentNummer", default="")
        root = etree.Element(f"{{{NS}}}VerificatieIdentiteitsDocumentResponse", nsmap={"b": NS})
        result = _below(root, "VerificatieIdentiteitsDocumentResult")
        _below(result, "BerichtNrAfzender", number)
        complete = kind in _KINDS and bool(named)
        head = _below(result, "BvBsnBericht")
        _below(head, "BvBsnBerichtNr", f"{self._asked:012d}")
        code = WORKED_ON if complete else MALFORMED
        _below(head, "BerichtResultaatCode", str(code))
        _below(head, "BerichtResultaatOmschrijving", _WORDS[code])
        if complete:
            found = self._codes.get(named, UNKNOWN) if kind == "Reisdocument" else UNKNOWN
            listed = _below(result, "IdenDocumentenResultaat")
            line = _below(listed, "VerificatieIdenDocumentenResultaatDE")
            _below(line, "ResultaatCode", str(found))
            _below(line, "Vraagnummer", "1")
            _below(line, "ResultaatOmschrijving", _WORDS[found])
        return root


def _body(root: etree._Element) -> etree._Element | None:
    body = root.find(f"{{{SOAP}}}Body")
    return None if body is None or not len(body) else body[0]


def _tested(text: str) -> etree._Element:
    root = etree.Element(f"{{{NS}}}TestDeploymentResponse", nsmap={"b": NS})
    _below(root, "TestDeploymentResult", text)
    return root


def _below(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    made = etree.SubElement(parent, f"{{{NS}}}{name}")
    made.text = text
    return made


def _answered(content: etree._Element, status: int = 200) -> Answer:
    root = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap": SOAP})
    etree.SubElement(root, f"{{{SOAP}}}Body").append(content)
    body: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return Answer(status=status, body=body, headers=_XML)


def _fault(code: str, text: str) -> Answer:
    fault = etree.Element(f"{{{SOAP}}}Fault")
    etree.SubElement(fault, "faultcode").text = code
    etree.SubElement(fault, "faultstring").text = text
    return _answered(fault, 500)
