"""Signing what is asked and checking what is answered: Digikoppeling WUS, profile 2W-be-S.

The body, each addressing header and the Timestamp have a digest of their own. An answer counts only
when its body, the header that names our question and its Timestamp are signed by the partner's own
certificate: another signature, or none, is no answer.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree
from signxml import methods
from signxml.exceptions import SignXMLException
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier

from adapters._kit.digikoppeling.envelope import SOAP, WSA, NoAnswer
from adapters._kit.digikoppeling.settings import SigningSettings
from adapters.contract import ConfigurationError

WSSE: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSU: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
DS: Final = "http://www.w3.org/2000/09/xmldsig#"
X509: Final = (
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3"
)
BASE64: Final = (
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"
)
_EXCLUSIVE: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"
_ID: Final = f"{{{WSU}}}Id"
_LASTS: Final = timedelta(minutes=5)
_SECTION: Final = "signing."


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Our certificate with its key, and the certificates by which the partner signs."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey
    partners: tuple[x509.Certificate, ...]

    @classmethod
    def read(cls, settings: SigningSettings, *, section: str = "") -> Signer:
        """Read the files. One that cannot be used is a ConfigurationError naming its setting."""
        own = _certificates(settings.certificate, f"{section}{_SECTION}certificate")
        partners = _certificates(settings.partner, f"{section}{_SECTION}partner")
        name = f"{section}{_SECTION}key"
        try:
            pem = (settings.key or settings.certificate).read_bytes()
            key = serialization.load_pem_private_key(pem, None)
        except (OSError, ValueError, TypeError) as error:
            detail = f"The key to sign with cannot be read ({type(error).__name__})."
            raise ConfigurationError(name, detail) from None
        if not isinstance(key, rsa.RSAPrivateKey):
            raise ConfigurationError(name, "Digikoppeling signs with RSA: give such a key.")
        return cls(certificate=own[0], key=key, partners=partners)

    def sign(self, envelope: etree._Element, now: datetime) -> None:
        """Put the Security header with the signature into an envelope that is complete."""
        header = envelope.find(f"{{{SOAP}}}Header")
        if header is None:
            header = etree.Element(f"{{{SOAP}}}Header")
            envelope.insert(0, header)
        body = envelope.find(f"{{{SOAP}}}Body")
        parts = [*(one for one in header if etree.QName(one).namespace == WSA), body]
        security = etree.SubElement(header, f"{{{WSSE}}}Security", nsmap={"wsse": WSSE, "wsu": WSU})
        security.set(f"{{{SOAP}}}mustUnderstand", "1")
        token = etree.SubElement(security, f"{{{WSSE}}}BinarySecurityToken")
        token.set(_ID, "token")
        token.set("EncodingType", BASE64)
        token.set("ValueType", X509)
        der = self.certificate.public_bytes(serialization.Encoding.DER)
        token.text = base64.b64encode(der).decode("ascii")
        stamp = etree.SubElement(security, f"{{{WSU}}}Timestamp")
        etree.SubElement(stamp, f"{{{WSU}}}Created").text = _moment(now)
        etree.SubElement(stamp, f"{{{WSU}}}Expires").text = _moment(now + _LASTS)
        names = []
        for place, part in enumerate([*parts, stamp]):
            if part is not None:
                part.set(_ID, f"part-{place}")
                names.append(f"#part-{place}")
        signer = XMLSigner(method=methods.detached, c14n_algorithm=_EXCLUSIVE)
        signature = signer.sign(
            envelope, key=self.key, reference_uri=names, key_info=_key_info("token")
        )
        security.append(signature)

    def check(self, envelope: etree._Element, now: datetime) -> None:
        """Raise NoAnswer unless the partner signed all of the answer that counts."""
        path = f"{{{SOAP}}}Header/{{{WSSE}}}Security"
        security = envelope.find(path)
        if security is None:
            raise NoAnswer("it is not signed")
        partner = self._partner(security)
        try:
            XMLVerifier().verify(
                envelope,
                x509_cert=partner,
                validate_schema=False,
                expect_config=SignatureConfiguration(location=f"./{path}/", expect_references=True),
            )
        except (SignXMLException, ValueError, etree.LxmlError):
            raise NoAnswer("its signature is not right") from None
        signed = {
            (one.get("URI") or "").removeprefix("#")
            for one in security.iterfind(f"{{{DS}}}Signature/{{{DS}}}SignedInfo/{{{DS}}}Reference")
        }
        stamp = security.find(f"{{{WSU}}}Timestamp")
        parts = (
            envelope.find(f"{{{SOAP}}}Body"),
            envelope.find(f"{{{SOAP}}}Header/{{{WSA}}}RelatesTo"),
            stamp,
        )
        if any(part is None or part.get(_ID) not in signed for part in parts):
            raise NoAnswer("a part of it is not signed")
        created = "" if stamp is None else stamp.findtext(f"{{{WSU}}}Created", default="")
        if not _is_recent(created, now):
            raise NoAnswer("its Timestamp is not of now")

    def _partner(self, security: etree._Element) -> x509.Certificate:
        text = security.findtext(f"{{{WSSE}}}BinarySecurityToken", default="")
        try:
            given = x509.load_der_x509_certificate(base64.b64decode("".join(text.split())))
        except (ValueError, binascii.Error):
            raise NoAnswer("its signature names no certificate") from None
        if given not in self.partners:
            raise NoAnswer("it is signed by somebody else")
        return given


def _certificates(path: Path, setting: str) -> tuple[x509.Certificate, ...]:
    try:
        return tuple(x509.load_pem_x509_certificates(path.read_bytes()))
    except (OSError, ValueError) as error:
        detail = f"No certificate can be read there ({type(error).__name__}): give a PEM file."
        raise ConfigurationError(setting, detail) from None


def _key_info(token: str) -> etree._Element:
    info = etree.Element(f"{{{DS}}}KeyInfo")
    to = etree.SubElement(info, f"{{{WSSE}}}SecurityTokenReference", nsmap={"wsse": WSSE})
    reference = etree.SubElement(to, f"{{{WSSE}}}Reference")
    reference.set("URI", f"#{token}")
    reference.set("ValueType", X509)
    return info


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _is_recent(text: str, now: datetime) -> bool:
    try:
        created = datetime.fromisoformat(text.strip())
    except ValueError:
        return False
    return created.tzinfo is not None and abs(now - created) <= _LASTS
