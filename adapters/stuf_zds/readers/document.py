"""Documents: EDC by itself, and heeftRelevant of a case."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from lxml import etree

from adapters.stuf_zds.readers.nodes import (
    Opmerkingen,
    child,
    children,
    cut,
    day,
    fitting,
    is_nil,
    stuf_attribute,
    text,
    text_of,
)

Json = dict[str, Any]

_CONTENT_TYPE: Final = "{http://www.w3.org/2005/05/xmlmime}contentType"
_MEDIA_TYPE: Final = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*"
)
LEVELS: Final = frozenset(
    {
        "openbaar",
        "beperkt_openbaar",
        "intern",
        "zaakvertrouwelijk",
        "vertrouwelijk",
        "confidentieel",
        "geheim",
        "zeer_geheim",
    }
)

_LANGUAGES: Final = {
    "nl": "nld",
    "dut": "nld",
    "nederlands": "nld",
    "en": "eng",
    "de": "deu",
    "fr": "fra",
    "fy": "fry",
}
"""Q21: what stands for a language, in the form of ISO 639-2 that ZGW has."""

_EXTENSIONS: Final = {
    "pdf": "application/pdf",
    "txt": "text/plain",
    "xml": "application/xml",
    "html": "text/html",
    "htm": "text/html",
    "csv": "text/csv",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "zip": "application/zip",
    "eml": "message/rfc822",
    "msg": "application/vnd.ms-outlook",
}
"""Q4, Q21: formaat and contentType are given as the extension of a file now and then."""

_LONGEST_TYPE: Final = 85  # of a formaat, in StUF as in ZGW
UNKNOWN_TYPE: Final = "application/octet-stream"


def documenten_van(zaak: etree._Element, notes: Opmerkingen) -> list[Json]:
    """DocumentBeeld of each document that a case has."""
    found = []
    for each in children(zaak, "heeftRelevant"):
        if (gerelateerde := child(each, "gerelateerde")) is None:
            continue
        if (beeld := document_beeld(gerelateerde, notes)) is not None:
            found.append(beeld)
    return found


def document_beeld(element: etree._Element, notes: Opmerkingen) -> Json | None:
    """DocumentBeeld of an EDC; None when it has no number."""
    number = fitting(text(element, "identificatie"), 40, "document/identificatie", notes)
    if number is None:
        notes.add("document/identificatie", "no number; the document was left out.")
        return None
    inhoud = child(element, "inhoud")
    values = {
        "documentidentificatie": number,
        "versie": fitting(text(element, "versie"), 80, "document/versie", notes),
        "titel": cut(text(element, "titel"), 255, "document/titel", notes),
        "informatieobjecttype": cut(
            text(element, "dct.omschrijving"), 255, "document/dct.omschrijving", notes
        ),
        "bestandsnaam": fitting(bestandsnaam_van(inhoud), 255, "document/bestandsnaam", notes),
        "formaat": cut(_formaat(element), 255, "document/formaat", notes),
        "creatiedatum": day(element, "creatiedatum", notes=notes),
        "auteur": cut(text(element, "auteur"), 255, "document/auteur", notes),
        "taal": fitting(taal_van(element), 80, "document/taal", notes),
        "beschrijving": cut(
            text_of(child(element, "beschrijving")), 2000, "document/beschrijving", notes
        ),
        "vertrouwelijkheidaanduiding": vertrouwelijkheid(
            text(element, "vertrouwelijkAanduiding"), "document", notes
        ),
        "status": cut(text(element, "status"), 80, "document/status", notes),
    }
    return {name: value for name, value in values.items() if value is not None}


def document_extra(element: etree._Element, notes: Opmerkingen) -> Json:
    """What ZaakDocumentOntvangen has more than DocumentBeeld."""
    found = day(element, "ontvangstdatum", notes=notes)
    return {} if found is None else {"ontvangstdatum": found}


def zaken_van(element: etree._Element) -> list[str]:
    """Numbers of the cases that a document belongs to; not those that it was taken from."""
    found = (
        text(child(each, "gerelateerde"), "identificatie")
        for each in children(element, "isRelevantVoor")
        if stuf_attribute(each, "verwerkingssoort") not in ("V", "E")
    )
    return [each for each in found if each is not None]


def zaken_losgemaakt(element: etree._Element) -> list[str]:
    """Numbers of the cases that a document is taken from."""
    found = (
        text(child(each, "gerelateerde"), "identificatie")
        for each in children(element, "isRelevantVoor")
        if stuf_attribute(each, "verwerkingssoort") in ("V", "E")
    )
    return [each for each in found if each is not None]


def inhoud_van(element: etree._Element) -> etree._Element | None:
    """The element with the content; None when there is none, is nil or is empty.

    Where it stands does not matter: some put it after isRelevantVoor (Q19).
    """
    found = child(element, "inhoud")
    return None if found is None or is_nil(found) or not _has_text(found) else found


def _has_text(element: etree._Element) -> bool:
    """Not by stripping: that copies a document of many megabytes."""
    content = element.text
    return bool(content) and not content.isspace()  # type: ignore[union-attr]  # bool says so


def bestandsnaam_van(inhoud: etree._Element | None) -> str | None:
    """The file name; without the path that some leave in it."""
    found = None if inhoud is None else stuf_attribute(inhoud, "bestandsnaam")
    bare = None if found is None else re.split(r"[/\\]", found)[-1]
    return (
        re.sub(r'[\u0000-\u001f\u007f-\u009f:*?"<>|]', "_", bare).strip(" .") or None
        if bare
        else None
    )


def media_type_of(element: etree._Element) -> str:
    """The media type of an EDC: by contentType, formaat or the name of the file, in this order."""
    inhoud = child(element, "inhoud")
    naam = bestandsnaam_van(inhoud) or ""
    declared = None if inhoud is None else inhoud.get(_CONTENT_TYPE, inhoud.get("contentType"))
    tried = (declared, text(element, "formaat"), naam.rpartition(".")[2])
    return next(_recognised(tried), UNKNOWN_TYPE)


def _recognised(tried: Iterable[str | None]) -> Iterator[str]:
    for each in tried:
        bare = (each or "").partition(";")[0].strip()
        if _MEDIA_TYPE.fullmatch(bare) and len(bare) <= _LONGEST_TYPE:
            yield bare.lower()
        elif (known := _EXTENSIONS.get(bare.lower().lstrip("."))) is not None:
            yield known


def _formaat(element: etree._Element) -> str | None:
    """What is said of the format, in our form where it is recognised."""
    found = media_type_of(element)
    return found if found != UNKNOWN_TYPE else text(element, "formaat")


def taal_van(element: etree._Element) -> str | None:
    found = text(element, "taal")
    if found is None:
        return None
    bare = re.split(r"[-_]", found.lower())[0]
    return _LANGUAGES.get(bare, bare)


def vertrouwelijkheid(found: str | None, path: str, notes: Opmerkingen) -> str | None:
    """ZGW's name of the level; None for what is no level."""
    if found is None:
        return None
    level = re.sub(r"[\s_-]+", "_", found.strip().lower())
    if level in LEVELS:
        return level
    notes.add(f"{path}/vertrouwelijkAanduiding", "no known level; left out.")
    return None
