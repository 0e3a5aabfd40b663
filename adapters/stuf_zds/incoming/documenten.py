"""Role `application`: messages about a document, a decision or a handover, to the core's types."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from lxml import etree

from adapters.contract import News
from adapters.stuf_zds.incoming.details import core_besluit
from adapters.stuf_zds.incoming.result import Geweigerd
from adapters.stuf_zds.incoming.work import Werk, keys_of, owner_of
from adapters.stuf_zds.readers.besluit import besluit_beeld
from adapters.stuf_zds.readers.document import (
    bestandsnaam_van,
    document_beeld,
    document_extra,
    media_type_of,
    zaken_losgemaakt,
    zaken_van,
)
from adapters.stuf_zds.readers.nodes import child, children, cut, day, text, under
from schemas.zaakdelen import Documentstatus

Json = dict[str, Any]

_LANGUAGE: Final = re.compile(r"[a-z]{3}", re.ASCII)
_ENDED: Final = {
    "besluit met tijdelijke werking": "tijdelijk",
    "besluit ingetrokken door overheid": "ingetrokken_overheid",
    "besluit ingetrokken o.v.v. belanghebbende": "ingetrokken_belanghebbende",
}
_NEEDED: Final = (
    ("titel", "titel"),
    ("informatieobjecttype", "dct.omschrijving"),
    ("bestandsnaam", "inhoud/@bestandsnaam"),
    ("creatiedatum", "creatiedatum"),
    ("auteur", "auteur"),
)
_ACCEPTED: Final = "overdracht geaccepteerd"
_REFUSED: Final = "overdracht geweigerd"


def document_toegevoegd(work: Werk, dataref: str | None) -> Iterator[News]:
    """voegZaakdocumentToe: one message for each case that the document belongs to."""
    if dataref is None:
        raise Geweigerd("StUF055", "object/inhoud: a document without content is not passed on.")
    document = work.new
    data = _document(document, work)
    for name, path in _NEEDED:
        if not data.get(name):
            raise Geweigerd("StUF055", f"object/{path}: needed to take a document over.")
    owner = owner_of(document, work.settings)
    for number in _cases(document):
        keys = {"zaakidentificatie": number, "bronorganisatie": owner}
        yield work.news("document-toegevoegd", {**keys, **data}, number, dataref=dataref)


def document_bijgewerkt(work: Werk, dataref: str | None) -> Iterator[News]:
    """updateZaakdocument: a new version."""
    objects = change_of(work.element)
    if not objects:
        raise Geweigerd("StUF055", "edcLk02/object: the message has none.")
    document = objects[-1]
    new = _document(document, work)
    old = _document(objects[0], work) if len(objects) > 1 else {}
    if bestandsnaam_van(child(document, "inhoud")) is None:
        new.pop("formaat", None)
    kept = (
        "titel",
        "bestandsnaam",
        "formaat",
        "auteur",
        "vertrouwelijkheidaanduiding",
        "beschrijving",
        "status",
    )
    data = {name: new[name] for name in kept if new.get(name) and new[name] != old.get(name)}
    if not data and dataref is None:
        work.notes.add("edcLk02/object", "nothing in it changed.")
        return
    data["documentidentificatie"] = new["documentidentificatie"]
    owner = owner_of(document, work.settings)
    for number in _cases(document)[:1]:
        keys = {"zaakidentificatie": number, "bronorganisatie": owner}
        yield work.news("document-bijgewerkt", {**keys, **data}, number, dataref=dataref)


def document_ontkoppeld(work: Werk) -> Iterator[News]:
    """ontkoppelZaakdocument: the document stays, and leaves the case."""
    objects = change_of(work.element)
    number = text(objects[0], "identificatie") if objects else None
    if number is None:
        raise Geweigerd("StUF055", "edcLk02/object/identificatie: which document is needed.")
    cases = [found for each in objects for found in zaken_losgemaakt(each)]
    cases = cases or [found for each in objects for found in zaken_van(each)]
    if not cases:
        raise Geweigerd("StUF055", "edcLk02/object/isRelevantVoor: which case is needed.")
    owner = owner_of(objects[0], work.settings)
    for case in dict.fromkeys(cases):
        data = {
            "zaakidentificatie": case,
            "bronorganisatie": owner,
            "documentidentificatie": number,
        }
        yield work.news("document-ontkoppeld", data, case)


def besluit_vastgesteld(work: Werk) -> Iterator[News]:
    """VoegBesluitToe."""
    element = child(work.new, "besluit")
    if element is None:
        raise Geweigerd("StUF055", "object/besluit: the message has no decision.")
    keys = keys_of(child(work.new, "zaak"), work.settings, "object/zaak")
    data = core_besluit(element, keys, work)
    yield work.news("besluit-vastgesteld", data, data["besluitidentificatie"])


def besluit_bijgewerkt(work: Werk) -> Iterator[News]:
    """updateBesluit: what changed of a decision."""
    beeld = besluit_beeld(work.new, work.notes) or {}
    old = {} if work.old is None else besluit_beeld(work.old, work.notes) or {}
    zaak = under(work.new, "isUitkomstVan/gerelateerde")
    zaak = under(work.old, "isUitkomstVan/gerelateerde") if zaak is None else zaak
    keys = keys_of(zaak, work.settings, "object/isUitkomstVan/gerelateerde")
    data = {
        name: beeld[name]
        for name in ("ingangsdatum", "vervaldatum", "toelichting")
        if beeld.get(name) and beeld[name] != old.get(name)
    }
    reden = _ENDED.get((beeld.get("vervalreden") or "").strip().lower())
    if reden is not None and beeld.get("vervalreden") != old.get("vervalreden"):
        data["vervalreden"] = reden
    if "toelichting" in data:
        data["toelichting"] = cut(data["toelichting"], 1000, "besluit/toelichting", work.notes)
    number = beeld.get("besluitidentificatie")
    if number is None:
        raise Geweigerd("StUF055", "object/identificatie: which decision is needed.")
    if data:
        keys["besluitidentificatie"] = number
        yield work.news("besluit-bijgewerkt", {**keys, **data}, number)
    else:
        work.notes.add("object", "nothing in it changed.")


def overdracht_beantwoord(work: Werk, kenmerk: str | None) -> Iterator[News]:
    """overdragenZaak_Du01: the answer to a request that came by way of the hub."""
    number, answer = text(work.new, "identificatie"), (text(work.new, "antwoord") or "").lower()
    if number is None:
        raise Geweigerd("StUF055", "object/identificatie: the number of the case is needed.")
    if kenmerk is None:
        raise Geweigerd("StUF055", "stuurgegevens/crossRefnummer: which request it answers.")
    if answer not in (_ACCEPTED, _REFUSED):
        raise Geweigerd("StUF055", "object/antwoord: neither of the two answers that there are.")
    data: Json = {
        "zaakidentificatie": number,
        "kenmerk": kenmerk[:80],
        "geaccepteerd": answer == _ACCEPTED,
    }
    if (melding := text(work.element, "melding")) is not None:
        data["toelichting"] = melding[:1000]
    yield work.news("overdracht-beantwoord", data)


def change_of(element: etree._Element) -> list[etree._Element]:
    """The objects of the edcLk02 inside a free message; of a plain message, its own."""
    change = child(element, "edcLk02")
    return list(children(element if change is None else change, "object"))


def _document(element: etree._Element, work: Werk) -> Json:
    """Fields of the core's message that the element has; the number is always one of them."""
    notes, settings = work.notes, work.settings
    beeld = document_beeld(element, notes)
    if beeld is None:
        raise Geweigerd("StUF055", "object/identificatie: the number of the document is needed.")
    theirs = beeld.get("informatieobjecttype")
    status = _status(beeld.get("status"), work)
    extra = document_extra(element, notes)
    if "ontvangstdatum" in extra and status in ("in_bewerking", "ter_vaststelling"):
        status = None  # ZGW: what came in from outside is not being written here
    taal = beeld.get("taal", "")
    verzonden = day(element, "verzenddatum", notes=notes)
    found = {
        "documentidentificatie": beeld["documentidentificatie"],
        "titel": cut(beeld.get("titel"), 200, "titel", notes),
        "informatieobjecttype": cut(
            settings.informatieobjecttypen.get(theirs or "", theirs), 80, "dct.omschrijving", notes
        ),
        "bestandsnaam": beeld.get("bestandsnaam"),
        "formaat": media_type_of(element),
        "creatiedatum": beeld.get("creatiedatum"),
        "auteur": cut(beeld.get("auteur") or settings.auteur, 200, "auteur", notes),
        "taal": taal if _LANGUAGE.fullmatch(taal) else None,
        "vertrouwelijkheidaanduiding": beeld.get("vertrouwelijkheidaanduiding"),
        "beschrijving": cut(beeld.get("beschrijving"), 1000, "beschrijving", notes),
        "status": status,
        "ontvangstdatum": extra.get("ontvangstdatum"),
        # ZGW refuses a document that both came in and went out.
        "verzenddatum": None if "ontvangstdatum" in extra else verzonden,
    }
    return {name: value for name, value in found.items() if value is not None}


def _status(found: str | None, work: Werk) -> str | None:
    said = "_".join((found or "").lower().split())
    if said in frozenset(Documentstatus):
        return said
    if said:
        work.notes.add("object/status", "no status that the core knows; left out.")
    return None


def _cases(document: etree._Element) -> list[str]:
    found = list(dict.fromkeys(zaken_van(document)))
    if not found:
        raise Geweigerd(
            "StUF055", "object/isRelevantVoor/gerelateerde/identificatie: which case is needed."
        )
    return found
