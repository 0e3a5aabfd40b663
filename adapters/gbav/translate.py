"""From the lists of persons that GBA-V gives to our answer; pure.

The first occurrence in a stack is how it is now, the others are history: only read for where
somebody lived.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from schemas.identifiers import passes_elfproef

Json = dict[str, Any]
Rows = dict[int, str]
"""Values of one occurrence by element: 210 is 02.10."""

_SEXES: Final = {"M": "man", "V": "vrouw", "O": "onbekend"}
_BONDS: Final = {"H": "huwelijk", "P": "geregistreerd_partnerschap"}
_SUSPENDED: Final = {
    "O": "overlijden",
    "E": "emigratie",
    "M": "ministerieel_besluit",
    "F": "fout",
    "R": "rni",
}
_DUTCH: Final = {"0001": "Nederlandse"}
_UNKNOWN_LAND: Final = "0000"
_NOT_SECRET: Final = frozenset({"", "0"})
_EIGHT: Final = 8
_LINES: Final = (1330, 1340, 1350)
_PLACE: Final = 8
_FORMER: Final = 50
"""Added to the number of a category for how it was before."""
_NEVER_SO: Final = 8410
"""Indicatie onjuist: the row was a mistake."""
_WHOLE: Final = len("2026-11-23")


def persons(lists: Iterable[Mapping[str, Any]], *, with_dead: bool) -> list[Json]:
    """Return who was found, without those who died unless they are wanted."""
    read = (_person(_categories(one)) for one in lists)
    return [
        one
        for one in read
        if one and (with_dead or one.get("opschorting", {}).get("reden") != "overlijden")
    ]


def stays(one: Mapping[str, Any], since: str, until: str) -> Json:
    """Return where somebody lived from `since` until before `until`, the latest first.

    A date that is not wholly known may lie anywhere in what is known of it.
    """
    stacks = _categories(one)
    kept_up, died = _first(stacks, 7), _day(_first(stacks, 6).get(810))
    found, ended = [], None
    for row in _occurrences(one, _PLACE):
        place = _residence(row)
        began = place.get("datumIngang")
        if _earliest(began) < until and (ended is None or _latest(ended) > since):
            found.append(place | ({"datumEinde": ended} if ended else {}))
        ended = began or ended
    return _known(
        {
            "verblijfplaatsen": found,
            "geheimhouding": True if kept_up.get(7010, "") not in _NOT_SECRET else None,
            "opschorting": _suspension(kept_up, died),
        }
    )


def bsn_of(one: Mapping[str, Any]) -> str | None:
    """Return whose list it is."""
    bsn: str | None = _relative(_first(_categories(one), 1)).get("bsn")
    return bsn


def _occurrences(one: Mapping[str, Any], category: int) -> Iterator[Rows]:
    """Give the rows of a category, the present one first, without what was never right."""
    for stack in _items(one.get("categoriestapels")):
        for occurrence in _items(stack.get("categorievoorkomens")):
            row = _values(occurrence)
            is_it = occurrence["categorienummer"] in {category, category + _FORMER}
            if is_it and row and _NEVER_SO not in row:
                yield row


def _values(occurrence: Mapping[str, Any]) -> Rows:
    return {
        element["nummer"]: element["waarde"]
        for element in _items(occurrence.get("elementen"))
        if element["waarde"]
    }


def _earliest(day: str | None) -> str:
    return "" if day is None else day + "-01-01"[len(day) - 4 :] if len(day) < _WHOLE else day


def _latest(day: str) -> str:
    return day if len(day) == _WHOLE else f"{day}~"


def _categories(one: Mapping[str, Any]) -> dict[int, list[Rows]]:
    """Return the present occurrence of each stack, by category."""
    found: dict[int, list[Rows]] = {}
    for stack in _items(one.get("categoriestapels")):
        occurrences = list(_items(stack.get("categorievoorkomens")))
        if occurrences:
            now = occurrences[0]
            found.setdefault(now["categorienummer"], []).append(_values(now))
    return found


def _items(value: Any) -> Iterator[Mapping[str, Any]]:
    yield from (value or {}).get("item") or ()


def _person(stacks: Mapping[int, list[Rows]]) -> Json:
    own = _first(stacks, 1)
    place = _first(stacks, 8)
    kept_up = _first(stacks, 7)
    died = _day(_first(stacks, 6).get(810))
    found = {
        **_relative(own),
        "aNummer": own.get(110),
        "geslacht": _SEXES.get(own.get(410, "")),
        "geboorteplaats": own.get(320),
        "geboorteland": own.get(330),
        "overlijdensdatum": died,
        "gemeenteVanInschrijving": place.get(910),
        "verblijfplaats": _residence(place),
        "ouders": [_relative(row) for number in (2, 3) for row in stacks.get(number, ())],
        "partners": [_partner(row) for row in stacks.get(5, ()) if 710 not in row],  # noqa: PLR2004 - an element
        "kinderen": [_relative(row) for row in stacks.get(9, ())],
        "nationaliteiten": [
            _DUTCH.get(row[510], row[510])
            for row in stacks.get(4, ())
            if 510 in row  # noqa: PLR2004 - an element
        ],
        "geheimhouding": True if kept_up.get(7010, "") not in _NOT_SECRET else None,
        "inOnderzoek": True if _is_doubted(own) else None,
        "opschorting": _suspension(kept_up, died),
    }
    for name in ("ouders", "partners", "kinderen"):
        found[name] = [one for one in found[name] if one]
    return _known(found)


def _relative(row: Rows) -> Json:
    bsn = row.get(120, "").rjust(9, "0") if row.get(120) else ""
    return _known(
        {
            "bsn": bsn if bsn.isdigit() and passes_elfproef(bsn) else None,
            "voornamen": row.get(210),
            "voorvoegselGeslachtsnaam": row.get(230),
            "geslachtsnaam": row.get(240),
            "geboortedatum": _day(row.get(310)),
        }
    )


def _partner(row: Rows) -> Json:
    kind, since = _BONDS.get(row.get(1510, "")), _day(row.get(610))
    return _known({**_relative(row), "soortVerbintenis": kind, "datumVerbintenis": since})


def _residence(row: Rows) -> Json:
    abroad = row.get(1310, "")
    lines = [row[name] for name in (1210, *_LINES) if name in row]
    house = row.get(1120, "")
    return _known(
        {
            "straatnaam": row.get(1115) or row.get(1110),
            "huisnummer": int(house) if house.isdigit() and int(house) else None,
            "huisletter": row.get(1130),
            "huisnummertoevoeging": row.get(1140),
            "postcode": row.get(1160),
            "woonplaats": row.get(1170),
            "gemeentecode": None if abroad else row.get(910),
            "bagIdentificatie": row.get(1180),
            "nummeraanduiding": row.get(1190),
            "land": abroad if abroad != _UNKNOWN_LAND else None,
            "regels": lines,
            "datumIngang": _day(row.get(1320) if abroad else row.get(1030)),
            "onbekend": True if abroad == _UNKNOWN_LAND else None,
            "inOnderzoek": True if _is_doubted(row) else None,
        }
    )


def _suspension(row: Rows, died: str | None) -> Json | None:
    reason = row.get(6720, "")
    if not reason and died is None:
        return None
    since = _day(row.get(6710)) or died
    return _known({"reden": _SUSPENDED.get(reason or "O", "onbekend"), "datum": since})


def _is_doubted(row: Rows) -> bool:
    """Say whether an onderzoek began (83.10) and has not ended (83.30)."""
    return 8310 in row and 8330 not in row  # noqa: PLR2004 - elements


def _first(stacks: Mapping[int, list[Rows]], category: int) -> Rows:
    return next(iter(stacks.get(category, ())), {})


def _day(digits: str | None) -> str | None:
    """Return a date as far as it is known: 19870400 is 1987-04, zeros are nothing."""
    if digits is None or len(digits) != _EIGHT or not digits.isdigit() or digits[:4] == "0000":
        return None
    year, month, day = digits[:4], digits[4:6], digits[6:]
    if month == "00":
        return year
    return f"{year}-{month}" if day == "00" else f"{year}-{month}-{day}"


def _known(found: Mapping[str, Any]) -> Json:
    return {name: value for name, value in found.items() if value not in (None, "", [], {})}
