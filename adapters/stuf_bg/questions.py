"""npsLv01: what is asked about a person, in the order of the schema.

The scope names every element: what is not named may be left out of the answer, and a scope without
elements is refused by some (Q10).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lxml import etree

from adapters._kit.stuf.charset import clean
from adapters._kit.stuf.markup import parsed
from adapters._kit.stuf.names import BG, PREFIXES, STUF, XSI, q
from adapters._kit.stuf.stuurgegevens import Stuurgegevens, render

_ADDRESS: Final = (
    "aoa.identificatie",
    "wpl.woonplaatsNaam",
    "gor.openbareRuimteNaam",
    "gor.straatnaam",
    "aoa.postcode",
    "aoa.huisnummer",
    "aoa.huisletter",
    "aoa.huisnummertoevoeging",
    "inp.locatiebeschrijving",
    "begindatumVerblijf",
)
_ABROAD: Final = (
    "lnd.landcode",
    "lnd.landnaam",
    "sub.adresBuitenland1",
    "sub.adresBuitenland2",
    "sub.adresBuitenland3",
)
_PERSON: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("inp.bsn", ()),
    ("inp.a-nummer", ()),
    ("geslachtsnaam", ()),
    ("voorvoegselGeslachtsnaam", ()),
    ("voorletters", ()),
    ("voornamen", ()),
    ("geslachtsaanduiding", ()),
    ("geboortedatum", ()),
    ("inp.geboorteplaats", ()),
    ("inp.geboorteLand", ()),
    ("overlijdensdatum", ()),
    ("verblijfsadres", _ADDRESS),
    ("sub.verblijfBuitenland", _ABROAD),
    ("inp.gemeenteVanInschrijving", ()),
    ("inp.indicatieGeheim", ()),
    ("inOnderzoek", ()),
)
_RELATIVE: Final = (
    "inp.bsn",
    "geslachtsnaam",
    "voorvoegselGeslachtsnaam",
    "voornamen",
    "geboortedatum",
)
_RELATIONS: Final[tuple[tuple[str, str, str, tuple[str, ...], tuple[str, ...]], ...]] = (
    (
        "inp.heeftAlsEchtgenootPartner",
        "NPSNPSHUW",
        "NPS",
        _RELATIVE,
        ("datumSluiting", "datumOntbinding", "redenOntbinding"),
    ),
    (
        "inp.heeftAlsKinderen",
        "NPSNPSKND",
        "NPS",
        _RELATIVE,
        ("datumEindeFamilierechtelijkeBetrekking",),
    ),
    (
        "inp.heeftAlsOuders",
        "NPSNPSOUD",
        "NPS",
        _RELATIVE,
        ("datumEindeFamilierechtelijkeBetrekking",),
    ),
    (
        "inp.heeftAlsNationaliteit",
        "NPSNAT",
        "NAT",
        ("code", "omschrijving"),
        ("inp.datumVerlies",),
    ),
)
"""Element, its entiteittype, that of `gerelateerde`, what is asked of it, and of the relation."""

_SEARCHED: Final[Mapping[str, str]] = {
    "bsn": "inp.bsn",
    "geslachtsnaam": "geslachtsnaam",
    "voornamen": "voornamen",
    "geboortedatum": "geboortedatum",
}
_SEARCHED_ADDRESS: Final[Mapping[str, str]] = {
    "postcode": "aoa.postcode",
    "huisnummer": "aoa.huisnummer",
    "huisletter": "aoa.huisletter",
    "huisnummertoevoeging": "aoa.huisnummertoevoeging",
}


def unsaid(data: Mapping[str, Any]) -> list[str]:
    """Return the names in a question that StUF-BG is not asked by: without them it is wider."""
    return sorted(set(data) - {*_SEARCHED, *_SEARCHED_ADDRESS})


def question(
    data: Mapping[str, Any], head: Stuurgegevens, *, most: int, relations: bool
) -> etree._Element:
    """Return npsLv01 for a question in its JSON form."""
    element = etree.Element(q(BG, "npsLv01"), nsmap=dict(PREFIXES))
    element.append(parsed(render(head, "BG")))
    parameters = etree.SubElement(element, q(BG, "parameters"))
    for name, value in (
        ("sortering", "0"),
        ("indicatorVervolgvraag", "false"),
        ("maximumAantal", str(most)),
        ("indicatorAfnemerIndicatie", "false"),
        ("indicatorAantal", "true"),
    ):
        etree.SubElement(parameters, q(STUF, name)).text = value
    _select(_entity(element, "gelijk", "NPS"), data)
    _scope(_entity(etree.SubElement(element, q(BG, "scope")), "object", "NPS"), relations=relations)
    return element


def _select(gelijk: etree._Element, data: Mapping[str, Any]) -> None:
    for name, wire in _SEARCHED.items():
        if name in data:
            value = str(data[name])
            text = value.replace("-", "") if name == "geboortedatum" else clean(value)
            etree.SubElement(gelijk, q(BG, wire)).text = text
    named = {wire: data[name] for name, wire in _SEARCHED_ADDRESS.items() if name in data}
    if named:
        address = etree.SubElement(gelijk, q(BG, "verblijfsadres"))
        for wire, value in named.items():
            etree.SubElement(address, q(BG, wire)).text = clean(str(value))


def _scope(asked: etree._Element, *, relations: bool) -> None:
    for name, parts in _PERSON:
        if parts:
            _ask(etree.SubElement(asked, q(BG, name)), parts)
        else:
            _ask(asked, (name,))
    for name, kind, related, parts, own in _RELATIONS if relations else ():
        relation = _entity(asked, name, kind)
        _ask(_entity(relation, "gerelateerde", related), parts)
        _ask(relation, own)


def _ask(parent: etree._Element, names: tuple[str, ...]) -> None:
    for name in names:
        etree.SubElement(parent, q(BG, name)).set(q(XSI, "nil"), "true")


def _entity(parent: etree._Element, name: str, kind: str) -> etree._Element:
    element = etree.SubElement(parent, q(BG, name))
    element.set(q(STUF, "entiteittype"), kind)
    return element
