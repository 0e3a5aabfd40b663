"""Who may call: HTTP basic, or a UsernameToken of WS-Security; both are off until they are set."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulators.kit import ControlProblem
from simulators.stuf_zds.xmlkit import child, local, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml import etree


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """One name and secret."""

    name: str
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Security:
    """What a caller must show; None: nothing."""

    basic: Credentials | None = None
    username_token: Credentials | None = None


def admits_http(security: Security, headers: Mapping[str, str]) -> bool:
    if security.basic is None:
        return True
    scheme, _, value = headers.get("Authorization", "").partition(" ")
    wanted = f"{security.basic.name}:{security.basic.secret}".encode()
    try:
        given = base64.b64decode(value, validate=True)
    except binascii.Error:
        return False
    return scheme.lower() == "basic" and hmac.compare_digest(given, wanted)


def admits_token(security: Security, header: etree._Element | None) -> bool:
    """A password as text, or its digest with nonce and time of making."""
    if security.username_token is None:
        return True
    token = child(header, "Security", "UsernameToken")
    if token is None or text(token, "Username") != security.username_token.name:
        return False
    part = child(token, "Password")
    if part is None or local(part) != "Password":
        return False
    given = text(part)
    secret = security.username_token.secret
    if (part.get("Type") or "").endswith("#PasswordDigest"):
        return hmac.compare_digest(given, _digest(token, secret))
    return hmac.compare_digest(given.encode(), secret.encode())


def read_security(document: Any) -> Security:
    """Read `{"basic": {"name", "secret"} or null, "usernameToken": ...}`."""
    if not isinstance(document, dict) or set(document) - {"basic", "usernameToken"}:
        raise ControlProblem('Expected {"basic": {"name", "secret"}, "usernameToken": ...}.')
    return Security(
        basic=_credentials(document.get("basic")),
        username_token=_credentials(document.get("usernameToken")),
    )


def _credentials(value: Any) -> Credentials | None:
    if value is None:
        return None
    if not isinstance(value, dict) or set(value) != {"name", "secret"}:
        raise ControlProblem("Credentials are an object with a name and a secret.")
    return Credentials(name=str(value["name"]), secret=str(value["secret"]))


def _digest(token: etree._Element, secret: str) -> str:
    try:
        nonce = base64.b64decode(text(token, "Nonce"), validate=True)
    except binascii.Error:
        return ""
    made = text(token, "Created").encode()
    digest = hashlib.sha1(nonce + made + secret.encode(), usedforsecurity=False)
    return base64.b64encode(digest.digest()).decode()
