"""The envelope of SOAP 1.1 around a question and an answer: addressing, faults; pure."""

from __future__ import annotations

from typing import Final

from lxml import etree

from adapters._kit.digikoppeling.oin import in_address
from adapters._kit.digikoppeling.settings import WusSettings

SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
WSA: Final = "http://www.w3.org/2005/08/addressing"
_ANONYMOUS: Final = f"{WSA}/anonymous"


class SoapFault(Exception):
    """The service answered with a fault. What it means is the adapter's to say.

    `text` is the service's own words; `detail` the element with its own fault, when there is one.
    """

    def __init__(self, code: str, text: str, detail: etree._Element | None) -> None:
        super().__init__(code)
        self.code = code
        self.text = text
        self.detail = detail

    def detail_name(self) -> str:
        """Return the local name of the service's own fault; empty: none."""
        if self.detail is None or not len(self.detail):
            return ""
        return etree.QName(self.detail[0]).localname

    def detail_text(self, name: str) -> str:
        """Return the text of the first element of that name in the detail; empty: none."""
        found = [] if self.detail is None else self.detail.iter("{*}" + name)
        return next((one.text or "" for one in found), "")


class NoAnswer(ValueError):
    """What came back is no answer of a WUS service; the text says why, and quotes nothing."""


def addressed(
    envelope: etree._Element, settings: WusSettings, *, action: str, message_id: str
) -> etree._Element:
    """Put the addressing that the settings want into the envelope's header; return it."""
    if settings.addressing == "none":
        return envelope
    header = envelope.find(f"{{{SOAP}}}Header")
    if header is None:
        header = etree.Element(f"{{{SOAP}}}Header")
        envelope.insert(0, header)
    to = in_address(settings.to or settings.url, settings.oin_to)
    fields = {"To": to, "Action": action, "MessageID": message_id}
    for name, value in fields.items():
        etree.SubElement(header, f"{{{WSA}}}{name}").text = value
    if settings.oin_from:
        address = in_address(_ANONYMOUS, settings.oin_from)
        sender = etree.SubElement(header, f"{{{WSA}}}From")
        etree.SubElement(sender, f"{{{WSA}}}Address").text = address
    reply = etree.SubElement(header, f"{{{WSA}}}ReplyTo")
    etree.SubElement(reply, f"{{{WSA}}}Address").text = _ANONYMOUS
    return envelope


def opened(root: etree._Element, settings: WusSettings, *, message_id: str) -> etree._Element:
    """Return the envelope of an answer to that question; raises SoapFault and NoAnswer."""
    if root.tag != f"{{{SOAP}}}Envelope":
        raise NoAnswer("it is no SOAP envelope")
    body = root.find(f"{{{SOAP}}}Body")
    if body is None or not len(body):
        raise NoAnswer("its body is empty")
    if body[0].tag == f"{{{SOAP}}}Fault":
        fault = body[0]
        raise SoapFault(
            fault.findtext("faultcode", default=""),
            fault.findtext("faultstring", default=""),
            fault.find("detail"),
        )
    if settings.addressing == "wsa":
        related = root.findtext(f"{{{SOAP}}}Header/{{{WSA}}}RelatesTo", default="").strip()
        if related != message_id:
            raise NoAnswer("it does not name our question in RelatesTo")
    return root
