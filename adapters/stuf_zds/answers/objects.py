"""Objects of answers: from what the hub answered, as JSON, to ZAK, EDC and BSL. Pure.

Texts are held to what the schema takes; what it asks for and we do not know is said to be unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from adapters._kit.stuf.stuurgegevens import tijdstip
from adapters.stuf_zds.answers.parties import place_of, role
from adapters.stuf_zds.answers.parts import day, line
from adapters.stuf_zds.writing.build import (
    Markup,
    Part,
    element,
    element_with,
    entity,
    extra_elementen,
    group,
    nil,
    text,
)
from adapters.stuf_zds.writing.values import vertrouwelijkheid

Json = Mapping[str, Any]

_ARCHIVE: Final = {"vernietigen": "J", "blijvend_bewaren": "N"}
_LONGEST_CODE: Final = 10
_HIGHEST: Final = 9999  # volgnummer
_FILE_NAME: Final = re.compile(r"[\u0000-\u001f/\\:*?\"<>|]")


def case_object(zaak: Json, name: str = "ZKN:object") -> Markup:
    """ZAK with all that is known of it."""
    roles = sorted(zaak.get("rollen", ()), key=place_of)
    return entity(
        name,
        "ZAK",
        None,
        text("ZKN:identificatie", zaak["zaakidentificatie"]),
        line("ZKN:omschrijving", zaak.get("omschrijving"), 80),
        line("ZKN:toelichting", zaak.get("toelichting"), 1000),
        *(_kenmerk(each) for each in zaak.get("kenmerken", ())),
        group("ZKN:resultaat", line("ZKN:omschrijving", zaak.get("resultaat"), 80)),
        day("ZKN:startdatum", zaak.get("startdatum")),
        day("ZKN:registratiedatum", zaak.get("registratiedatum")),
        day("ZKN:einddatumGepland", zaak.get("einddatumGepland")),
        day("ZKN:uiterlijkeEinddatum", zaak.get("uiterlijkeEinddatumAfdoening")),
        day("ZKN:einddatum", zaak.get("einddatum")),
        text("ZKN:archiefnominatie", _ARCHIVE.get(zaak.get("archiefnominatie", ""))),
        _properties(zaak.get("eigenschappen", ())),
        zaaktype_of(zaak),
        *(role(each) for each in roles),
        status_relation(zaak["status"], last=True) if zaak.get("status") else None,
    )


def key_object(number: str, *relations: Part) -> Markup:
    """ZAK with its number only, and what was asked about it."""
    return entity("ZKN:object", "ZAK", None, text("ZKN:identificatie", number), *relations)


def zaaktype_of(zaak: Json) -> Markup:
    code = zaak.get("zaaktype", "")
    gerelateerde = entity(
        "ZKN:gerelateerde",
        "ZKT",
        None,
        line("ZKN:omschrijving", zaak.get("zaaktypeOmschrijving") or code, 80),
        text("ZKN:code", code) if 0 < len(code) <= _LONGEST_CODE else None,
    )
    return entity("ZKN:isVan", "ZAKZKT", None, gerelateerde)


def status_relation(status: Json, *, last: bool, zaaktype: str | None = None) -> Markup:
    """`heeft`: a status, with the elements that the answer of geefZaakstatus cannot do without."""
    gerelateerde = entity(
        "ZKN:gerelateerde",
        "STT",
        None,
        _known(line("ZKN:zkt.omschrijving", zaaktype, 80), "ZKN:zkt.omschrijving"),
        _volgnummer(status.get("volgnummer")),
        line("ZKN:omschrijving", status["statustype"], 80),
    )
    set_at = tijdstip(datetime.fromisoformat(status["datumStatusGezet"]))
    return entity(
        "ZKN:heeft",
        "ZAKSTT",
        None,
        gerelateerde,
        _known(line("ZKN:toelichting", status.get("toelichting"), 1000), "ZKN:toelichting"),
        text("ZKN:datumStatusGezet", set_at),
        text("ZKN:indicatieLaatsteStatus", "J" if last else "N"),
    )


_UNKNOWN: Final = "waardeOnbekend"


def _volgnummer(number: int | None) -> Part:
    if number is None or number > _HIGHEST:
        return nil("ZKN:volgnummer", _UNKNOWN)
    return text("ZKN:volgnummer", str(number))


def document_relation(document: Json) -> Markup:
    """`heeftRelevant`: a document in a list, without its content."""
    gerelateerde = entity(
        "ZKN:gerelateerde",
        "EDC",
        None,
        text("ZKN:identificatie", document["documentidentificatie"]),
        *_document_parts(document, strict=False),
    )
    return entity(
        "ZKN:heeftRelevant",
        "ZAKEDC",
        None,
        gerelateerde,
        nil("ZKN:registratiedatum", _UNKNOWN),
    )


def document_object(document: Json, inhoud: str, *, editing: bool = False) -> Markup:
    """EDC with its content, which is base64; one that is being edited may leave out less."""
    name = document.get("bestandsnaam") or document["documentidentificatie"]
    named = {"StUF:bestandsnaam": _FILE_NAME.sub("_", name)[:255]}
    if "/" in document.get("formaat", ""):
        named["xmime:contentType"] = document["formaat"]
    content = element_with("ZKN:inhoud", named, Markup(inhoud))
    return entity(
        "ZKN:object",
        "EDC",
        None,
        text("ZKN:identificatie", document["documentidentificatie"]),
        *_document_parts(document, strict=True),
        element("ZKN:link") if editing else None,
        content,
    )


def _document_parts(document: Json, *, strict: bool) -> Iterable[Part]:
    """In order; `strict` for an answer with content, which may leave out less."""

    def needed(part: Part, name: str, instead: str | None = None) -> Part:
        if part is not None or not strict:
            return part
        return nil(name, _UNKNOWN) if instead is None else text(name, instead)

    level = vertrouwelijkheid(document.get("vertrouwelijkheidaanduiding"))
    yield line("ZKN:dct.omschrijving", document.get("informatieobjecttype"), 80)
    yield needed(day("ZKN:creatiedatum", document.get("creatiedatum")), "ZKN:creatiedatum")
    yield needed(
        line("ZKN:titel", document.get("titel"), 200),
        "ZKN:titel",
        document["documentidentificatie"],
    )
    yield line("ZKN:beschrijving", document.get("beschrijving"), 1000)
    yield needed(
        line("ZKN:formaat", document.get("formaat"), 85), "ZKN:formaat", "application/octet-stream"
    )
    yield needed(line("ZKN:taal", document.get("taal"), 20), "ZKN:taal", "nld")
    yield line("ZKN:versie", document.get("versie"), 5)
    yield line("ZKN:status", document.get("status"), 20)
    yield needed(
        text("ZKN:vertrouwelijkAanduiding", level),
        "ZKN:vertrouwelijkAanduiding",
        "ZAAKVERTROUWELIJK",
    )
    yield needed(line("ZKN:auteur", document.get("auteur"), 200), "ZKN:auteur", "onbekend")


def decision_object(besluit: Json, name: str = "ZKN:object", *, zaak: str | None = None) -> Markup:
    """BSL; with `zaak`, the case that it was taken in."""
    moment = besluit.get("datum") or besluit.get("ingangsdatum")
    begin = _known(day("StUF:beginGeldigheid", moment), "StUF:beginGeldigheid")
    validity = element("StUF:tijdvakGeldigheid", begin, nil("StUF:eindGeldigheid"))
    relation = None
    if name == "ZKN:object":
        number = text("ZKN:identificatie", zaak or besluit.get("zaakidentificatie"))
        relation = nil("ZKN:isUitkomstVan", _UNKNOWN, entiteittype="BSLZAK")
        if number is not None:
            zaak_part = entity("ZKN:gerelateerde", "ZAK", None, number)
            relation = entity("ZKN:isUitkomstVan", "BSLZAK", None, zaak_part)
    return entity(
        name,
        "BSL",
        None,
        text("ZKN:identificatie", besluit["besluitidentificatie"]),
        line("ZKN:bst.omschrijving", besluit.get("besluittype"), 80),
        _known(day("ZKN:datumBeslissing", besluit.get("datum")), "ZKN:datumBeslissing"),
        line("ZKN:toelichting", besluit.get("toelichting"), 1000),
        _known(
            day("ZKN:ingangsdatumWerking", besluit.get("ingangsdatum")), "ZKN:ingangsdatumWerking"
        ),
        day("ZKN:einddatumWerking", besluit.get("vervaldatum")),
        validity,
        relation,
    )


def decision_relation(besluit: Json) -> Markup:
    """`leidtTot`: a decision in a list."""
    return entity("ZKN:leidtTot", "ZAKBSL", None, decision_object(besluit, "ZKN:gerelateerde"))


def _kenmerk(kenmerk: Json) -> Part:
    return element(
        "ZKN:kenmerk",
        text("ZKN:kenmerk", kenmerk["kenmerk"]),
        text("ZKN:bron", kenmerk["bron"]),
    )


def _properties(eigenschappen: Iterable[Json]) -> Part:
    return extra_elementen({each["naam"]: each["waarde"] or None for each in eigenschappen})


def _known(part: Part, name: str) -> Markup:
    """The part; or that there is one, and that we do not know it."""
    return nil(name, _UNKNOWN) if part is None else part


def number_object(name: str, entiteittype: str, number: str, prefix: str) -> Markup:
    """What a number was made for: `zaak`, `document` or `besluit` of a Du02."""
    given = text("ZKN:identificatie", number)
    return entity(f"{prefix}:{name}", entiteittype, None, given, functie="entiteit")
