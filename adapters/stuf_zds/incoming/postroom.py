"""Role `zaaksysteem`: what is kept of a message until it is worked out in the lane of its case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from lxml import etree

from adapters._kit.stuf.stuurgegevens import LONGEST_NUMBER
from adapters.contract import News
from adapters.stuf_zds.incoming.documenten import change_of
from adapters.stuf_zds.incoming.result import Geweigerd, made_id, ontvangst
from adapters.stuf_zds.incoming.work import Werk
from adapters.stuf_zds.readers.document import (
    document_beeld,
    document_extra,
    zaken_van,
)
from adapters.stuf_zds.readers.nodes import child, children, text
from adapters.stuf_zds.readers.status import status_beelden
from adapters.stuf_zds.readers.zaak import has_zaaktype, zaak_ontvangen, zaaknummer

Json = dict[str, Any]

ZAAK_SOORT: Final = "zaak"
STATUS_SOORT: Final = "status"
DOCUMENT_SOORT: Final = "document"
OVERDRACHT_SOORT: Final = "overdracht"
OUR_SOURCE: Final = "schakel"
"""The bron of the kenmerk that a case started by the core carries."""


def zaak_gemeld(work: Werk) -> Iterator[News]:
    """CreeerZaak of a zaaksysteem, with the statuses that came with it."""
    zaak = work.new
    if not has_zaaktype(zaak):
        raise Geweigerd("StUF055", "object/isVan/gerelateerde/code: which zaaktype is needed.")
    beeld = zaak_ontvangen(zaak, work.notes, unless=work.afzender.moment)
    if beeld is None:
        raise Geweigerd("StUF055", "object/identificatie: the number of the case is needed.")
    if (owner := work.settings.bronorganisatie) is not None:
        beeld.setdefault("bronorganisatie", str(owner))
    yield _kept(work, ZAAK_SOORT, {"zaak": beeld}, beeld["zaakidentificatie"])


def statussen_gemeld(work: Werk) -> Iterator[News]:
    """ActualiseerZaakstatus or updateZaak: of a change, the core hears of statuses only."""
    zaak = work.new
    number = zaaknummer(zaak)
    if number is None or len(number) > LONGEST_NUMBER:
        raise Geweigerd("StUF055", "object/identificatie: the number of the case is needed.")
    statussen = status_beelden(zaak, work.notes, unless=work.afzender.moment)
    if not statussen:
        work.notes.add("object", "no status; the core hears of nothing else that changes.")
        return
    yield _kept(work, STATUS_SOORT, {"statussen": statussen[::-1]}, number)


def document_gemeld(work: Werk, dataref: str | None) -> Iterator[News]:
    """voegZaakdocumentToe, maakZaakdocument, or a new version of a document."""
    objects = change_of(work.element)
    if not objects:
        raise Geweigerd("StUF055", "object: the message has none.")
    element = objects[-1]
    beeld = document_beeld(element, work.notes)
    if beeld is None:
        raise Geweigerd("StUF055", "object/identificatie: the number of the document is needed.")
    beeld |= document_extra(element, work.notes)
    beeld.setdefault("titel", beeld.get("bestandsnaam") or beeld["documentidentificatie"])
    beeld["inhoudAanwezig"] = dataref is not None
    cases = list(dict.fromkeys(each for each in zaken_van(element) if len(each) <= LONGEST_NUMBER))
    if not cases:
        raise Geweigerd(
            "StUF055", "object/isRelevantVoor/gerelateerde/identificatie: which case is needed."
        )
    for number in cases:
        yield _kept(work, DOCUMENT_SOORT, {"document": beeld}, number, dataref=dataref)


def overdracht_gemeld(work: Werk) -> Iterator[News]:
    """overdragenZaak_Di01: a zaaksysteem asks us to take a case over."""
    zaak = _handed_over(work)
    number = zaaknummer(zaak)
    if number is None or len(number) > LONGEST_NUMBER:
        raise Geweigerd("StUF055", "object/identificatie: the number of the case is needed.")
    if not work.afzender.referentienummer:
        raise Geweigerd("StUF055", "stuurgegevens/referentienummer: our answer has to refer to it.")
    beeld = zaak_ontvangen(zaak, work.notes) or {}
    melding = text(work.element, "melding")
    kept = {
        "kenmerk": work.afzender.referentienummer[:80],
        "toelichting": beeld.get("toelichting"),
        "zaaktype": beeld.get("zaaktype") if has_zaaktype(zaak) else None,
        "omschrijving": beeld.get("omschrijving"),
        "melding": None if melding is None else melding[:255],
    }
    filled = {name: value for name, value in kept.items() if value is not None}
    yield _kept(work, OVERDRACHT_SOORT, {"overdracht": filled}, number)


def _handed_over(work: Werk) -> etree._Element:
    """The case: in `object`, or one deeper where a zakLk01 is wrapped."""
    inner = child(work.new, "zaak")
    return work.new if inner is None else inner


def _kept(work: Werk, soort: str, inhoud: Json, number: str, *, dataref: str | None = None) -> News:
    zaak = work.new if soort in (ZAAK_SOORT, STATUS_SOORT) else None
    return ontvangst(
        soort,
        {
            **inhoud,
            "zaakidentificatie": number,
            "opmerkingen": list(work.notes),
            "eigen": zaak is not None and _carries_our_mark(zaak),
        },
        id=made_id(work.afzender.key, soort, number),
        time=work.afzender.moment,
        subject=number,
        dataref=dataref,
    )


def _carries_our_mark(zaak: etree._Element) -> bool:
    return any(
        (text(each, "bron") or "").lower() == OUR_SOURCE for each in children(zaak, "kenmerk")
    )
