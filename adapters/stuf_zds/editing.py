"""Reading and changing documents: giving them out, checking them out and in.

Nothing is locked by a check-out: see checkouts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from lxml import etree

from adapters._kit.stuf.base64stream import MARKER, pieces
from adapters.contract import Content, DeliveryError, RejectedError, WireAnswer
from adapters.stuf_zds.answers import frames, objects
from adapters.stuf_zds.checkouts import checked_out_id, is_good
from adapters.stuf_zds.inbound_settings import InboundSettings
from adapters.stuf_zds.incoming.result import Geweigerd
from adapters.stuf_zds.readers.nodes import child, text
from adapters.stuf_zds.vraag import Vraag, is_number
from adapters.stuf_zds.writing.build import Markup, element, entity
from adapters.stuf_zds.writing.build import text as text_part


@dataclass(frozen=True, slots=True, kw_only=True)
class Gegeven:
    """A document to give out; `content` is set where it stands beside the hub's answer."""

    element: Markup
    content: Content | None = None

    async def into(self, answer: WireAnswer) -> WireAnswer:
        """Return the answer with the content in it."""
        if self.content is None:
            return answer
        body = bytearray()
        try:
            async for piece in pieces(answer.body, self.content):
                body += piece
        except DeliveryError as err:
            raise _not_readable(err) from err
        return replace(answer, body=bytes(body))


async def lezen(vraag: Vraag) -> WireAnswer:
    """geefZaakdocumentLezen: the document with its content."""
    found = await document_of(vraag)
    return vraag.la01() if found is None else await found.into(vraag.la01(found.element))


async def check_out(vraag: Vraag) -> WireAnswer:
    """The document as it is now, and an id with which it may be changed."""
    key = _signing_key(vraag.settings)
    found = await document_of(vraag, editing=True)
    if found is None:
        raise Geweigerd("StUF064", "gelijk/identificatie: there is no such document.")
    profile = vraag.bericht.profile
    prefix = frames.prefix_of(profile)
    given = checked_out_id(vraag.number, key=key, now=vraag.context.clock.now())
    answer = entity(
        f"{prefix}:edcLa01",
        "EDC",
        None,
        element("ZKN:parameters"),
        element("ZKN:antwoord", found.element),
        functie="antwoord",
    )
    parameters = element(f"{prefix}:parameters", text_part(f"{prefix}:checkedOutId", given))
    return await found.into(frames.du02(vraag.operation, profile, [parameters, answer], vraag.wire))


async def cancel_checkout(vraag: Vraag) -> WireAnswer:
    """Nothing was locked: it is only seen whether we gave the id."""
    document = text(child(vraag.element, "document"), "identificatie")
    check_id(vraag.element, document, vraag.settings, vraag.context.clock.now())
    return frames.bevestigd("Bv02", vraag.wire)


def check_id(
    message: etree._Element, document: str | None, settings: InboundSettings, now: datetime
) -> None:
    """Raises `Geweigerd` unless we gave the checkedOutId in `message`, for this document."""
    key = _signing_key(settings)
    given = text(child(message, "parameters"), "checkedOutId")
    if given is None or document is None:
        raise Geweigerd("StUF055", "parameters/checkedOutId: it is needed, as is the document.")
    if not is_good(given, document, key=key, now=now, seconds=settings.checkout_seconds):
        raise Geweigerd(
            "StUF055", "parameters/checkedOutId: not given here for this document, or too old."
        )


async def document_of(vraag: Vraag, *, editing: bool = False) -> Gegeven | None:
    """The document; None when there is none. Raises `Geweigerd` for one that cannot be given."""
    if not is_number(vraag.number):
        return None
    asked = vraag.owned("documentidentificatie", vraag.number)
    answer = await vraag.ask("document.inhoud", asked)
    if not answer.get("gevonden") or not answer.get("document"):
        return None
    document, inhoud = answer["document"], answer.get("inhoud")
    if inhoud is not None:
        return Gegeven(element=objects.document_object(document, inhoud, editing=editing))
    if answer.get("dataref") is None:
        why = "is larger than the hub may read" if answer.get("teGroot") else "is not there"
        raise Geweigerd("StUF058", f"inhoud: the content of this document {why}.")
    try:
        content = await vraag.context.documents.open(str(answer["dataref"]))
    except DeliveryError as err:
        raise _not_readable(err) from err
    most = vraag.settings.max_given_bytes
    if content.size > most:
        raise Geweigerd(
            "StUF058", f"inhoud: it has more than {most:,} bytes (inbound.max_given_bytes)."
        )
    found = objects.document_object(document, MARKER, editing=editing)
    return Gegeven(element=found, content=content)


def _not_readable(error: DeliveryError) -> Geweigerd:
    gone = isinstance(error, RejectedError)
    return Geweigerd("StUF058" if gone else "StUF049", f"inhoud: {error.detail}")


def _signing_key(settings: InboundSettings) -> bytes:
    if settings.signing_key is None:
        raise Geweigerd(
            "StUF037", "Documents are not checked out here: the hub has no inbound.secret."
        )
    return settings.signing_key
