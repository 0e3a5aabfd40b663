"""The WSDL of what we serve, one portType each, for both versions of ZDS and of SOAP.

The types are open: which elements there are, and not what is in them. Our own schemas say that.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from lxml import etree

from adapters._kit.stuf.names import BG, OPERATIONS, STUF, ZDS, ZKN, Operation
from adapters.stuf_zds.answers.frames import answer_element

_WSDL: Final = "http://schemas.xmlsoap.org/wsdl/"
_XS: Final = "http://www.w3.org/2001/XMLSchema"
_OWN: Final = "urn:nld:schakel:stuf-zds"
_HTTP: Final = "http://schemas.xmlsoap.org/soap/http"
_STYLES: Final = {
    "soap11": "http://schemas.xmlsoap.org/wsdl/soap/",
    "soap12": "http://schemas.xmlsoap.org/wsdl/soap12/",
}
_PREFIXES: Final = {"StUF": STUF, "ZKN": ZKN, "ZDS": ZDS}
_NSMAP: Final[dict[Any, str]] = {
    None: _WSDL,
    "xs": _XS,
    "own": _OWN,
    **_STYLES,
    **_PREFIXES,
}

PORT_TYPES: Final = (
    "OntvangAsynchroon",
    "BeantwoordVraag",
    "VrijeBerichten",
    "VerwerkSynchroonVrijBericht",
)
"""The last is the name that 1.2 has for the one before it."""
_SAME: Final = {"VerwerkSynchroonVrijBericht": "VrijeBerichten"}


def wsdl(port_type: str, address: str) -> bytes:
    """The description of one portType, at the address that the caller has for it."""
    root = etree.Element(_w("definitions"), nsmap=_NSMAP)
    root.set("targetNamespace", _OWN)
    root.set("name", port_type)
    served = _served(port_type)
    _add_types(root, served)
    for each in served:
        _add_message(root, _name(each), "body", each.element)
        _add_message(root, f"{_name(each)}_antwoord", "body", answer_element(each))
    for fault in sorted({each.fault for each in served}):
        _add_message(root, fault, "fout", f"{{{STUF}}}{fault}Bericht")
    _add_port_type(root, port_type, served)
    for prefix in _STYLES:
        _add_binding(root, port_type, prefix, served)
    service = _sub(root, "service", name=f"{port_type}Service")
    for prefix, style in _STYLES.items():
        port = _sub(service, "port", name=f"{port_type}_{prefix}")
        port.set("binding", f"own:{port_type}_{prefix}")
        etree.SubElement(port, f"{{{style}}}address", location=address)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)


@cache
def _served(port_type: str) -> tuple[Operation, ...]:
    endpoint = _SAME.get(port_type, port_type)
    found: dict[str, Operation] = {}
    for each in OPERATIONS.values():
        if each.endpoint == endpoint and not each.element.startswith(f"{{{BG}}}"):
            found.setdefault(each.action, each)
    return tuple(found.values())


def _name(operation: Operation) -> str:
    """Unique: 1.1 and 1.2 share the names of some operations."""
    return f"{operation.name}_{operation.profile.replace('.', '')}"


def _add_types(root: etree._Element, served: Iterable[Operation]) -> None:
    names: dict[str, set[str]] = {STUF: {"Fo02Bericht", "Fo03Bericht"}}
    for each in served:
        for element in (each.element, answer_element(each)):
            qualified = etree.QName(element)
            names.setdefault(qualified.namespace or "", set()).add(qualified.localname)
    types = _sub(root, "types")
    for ns, elements in names.items():
        schema = etree.SubElement(types, f"{{{_XS}}}schema", targetNamespace=ns)
        schema.set("elementFormDefault", "qualified")
        for name in sorted(elements):
            _add_open(etree.SubElement(schema, f"{{{_XS}}}element", name=name))


def _add_open(element: etree._Element) -> None:
    content = etree.SubElement(element, f"{{{_XS}}}complexType")
    sequence = etree.SubElement(content, f"{{{_XS}}}sequence")
    anything = {"minOccurs": "0", "maxOccurs": "unbounded", "processContents": "lax"}
    etree.SubElement(sequence, f"{{{_XS}}}any", anything)


def _add_message(root: etree._Element, name: str, part: str, element: str) -> None:
    message = _sub(root, "message", name=name)
    _sub(message, "part", name=part, element=_prefixed(element))


def _add_port_type(root: etree._Element, port_type: str, served: Iterable[Operation]) -> None:
    described = _sub(root, "portType", name=port_type)
    for each in served:
        operation = _sub(described, "operation", name=_name(each))
        _sub(operation, "input", message=f"own:{_name(each)}")
        _sub(operation, "output", message=f"own:{_name(each)}_antwoord")
        _sub(operation, "fault", name="fout", message=f"own:{each.fault}")


def _add_binding(
    root: etree._Element, port_type: str, prefix: str, served: Iterable[Operation]
) -> None:
    style = _STYLES[prefix]
    binding = _sub(root, "binding", name=f"{port_type}_{prefix}", type=f"own:{port_type}")
    etree.SubElement(binding, f"{{{style}}}binding", style="document", transport=_HTTP)
    for each in served:
        operation = _sub(binding, "operation", name=_name(each))
        etree.SubElement(operation, f"{{{style}}}operation", soapAction=each.action)
        for side in ("input", "output"):
            etree.SubElement(_sub(operation, side), f"{{{style}}}body", use="literal")
        fault = _sub(operation, "fault", name="fout")
        etree.SubElement(fault, f"{{{style}}}fault", name="fout", use="literal")


def _prefixed(element: str) -> str:
    name = etree.QName(element)
    prefix = next(key for key, ns in _PREFIXES.items() if ns == name.namespace)
    return f"{prefix}:{name.localname}"


def _sub(parent: etree._Element, tag: str, /, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, _w(tag), attributes)


def _w(name: str) -> str:
    return f"{{{_WSDL}}}{name}"
