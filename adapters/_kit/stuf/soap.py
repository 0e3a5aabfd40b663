"""SOAP envelopes, of both versions: putting them round a body, and taking what systems send apart.

Content type and envelope belong together (Q5): 1.1 is text/xml with a SOAPAction header, 1.2 is
application/soap+xml with the action as its parameter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from lxml import etree

from adapters._kit.stuf.charset import encode
from adapters._kit.stuf.names import PREFIXES, SOAP11, SOAP12, q

SoapVersion = Literal["1.1", "1.2"]

_NAMESPACES: Final[dict[SoapVersion, str]] = {"1.1": SOAP11, "1.2": SOAP12}
_VERSIONS: Final[dict[str, SoapVersion]] = {SOAP11: "1.1", SOAP12: "1.2"}
_WRAPPER: Final = "http://tempuri.org/"  # what a .NET service without a name of its own says (Q2)


@dataclass(frozen=True, slots=True)
class Opened:
    """An envelope taken apart. `version` None: there was no envelope, only a body."""

    version: SoapVersion | None
    header: etree._Element | None
    body_children: tuple[etree._Element, ...]
    fault: etree._Element | None
    """The Fault element, when there is one among the body's children."""


def envelope(
    body: etree._Element,
    *,
    version: SoapVersion = "1.1",
    header: etree._Element | None = None,
    charset: str = "utf-8",
    transliterate: bool = False,
) -> bytes:
    """Return the whole document as bytes, XML declaration included.

    `header` is one header block, such as wsse:Security. `body` and `header` move into the
    envelope: pass a copy if they are still needed. The namespaces are declared once, on the
    envelope (Q10).
    """
    ns = _NAMESPACES[version]
    root = etree.Element(q(ns, "Envelope"), nsmap={"soap": ns, **PREFIXES})
    head = etree.SubElement(root, q(ns, "Header"))
    if header is not None:
        head.append(header)
    etree.SubElement(root, q(ns, "Body")).append(body)
    etree.cleanup_namespaces(root, keep_ns_prefixes=["StUF", "xsi"])
    return encode(root, charset, transliterate=transliterate)


def content_type(version: SoapVersion, action: str = "", charset: str = "utf-8") -> str:
    """Return the Content-Type; in 1.2 `action` is a parameter of it, in 1.1 a header apart."""
    if version == "1.1":
        return f"text/xml; charset={charset}"
    named = f'; action="{action}"' if action else ""
    return f"application/soap+xml; charset={charset}{named}"


def open_envelope(root: etree._Element) -> Opened:
    """Take apart an envelope of either version, a bare body, or a body within a wrapper (Q2)."""
    namespace, local = _split(root)
    version = _VERSIONS.get(namespace)
    if version is None or local != "Envelope":
        if version is not None and local == "Fault":
            return Opened(None, None, (root,), root)
        return Opened(None, None, _unwrapped((root,)), None)
    ns = _NAMESPACES[version]
    header = root.find(q(ns, "Header"))
    body = root.find(q(ns, "Body"))
    children = () if body is None else _unwrapped(tuple(body))
    fault = next((child for child in children if _is_fault(child)), None)
    return Opened(version, header, children, fault)


def _is_fault(element: etree._Element) -> bool:
    namespace, local = _split(element)
    return local == "Fault" and namespace in _VERSIONS


def _unwrapped(children: tuple[etree._Element, ...]) -> tuple[etree._Element, ...]:
    if len(children) == 1 and _split(children[0])[0] == _WRAPPER:
        return tuple(children[0])
    return children


def _split(element: etree._Element) -> tuple[str, str]:
    """Return namespace and local name; an empty namespace for none."""
    namespace, _, local = element.tag.rpartition("}")
    return namespace[1:], local
