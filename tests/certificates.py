"""A certificate authority of a test, with certificates for both ends of a connection."""

from __future__ import annotations

import ipaddress
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Its own certificate as PEM file, and the means to make others in the same folder."""

    folder: Path
    file: Path
    _key: ec.EllipticCurvePrivateKey
    _name: x509.Name

    @classmethod
    def made(cls, folder: Path, name: str = "Proef-CA") -> Authority:
        key, own = ec.generate_private_key(ec.SECP256R1()), _named(name)
        certificate = _builder(own, own, key).add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True
        )
        usage = x509.KeyUsage(
            digital_signature=False,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=True,
            crl_sign=True,
            encipher_only=False,
            decipher_only=False,
        )
        signed = certificate.add_extension(usage, critical=True).sign(key, hashes.SHA256())
        file = folder / f"{name}.pem"
        file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
        return cls(folder=folder, file=file, _key=key, _name=own)

    def certificate(self, name: str, *, oin: str = "") -> Path:
        """Make one for 127.0.0.1; the PEM file holds its key, too, and its subject the OIN."""
        key = ec.generate_private_key(ec.SECP256R1())
        there = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        signed = (
            _builder(_named(name, oin), self._name, key)
            .add_extension(there, critical=False)
            .sign(self._key, hashes.SHA256())
        )
        file = self.folder / f"{name}.pem"
        file.write_bytes(
            signed.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return file

    def server(self, *, wants_client: bool = True) -> ssl.SSLContext:
        """What a server needs that lets in only who has a certificate of this authority."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(self.file))
        context.load_cert_chain(self.certificate("server"))
        context.verify_mode = ssl.CERT_REQUIRED if wants_client else ssl.CERT_NONE
        return context


def _named(name: str, oin: str = "") -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
    if oin:
        parts.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, oin))
    return x509.Name(parts)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + _DAY)
    )
