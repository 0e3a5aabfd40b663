"""MTOM: a SOAP message in multipart/related, with the documents as parts beside it.

The binding of StUF asks for it, few systems use it. Read only: a part becomes one of the contents
of the message, as if it had been cut out of it, and is not copied.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesHeaderParser
from typing import Final
from urllib.parse import unquote

from lxml import etree

from adapters._kit.stuf.contents import Cut, Inhoud, cut_out, mark
from adapters._kit.stuf.naming import NietLeesbaar
from schemas.xml import XmlRefused, parse_xml

_INCLUDE: Final = "{http://www.w3.org/2004/08/xop/include}Include"
_MOST_PARTS: Final = 50
_LONGEST_HEAD: Final = 16 * 1024
_HEAD_END: Final = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    name: str
    encoding: str
    data: memoryview = field(repr=False)

    def inhoud(self) -> Inhoud:
        """Raises NietLeesbaar for an encoding that no system uses for documents."""
        if self.encoding == "base64":
            return Inhoud(self.data)
        if self.encoding in {"", "binary", "8bit", "7bit"}:
            return Inhoud(self.data, raw=True)
        raise NietLeesbaar("StUF055", "A part of the message is encoded in a way that is not read.")


def is_multipart(content_type: str) -> bool:
    return content_type.lower().lstrip().startswith("multipart/related")


def opened(data: bytes, content_type: str) -> tuple[Cut, str]:
    """Return the message without its contents, with these beside it; and its own content type.

    In anything but multipart/related the contents are cut out as they stand. Raises NietLeesbaar
    (StUF055) for a multipart message that does not hang together.
    """
    if not is_multipart(content_type):
        return cut_out(data), content_type
    parts = _parts(data, _parameter(content_type, "boundary"))
    root_id = _parameter(content_type, "start")
    root = next((part for part in parts if part.name == root_id), parts[0])
    kind = _parameter(content_type, "start-info") or "text/xml"
    action = _parameter(content_type, "action")
    return _joined(root, parts), f'{kind}; action="{action}"' if action else kind


def _joined(root: _Part, parts: list[_Part]) -> Cut:
    first = cut_out(_bytes_of(root))
    if not first.contents and _INCLUDE_NAME not in first.body:
        return first
    try:
        document = parse_xml(first.body)
    except XmlRefused as err:
        raise NietLeesbaar("StUF055", f"The first part is no XML ({err.reason}).") from err
    contents = list(first.contents)
    by_name: Mapping[str, _Part] = {part.name: part for part in parts}
    for include in list(document.iter(_INCLUDE)):
        name = unquote((include.get("href") or "").removeprefix("cid:"))
        parent, part = include.getparent(), by_name.get(name)
        if parent is None or part is None:
            raise NietLeesbaar("StUF055", "The message refers to a part that was not sent with it.")
        parent.remove(include)
        parent.text = mark(len(contents)).decode()
        contents.append(part.inhoud())
    body = etree.tostring(document, encoding="utf-8", xml_declaration=True)
    return Cut(body, tuple(contents))


_INCLUDE_NAME: Final = b"Include"


def _bytes_of(root: _Part) -> bytes:
    if root.encoding != "base64":
        return bytes(root.data)
    try:
        return binascii.a2b_base64(root.data)
    except binascii.Error:
        raise NietLeesbaar("StUF055", "The first part is no base64.") from None


def _parts(data: bytes, boundary: str) -> list[_Part]:
    """The parts between the boundaries; without a copy of them."""
    if not boundary:
        raise NietLeesbaar("StUF055", "The multipart message names no boundary.")
    line = re.compile(
        rb"(?:\A|\r?\n)--" + re.escape(boundary.encode("latin-1", "replace")) + rb"(--)?[ \t]*"
        rb"(?=\r?\n|\Z)"
    )
    view, parts = memoryview(data), list[_Part]()
    begun: int | None = None
    for found in line.finditer(data):
        if begun is not None:
            parts.append(_part(data, view, begun, found.start()))
        if found[1] or len(parts) > _MOST_PARTS:
            break
        begun = found.end()
    if not parts or len(parts) > _MOST_PARTS:
        raise NietLeesbaar("StUF055", "The multipart message has no readable parts.")
    return parts


def _part(data: bytes, view: memoryview, start: int, end: int) -> _Part:
    """`start` is behind the boundary, before the line end."""
    head = _HEAD_END.search(data, start, min(end, start + _LONGEST_HEAD))
    if head is None:
        raise NietLeesbaar("StUF055", "A part of the multipart message has no head.")
    named = BytesHeaderParser().parsebytes(data[start : head.end()].lstrip())
    return _Part(
        name=str(named.get("Content-ID", "")).strip().strip("<>"),
        encoding=str(named.get("Content-Transfer-Encoding", "")).strip().lower(),
        data=view[head.end() : end],
    )


def _parameter(content_type: str, name: str) -> str:
    message = Message()
    message["Content-Type"] = content_type.replace("\r", " ").replace("\n", " ")
    value = message.get_param(name, "")
    return value.strip("<>") if isinstance(value, str) else ""
