"""A small builder and reader of XML for this simulator; it shares nothing with the hub's own.

Trees are built with fixed prefixes. What was received is kept as cleaned copies, so that an answer
gives back what was sent, whatever prefixes its sender used.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

STUF: Final = "http://www.egem.nl/StUF/StUF0301"
ZKN: Final = "http://www.egem.nl/StUF/sector/zkn/0310"
BG: Final = "http://www.egem.nl/StUF/sector/bg/0310"
ZDS: Final = "http://www.stufstandaarden.nl/koppelvlak/zds0120"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
XMIME: Final = "http://www.w3.org/2005/05/xmlmime"
SOAP11: Final = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP12: Final = "http://www.w3.org/2003/05/soap-envelope"

_PREFIXES: Final = {"StUF": STUF, "ZKN": ZKN, "BG": BG, "ZDS": ZDS, "xsi": XSI, "xmime": XMIME}
_KEPT_ATTRIBUTES: Final = frozenset({"entiteittype", "functie", "indOnvolledigeDatum"})
_METAGEGEVEN: Final = f"{{{STUF}}}metagegeven"

NIL: Final = f"{{{XSI}}}nil"
NO_VALUE: Final = f"{{{STUF}}}noValue"
KIND: Final = f"{{{STUF}}}verwerkingssoort"
NAME: Final = "naam"
TYPE: Final = f"{{{STUF}}}entiteittype"


def build(name: str, *children: etree._Element | str | None, **attributes: str) -> etree._Element:
    """Make the element `prefix:name`; a string is its text, None is left out.

    Attributes are StUF's own (`entiteittype="ZAK"`); only `naam` has no namespace.
    """
    element = etree.Element(_qualified(name), nsmap=_PREFIXES)
    for key, value in attributes.items():
        element.set(NAME if key == NAME else f"{{{STUF}}}{key}", value)
    for child in children:
        if isinstance(child, str):
            element.text = child
        elif child is not None:
            element.append(child)
    return element


def nothing(name: str, why: str = "geenWaarde", **attributes: str) -> etree._Element:
    """Make an element that says that there is no value."""
    element = build(name, noValue=why, **attributes)
    element.set(NIL, "true")
    return element


def local(element: etree._Element) -> str:
    return etree.QName(element).localname


def namespace(element: etree._Element) -> str:
    return etree.QName(element).namespace or ""


def children(element: etree._Element | None, name: str | None = None) -> Iterator[etree._Element]:
    """Yield the child elements, all of them or those of one local name."""
    if element is None:
        return
    for child in element:
        if name in {None, local(child)}:
            yield child


def child(element: etree._Element | None, *path: str) -> etree._Element | None:
    """Return the first element along a path of local names."""
    for name in path:
        element = next(children(element, name), None)
    return element


def text(element: etree._Element | None, *path: str) -> str:
    """Return the trimmed text at the path; a value that is not there is an empty string."""
    found = child(element, *path)
    return (found.text or "").strip() if found is not None and not is_nil(found) else ""


def is_nil(element: etree._Element) -> bool:
    return element.get(NIL) in {"true", "1"} or (
        element.get(NO_VALUE) is not None and not len(element) and not (element.text or "").strip()
    )


def is_empty(element: etree._Element) -> bool:
    """Tell whether the element carries nothing: nil, or neither text nor children."""
    return is_nil(element) or (not len(element) and not (element.text or "").strip())


def cleaned(element: etree._Element) -> etree._Element:
    """Copy an element with our prefixes, without nil values and technical attributes."""
    copy = etree.Element(element.tag, nsmap=_PREFIXES)
    for name, value in element.attrib.items():
        key = etree.QName(name)
        keeps = key.namespace == STUF and key.localname in _KEPT_ATTRIBUTES
        if keeps or name == _METAGEGEVEN:
            copy.set(name, value)
        elif key.localname == NAME:  # some qualify it, against the schema
            copy.set(NAME, value)
    copy.text = (element.text or "").strip() or None
    for part in children(element):
        if not is_nil(part):
            copy.append(cleaned(part))
    return copy


def copies(elements: Iterable[etree._Element]) -> list[etree._Element]:
    return [deepcopy(element) for element in elements]


def marked(element: etree._Element, kind: str) -> etree._Element:
    """Set the verwerkingssoort on every entity in a copy of this element."""
    copy = deepcopy(element)
    for part in copy.iter():
        if part.get(TYPE) is not None:
            part.set(KIND, kind)
    return copy


def write(element: etree._Element, charset: str = "utf-8") -> bytes:
    """Serialise a whole document; what the charset lacks becomes a character reference."""
    etree.cleanup_namespaces(element, keep_ns_prefixes=["StUF"])
    return _bytes(etree.tostring(element, encoding=charset, xml_declaration=True))


def canonical(element: etree._Element) -> bytes:
    """One form for equal content, whatever the white space around the document."""
    return _bytes(etree.tostring(element, method="c14n"))


def foreign(uri: str, name: str, nsmap: Mapping[str | None, str]) -> etree._Element:
    """Make an element of a namespace that is not StUF's: envelopes and wrappers."""
    known: Any = dict(nsmap)  # the stubs do not know that None is the default namespace
    return etree.Element(f"{{{uri}}}{name}", nsmap=known)


def _qualified(name: str) -> str:
    prefix, _, rest = name.partition(":")
    return f"{{{_PREFIXES[prefix]}}}{rest}"


def _bytes(written: str | bytes) -> bytes:
    return written if isinstance(written, bytes) else written.encode()
