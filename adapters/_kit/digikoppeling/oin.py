"""The OIN, by which government bodies know each other: twenty digits, written in several ways."""

from __future__ import annotations

from typing import Annotated, Final

from cryptography import x509
from cryptography.x509.oid import NameOID
from pydantic import StringConstraints

Oin = Annotated[str, StringConstraints(pattern=r"^0000000[0-9][0-9]{12}$")]
"""Eight digits that say what kind of number follows, the number, and zeros."""

TEST: Final = "00000099"
"""The kind that anybody may use in tests."""
_URN: Final = "urn:osb:oin:"
_LENGTH: Final = 20


def as_urn(oin: str) -> str:
    """As a party of ebMS is called."""
    return f"{_URN}{oin}"


def in_address(url: str, oin: str) -> str:
    """As WS-Addressing carries it: behind the address."""
    return f"{url}{'&' if '?' in url else '?'}OIN={oin}" if oin else url


def oin_of(certificate: x509.Certificate) -> str | None:
    """Return the OIN in the subject's serial number; None: there is none."""
    for one in certificate.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER):
        value = str(one.value)
        if len(value) == _LENGTH and value.isascii() and value.isdigit():
            return value
    return None
