"""How a request that was read, or could not be, is recorded and answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from adapters._kit.stuf.contents import Cut
from adapters._kit.stuf.names import OPERATIONS, Profile
from adapters._kit.stuf.reading import Bericht
from adapters._kit.stuf.soap import SoapVersion
from adapters.contract import (
    DeliveryError,
    InboundRequest,
    News,
    Received,
    Reception,
    RejectedError,
    WireAnswer,
)
from adapters.stuf_zds.answers import frames
from adapters.stuf_zds.answers.frames import Wire
from adapters.stuf_zds.incoming.result import Afzender, Geweigerd, sound
from adapters.stuf_zds.serving import SERVERS
from adapters.stuf_zds.wsdl import PORT_TYPES

_ASYNCHRONOUS: Final = "ontvangasynchroon"
_LONGEST_KIND: Final = 80
_PROFILES: Final[tuple[Profile, ...]] = ("1.1", "1.2")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A request that could be read."""

    bericht: Bericht
    cut: Cut
    digest: bytes
    wire: Wire
    fault_kind: str
    afzender: Afzender

    @property
    def kind(self) -> str:
        return (self.bericht.operation or self.bericht.berichtcode or "stuf")[:_LONGEST_KIND]


def checked(news: Iterable[News]) -> tuple[News, ...]:
    """The same news; raises RejectedError for what the hub would not take."""
    try:
        return sound(news)
    except Geweigerd as err:
        raise RejectedError("stuf:not-taken-over", err.detail) from err


def answered(opened: Opened, answer: WireAnswer) -> Received:
    return Received(outcome=Reception.IGNORED, kind=opened.kind, answer=answer, keep=False)


def reported(opened: Opened) -> Received:
    """A message about a message of ours: a confirmation, or a refusal that came later."""
    fault = opened.bericht.fault
    detail = "A confirmation of a message of ours."
    if fault is not None:
        detail = f"It refuses a message of ours: {fault.code or 'without a StUF code'}."
    return Received(
        outcome=Reception.IGNORED,
        kind=opened.bericht.berichtcode,
        answer=frames.bevestigd("Bv03", opened.wire),
        key=opened.afzender.key,
        digest=opened.digest,
        code="" if fault is None else fault.code,
        detail=detail,
    )


def recorded_refusal(opened: Opened, err: Geweigerd) -> Received:
    """Without a key: sent again after something was mended, it is looked at anew."""
    return Received(
        outcome=Reception.REFUSED,
        kind=opened.kind,
        answer=frames.fault(err.code, opened.fault_kind, err.detail, opened.wire),
        code=err.code,
        detail=err.detail,
        keep=opened.bericht.operation not in SERVERS or err.code != "StUF049",
    )


def not_kept(opened: Opened, err: DeliveryError) -> Received:
    """The hub's own place for documents failed, or takes no document that large."""
    code = "StUF055" if isinstance(err, RejectedError) else "StUF046"
    return Received(
        outcome=Reception.REFUSED,
        kind=opened.kind,
        answer=frames.fault(code, opened.fault_kind, err.detail, opened.wire),
        code=code,
        detail=err.detail,
    )


def plain(status: int, body: bytes) -> Received:
    answer = WireAnswer(status=status, body=body)
    return Received(outcome=Reception.REFUSED, kind="http", answer=answer, keep=False)


def kind_of(bericht: Bericht, request: InboundRequest) -> str:
    """Fo02 or Fo03: by what was sent, where that can be told."""
    for profile in _PROFILES:
        if (found := OPERATIONS.get((bericht.operation or "", profile))) is not None:
            return found.fault
    return kind_by_path(request)


def kind_by_path(request: InboundRequest) -> str:
    return "Fo03" if (port_type(request) or "").lower() == _ASYNCHRONOUS else "Fo02"


def port_type(request: InboundRequest) -> str | None:
    """The last part of the path, where it is one of ours, however it is spelled."""
    last = request.path.rstrip("/").rpartition("/")[2].lower()
    return next((name for name in PORT_TYPES if name.lower() == last), None)


def version_by(request: InboundRequest) -> SoapVersion:
    is_newer = "soap+xml" in request.headers.get("content-type", "").lower()
    return "1.2" if is_newer else "1.1"
