"""What is round the object of an answer: element, stuurgegevens, parameters; and the envelope."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lxml import etree

from adapters._kit.stuf.answering import answer_to, bv_bericht, fo_bericht, soap_fault
from adapters._kit.stuf.markup import document
from adapters._kit.stuf.names import STUF, ZDS, ZKN, Operation, Profile, q
from adapters._kit.stuf.soap import SoapVersion, content_type, envelope
from adapters._kit.stuf.stuurgegevens import (
    LONGEST_NUMBER,
    Partij,
    Stuurgegevens,
    referentienummer,
    render,
    tijdstip,
)
from adapters.contract import WireAnswer
from adapters.stuf_zds.writing.build import Markup, Part, element, text

NOT_FOUND: Final = 500
"""Status of every fault: SOAP 1.1 says so, and callers look into the body."""

_ENTITEITTYPEN: Final = {
    "geefZaakdetails": ("ZAK", "geefZaakdetails_ZakLa01", "zakLa01"),
    "geefZaakstatus": ("ZAK", "geefZaakstatus_ZakLa01", "zakLa01"),
    "geefLijstZaakdocumenten": ("ZAK", "geefLijstZaakdocumenten_ZakLa01", "zakLa01"),
    "geefZaakdocumentLezen": ("EDC", "geefZaakdocumentLezen_EdcLa01", "edcLa01"),
    "geefBesluitdetails": ("BSL", "geefBesluitdetails_BslLa01", ""),
    "geefLijstBesluiten": ("ZAK", "geefLijstBesluiten_ZakLa01", ""),
    "zakLv01": ("ZAK", "", "zakLa01"),
}
"""Question -> entiteittype, element of 1.2 (in ZDS), element of 1.1 (in ZKN)."""

FUNCTIES: Final = {
    "genereerZaakIdentificatie": "genereerZaakidentificatie",
    "genereerDocumentIdentificatie": "genereerDocumentidentificatie",
    "genereerBesluitIdentificatie": "genereerBesluitidentificatie",
    "geefZaakdocumentbewerken": "geefZaakdocumentbewerken",
}
_SPELLED: Final = {("geefZaakdocumentbewerken", "1.2"): "geefZaakdocumentBewerken"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """How the caller is to be answered."""

    asked: Stuurgegevens
    version: SoapVersion
    us: Partij
    now: datetime
    seed: str
    """Our number follows from it: the same request gets the same number."""
    charset: str = "utf-8"
    transliterate: bool = False

    @property
    def number(self) -> str:
        return referentienummer(self.seed, "antwoord")


def good(body: etree._Element, wire: Wire) -> WireAnswer:
    return _wired(body, wire, status=200)


def bevestigd(code: str, wire: Wire) -> WireAnswer:
    """Bv01, Bv02 or Bv03."""
    head = answer_to(
        code,  # type: ignore[arg-type]  # one of the three
        wire.asked,
        referentienummer=wire.number,
        tijdstip_bericht=tijdstip(wire.now),
        us=wire.us,
    )
    return good(bv_bericht(head), wire)


def fault(code: str, kind: str, detail: str, wire: Wire) -> WireAnswer:
    """Fo02 or Fo03, inside a SOAP fault."""
    head = answer_to(
        kind,  # type: ignore[arg-type]  # one of the two
        wire.asked,
        referentienummer=wire.number,
        tijdstip_bericht=tijdstip(wire.now),
        us=wire.us,
    )
    fo = fo_bericht(code, head, details=detail)
    return _wired(soap_fault(fo, wire.version), wire, status=NOT_FOUND)


def la01(
    operation: str,
    profile: Profile | None,
    objects: Sequence[Markup],
    wire: Wire,
    *,
    more: bool = False,
) -> WireAnswer:
    """An answer to a question; without objects it is: nothing found."""
    entiteittype, newer, older = _ENTITEITTYPEN[operation]
    prefix, name = ("ZKN", older) if profile == "1.1" or not newer else ("ZDS", newer)
    parameters = element(
        "ZKN:parameters", text("StUF:indicatorVervolgvraag", "true" if more else "false")
    )
    head = render(_head("La01", wire, entiteittype=entiteittype), "ZKN")
    found = element("ZKN:antwoord", *objects) if objects else None
    return good(document(f"{prefix}:{name}", head, parameters, found), wire)


def du02(operation: str, profile: Profile | None, parts: Iterable[Part], wire: Wire) -> WireAnswer:
    """An answer to a free message: in 1.2, what is directly in it is in ZDS."""
    prefix = prefix_of(profile)
    name = _SPELLED.get((operation, profile or "1.1"), operation)
    head = render(_head("Du02", wire, functie=FUNCTIES[operation]), prefix)
    return good(document(f"{prefix}:{name}_Du02", head, *parts), wire)


def ns_of(profile: Profile | None) -> str:
    return ZDS if profile == "1.2" else ZKN


def prefix_of(profile: Profile | None) -> str:
    return "ZDS" if profile == "1.2" else "ZKN"


def _head(
    code: str, wire: Wire, *, entiteittype: str | None = None, functie: str | None = None
) -> Stuurgegevens:
    asked = wire.asked
    number = asked.referentienummer
    return Stuurgegevens(
        code,
        zender=_named(asked.ontvanger, wire.us),
        ontvanger=_named(asked.zender, None),
        referentienummer=wire.number,
        tijdstip_bericht=tijdstip(wire.now),
        crossrefnummer=None if number is None else number[:LONGEST_NUMBER],
        entiteittype=entiteittype,
        functie=functie,
    )


def _named(party: Partij | None, otherwise: Partij | None) -> Partij | None:
    return party if party is not None and party.applicatie else otherwise


def _wired(body: etree._Element, wire: Wire, *, status: int) -> WireAnswer:
    written = envelope(
        body, version=wire.version, charset=wire.charset, transliterate=wire.transliterate
    )
    return WireAnswer(
        status=status, body=written, content_type=content_type(wire.version, "", wire.charset)
    )


def answer_element(operation: Operation) -> str:
    """`{namespace}local` of the body of a good answer."""
    code = next(iter(operation.answers))
    if code.startswith("Bv"):
        return q(STUF, f"{code}Bericht")
    if code == "Du02":
        name = _SPELLED.get((operation.name, operation.profile), operation.name)
        return q(ns_of(operation.profile), f"{name}_Du02")
    _, newer, older = _ENTITEITTYPEN[operation.name]
    if operation.profile == "1.1" or not newer:
        return q(ZKN, older)
    return q(ZDS, newer)
