"""Who is calling: HTTP basic and the UsernameToken of WS-Security 1.0, making them and checking.

A token is made anew for each sending and put into the stored envelope's empty Header: the message
in the Body stays byte for byte the same. When checking, a nonce may come twice: a partner that
sends the same message again is answered as the first time, so a replay gains nothing.
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
from base64 import b64decode, b64encode
from datetime import datetime, timedelta
from typing import Final

from lxml import etree

from adapters._kit.stuf.names import WSSE, WSU, q

_PROFILE: Final = (
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0"
)
_TEXT: Final = f"{_PROFILE}#PasswordText"
_DIGEST: Final = f"{_PROFILE}#PasswordDigest"
_NONCE: Final = (
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"
)
LIFETIME: Final = timedelta(minutes=5)
"""How long a token of ours is valid, and how far a partner's clock may be off."""

_EMPTY_HEADERS: Final = (b"<soap:Header/>", b"<soap:Header></soap:Header>")


def basic(user: str, password: str) -> str:
    """Return the value of the Authorization header."""
    return f"Basic {b64encode(f'{user}:{password}'.encode()).decode('ascii')}"


def is_basic(header: str | None, user: str, password: str) -> bool:
    """Return whether an Authorization header carries exactly this user and password."""
    scheme, _, proof = (header or "").strip().partition(" ")
    given = f"{scheme.capitalize()} {proof.strip()}"
    return hmac.compare_digest(given.encode(), basic(user, password).encode())


def username_token(
    user: str, password: str, *, digest: bool, nonce: bytes, now: datetime
) -> etree._Element:
    """Return the wsse:Security block. `nonce` is 16 random bytes; `now` is aware."""
    created = f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03d}Z"
    security = etree.Element(q(WSSE, "Security"), nsmap={"wsse": WSSE, "wsu": WSU})
    stamp = etree.SubElement(security, q(WSU, "Timestamp"))
    etree.SubElement(stamp, q(WSU, "Created")).text = created
    etree.SubElement(stamp, q(WSU, "Expires")).text = f"{now + LIFETIME:%Y-%m-%dT%H:%M:%S}Z"
    token = etree.SubElement(security, q(WSSE, "UsernameToken"))
    etree.SubElement(token, q(WSSE, "Username")).text = user
    shown = etree.SubElement(token, q(WSSE, "Password"), Type=_DIGEST if digest else _TEXT)
    shown.text = _digest(nonce, created, password) if digest else password
    drawn = etree.SubElement(token, q(WSSE, "Nonce"), EncodingType=_NONCE)
    drawn.text = b64encode(nonce).decode("ascii")
    etree.SubElement(token, q(WSU, "Created")).text = created
    return security


def is_token(header: etree._Element | None, user: str, password: str, *, now: datetime) -> bool:
    """Return whether a SOAP header holds a fresh UsernameToken of this user and password."""
    if header is None:
        return False
    token = header.find(f"{q(WSSE, 'Security')}/{q(WSSE, 'UsernameToken')}")
    if token is None:
        return False
    created = token.findtext(q(WSU, "Created")) or header.findtext(
        f"{q(WSSE, 'Security')}/{q(WSU, 'Timestamp')}/{q(WSU, 'Created')}"
    )
    password_element = token.find(q(WSSE, "Password"))
    if password_element is None or (created is not None and not _is_fresh(created, now)):
        return False
    expected = password
    if password_element.get("Type") == _DIGEST:
        nonce = _decoded(token.findtext(q(WSSE, "Nonce")))
        if nonce is None or created is None:
            return False
        expected = _digest(nonce, created.strip(), password)
    names = ((token.findtext(q(WSSE, "Username")) or "").strip(), user)
    proofs = ((password_element.text or "").strip(), expected)
    return all(
        [hmac.compare_digest(a.encode(), b.encode()) for a, b in (names, proofs)]  # noqa: C419 - both are compared, whatever the first says
    )


def put_in_header(envelope: bytes, block: etree._Element) -> bytes:
    """Return an envelope of soap.envelope, in whatever charset, with `block` as its header.

    The rest stays as it is; ValueError when it has a header already.
    """
    written = etree.tostring(block, encoding="ascii", xml_declaration=False)
    for empty in _EMPTY_HEADERS:
        before, found, after = envelope.partition(empty)
        if found:
            return b"".join((before, b"<soap:Header>", written, b"</soap:Header>", after))
    raise ValueError("the envelope has no empty Header")


def _digest(nonce: bytes, created: str, password: str) -> str:
    proof = hashlib.sha1(nonce + created.encode() + password.encode())  # noqa: S324 - WS-Security 1.0 knows no other
    return b64encode(proof.digest()).decode("ascii")


def _decoded(text: str | None) -> bytes | None:
    try:
        return b64decode((text or "").strip(), validate=True)
    except binascii.Error:
        return None


def _is_fresh(created: str, now: datetime) -> bool:
    try:
        moment = datetime.fromisoformat(created.strip())
    except ValueError:
        return False
    return moment.tzinfo is not None and abs(now - moment) <= LIFETIME
