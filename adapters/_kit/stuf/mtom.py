"""MTOM: a SOAP message in multipart/related, with the documents as parts beside it.

The binding of StUF asks for it, few systems use it. Read only: the parts are put back into the
message as base64, so that nothing else has to know.
"""

from __future__ import annotations

import email.parser
import email.policy
from base64 import b64encode
from email.message import Message
from typing import Final
from urllib.parse import unquote

from lxml import etree

from adapters._kit.stuf.naming import NietLeesbaar
from schemas.xml import XmlRefused, parse_xml

_INCLUDE: Final = "{http://www.w3.org/2004/08/xop/include}Include"
_MOST_PARTS: Final = 50


def unpacked(data: bytes, content_type: str) -> tuple[bytes, str]:
    """Return the message with its parts in it, and the content type that it then has.

    Anything but multipart/related is returned as it is. Raises NietLeesbaar (StUF055) for a
    multipart message that does not hang together.
    """
    if not content_type.lower().lstrip().startswith("multipart/related"):
        return data, content_type
    parts = _parts(data, content_type)
    root_id = _parameter(content_type, "start")
    root = next((part for part in parts if _id(part) == root_id), parts[0])
    try:
        document = parse_xml(_content(root))
    except XmlRefused as err:
        raise NietLeesbaar("StUF055", f"The first part is no XML ({err.reason}).") from err
    by_id = {_id(part): part for part in parts}
    for include in list(document.iter(_INCLUDE)):
        name = unquote((include.get("href") or "").removeprefix("cid:"))
        parent, part = include.getparent(), by_id.get(name)
        if parent is None or part is None:
            raise NietLeesbaar("StUF055", "The message refers to a part that was not sent with it.")
        parent.remove(include)
        parent.text = b64encode(_content(part)).decode("ascii")
    kind = _parameter(content_type, "start-info") or "text/xml"
    action = _parameter(content_type, "action")
    described = f'{kind}; action="{action}"' if action else kind
    return etree.tostring(document, encoding="utf-8", xml_declaration=True), described


def _parts(data: bytes, content_type: str) -> list[Message]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    whole = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + data)
    parts = [part for part in whole.walk() if not part.is_multipart()]
    if not whole.is_multipart() or not parts or len(parts) > _MOST_PARTS:
        raise NietLeesbaar("StUF055", "The multipart message has no readable parts.")
    return list(parts)


def _parameter(content_type: str, name: str) -> str:
    message = Message()
    message["Content-Type"] = content_type.replace("\r", " ").replace("\n", " ")
    value = message.get_param(name, "")
    return value.strip("<>") if isinstance(value, str) else ""


def _id(part: Message) -> str:
    return str(part.get("Content-ID", "")).strip().strip("<>")


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
