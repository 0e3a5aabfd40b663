"""Who is calling: every proof that the settings name has to hold."""

from __future__ import annotations

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


def lacks_password(request: InboundRequest, settings: InboundSettings) -> bool:
    """HTTP basic is asked for, and was not given, or wrongly."""
    if settings.user is None or settings.password is None:
        return False
    given = request.headers.get("authorization")
    return not is_basic(given, settings.user, settings.password.get_secret_value())


def check_certificate(request: InboundRequest, settings: InboundSettings) -> None:
    """Raises `Geweigerd` for a caller whose certificate is none of those that are let in."""
    subjects = settings.certificate_subjects
    if subjects and request.client_certificate not in subjects:
        raise Geweigerd("StUF052", "The client certificate is not one that is let in here.")


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
