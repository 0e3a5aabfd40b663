"""From the bytes of a request to the element in its SOAP body, large documents lifted out first."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from schemas.xml import XmlLimits, XmlRefused, parse_xml
from simulators.stuf_zds.documenten import LIFTED
from simulators.stuf_zds.xmlkit import SOAP11, SOAP12, canonical, child, children, namespace

if TYPE_CHECKING:
    from lxml import etree

_LARGE: Final = 1024 * 1024
_CONTENT: Final = re.compile(
    rb"(<(?:[\w.-]+:)?inhoud\b[^<>]*(?<!/)>)([A-Za-z0-9+/=\s]{65536,})(?=</)"
)
_LIMITS: Final = XmlLimits(max_attribute_length=1024)
_MEDIA: Final = {"text/xml": SOAP11, "application/soap+xml": SOAP12}


class NotSoap(Exception):
    """The bytes are no SOAP envelope with one element in its body; `str(error)` says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """`digest` is equal for equal content, whatever stands around the body."""

    soap: str
    header: etree._Element | None
    body: etree._Element
    contents: Mapping[str, bytes] = field(default_factory=dict)
    digest: str = ""


def read(data: bytes) -> Message:
    """Parse a request; raises NotSoap."""
    lean, contents = _lift(data)
    try:
        root = parse_xml(lean, _LIMITS)
    except XmlRefused as refused:
        raise NotSoap(str(refused)) from refused
    soap = namespace(root)
    if soap not in {SOAP11, SOAP12} or not root.tag.endswith("}Envelope"):
        raise NotSoap("The root element is no SOAP envelope.")
    inside = list(children(child(root, "Body")))
    if len(inside) != 1:
        raise NotSoap("The SOAP body holds no message, or more than one.")
    digest = hashlib.sha256(canonical(inside[0]))
    for content in contents.values():
        digest.update(hashlib.sha256(content).digest())
    return Message(
        soap=soap,
        header=child(root, "Header"),
        body=inside[0],
        contents=contents,
        digest=digest.hexdigest(),
    )


def media_type(headers: Mapping[str, str]) -> str:
    return headers.get("Content-Type", "").partition(";")[0].strip().lower()


def soap_of(headers: Mapping[str, str]) -> str:
    """The SOAP version that a content type announces; 1.1 when it announces none."""
    return _MEDIA.get(media_type(headers), SOAP11)


def action_of(headers: Mapping[str, str]) -> str:
    """The SOAPAction: a header in SOAP 1.1, a parameter of the content type in 1.2."""
    if "SOAPAction" in headers:
        return headers["SOAPAction"]
    found = re.search(r"action=\"?([^\";]*)", headers.get("Content-Type", ""))
    return found[1] if found else ""


def _lift(data: bytes) -> tuple[bytes, dict[str, bytes]]:
    """Put a mark where the base64 of a large document stands: no parser has to carry it."""
    if len(data) < _LARGE:
        return data, {}
    contents: dict[str, bytes] = {}

    def mark(found: re.Match[bytes]) -> bytes:
        name = f"{LIFTED}{len(contents)}"
        contents[name] = b"".join(found[2].split())
        return found[1] + name.encode()

    return _CONTENT.sub(mark, data), contents
