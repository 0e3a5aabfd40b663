"""The real requests in ../shared/standards, and the zaaksysteem that each of them presumes."""

import csv
import tomllib
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from schemas.xml import parse_xml
from simulators.stuf_zds import StufZdsSimulator
from simulators.stuf_zds.state import Case, Decision, Document, Version
from simulators.stuf_zds.xmlkit import build, children, local, text
from tests.simulators.stuf_zds.helpers import SOAP11, SOAP12, enveloped
from tests.standards import standards_at_hand, standards_dir

TABLE = Path(__file__).with_name("examples.toml")
_PORTS = {"Lk01": "OntvangAsynchroon", "Lv01": "BeantwoordVraag", "Di02": "VrijeBerichten"}
_MAKES = {"creeerZaak", "voegZaakdocumentToe", "maakZaakdocument", "voegBesluitToe"}


@dataclass(frozen=True)
class Example:
    """One file: how it is sent, and the operation that it is."""

    file: str
    operation: str
    version: str
    code: str
    data: bytes
    soap: str

    @property
    def port(self) -> str:
        return _PORTS.get(self.code, "OntvangAsynchroon")

    @property
    def action(self) -> str:
        return f"urn:x/{self.operation}_{self.code}" if self.version == "1.1" else ""

    @property
    def body(self) -> etree._Element:
        found = parse_xml(self.data).find("{*}Body")
        assert found is not None
        return found[0]


def outcomes() -> dict[str, dict[str, str]]:
    """What is stated per file: the answer where its objects are known, and where nothing is."""
    stated: dict[str, dict[str, str]] = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return stated


def files() -> list[str]:
    """All requests; one stand-in when they are absent, so that the skip and its reason show."""
    if not standards_at_hand():
        return ["the-examples"]
    return [row["path"] for row in _rows()]


def example(file: str) -> Example:
    row = next(row for row in _rows() if row["path"] == file)
    data = (standards_dir() / "stuf" / "examples" / file).read_bytes()
    soap = SOAP12 if row["envelope"].startswith("soap12") else SOAP11
    if row["envelope"] == "body-only":
        data = enveloped(etree.tostring(parse_xml(data)).decode(), soap)
    return Example(file, row["operation"], row["version"], row["berichtcode"], data, soap)


def prepare(simulator: StufZdsSimulator, wanted: Example) -> None:
    """Plant what the message speaks of: cases, documents, besluiten, a check-out, a handover."""
    state, body = simulator.world.state, wanted.body
    if wanted.operation not in {"creeerZaak", "genereerZaakIdentificatie"}:
        for number in _numbers(body, "ZAK"):
            parts = {"identificatie": [build("ZKN:identificatie", number)]}
            state.cases[number] = Case(number=number, parts=parts)
    if wanted.operation not in _MAKES:
        for number in _numbers(body, "EDC"):
            parts = {"identificatie": [build("ZKN:identificatie", number)]}
            document = Document(number=number, versions=[Version(parts=parts, content=b"x")])
            if wanted.operation in {"updateZaakdocument", "cancelCheckout"}:
                document.checkout = text(body, "parameters", "checkedOutId")
            state.documents[number] = document
            for case in state.cases.values():
                case.documents.append(number)
                document.cases.append(case.number)
        for number in _numbers(body, "BSL"):
            parts = {"identificatie": [build("ZKN:identificatie", number)]}
            state.decisions[number] = Decision(number=number, parts=parts, case="ZAAK-1")
    if wanted.operation == "overdragenZaak":
        cross = text(body, "stuurgegevens", "crossRefnummer")
        state.handovers[cross] = next(iter(state.cases))


def _numbers(body: etree._Element, entity: str) -> list[str]:
    """Every number in the message of this kind of object; questions put them in `gelijk`."""
    found = []
    for part in body.iter():
        kinds = {value for name, value in part.attrib.items() if str(name).endswith("entiteittype")}
        if entity in kinds and local(part) != "scope":
            found += [text(number) for number in children(part, "identificatie")]
    return [number for number in dict.fromkeys(found) if number]


def _rows() -> list[dict[str, str]]:
    index = standards_dir() / "stuf" / "examples" / "INDEX.tsv"
    with index.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    return [row for row in rows if row["direction"] == "request"]
