"""Reading and changing documents: giving them out, checking them out and in.

Nothing is locked by a check-out: see checkouts.
"""

from __future__ import annotations

from datetime import datetime

from lxml import etree

from adapters._kit.stuf.names import STUF, q
from adapters.contract import WireAnswer
from adapters.stuf_zds.answers import frames, objects
from adapters.stuf_zds.checkouts import checked_out_id, is_good
from adapters.stuf_zds.inbound_settings import InboundSettings
from adapters.stuf_zds.incoming.result import Geweigerd
from adapters.stuf_zds.readers.nodes import child, text
from adapters.stuf_zds.vraag import Vraag, is_number
from adapters.stuf_zds.writing.build import element, entity
from adapters.stuf_zds.writing.build import text as text_part


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
        element("ZKN:antwoord", found),
    )
    answer.set(q(STUF, "functie"), "antwoord")
    parameters = element(f"{prefix}:parameters", text_part(f"{prefix}:checkedOutId", given))
    return frames.du02(vraag.operation, profile, [parameters, answer], vraag.wire)


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


async def document_of(vraag: Vraag, *, editing: bool = False) -> etree._Element | None:
    if not is_number(vraag.number):
        return None
    asked = vraag.owned("documentidentificatie", vraag.number)
    answer = await vraag.ask("document.inhoud", asked)
    if not answer.get("gevonden") or not answer.get("document"):
        return None
    if answer.get("inhoud") is None:
        why = "larger than 8 MiB" if answer.get("te_groot", answer.get("teGroot")) else "not there"
        raise Geweigerd("StUF058", f"inhoud: the content of this document is {why}.")
    return objects.document_object(answer["document"], answer["inhoud"], editing=editing)


def _signing_key(settings: InboundSettings) -> bytes:
    if settings.signing_key is None:
        raise Geweigerd(
            "StUF037", "Documents are not checked out here: the hub has no inbound.secret."
        )
    return settings.signing_key
