"""The object EDC: a document that comes to a case, or that changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from adapters._kit.stuf.base64stream import MARKER
from adapters._kit.stuf.names import Profile
from adapters.stuf_zds.vocabulary import Vocabulary
from adapters.stuf_zds.writing.build import (
    Markup,
    Part,
    Verwerkingssoort,
    element,
    element_with,
    entity,
    in_order,
    nil,
    positions,
    text,
    told,
)
from adapters.stuf_zds.writing.values import DOCUMENTSTATUS, vertrouwelijkheid
from schemas.zaakdelen import Documentstatus
from schemas.zaakdocument import ZaakDocumentBijgewerkt, ZaakDocumentToegevoegd

ORDER: Final = positions(
    "identificatie dct.omschrijving creatiedatum ontvangstdatum titel beschrijving formaat taal "
    "versie status verzenddatum vertrouwelijkAanduiding auteur link inhoud tijdvakGeldigheid "
    "tijdstipRegistratie extraElementen isRelevantVoor"
)

FIRST_VERSION: Final = "1"


def document_object(soort: Verwerkingssoort, parts: Iterable[Part]) -> Markup:
    return entity("ZKN:object", "EDC", soort, *in_order(parts, ORDER))


def added(data: ZaakDocumentToegevoegd, vocabulary: Vocabulary) -> Markup:
    """Return the object of a new document; MARKER stands in place of its content."""
    status = data.status
    if status is None and data.ontvangstdatum is None:
        status = Documentstatus.DEFINITIEF
    soort = vocabulary.documenttypen.get(data.informatieobjecttype, data.informatieobjecttype)
    level = data.vertrouwelijkheidaanduiding or vocabulary.vertrouwelijkheid
    parts = (
        text("ZKN:identificatie", data.documentidentificatie),
        text("ZKN:dct.omschrijving", soort),
        text("ZKN:creatiedatum", data.creatiedatum),
        text("ZKN:ontvangstdatum", data.ontvangstdatum),
        text("ZKN:titel", data.titel),
        text("ZKN:beschrijving", data.beschrijving),
        text("ZKN:formaat", data.formaat),
        text("ZKN:taal", data.taal),
        text("ZKN:versie", FIRST_VERSION),
        None if status is None else text("ZKN:status", DOCUMENTSTATUS[status]),
        text("ZKN:verzenddatum", data.verzenddatum),
        text("ZKN:vertrouwelijkAanduiding", vertrouwelijkheid(level)),
        text("ZKN:auteur", data.auteur),
        inhoud(data.bestandsnaam, data.formaat),
        is_relevant_voor("T", data.zaakidentificatie),
    )
    return document_object("T", parts)


def inhoud(bestandsnaam: str, formaat: str | None) -> Markup:
    """Return the element of the content, with MARKER in its place."""
    named = {"StUF:bestandsnaam": bestandsnaam}
    if formaat is not None:
        named["xmime:contentType"] = formaat
    return element_with("ZKN:inhoud", named, Markup(MARKER))


def is_relevant_voor(soort: Verwerkingssoort, zaakidentificatie: str) -> Markup:
    number = text("ZKN:identificatie", zaakidentificatie)
    zaak = entity("ZKN:gerelateerde", "ZAK", "I", number)
    return entity("ZKN:isRelevantVoor", "EDCZAK", soort, zaak)


def changed(data: ZaakDocumentBijgewerkt, *, content: bool) -> list[Markup]:
    """Return the old and the new object of a document that changed."""
    number = data.documentidentificatie
    status = data.status and DOCUMENTSTATUS[data.status]
    file = inhoud(data.bestandsnaam or number, data.formaat) if content else None
    parts = (
        text("ZKN:titel", data.titel),
        told("ZKN:beschrijving", data.beschrijving),
        text("ZKN:formaat", data.formaat),
        text("ZKN:status", status),
        text("ZKN:vertrouwelijkAanduiding", vertrouwelijkheid(data.vertrouwelijkheidaanduiding)),
        text("ZKN:auteur", data.auteur),
        file,
    )
    return [
        document_object("W", _keys(data)),
        document_object("W", (*_keys(data), *parts)),
    ]


def disconnected(documentidentificatie: str, zaakidentificatie: str) -> list[Markup]:
    """Return the old and the new object of a document that leaves a case."""
    number = documentidentificatie
    gone = nil("ZKN:isRelevantVoor", entiteittype="EDCZAK", verwerkingssoort="V")
    was = is_relevant_voor("V", zaakidentificatie)
    return [
        document_object("W", (text("ZKN:identificatie", number), was)),
        document_object("W", (text("ZKN:identificatie", number), gone)),
    ]


def _keys(data: ZaakDocumentBijgewerkt) -> tuple[Part, ...]:
    return (
        text("ZKN:identificatie", data.documentidentificatie),
        is_relevant_voor("I", data.zaakidentificatie),
    )


def only_renamed(data: ZaakDocumentBijgewerkt, *, content: bool) -> bool:
    """Say whether the file gets another name, which StUF says with a content only."""
    return data.bestandsnaam is not None and not content


def parameters(profile: Profile, checked_out: str) -> Markup:
    prefix = "ZKN" if profile == "1.1" else "ZDS"
    return element(f"{prefix}:parameters", text(f"{prefix}:checkedOutId", checked_out))
