"""The messages of TMV 1.0 as tables: reading, checking and writing go by them.

An element that has no value is there all the same, with xsi:nil: nothing may be left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NS: Final = "http://www.bprbzk.nl/GBA/Terugmeldvoorziening/version1.0"
SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_NIL: Final = f"{{{XSI}}}nil"
_BITS: Final = {"int": 31, "long": 63}

Values = dict[str, "str | list[Values] | None"]
"""What an element holds: texts by name, None for nil; rows under the name of their list."""


class NotValid(Exception):
    """The request breaks the schema; the text names the element and never its value."""


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    kind: str = "text"
    """`text`, `int` or `long`."""
    most: int = 0
    """Characters of a text, digits of a number; 0: no limit of its own."""
    must: bool = False
    """May not be nil."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A list: `name` holds elements `row`, each of `fields`."""

    name: str
    row: str
    fields: Sequence[Field | Rows]
    must: bool = False


DETAIL: Final = (
    Field("rubrieknummer", "int", 6),
    Field("origineleWaardeGBAV", most=200),
    Field("voorgesteldeWaarde", most=200),
)
REGISTER: Final = (
    Field("berichtcode", most=4, must=True),
    Field("berichtnummer", most=12, must=True),
    Field("anummer", "long"),
    Field("bsn", "long"),
    Field("melderId", most=16),
    Field("toelichting", most=350),
    Rows("details", "terugmeldingDetail", DETAIL, must=True),
)
INSPECT: Final = (
    Field("berichtcode", most=4, must=True),
    Field("berichtnummer", most=12, must=True),
    Field("soortOverzicht", most=1, must=True),
    Field("anummer", "long"),
    Field("bsn", "long"),
    Field("dossiernummer", "long"),
    Field("behandelendeGemeente", "int"),
    Field("datumVanaf", "int"),
    Field("datumTot", "int"),
    Field("statusDossier", "int"),
)
_ANSWER: Final = (
    Field("berichtcode", most=4, must=True),
    Field("berichtreferentie", most=12),
    Field("tmvBerichtnummer", "long"),
    Field("verwerkingcode", "int"),
    Field("verwerkingomschrijving", most=400),
)
_MELDING: Final = (
    Field("afnemersindicatie", "int"),
    Field("datumOpnameInDossier", "int"),
    Rows("details", "terugmeldingDetail", DETAIL),
    Field("melderId", most=16),
    Field("toelichting", most=350),
    Field("volgnummerMelding", "int"),
)
_DOSSIER: Final = (
    Field("aantalMeldingen", "int"),
    Field("anummer", "long"),
    Field("behandelendeGemeente", "int"),
    Field("bsn", "long"),
    Field("datumVanAanleggenDossier", "int"),
    Field("datumVanWijzigenDossier", "int"),
    Field("datumVerwachteAfhandelingDossier", "int"),
    Field("dossiernummer", "long"),
    Field("resultaatOnderzoek", "int"),
    Field("statusDossier", "int"),
    Rows("terugmeldingen", "dossierAfnemer", _MELDING),
    Field("toelichting", most=350),
)


@dataclass(frozen=True, slots=True)
class Operation:
    name: str
    inside: str
    """The one element in the request."""
    request: Sequence[Field | Rows]
    answer: Sequence[Field | Rows]


OPERATIONS: Final[Mapping[str, Operation]] = {
    one.name: one
    for one in (
        Operation(
            "registrerenTerugmelding",
            "terugmelding",
            REGISTER,
            (*_ANSWER, Field("dossiernummer", "long")),
        ),
        Operation(
            "opvragenDossierGegevens",
            "inzageverzoek",
            INSPECT,
            (*_ANSWER, Rows("statusoverzicht", "dossier", _DOSSIER)),
        ),
    )
}


def read_request(envelope: etree._Element) -> tuple[Operation, Values]:
    """Return what is asked; raises NotValid."""
    body = envelope.find(f"{{{SOAP}}}Body")
    if envelope.tag != f"{{{SOAP}}}Envelope" or body is None or len(body) != 1:
        raise NotValid("Envelope")
    name = etree.QName(body[0])
    operation = OPERATIONS.get(name.localname)
    if operation is None or name.namespace != NS:
        raise NotValid("Body")
    if [one.tag for one in body[0]] != [f"{{{NS}}}{operation.inside}"]:
        raise NotValid(operation.inside)
    return operation, _read(body[0][0], operation.request)


def _read(element: etree._Element, fields: Sequence[Field | Rows]) -> Values:
    if [one.tag for one in element] != [f"{{{NS}}}{field.name}" for field in fields]:
        raise NotValid(f"{etree.QName(element).localname}: which elements, in which order")
    return {field.name: _value(one, field) for one, field in zip(element, fields, strict=True)}


def _value(element: etree._Element, field: Field | Rows) -> str | list[Values] | None:
    if element.get(_NIL) in {"true", "1"}:
        if field.must or len(element) or element.text:
            raise NotValid(f"{field.name}: nil")
        return None
    if isinstance(field, Rows):
        if not len(element) or any(one.tag != f"{{{NS}}}{field.row}" for one in element):
            raise NotValid(f"{field.name}: rows")
        return [_read(one, field.fields) for one in element]
    text = element.text or ""
    if field.kind != "text":
        text = text.strip()
        if not text.isdecimal() or int(text).bit_length() > _BITS[field.kind]:
            raise NotValid(f"{field.name}: number")
    if len(element) or (field.most and len(text) > field.most):
        raise NotValid(f"{field.name}: length")
    return text


def answer_body(operation: Operation, values: Values) -> bytes:
    """Write an answer; what `values` does not name is nil."""
    root = etree.Element(f"{{{NS}}}{operation.name}Response", nsmap={"t": NS, "xsi": XSI})
    inside = etree.SubElement(root, f"{{{NS}}}{operation.name}Return")
    _write(inside, operation.answer, values)
    return _enveloped(root)


def fault_body(words: str) -> bytes:
    """Write a SOAP fault that blames the client."""
    fault = etree.Element(f"{{{SOAP}}}Fault", nsmap={"soap": SOAP})
    etree.SubElement(fault, "faultcode").text = "soap:Client"
    etree.SubElement(fault, "faultstring").text = words
    return _enveloped(fault)


def _write(parent: etree._Element, fields: Sequence[Field | Rows], values: Values) -> None:
    for field in fields:
        value = values.get(field.name)
        element = etree.SubElement(parent, f"{{{NS}}}{field.name}")
        if isinstance(field, Rows) and isinstance(value, list):
            for row in value:
                _write(etree.SubElement(element, f"{{{NS}}}{field.row}"), field.fields, row)
        elif isinstance(value, str):
            element.text = value
        else:
            element.set(_NIL, "true")


def _enveloped(content: etree._Element) -> bytes:
    root = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap": SOAP})
    etree.SubElement(root, f"{{{SOAP}}}Body").append(content)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)
