"""Who has a part in a case, and what it is about, as the Zaken API shows them. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from adapters.zgw.lenient import Remarks, line, settled
from schemas.postroom import BetrokkeneOntvangen

Data = dict[str, Any]
Shown = Mapping[str, Any]

_MOST_FACTS: Final = 30
"""Of one object."""

_UNCUT: Final = 1000
"""Numbers are never cut: a part of one is another's number. One that is too long is left out."""

_DATE: Final = re.compile(r"([0-9]{4})(?:-?(0[0-9]|1[0-2]))?(?:-?([0-2][0-9]|3[01]))?", re.ASCII)


def betrokkene(rol: Shown, remarks: Remarks, where: str) -> Data | None:
    """Return who a rol is about; None, with a remark, when that cannot be said."""
    soort = rol.get("betrokkeneType")
    read = _READERS.get(str(soort))
    if read is None:
        remarks.add(where, "not taken over: a betrokkeneType that is not known")
        return None
    facts = rol.get("betrokkeneIdentificatie")
    if not isinstance(facts, dict):
        facts = {}
        if rol.get("betrokkene"):
            remarks.add(where, "the betrokkene is an address in another register, not followed")
    contact = rol.get("contactpersoonRol")
    contact = contact if isinstance(contact, dict) else {}
    data = {
        "soort": soort,
        "naam": line(rol.get("afwijkendeNaamBetrokkene"), 625),
        "emailadres": line(contact.get("emailadres"), 255),
        "telefoonnummer": line(contact.get("telefoonnummer"), 80),
        "adres": _adres(facts),
        **_filled(read(facts)),
    }
    return settled(BetrokkeneOntvangen, data, remarks, f"{where}.betrokkene")


def object_van(item: Shown) -> Data:
    """Return what an object of the case says of itself; its facts by their names in ZGW."""
    soort = line(item.get("objectType"), 80)
    if soort == "overige":
        soort = line(item.get("objectTypeOverige"), 80) or soort
    facts = item.get("objectIdentificatie")
    facts = facts if isinstance(facts, dict) else {}
    flat = _flat(facts.get("overigeData") if "overigeData" in facts else facts)
    number = next((flat[name] for name in _NUMBERS if name in flat), None) or item.get("object")
    return {
        "soort": soort,
        "omschrijving": line(item.get("relatieomschrijving"), 255),
        "identificatie": line(number, _UNCUT),
        "gegevens": flat,
    }


_NUMBERS: Final = (
    *("identificatie", "inpBsn", "innNnpId", "vestigingsNummer", "kvkNummer"),
    *("identificatieNummer", "nummer"),
)


def _flat(facts: object, prefix: str = "") -> dict[str, Any]:
    """Every value in it that is not empty, by the path to it."""
    found: dict[str, Any] = {}
    for name, value in facts.items() if isinstance(facts, dict) else ():
        path = f"{prefix}{name}"
        if isinstance(value, dict):
            found |= _flat(value, f"{path}.")
        elif isinstance(value, bool | int | float):
            found[path] = value
        elif shown := line(", ".join(map(str, value)) if isinstance(value, list) else value, 1000):
            found[path] = shown
    return dict(list(found.items())[:_MOST_FACTS])


def _persoon(facts: Shown) -> Data:
    return {
        "bsn": line(facts.get("inpBsn"), _UNCUT),
        "identificatie": line(facts.get("anpIdentificatie"), _UNCUT),
        "voornamen": line(facts.get("voornamen"), 200) or line(facts.get("voorletters"), 200),
        "voorvoegselGeslachtsnaam": line(facts.get("voorvoegselGeslachtsnaam"), 80),
        "geslachtsnaam": line(facts.get("geslachtsnaam"), 200),
        "geboortedatum": _geboortedatum(facts.get("geboortedatum")),
    }


def _organisatie(facts: Shown) -> Data:
    return {
        "rsin": line(facts.get("innNnpId"), _UNCUT),
        "identificatie": line(facts.get("annIdentificatie"), _UNCUT),
        "kvkNummer": line(facts.get("kvkNummer"), _UNCUT),
        "vestigingsnummer": line(facts.get("vestigingsNummer"), _UNCUT),
        "naam": line(facts.get("statutaireNaam"), 625),
    }


def _vestiging(facts: Shown) -> Data:
    names = facts.get("handelsnaam")
    naam = ", ".join(str(one) for one in names) if isinstance(names, list) else names
    return {
        "vestigingsnummer": line(facts.get("vestigingsNummer"), _UNCUT),
        "kvkNummer": line(facts.get("kvkNummer"), _UNCUT),
        "naam": line(naam, 625),
    }


def _medewerker(facts: Shown) -> Data:
    parts = (line(facts.get(name), 200) for name in _NAMES_OF_STAFF)
    return {
        "identificatie": line(facts.get("identificatie"), _UNCUT),
        "naam": line(" ".join(part for part in parts if part), 625),
    }


_NAMES_OF_STAFF: Final = ("voorletters", "voorvoegselAchternaam", "achternaam")


def _eenheid(facts: Shown) -> Data:
    return {
        "identificatie": line(facts.get("identificatie"), _UNCUT),
        "naam": line(facts.get("naam"), 625),
    }


_READERS: Final[Mapping[str, Callable[[Shown], Data]]] = {
    "natuurlijk_persoon": _persoon,
    "niet_natuurlijk_persoon": _organisatie,
    "vestiging": _vestiging,
    "medewerker": _medewerker,
    "organisatorische_eenheid": _eenheid,
}


def _geboortedatum(value: object) -> str | None:
    """YYYY, YYYY-MM or YYYY-MM-DD; parts that are not known are zeros in the BRP.

    What is no such date is given on as it is, and then refused by the model.
    """
    given = line(value, 18)
    match = _DATE.fullmatch(given or "")
    if match is None:
        return given
    parts = [part for part in match.groups() if part]
    while parts and not parts[-1].strip("0"):
        parts.pop()
    return "-".join(parts) or None


_STREET: Final = ("gorOpenbareRuimteNaam", "aoaHuisnummer", "aoaHuisletter")
_ABROAD: Final = (
    *("subAdresBuitenland1", "subAdresBuitenland2", "subAdresBuitenland3", "lndLandnaam"),
)


def _adres(facts: Shown) -> str | None:
    """The address in one line, as far as it is there."""
    if isinstance(facts.get("bezoekadres"), str) and (adres := line(facts["bezoekadres"], 255)):
        return adres
    home, abroad = facts.get("verblijfsadres"), facts.get("subVerblijfBuitenland")
    if isinstance(home, dict):
        street = _joined(home, *_STREET)
        extra = line(home.get("aoaHuisnummertoevoeging"), 10)
        number = f"{street}-{extra}" if extra else street
        place = _joined(home, "aoaPostcode", "wplWoonplaatsNaam")
        where = line(home.get("inpLocatiebeschrijving"), 100)
        parts = (part for part in (number, where, place) if part)
        return line(", ".join(parts), 255)
    if isinstance(abroad, dict):
        return line(", ".join(filter(None, (line(abroad.get(n), 80) for n in _ABROAD))), 255)
    return None


def _joined(facts: Shown, *names: str) -> str:
    return " ".join(part for part in (line(facts.get(name), 100) for name in names) if part)


def _filled(data: Data) -> Data:
    return {name: value for name, value in data.items() if value is not None}
