"""The XML of StUF-BG as this simulator writes it; it shares nothing with the hub's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lxml import etree

from simulators.stuf_bg.persons import Date

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from simulators.stuf_bg.persons import Person, Relative, Value

STUF: Final = "http://www.egem.nl/StUF/StUF0301"
BG: Final = "http://www.egem.nl/StUF/sector/bg/0310"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
SOAP: Final = {
    "1.1": "http://schemas.xmlsoap.org/soap/envelope/",
    "1.2": "http://www.w3.org/2003/05/soap-envelope",
}
_PREFIXES: Final = {"stuf": STUF, "bg": BG, "xsi": XSI}

ORDER: Final = (
    "inp.bsn", "authentiek", "anp.identificatie", "sub.typering", "inp.a-nummer", "geslachtsnaam",
    "voorvoegselGeslachtsnaam", "voorletters", "voornamen", "aanduidingNaamgebruik",
    "geslachtsnaamPartner", "voorvoegselGeslachtsnaamPartner", "aanhefAanschrijving",
    "voornamenAanschrijving", "geslachtsnaamAanschrijving", "adellijkeTitelPredikaat",
    "geslachtsaanduiding", "geboortedatum", "inp.geboorteplaats", "inp.geboorteLand",
    "overlijdensdatum", "inp.overlijdenplaats", "inp.overlijdenLand", "inp.verblijftIn",
    "verblijfsadres", "sub.verblijfBuitenland", "inp.burgerlijkeStaat",
    "inp.gemeenteVanInschrijving", "inp.datumInschrijving", "inp.indicatieGeheim", "inOnderzoek",
    "inp.heeftAlsEchtgenootPartner", "inp.heeftAlsKinderen", "inp.heeftAlsOuders",
    "inp.heeftAlsNationaliteit",
)  # fmt: skip
"""Elements of a person in the order in which they may stand; those that this simulator knows."""

_GROUPS: Final = {"verblijfsadres", "sub.verblijfBuitenland"}


def el(ns: str, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    """Make an element; attributes are those of StUF."""
    element = etree.Element(f"{{{ns}}}{name}", nsmap=_PREFIXES)
    element.text = text
    for key, value in attributes.items():
        element.set(f"{{{STUF}}}{key}", value)
    return element


def local(element: etree._Element) -> str:
    return etree.QName(element).localname


def part(element: etree._Element | None, *path: str) -> etree._Element | None:
    """Find a descendant by local names."""
    for name in path:
        if element is None:
            return None
        element = next((child for child in element if local(child) == name), None)
    return element


def text_of(element: etree._Element | None, *path: str) -> str:
    found = part(element, *path)
    return "" if found is None else (found.text or "").strip()


def object_of(person: Person, asked: Collection[str] | None) -> etree._Element:
    """Write a person; `asked` None means everything that there is."""
    element = el(BG, "object", entiteittype="NPS")
    for name in ORDER:
        if asked is None or name in asked:
            for child in _parts(person, name, said=asked is not None):
                element.append(child)
    return element


def _parts(person: Person, name: str, *, said: bool) -> list[etree._Element]:
    if name in _GROUPS:
        values = person.address if name == "verblijfsadres" else person.abroad
        return [_filled(el(BG, name), values)] if values else []
    if name == "inOnderzoek":
        if person.doubted:
            return [el(BG, name, "J", metagegeven="true")]
        return [_nothing(name, metagegeven="true")] if said else []
    if name.startswith("inp.heeftAls"):
        return _relations(person, name)
    value = person.values.get(name)
    if value is not None:
        return [_value(name, value)]
    return [_nothing(name)] if said else []


def _relations(person: Person, name: str) -> list[etree._Element]:
    related: dict[str, tuple[str, list[etree._Element]]] = {
        "inp.heeftAlsEchtgenootPartner": ("NPSNPSHUW", list(map(_relative, person.partners))),
        "inp.heeftAlsKinderen": ("NPSNPSKND", list(map(_relative, person.children))),
        "inp.heeftAlsOuders": ("NPSNPSOUD", list(map(_relative, person.parents))),
        "inp.heeftAlsNationaliteit": ("NPSNAT", list(map(_nationality, person.nationalities))),
    }
    kind, found = related[name]
    for relation in found:
        relation.tag = f"{{{BG}}}{name}"
        relation.set(f"{{{STUF}}}entiteittype", kind)
    return found


def _relative(one: Relative) -> etree._Element:
    relation = el(BG, "relatie")
    relation.append(_filled(el(BG, "gerelateerde", entiteittype="NPS"), one.person))
    return _filled(relation, one.own)


def _nationality(one: tuple[str, str]) -> etree._Element:
    relation = el(BG, "relatie")
    kind = el(BG, "gerelateerde", entiteittype="NAT")
    relation.append(_filled(kind, {"code": one[0], "omschrijving": one[1]}))
    return relation


def _filled(element: etree._Element, values: Mapping[str, Value]) -> etree._Element:
    for name, value in values.items():
        element.append(_value(name, value))
    return element


def _value(name: str, value: Value) -> etree._Element:
    if isinstance(value, Date):
        return el(BG, name, value.digits, indOnvolledigeDatum=value.known)
    return el(BG, name, value)


def _nothing(name: str, **attributes: str) -> etree._Element:
    element = el(BG, name, noValue="geenWaarde", **attributes)
    element.set(f"{{{XSI}}}nil", "true")
    return element
