"""Who is involved: the relations heeftAls..., and what stands in their gerelateerde."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from lxml import etree

from adapters.stuf_zds.readers.nodes import (
    Opmerkingen,
    child,
    children,
    cut,
    fitting,
    is_emptied,
    known_date,
    line_of,
    local,
    stuf_attribute,
    text,
)
from schemas.identifiers import passes_elfproef
from schemas.zaakdelen import Rolsoort

Json = dict[str, Any]

RELATIONS: Final[Mapping[str, str | None]] = MappingProxyType(
    {
        "heeftAlsInitiator": "initiator",
        "heeftAlsBelanghebbende": "belanghebbende",
        "heeftAlsGemachtigde": "adviseur",
        "heeftAlsUitvoerende": "behandelaar",
        "heeftAlsVerantwoordelijke": "zaakcoordinator",
        "heeftAlsOverigBetrokkene": None,
    }
)
"""Relation -> the generic role of ZGW; None where there is none. Our choice, by the settings."""

_LONGEST_MAIL: Final = 255
_GENERIC: Final = frozenset(Rolsoort)
_SPELLED: Final = {name + "n": name for name in RELATIONS} | {
    "heeftAlsInitiatoren": "heeftAlsInitiator",
    "heeftAlsBelanghebbenden": "heeftAlsBelanghebbende",
    "heeftAlsOverigeBetrokkene": "heeftAlsOverigBetrokkene",
}
"""Names that occur in place of those of the schema (Q18)."""

Rolmap = Mapping[str, str | None]


def relation_of(element: etree._Element) -> str | None:
    """The relation's name in the schema when this is a role, else None."""
    name = local(element)
    found = _SPELLED.get(name, name)
    return found if found in RELATIONS else None


def rollen_van(zaak: etree._Element, notes: Opmerkingen, rolmap: Rolmap = RELATIONS) -> list[Json]:
    """Every role that is there; what was ended or taken away is not."""
    found = []
    for each in children(zaak):
        if relation_of(each) is None or is_gone(each):
            continue
        if (rol := rol_beeld(each, notes, rolmap)) is not None:
            found.append(rol)
    return found


def is_gone(relation: etree._Element) -> bool:
    """The relation was deleted (V), ended (E), or there is none (nil, geenWaarde)."""
    if is_emptied(relation) and child(relation, "gerelateerde") is None:
        return True
    return (stuf_attribute(relation, "verwerkingssoort") or "") in ("V", "E")


def rol_beeld(
    relation: etree._Element, notes: Opmerkingen, rolmap: Rolmap = RELATIONS
) -> Json | None:
    """RolOntvangen of one relation; None when nobody is named in it."""
    path = relation_of(relation) or local(relation)
    betrokkene = betrokkene_beeld(child(relation, "gerelateerde"), path, notes)
    if betrokkene is None:
        notes.add(path, "nobody is named in it; left out.")
        return None
    _add_extra(betrokkene, relation)
    _add_contact(betrokkene, child(relation, "heeftAlsAanspreekpunt"), path, notes)
    roltype = text(relation, "omschrijving", "rolOmschrijving", "code")
    return _filled(
        rolsoort=rolmap.get(path) or _generic(roltype),
        roltype=cut(roltype, 200, f"{path}/omschrijving", notes),
        toelichting=cut(text(relation, "toelichting"), 2000, f"{path}/toelichting", notes),
        betrokkene=betrokkene,
    )


def betrokkene_beeld(
    gerelateerde: etree._Element | None, path: str, notes: Opmerkingen
) -> Json | None:
    """BetrokkeneOntvangen; None when the element names nobody we know how to name."""
    for each in children(gerelateerde):
        if (reader := _PARTIES.get(local(each))) is not None:
            return reader(each, f"{path}/{local(each)}", notes)
    return None


def persoon_beeld(element: etree._Element, path: str, notes: Opmerkingen) -> Json:
    bsn = text(element, "inp.bsn", "bsn")
    if bsn is not None and len(bsn) == len("12345678"):
        bsn = "0" + bsn  # a number that lost its leading zero in a spreadsheet or a database
    if bsn is not None and not passes_elfproef(bsn):
        notes.add(
            f"{path}/inp.bsn", "no burgerservicenummer by its check digit; left out.", wrong=True
        )
        bsn = None
    voornamen = text(element, "voornamen") or text(element, "voorletters")
    return _filled(
        soort="natuurlijk_persoon",
        bsn=bsn,
        identificatie=fitting(
            text(element, "anp.identificatie", "identificatie"), 80, f"{path}/identificatie", notes
        ),
        voornamen=cut(voornamen, 200, f"{path}/voornamen", notes),
        voorvoegselGeslachtsnaam=cut(
            text(element, "voorvoegselGeslachtsnaam"), 80, f"{path}/voorvoegsel", notes
        ),
        geslachtsnaam=cut(text(element, "geslachtsnaam"), 200, f"{path}/geslachtsnaam", notes),
        geboortedatum=known_date(child(element, "geboortedatum")),
        emailadres=fitting(text(element, "sub.emailadres"), 255, f"{path}/emailadres", notes),
        telefoonnummer=fitting(
            text(element, "sub.telefoonnummer"), 80, f"{path}/telefoonnummer", notes
        ),
        adres=_adres(element),
    )


def _organisatie(element: etree._Element, path: str, notes: Opmerkingen) -> Json:
    number = text(element, "inn.nnpId")
    kvk = text(element, "kvkNummer", "inn.kvkNummer")
    rsin = None
    if number is not None and passes_elfproef(number):
        rsin = number
    elif number is not None and _is_digits(number, 8):
        kvk = number  # Q12: the number of the Handelsregister in the place of the RSIN
        notes.add(f"{path}/inn.nnpId", "eight digits; taken for a KvK-nummer.")
    elif number is not None:
        notes.add(f"{path}/inn.nnpId", "no RSIN by its check digit; left out.")
    return _filled(
        soort="niet_natuurlijk_persoon",
        rsin=rsin,
        kvkNummer=kvk if _is_digits(kvk, 8) else None,
        identificatie=fitting(
            text(element, "ann.identificatie", "identificatie"), 80, f"{path}/identificatie", notes
        ),
        naam=cut(text(element, "statutaireNaam", "naam"), 625, f"{path}/statutaireNaam", notes),
        emailadres=fitting(text(element, "sub.emailadres"), 255, f"{path}/emailadres", notes),
        telefoonnummer=fitting(
            text(element, "sub.telefoonnummer"), 80, f"{path}/telefoonnummer", notes
        ),
        adres=_adres(element),
    )


def _vestiging(element: etree._Element, path: str, notes: Opmerkingen) -> Json:
    number = text(element, "vestigingsNummer", "vestigingsnummer")
    naam = cut(text(element, "handelsnaam", "naam"), 625, f"{path}/handelsnaam", notes)
    if _is_digits(number, 8):
        # Q12: who has no branch number gave the number of the organisation.
        notes.add(f"{path}/vestigingsNummer", "eight digits; taken for a KvK-nummer.")
        return _filled(
            soort="niet_natuurlijk_persoon", kvkNummer=number, naam=naam, adres=_adres(element)
        )
    if number is not None and not _is_digits(number, 12):
        notes.add(f"{path}/vestigingsNummer", "no number of twelve digits; left out.")
        number = None
    return _filled(
        soort="vestiging",
        vestigingsnummer=number,
        naam=naam,
        emailadres=fitting(text(element, "sub.emailadres"), 255, f"{path}/emailadres", notes),
        telefoonnummer=fitting(
            text(element, "sub.telefoonnummer"), 80, f"{path}/telefoonnummer", notes
        ),
        adres=_adres(element),
    )


def _medewerker(element: etree._Element, path: str, notes: Opmerkingen) -> Json:
    parts = (text(element, "voorletters"), text(element, "voorvoegselAchternaam"))
    naam = " ".join(each for each in (*parts, text(element, "achternaam")) if each)
    number = text(element, "identificatie", "medewerkeridentificatie")
    return _filled(
        soort="medewerker",
        identificatie=fitting(number, 80, f"{path}/identificatie", notes),
        naam=cut(naam or None, 625, f"{path}/achternaam", notes),
    )


def _eenheid(element: etree._Element, path: str, notes: Opmerkingen) -> Json:
    number = text(element, "identificatie", "organisatieEenheidIdentificatie")
    return _filled(
        soort="organisatorische_eenheid",
        identificatie=fitting(number, 80, f"{path}/identificatie", notes),
        naam=cut(text(element, "naam"), 625, f"{path}/naam", notes),
    )


_PARTIES: Final = MappingProxyType(
    {
        "natuurlijkPersoon": persoon_beeld,
        "nietNatuurlijkPersoon": _organisatie,
        "vestiging": _vestiging,
        "medewerker": _medewerker,
        "organisatorischeEenheid": _eenheid,
    }
)


def _generic(roltype: str | None) -> str | None:
    """A generic role that the omschrijving says by itself: `Mede-initiator`."""
    said = re.sub(r"[\s-]+", "_", (roltype or "").strip().lower())
    return said if said in _GENERIC else None


def _add_extra(betrokkene: Json, relation: etree._Element) -> None:
    """What stands in extraElementen for want of an element: ours say kvkNummer so."""
    for each in children(child(relation, "extraElementen"), "extraElement"):
        naam, waarde = (each.get("naam") or "").strip().lower(), line_of(each)
        if naam == "kvknummer" and _is_digits(waarde, 8):
            if betrokkene["soort"] in ("niet_natuurlijk_persoon", "vestiging"):
                betrokkene.setdefault("kvkNummer", waarde)
        elif (
            naam in ("emailadres", "email") and waarde is not None and len(waarde) <= _LONGEST_MAIL
        ):
            betrokkene.setdefault("emailadres", waarde)


def _add_contact(
    betrokkene: Json, relation: etree._Element | None, path: str, notes: Opmerkingen
) -> None:
    """What the contact person of a role adds: the address by mail and by telephone."""
    contact = child(relation, "gerelateerde")
    here = f"{path}/heeftAlsAanspreekpunt"
    for key, most, name in (
        ("emailadres", 255, "emailadres"),
        ("telefoonnummer", 80, "telefoonnummer"),
    ):
        found = fitting(text(contact, name, f"sub.{name}"), most, f"{here}/{name}", notes)
        if found is not None:
            betrokkene.setdefault(key, found)
    if text(contact, "naam") is not None:
        notes.add(f"{here}/naam", "there is no place for the name of a contact person.")


def _adres(element: etree._Element) -> str | None:
    for name in ("verblijfsadres", "bezoekadres", "sub.verblijfBuitenland", "correspondentieAdres"):
        found = adres_regel(child(element, name))
        if found is not None:
            return found
    return None


def adres_regel(adres: etree._Element | None) -> str | None:
    """An address in one line, for people."""
    straat = text(adres, "gor.straatnaam", "gor.openbareRuimteNaam", "straatnaam")
    nummer = "".join(
        text(adres, f"aoa.{name}", name) or ""
        for name in ("huisnummer", "huisletter", "huisnummertoevoeging")
    )
    postcode = text(adres, "aoa.postcode", "postcode")
    plaats = text(adres, "wpl.woonplaatsNaam", "wpl.woonplaatsnaam")
    eerste = " ".join(each for each in (straat, nummer) if each)
    tweede = " ".join(each for each in (postcode, plaats) if each)
    abroad = [
        line_of(each) for each in children(adres) if local(each).startswith("sub.adresBuiten")
    ]
    parts = (eerste, tweede, *abroad, text(adres, "inp.locatiebeschrijving"))
    return ", ".join(each for each in parts if each)[:255] or None


def _is_digits(found: str | None, length: int) -> bool:
    return found is not None and len(found) == length and found.isascii() and found.isdigit()


def _filled(**values: Any) -> Json:
    """Without what is not known: an absent name and null mean the same in our models."""
    return {name: value for name, value in values.items() if value is not None}
