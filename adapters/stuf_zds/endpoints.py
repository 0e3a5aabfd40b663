"""What a zaaksysteem or an old application calls: from a request to what is recorded and answered.

The three portTypes of StUF share one way in: what a message is decides, not the path that it came
by, which only says how to refuse what cannot be read.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, Protocol
from urllib.parse import parse_qsl

from adapters._kit.stuf.contents import Damaged, content_of, digest_of
from adapters._kit.stuf.mtom import opened
from adapters._kit.stuf.reading import NietLeesbaar, read_bericht
from adapters._kit.stuf.settings import PartijSettings
from adapters._kit.stuf.soap import SoapVersion
from adapters._kit.stuf.stuurgegevens import Stuurgegevens
from adapters.contract import (
    Clock,
    Context,
    DeliveryError,
    InboundRequest,
    News,
    Receipt,
    ReceiveContext,
    Received,
    Reception,
    RejectedError,
    WireAnswer,
)
from adapters.stuf_zds.answers import frames
from adapters.stuf_zds.answers.frames import Wire
from adapters.stuf_zds.callers import check_sender, refused, too_large
from adapters.stuf_zds.editing import check_id
from adapters.stuf_zds.inbound import sender_of, translated
from adapters.stuf_zds.inbound_settings import InboundSettings, Role
from adapters.stuf_zds.incoming import closing, working
from adapters.stuf_zds.incoming.documenten import change_of
from adapters.stuf_zds.incoming.result import Geweigerd, Vertaald
from adapters.stuf_zds.readers.document import inhoud_van, media_type_of
from adapters.stuf_zds.readers.nodes import text
from adapters.stuf_zds.replies import (
    Opened,
    answered,
    checked,
    kind_by_path,
    kind_of,
    not_kept,
    plain,
    port_type,
    recorded_refusal,
    reported,
    version_by,
)
from adapters.stuf_zds.serving import server_of
from adapters.stuf_zds.vraag import Vraag
from adapters.stuf_zds.wsdl import PORT_TYPES, wsdl
from schemas import Message
from schemas.postroom import OntvangstGemeld
from schemas.xml import XmlLimits

_REPORTS: Final = frozenset({"Bv01", "Bv02", "Bv03", "Bv04", "Fo01", "Fo02", "Fo03"})
_WITH_CONTENT: Final = frozenset({"voegZaakdocumentToe", "maakZaakdocument", "updateZaakdocument"})
_BV02: Final = frozenset({"updateZaakdocument", "ontkoppelZaakdocument"})
"""Free messages that change something: confirmed with Bv02, refused with Fo02."""


class ZdsSettings(Protocol):
    """What the receiving side needs of the settings of a stuf_zds destination."""

    @property
    def role(self) -> Role: ...

    @property
    def inbound(self) -> InboundSettings: ...

    @property
    def zender(self) -> PartijSettings: ...

    @property
    def charset(self) -> str: ...

    @property
    def transliterate(self) -> bool: ...


class Endpoints:
    """The receiving side of the adapter; it holds nothing between two requests."""

    def __init__(self, settings: ZdsSettings, *, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    def admits(self, request: InboundRequest) -> WireAnswer | None:
        return refused(request, self._settings.inbound, lambda *said: self._fault(request, *said))

    async def receive(self, request: InboundRequest, context: ReceiveContext) -> Received:
        if request.method == "GET":
            return self._described(request)
        if len(request.body) > self._settings.inbound.max_body_bytes:
            return self._refused(request, "StUF055", too_large(self._settings.inbound), keep=False)
        try:
            opened = self._opened(request)
        except (NietLeesbaar, Geweigerd) as err:
            return self._refused(request, err.code, err.detail)
        return await self._taken(opened, context)

    async def work_out(self, message: Message, context: Context) -> Receipt:
        """Deliver what came in before, and had to wait for its turn in the lane of its case."""
        data = message.data
        if not isinstance(data, OntvangstGemeld):
            raise RejectedError("stuf:not-received", "Only what came in can be worked out.")
        if data.soort == closing.RESULTAAT:
            return Receipt(
                references={closing.RESULTAAT: str(data.inhoud.get("resultaattype", ""))},
                detail="a result, for when the case is closed",
            )
        if data.soort == closing.AFSLUITEN:
            return Receipt(news=(self._closed(message, data, context),), detail="closed")
        known = working.Known(
            references=context.references,
            destination=message.source.rpartition(":")[2],
            now=context.clock.now(),
            sent=message.time,
            dataref=message.dataref,
            settings=self._settings.inbound,
        )
        found = working.uitgewerkt(data.soort, data.inhoud, known)
        return Receipt(references=found.references, detail=found.detail, news=checked(found.news))

    def unavailable(self, request: InboundRequest) -> WireAnswer:
        """The hub's store takes nothing now: the sender is to come again."""
        try:
            opened = self._opened(request)
        except (NietLeesbaar, Geweigerd):
            wire, kind = self._blind(request), kind_by_path(request)
        else:
            wire, kind = opened.wire, opened.fault_kind
        code = "StUF046" if kind == "Fo03" else "StUF049"
        return frames.fault(code, kind, "", wire)

    def _opened(self, request: InboundRequest) -> Opened:
        """Raises NietLeesbaar and `Geweigerd`."""
        now = self._clock.now()
        described = request.headers.get("content-type", "")
        cut, described = opened(request.body, described)
        limits = XmlLimits(max_bytes=2 * self._settings.inbound.max_body_bytes)
        action = request.headers.get("soapaction")
        bericht = read_bericht(cut.body, action, limits, content_type=described)
        digest = digest_of(bericht.element, cut)
        afzender = sender_of(bericht, digest, now=now)
        version: SoapVersion = bericht.soap_version or version_by(request)
        wire = self._wire(bericht.stuurgegevens, version, afzender.key, now)
        return Opened(
            bericht=bericht,
            cut=cut,
            digest=digest,
            wire=wire,
            fault_kind=kind_of(bericht, request),
            afzender=afzender,
        )

    async def _taken(self, opened: Opened, context: ReceiveContext) -> Received:
        try:
            check_sender(opened.bericht, self._settings.inbound, now=context.clock.now())
            if opened.bericht.berichtcode in _REPORTS:
                return reported(opened)
            server = server_of(opened.bericht)
            if server is not None:
                vraag = Vraag(
                    bericht=opened.bericht,
                    settings=self._settings.inbound,
                    context=context,
                    wire=opened.wire,
                )
                return answered(opened, await server(vraag))
            return self._published(opened, await self._translated(opened, context))
        except Geweigerd as err:
            return recorded_refusal(opened, err)
        except DeliveryError as err:
            return not_kept(opened, err)

    async def _translated(self, opened: Opened, context: ReceiveContext) -> Vertaald:
        bericht, role = opened.bericht, self._settings.role
        if bericht.operation == "updateZaakdocument" and role == "application":
            objects = change_of(bericht.element)
            number = text(objects[-1], "identificatie") if objects else None
            check_id(bericht.element, number, self._settings.inbound, context.clock.now())
        return translated(
            bericht,
            role=role,
            settings=self._settings.inbound,
            afzender=opened.afzender,
            dataref=await self._kept(opened, context),
        )

    async def _kept(self, opened: Opened, context: ReceiveContext) -> str | None:
        """The dataref of the document's content; None when it has none."""
        if opened.bericht.operation not in _WITH_CONTENT:
            return None
        objects = change_of(opened.bericht.element)
        inhoud = inhoud_van(objects[-1]) if objects else None
        if inhoud is None:
            return None
        content = content_of(inhoud, opened.cut)
        try:
            content.check()
        except Damaged:
            raise Geweigerd("StUF055", "object/inhoud: damaged, it is no base64.") from None
        return await context.documents.keep(content.pieces(), media_type_of(objects[-1]))

    def _published(self, opened: Opened, found: Vertaald) -> Received:
        free = opened.bericht.operation in _BV02
        return Received(
            outcome=Reception.TAKEN if found.news else Reception.IGNORED,
            kind=opened.kind,
            answer=frames.bevestigd("Bv02" if free else "Bv03", opened.wire),
            key=opened.afzender.key,
            digest=opened.digest,
            clash=frames.fault("StUF016", opened.fault_kind, "", opened.wire),
            news=found.news,
            detail=found.detail,
        )

    def _closed(self, message: Message, data: OntvangstGemeld, context: Context) -> News:
        remembered = context.references.get(closing.RESULTAAT) or None
        news = closing.afgesloten(data.inhoud, remembered, time=message.time)
        if news is None:
            raise RejectedError(
                "stuf:no-result",
                "The case is to be closed and no result came with it or before it: set "
                "inbound.resultaat, or close the case by hand and skip this.",
            )
        return checked((news,))[0]

    def _refused(
        self, request: InboundRequest, code: str, detail: str, *, keep: bool = True
    ) -> Received:
        """What could not be read; kept for the operator."""
        return Received(
            outcome=Reception.REFUSED,
            kind=port_type(request) or "stuf",
            answer=self._fault(request, code, detail),
            code=code,
            detail=detail,
            keep=keep,
        )

    def _fault(self, request: InboundRequest, code: str, detail: str) -> WireAnswer:
        """To what was not read, or could not be."""
        return frames.fault(code, kind_by_path(request), detail, self._blind(request))

    def _described(self, request: InboundRequest) -> Received:
        names = {name.lower() for name, _ in parse_qsl(request.query, keep_blank_values=True)}
        port = port_type(request)
        if not names & {"wsdl", "singlewsdl"} or port is None:
            listed = ", ".join(f"{name}?wsdl" for name in PORT_TYPES)
            return plain(404, f"Here are {listed}.".encode())
        answer = WireAnswer(
            status=200,
            body=wsdl(port, f"{request.url.rstrip('/')}/{port}"),
            content_type="text/xml; charset=utf-8",
        )
        return Received(outcome=Reception.IGNORED, kind="wsdl", answer=answer, keep=False)

    def _blind(self, request: InboundRequest) -> Wire:
        """For an answer to what could not be read."""
        asked = Stuurgegevens("")
        return self._wire(asked, version_by(request), "unreadable", self._clock.now())

    def _wire(self, asked: Stuurgegevens, version: SoapVersion, seed: str, now: datetime) -> Wire:
        return Wire(
            asked=asked,
            version=version,
            us=self._settings.zender.partij,
            now=now,
            seed=seed,
            charset=self._settings.charset,
            transliterate=self._settings.transliterate,
        )
