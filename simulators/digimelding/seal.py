"""Signatures of Digikoppeling's profile 2W-be-S as the other side makes and checks them."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from lxml import etree
from signxml import methods
from signxml.exceptions import SignXMLException
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

WSSE: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSU: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
DS: Final = "http://www.w3.org/2000/09/xmldsig#"
_EXCLUSIVE: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"
_LEAST: Final = 5
"""Signed parts of a question: the body, To, Action, MessageID and the Timestamp."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """PEM files: our own certificate with its key, and the certificate of who may ask."""

    own: Path
    asker: Path
    leave_out: str = ""
    """Local name of what is not signed after all, to see that this is noticed."""

    def is_good(self, envelope: etree._Element) -> bool:
        """Return whether the asker signed enough of it."""
        [asker] = x509.load_pem_x509_certificates(self.asker.read_bytes())
        security = envelope.find(f"{{{SOAP}}}Header/{{{WSSE}}}Security")
        if security is None:
            return False
        try:
            location = f"./{{{SOAP}}}Header/{{{WSSE}}}Security/"
            XMLVerifier().verify(
                envelope,
                x509_cert=asker,
                validate_schema=False,
                expect_config=SignatureConfiguration(location=location, expect_references=True),
            )
        except (SignXMLException, ValueError):
            return False
        stamp = security.find(f"{{{WSU}}}Timestamp/{{{WSU}}}Created")
        return stamp is not None and len(list(security.iter(f"{{{DS}}}Reference"))) >= _LEAST

    def put_on(self, body: bytes, now: datetime) -> bytes:
        """Return the envelope with everything in it signed."""
        envelope = etree.fromstring(body)
        pem = self.own.read_bytes()
        [own] = x509.load_pem_x509_certificates(pem)
        header = envelope.find(f"{{{SOAP}}}Header")
        content = envelope.find(f"{{{SOAP}}}Body")
        if header is None or content is None:
            return body
        parts = [*header, content]
        security = etree.SubElement(header, f"{{{WSSE}}}Security")
        token = etree.SubElement(security, f"{{{WSSE}}}BinarySecurityToken")
        token.set(f"{{{WSU}}}Id", "x509")
        der = own.public_bytes(serialization.Encoding.DER)
        token.text = base64.b64encode(der).decode()
        stamp = etree.SubElement(security, f"{{{WSU}}}Timestamp")
        etree.SubElement(stamp, f"{{{WSU}}}Created").text = now.isoformat()
        names = []
        for place, part in enumerate([*parts, stamp]):
            if etree.QName(part).localname != self.leave_out:
                part.set(f"{{{WSU}}}Id", f"s{place}")
                names.append(f"#s{place}")
        info = etree.Element(f"{{{DS}}}KeyInfo")
        to = etree.SubElement(info, f"{{{WSSE}}}SecurityTokenReference")
        etree.SubElement(to, f"{{{WSSE}}}Reference").set("URI", "#x509")
        signer = XMLSigner(method=methods.detached, c14n_algorithm=_EXCLUSIVE)
        security.append(signer.sign(envelope, key=pem, reference_uri=names, key_info=info))
        signed: bytes = etree.tostring(envelope, encoding="utf-8", xml_declaration=True)
        return signed
