"""Role `zaaksysteem`: what is kept of a message until it is worked out in the lane of its case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from lxml import etree

from adapters._kit.stuf.stuurgegevens import LONGEST_NUMBER
from adapters.contract import News
from adapters.stuf_zds.incoming.changes import wijziging
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
WIJZIGING_SOORT: Final = "wijziging"
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


def zaak_gewijzigd(work: Werk) -> Iterator[News]:
    """UpdateZaak: what it changes of the case, then its statuses."""
    number = _number_of(work.new)
    if found := wijziging(work):
        kept = {"wijziging": found, "bericht": work.afzender.key}
        yield _kept(work, WIJZIGING_SOORT, kept, number)
    yield from _statussen(work, number)


def statussen_gemeld(work: Werk) -> Iterator[News]:
    """ActualiseerZaakstatus."""
    yield from _statussen(work, _number_of(work.new))


def _statussen(work: Werk, number: str) -> Iterator[News]:
    statussen = status_beelden(work.new, work.notes, unless=work.afzender.moment)
    if statussen:
        yield _kept(work, STATUS_SOORT, {"statussen": statussen[::-1]}, number)


def _number_of(zaak: etree._Element) -> str:
    number = zaaknummer(zaak)
    if number is None or len(number) > LONGEST_NUMBER:
        raise Geweigerd("StUF055", "object/identificatie: the number of the case is needed.")
    return number


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
    number = _number_of(zaak)
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
    zaak = work.new if soort in (ZAAK_SOORT, WIJZIGING_SOORT, STATUS_SOORT) else None
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
