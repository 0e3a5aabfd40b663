"""The small parts of which answers are made: dates as far as they are known, codes, names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulators.town import Address, Person, Relative, Stay

Json = dict[str, Any]

_MONTHS: Final = (
    *("januari", "februari", "maart", "april", "mei", "juni", "juli"),
    *("augustus", "september", "oktober", "november", "december"),
)
SEXES: Final[Mapping[str, str]] = {"M": "man", "V": "vrouw", "O": "onbekend"}
_PREDICATES: Final = frozenset({"JH", "JV"})


def date_of(text: str) -> Json:
    """Return a date in the one of four forms that says how much of it is known."""
    parts = text.split("-") if text else []
    match parts:
        case [year, month, day]:
            long = f"{int(day)} {_MONTHS[int(month) - 1]} {year}"
            return {"type": "Datum", "datum": text, "langFormaat": long}
        case [year, month]:
            long = f"{_MONTHS[int(month) - 1]} {year}"
            found: Json = {"type": "JaarMaandDatum", "jaar": int(year), "maand": int(month)}
            return {**found, "langFormaat": long}
        case [year]:
            return {"type": "JaarDatum", "jaar": int(year), "langFormaat": year}
        case _:
            return {"type": "DatumOnbekend", "onbekend": True, "langFormaat": "onbekend"}


def coded(pair: tuple[str, str]) -> Json:
    """Return a value of a table; what has no code, or no description, is without it."""
    return {name: part for name, part in zip(("code", "omschrijving"), pair, strict=True) if part}


def sex_of(letter: str) -> Json:
    return {"code": letter, "omschrijving": SEXES[letter]}


def name_of(one: Person | Relative) -> Json:
    """Return the parts of a name; those that are empty are left out."""
    titled = getattr(one, "titel", None)
    parts: Json = {
        "voornamen": one.voornamen[:200],
        "voorvoegsel": one.voorvoegsel,
        "geslachtsnaam": one.geslachtsnaam[:200],
        "voorletters": "".join(f"{first[0]}." for first in one.voornamen.split())[:20],
    }
    if titled is not None:
        kind = "predicaat" if titled[0] in _PREDICATES else "titel"
        parts["adellijkeTitelPredicaat"] = {**coded(titled), "soort": kind}
    return {name: value for name, value in parts.items() if value}


def full_name(one: Person | Relative) -> str:
    """Return the name in one line."""
    titled = getattr(one, "titel", None)
    parts = (one.voornamen, titled and titled[1], one.voorvoegsel, one.geslachtsnaam)
    return " ".join(part for part in parts if part)[:200]


def lines_of(stay: Stay) -> Json:
    """Return a place as it stands on an envelope."""
    if stay.address is not None:
        one = stay.address
        house = f"{one.huisnummer}{one.huisletter}{' ' if one.toevoeging else ''}{one.toevoeging}"
        return {
            "adresregel1": f"{one.straat} {house}",
            "adresregel2": f"{one.postcode[:4]} {one.postcode[4:]}  {one.woonplaats.upper()}",
        }
    if stay.locatie:
        return {"adresregel1": stay.locatie[:40]}
    if stay.land is not None and stay.buitenland:
        lines = {f"adresregel{place}": line for place, line in enumerate(stay.buitenland, start=1)}
        return {**lines, "land": coded(stay.land)}
    return {}


def place_of(stay: Stay) -> tuple[str, Json]:
    """Return what kind of place it is, and its address."""
    if stay.address is not None:
        return "Adres", _inland(stay.address)
    if stay.locatie:
        return "Locatie", {"locatiebeschrijving": stay.locatie}
    if stay.land is not None:
        lines = {f"regel{place}": line for place, line in enumerate(stay.buitenland, start=1)}
        return "VerblijfplaatsBuitenland", {**lines, "land": coded(stay.land)}
    return "VerblijfplaatsOnbekend", {}


def _inland(one: Address) -> Json:
    found: Json = {
        "officieleStraatnaam": one.straat,
        "korteStraatnaam": one.straat[:24],
        "huisnummer": one.huisnummer,
        "huisletter": one.huisletter,
        "huisnummertoevoeging": one.toevoeging,
        "postcode": one.postcode,
        "woonplaats": one.woonplaats,
    }
    return {name: value for name, value in found.items() if value}
