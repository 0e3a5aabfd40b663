"""From a person of the town to the rows of a persoonslijst, by category and element."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulators.town import Person, Relative, Stay, Town

Row = dict[int, str]
"""Values by element: 210 is 02.10."""


def rows_of(one: Person, town: Town) -> Iterator[tuple[int, list[Row]]]:
    """Give each stack: its category, and its occurrences with the present one first."""
    yield 1, [_own(one)]
    for category, parent in zip((2, 3), one.ouders, strict=False):
        yield category, [_relative(town.persons[parent] if isinstance(parent, str) else parent)]
    for code, _ in one.nationaliteiten:
        yield 4, [{510: code}]
    for bond in one.bonds:
        other = bond.other or town.persons[bond.bsn]
        began = {**_relative(other), 610: digits(bond.aangegaan), 1510: bond.soort}
        if bond.ontbonden:
            yield 5, [{**_relative(other), 710: digits(bond.ontbonden), 1510: bond.soort}, began]
        else:
            yield 5, [began]
    if one.overleden:
        yield 6, [{810: digits(one.overleden)}]
    kept_up = {7010: "7" if one.geheim else "0"}
    if one.opgeschort is not None:
        kept_up |= {6710: digits(one.opgeschort[1]), 6720: one.opgeschort[0]}
    yield 7, [kept_up]
    yield 8, [_residence(stay, one) for stay in reversed(one.stays)]
    for child in one.kinderen:
        yield 9, [_relative(town.persons[child] if isinstance(child, str) else child)]


def digits(day: str) -> str:
    """Return a date in eight digits, zeros for what is not known."""
    return day.replace("-", "").ljust(8, "0")


def _own(one: Person) -> Row:
    row = {
        **_relative(one),
        110: one.a_nummer,
        320: one.geboorteplaats[0],
        330: one.geboorteland[0],
        410: one.geslacht,
    }
    return row | ({8310: "010000", 8320: "20251001"} if one.onderzoek else {})


def _relative(one: Person | Relative) -> Row:
    row = {
        120: one.bsn,
        210: one.voornamen,
        230: one.voorvoegsel,
        240: one.geslachtsnaam,
        310: digits(one.geboren),
    }
    return {element: value for element, value in row.items() if value}


def _residence(stay: Stay, one: Person) -> Row:
    row = {910: one.gemeente[0], 1030: digits(stay.van)}
    if stay.address is not None:
        at = stay.address
        row |= {
            1110: at.straat[:24],
            1115: at.straat,
            1120: str(at.huisnummer),
            1130: at.huisletter,
            1140: at.toevoeging,
            1160: at.postcode,
            1170: at.woonplaats,
            1180: at.adresseerbaar_object,
            1190: at.nummeraanduiding,
        }
    elif stay.locatie:
        row[1210] = stay.locatie
    else:
        land = "0000" if stay.land is None else stay.land[0]
        lines = zip((1330, 1340, 1350), stay.buitenland, strict=False)
        row = {910: one.gemeente[0], 1310: land, 1320: digits(stay.van), **dict(lines)}
    if stay.onderzoek:
        row[8310] = "081100"
    return {element: value for element, value in row.items() if value}
