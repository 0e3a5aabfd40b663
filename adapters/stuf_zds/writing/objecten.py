"""What a case is about, and other cases that it has to do with."""

from __future__ import annotations

from typing import Final

from adapters.stuf_zds.writing.betrokkene import person
from adapters.stuf_zds.writing.build import Markup, element, entity, nil, text
from schemas.zaakdelen import AdresObject, OverigObject, PersoonObject, Zaakobject

_LINE: Final = 80
_REGISTRATION: Final = 50


def zaakobject(one: Zaakobject, *, complete: bool = False) -> Markup:
    """Return the part of a case that says what it is about.

    `complete`: with each of its parts, as a change in 1.2 wants it.
    """
    match one:
        case AdresObject():
            return _betrekking(_adres(one), one.relatieomschrijving)
        case PersoonObject():
            return _betrekking(person(one.persoon, "T"), one.relatieomschrijving)
        case OverigObject():
            return _ander_object(one, complete=complete)


def _betrekking(what: Markup, omschrijving: str | None) -> Markup:
    return entity(
        "ZKN:heeftBetrekkingOp",
        "ZAKOBJ",
        "T",
        element("ZKN:gerelateerde", what),
        text("ZKN:omschrijving", omschrijving),
    )


def _adres(one: AdresObject) -> Markup:
    adres = one.adres
    return entity(
        "ZKN:adres",
        "AOA",
        "T",
        text("BG:identificatie", adres.bag_identificatie),
        text("BG:wpl.woonplaatsNaam", adres.woonplaats),
        text("BG:gor.openbareRuimteNaam", adres.straatnaam),
        text("BG:huisnummer", adres.huisnummer),
        text("BG:huisletter", adres.huisletter),
        text("BG:huisnummertoevoeging", adres.huisnummertoevoeging),
        text("BG:postcode", adres.postcode),
    )


def _ander_object(one: OverigObject, *, complete: bool) -> Markup:
    """What StUF has no entity for."""
    known = ", ".join(f"{name}: {value}" for name, value in one.kenmerken.items())
    return element(
        "ZKN:anderZaakObject",
        text("ZKN:omschrijving", one.relatieomschrijving or one.objecttype[:_LINE]),
        text("ZKN:aanduiding", known[:_LINE]),
        nil("ZKN:lokatie") if complete else None,
        text("ZKN:registratie", one.objecttype[:_REGISTRATION]),
    )


def related_case(name: str, entiteittype: str, zaakidentificatie: str) -> Markup:
    """Return a relation to another case, which the receiver surely knows."""
    other = entity("ZKN:gerelateerde", "ZAK", "I", text("ZKN:identificatie", zaakidentificatie))
    return entity(name, entiteittype, "T", other)
