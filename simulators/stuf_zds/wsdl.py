"""The WSDL of each endpoint, written for this simulator: operations with open types.

The types say no more than which elements there are; the order of their content is checked when a
message arrives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from simulators.stuf_zds.operations import ASYNC, FREE, FREE_12, OPERATIONS, QUESTION
from simulators.stuf_zds.xmlkit import STUF, ZDS, ZKN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulators.stuf_zds.operations import Operation

_WSDL: Final = "http://schemas.xmlsoap.org/wsdl/"
_SOAP: Final = "http://schemas.xmlsoap.org/wsdl/soap/"
_SOAP12: Final = "http://schemas.xmlsoap.org/wsdl/soap12/"
_XS: Final = "http://www.w3.org/2001/XMLSchema"
_OWN: Final = "urn:schakel:simulators:stuf-zds"
_HTTP: Final = "http://schemas.xmlsoap.org/soap/http"
_NSMAP: Final[Any] = {
    None: _WSDL,
    "soap": _SOAP,
    "soap12": _SOAP12,
    "xs": _XS,
    "own": _OWN,
    "StUF": STUF,
    "ZKN": ZKN,
    "ZDS": ZDS,
}
_PREFIX: Final = {STUF: "StUF", ZKN: "ZKN", ZDS: "ZDS"}
_FAULTS: Final = {ASYNC: "Fo03Bericht", QUESTION: "Fo02Bericht"}


def wsdl(port: str, address: str) -> bytes:
    """Describe one endpoint, for both versions and both SOAP bindings."""
    ports = {FREE, FREE_12} if port in {FREE, FREE_12} else {port}
    operations = [item for item in OPERATIONS if item.port in ports]
    root = etree.Element(f"{{{_WSDL}}}definitions", nsmap=_NSMAP)
    root.set("targetNamespace", _OWN)
    _types(root, operations)
    _messages(root, operations, port)
    _port_type(root, operations, port)
    for binding, style in (("soap", _SOAP), ("soap12", _SOAP12)):
        _binding(root, operations, port, binding, style)
    service = etree.SubElement(root, f"{{{_WSDL}}}service", name=f"{port}Service")
    for binding, style in (("soap", _SOAP), ("soap12", _SOAP12)):
        name = f"{port}_{binding}"
        place = etree.SubElement(service, f"{{{_WSDL}}}port", name=name, binding=f"own:{name}")
        etree.SubElement(place, f"{{{style}}}address", location=address)
    # Not through `write`: prefixes that only values use must stay.
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True))


def answer_of(operation: Operation) -> tuple[str, str]:
    """Namespace and name of the good answer to an operation."""
    if operation.port == ASYNC:
        return STUF, "Bv03Bericht"
    if operation.name.startswith(("genereer", "geefZaakdocumentbewerken")):
        return operation.uri, operation.body.replace("_Di02", "_Du02")
    if operation.port in {FREE, FREE_12}:
        return STUF, "Bv02Bericht"
    return operation.uri, operation.body.replace("Lv01", "La01")


def _types(root: etree._Element, operations: Iterable[Operation]) -> None:
    names: dict[str, set[str]] = {STUF: {"Fo02Bericht", "Fo03Bericht"}}
    for item in operations:
        for uri, name in ((item.uri, item.body), answer_of(item)):
            names.setdefault(uri, set()).add(name)
    types = etree.SubElement(root, f"{{{_WSDL}}}types")
    for uri, elements in names.items():
        schema = etree.SubElement(types, f"{{{_XS}}}schema", targetNamespace=uri)
        for name in sorted(elements):
            element = etree.SubElement(schema, f"{{{_XS}}}element", name=name)
            kind = etree.SubElement(element, f"{{{_XS}}}complexType")
            sequence = etree.SubElement(kind, f"{{{_XS}}}sequence")
            _any(sequence, "any")


def _any(parent: etree._Element, name: str) -> None:
    element = etree.SubElement(parent, f"{{{_XS}}}{name}", processContents="skip")
    element.set("minOccurs", "0")
    element.set("maxOccurs", "unbounded")


def _messages(root: etree._Element, operations: Iterable[Operation], port: str) -> None:
    wanted = {(item.uri, item.body) for item in operations} | set(map(answer_of, operations))
    for uri, name in sorted(wanted | {(STUF, _fault(port))}):
        message = etree.SubElement(root, f"{{{_WSDL}}}message", name=_message(uri, name))
        part = etree.SubElement(message, f"{{{_WSDL}}}part", name="body")
        part.set("element", f"{_PREFIX[uri]}:{name}")


def _port_type(root: etree._Element, operations: Iterable[Operation], port: str) -> None:
    element = etree.SubElement(root, f"{{{_WSDL}}}portType", name=port)
    for item in operations:
        step = etree.SubElement(element, f"{{{_WSDL}}}operation", name=_name(item))
        asked, given = _message(item.uri, item.body), _message(*answer_of(item))
        etree.SubElement(step, f"{{{_WSDL}}}input", message=f"own:{asked}")
        etree.SubElement(step, f"{{{_WSDL}}}output", message=f"own:{given}")
        fault = _message(STUF, _fault(port))
        etree.SubElement(step, f"{{{_WSDL}}}fault", name="fout", message=f"own:{fault}")


def _binding(
    root: etree._Element, operations: Iterable[Operation], port: str, kind: str, style: str
) -> None:
    binding = etree.SubElement(
        root, f"{{{_WSDL}}}binding", name=f"{port}_{kind}", type=f"own:{port}"
    )
    etree.SubElement(binding, f"{{{style}}}binding", style="document", transport=_HTTP)
    for item in operations:
        step = etree.SubElement(binding, f"{{{_WSDL}}}operation", name=_name(item))
        action = f"{item.uri}/{item.action}"
        etree.SubElement(step, f"{{{style}}}operation", soapAction=action)
        for side in ("input", "output"):
            part = etree.SubElement(step, f"{{{_WSDL}}}{side}")
            etree.SubElement(part, f"{{{style}}}body", use="literal")
        fault = etree.SubElement(step, f"{{{_WSDL}}}fault", name="fout")
        etree.SubElement(fault, f"{{{style}}}fault", name="fout", use="literal")


def _name(operation: Operation) -> str:
    """The operation's own name; both versions of one are told apart by their action."""
    mark = "" if operation.profile != "1.2" else "_zds12"
    return f"{operation.action}{mark}"


def _message(uri: str, name: str) -> str:
    return f"{_PREFIX[uri]}_{name}"


def _fault(port: str) -> str:
    return _FAULTS.get(port, "Fo02Bericht")
