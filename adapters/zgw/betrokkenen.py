"""Who and what a case is about, in the terms of ZGW: betrokkenen of rollen, and zaakobjecten.

Pure. A betrokkene is known again by its numbers, an address or thing by everything that was sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from schemas.betrokkene import (
    Betrokkene,
    Medewerker,
    NatuurlijkPersoon,
    Organisatie,
    OrganisatorischeEenheid,
    Vestiging,
)
from schemas.zaakdelen import Adres, AdresObject, OverigObject, PersoonObject, Zaakobject

Body = dict[str, Any]
Found = Mapping[str, Any]

_NUMBERS: Final = frozenset({"inpBsn", "innNnpId", "kvkNummer", "vestigingsNummer"})
_OWN_STAFF: Final = frozenset({"medewerker", "organisatorische_eenheid"})
_NO_LETTER: Final = re.compile(r"[^a-z]+")
"""An objectTypeOverige has small letters and underscores only."""
_UNKNOWN: Final = "onbekend"
"""In place of a name that the API demands and a message need not have."""


def identificatie(betrokkene: Betrokkene) -> Body:
    """Return the betrokkeneIdentificatie, or objectIdentificatie of a person."""
    body: Body
    match betrokkene:
        case NatuurlijkPersoon():
            geboren = betrokkene.geboortedatum
            body = {
                "inpBsn": betrokkene.bsn.reveal(),
                "voornamen": betrokkene.voornamen,
                "voorvoegselGeslachtsnaam": betrokkene.voorvoegsel_geslachtsnaam,
                "geslachtsnaam": betrokkene.geslachtsnaam,
                "geboortedatum": geboren and geboren.strftime("%Y%m%d"),
            }
        case Organisatie():
            body = {
                "innNnpId": betrokkene.rsin,
                "kvkNummer": betrokkene.kvk_nummer,
                "statutaireNaam": betrokkene.naam,
            }
        case Vestiging():
            naam = betrokkene.handelsnaam
            body = {
                "vestigingsNummer": betrokkene.vestigingsnummer,
                "kvkNummer": betrokkene.kvk_nummer,
                "handelsnaam": None if naam is None else [naam],
            }
        case Medewerker():
            body = {"identificatie": betrokkene.identificatie, "achternaam": betrokkene.naam}
        case OrganisatorischeEenheid():
            body = {
                "identificatie": betrokkene.identificatie,
                "naam": betrokkene.naam or betrokkene.identificatie,
                "isGehuisvestIn": betrokkene.identificatie,
            }
    return filled(body)


def same_betrokkene(sent: Found, there: Found) -> bool:
    """Whether both are the same person, organisation or department; names do not count."""
    ours, theirs = sent["betrokkeneIdentificatie"], there.get("betrokkeneIdentificatie")
    soort = sent["betrokkeneType"]
    return there.get("betrokkeneType") == soort and _same_numbers(soort, ours, theirs)


def zaakobject_body(zaak: str, zaakobject: Zaakobject) -> Body:
    body: Body = {
        "zaak": zaak,
        "objectType": zaakobject.soort,
        "relatieomschrijving": zaakobject.relatieomschrijving or "",
    }
    match zaakobject:
        case AdresObject():
            return body | {"objectIdentificatie": _adres(zaakobject.adres)}
        case PersoonObject():
            return body | {"objectIdentificatie": identificatie(zaakobject.persoon)}
        case OverigObject():
            data = dict(zaakobject.kenmerken)
            return body | {
                "objectTypeOverige": _NO_LETTER.sub("_", zaakobject.objecttype.lower()),
                "objectIdentificatie": {"overigeData": data},
            }


def same_zaakobject(sent: Found, there: Found) -> bool:
    ours, theirs = sent["objectIdentificatie"], there.get("objectIdentificatie")
    soort = sent["objectType"]
    if there.get("objectType") != soort or not isinstance(theirs, Mapping):
        return False
    if soort == "natuurlijk_persoon":
        return _same_numbers(soort, ours, theirs)
    if soort == "overige":
        data = theirs.get("overigeData", theirs)
        named = sent["objectTypeOverige"] == there.get("objectTypeOverige")
        return named and bool(data == ours["overigeData"])
    return all(str(theirs.get(name, "")) == str(value) for name, value in ours.items())


def filled(body: Body) -> Body:
    return {name: value for name, value in body.items() if value is not None}


def _same_numbers(soort: str, ours: Found, theirs: object) -> bool:
    if not isinstance(theirs, Mapping):
        return False
    if soort in _OWN_STAFF:
        return bool(ours["identificatie"] == theirs.get("identificatie"))
    shared = _NUMBERS.intersection(ours, theirs)  # Zaken before 1.3 knows fewer of them
    return bool(shared) and all(ours[name] == theirs[name] for name in shared)


def _adres(adres: Adres) -> Body:
    """The address; without a BAG number what is left tells it apart, for the API demands one."""
    house = f"{adres.huisnummer}{adres.huisletter or ''}{adres.huisnummertoevoeging or ''}"
    made = f"{adres.postcode or ''}-{house}".strip("-")
    return filled(
        {
            "identificatie": adres.bag_identificatie or made,
            "wplWoonplaatsNaam": adres.woonplaats,
            "gorOpenbareRuimteNaam": adres.straatnaam or _UNKNOWN,
            "huisnummer": adres.huisnummer,
            "huisletter": adres.huisletter,
            "huisnummertoevoeging": adres.huisnummertoevoeging,
            "postcode": adres.postcode,
        }
    )
