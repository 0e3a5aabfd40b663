"""Who is calling: every proof that the settings name has to hold.

HTTP basic and a certificate are judged before the body is read; a UsernameToken stands inside it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from lxml import etree

from adapters._kit.stuf.reading import Bericht
from adapters._kit.stuf.security import is_basic, is_token
from adapters._kit.stuf.soap import open_envelope
from adapters.contract import InboundRequest, WireAnswer
from adapters.stuf_zds.inbound_settings import InboundSettings
from adapters.stuf_zds.incoming.result import Geweigerd

UNAUTHENTICATED: Final = WireAnswer(
    status=401,
    body=b"This address asks for a user name and a password (HTTP basic).",
    headers={"WWW-Authenticate": 'Basic realm="schakel", charset="UTF-8"'},
)


_NOT_HERE: Final = WireAnswer(
    status=404, body=b"This destination takes no messages (inbound.enabled)."
)
_ONLY_POST: Final = WireAnswer(
    status=405, body=b"Send a StUF message with POST.", headers={"Allow": "GET, POST"}
)

Fault = Callable[[str, str], WireAnswer]
"""Words a refusal in StUF, by its code and detail."""


def refused(request: InboundRequest, settings: InboundSettings, fault: Fault) -> WireAnswer | None:
    """The refusal of a request whose body is not read; None: it may be read.

    A GET is no more than a question for a WSDL, which anybody may read.
    """
    if not settings.enabled:
        return _NOT_HERE
    if request.method == "GET":
        return None
    return _refused_post(request, settings, fault) if request.method == "POST" else _ONLY_POST


def _refused_post(
    request: InboundRequest, settings: InboundSettings, fault: Fault
) -> WireAnswer | None:
    if _lacks_password(request, settings):
        return UNAUTHENTICATED
    subjects = settings.certificate_subjects
    if subjects and request.client_certificate not in subjects:
        return fault("StUF052", "The client certificate is not one that is let in here.")
    if _announced(request) > settings.max_body_bytes:
        return fault("StUF055", too_large(settings))
    return None


def too_large(settings: InboundSettings) -> str:
    return f"The request has more than {settings.max_body_bytes:,} bytes (inbound.max_body_bytes)."


def _lacks_password(request: InboundRequest, settings: InboundSettings) -> bool:
    """HTTP basic is asked for, and was not given, or wrongly."""
    if settings.user is None or settings.password is None:
        return False
    given = request.headers.get("authorization")
    return not is_basic(given, settings.user, settings.password.get_secret_value())


def _announced(request: InboundRequest) -> int:
    """Bytes of the body as its head says; 0 where it does not: they are counted as they come."""
    said = request.headers.get("content-length", "")
    return int(said) if said.isascii() and said.isdigit() else 0


def check_sender(bericht: Bericht, settings: InboundSettings, *, now: datetime) -> None:
    """Raises `Geweigerd` for a message without the right token, or of an unknown application."""
    if settings.wsse_user is not None and settings.wsse_password is not None:
        header = open_envelope(_root(bericht.element)).header
        password = settings.wsse_password.get_secret_value()
        if not is_token(header, settings.wsse_user, password, now=now):
            raise Geweigerd("StUF052", "The header has no UsernameToken that is let in here.")
    zender = bericht.stuurgegevens.zender
    if settings.applicaties and (zender is None or zender.applicatie not in settings.applicaties):
        raise Geweigerd("StUF013", "stuurgegevens/zender/applicatie: not one that is let in here.")


def _root(element: etree._Element) -> etree._Element:
    root: etree._Element = element.getroottree().getroot()
    return root
