"""The official test persons, from the lists that RvIG publishes; they are not in this project.

The file has a list on each line, as JSON: `burgerservicenummer`, `anummer`, and `rijen`, in each of
which a category of the LO3 stands by its number, with its elements. `H` in a category says what the
next row of that category is: the category and 50, an older occurrence of the same stack; the
category itself, a new stack.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final, Literal

from simulators.town import Address, Bond, Document, Person, Relative, Stay, Town

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

Row = dict[str, str]

_COUNTRIES: Final = {"6030": "Nederland", "5010": "België"}
_NATIONALITIES: Final = {"0001": "Nederlandse"}
_STATELESS: Final = frozenset({"", "0000", "0499", "0500"})
_SECRET: Final = frozenset({"", "0"})
_OLDER: Final = 50
_DOCUMENTS: Final = frozenset({"PN", "NI"})


@dataclass(frozen=True, slots=True)
class _Stack:
    """Occurrences of one thing, the one of now first."""

    rows: Sequence[Row]

    @property
    def now(self) -> Row:
        return self.rows[0]


def read_test_persons(path: Path) -> Town:
    """Return a town of the persons in the file; raises OSError and ValueError.

    Who has no burgerservicenummer is left out: nobody could ask for them.
    """
    with path.open(encoding="utf-8") as lines:
        people = [_person(json.loads(line)) for line in lines if line.strip()]
    found = {one.bsn: one for one in people if one.bsn}
    addresses = {stay.address for one in people for stay in one.stays if stay.address is not None}
    return Town(
        gemeentecode="0599",
        naam="",
        addresses=tuple(sorted(addresses, key=lambda one: one.nummeraanduiding)),
        persons=found,
    )


def _person(read: Mapping[str, Any]) -> Person:
    stacks = {category: list(_stacks(read["rijen"], category)) for category in range(1, 13)}
    own = stacks[1][0].now
    died = stacks[6][0].now.get("08.10", "") if stacks[6] else ""
    kept_up = stacks[7][0].now if stacks[7] else {}
    reason = kept_up.get("67.20", "")
    living = stacks[8][0].rows if stacks[8] else [{}]
    return Person(
        bsn=read["burgerservicenummer"],
        a_nummer=read["anummer"],
        voornamen=own.get("02.10", ""),
        voorvoegsel=own.get("02.30", ""),
        geslachtsnaam=own.get("02.40", "."),
        titel=(own["02.20"], "") if own.get("02.20") else None,
        geslacht=_sex(own),
        geboren=_day(own.get("03.10", "")),
        geboorteplaats=_place(own.get("03.20", "")),
        geboorteland=_coded(own.get("03.30", ""), _COUNTRIES),
        overleden=_day(died),
        stays=tuple(_stay(row) for row in reversed(living)),
        bonds=tuple(_bond(one) for one in stacks[5] if one.now.get("02.40")),
        ouders=tuple(
            _relative(one.now) for kind in (2, 3) for one in stacks[kind] if one.now.get("02.40")
        ),
        kinderen=tuple(_relative(one.now) for one in stacks[9] if one.now.get("02.40")),
        nationaliteiten=tuple(
            _coded(one.now["05.10"], _NATIONALITIES)
            for one in stacks[4]
            if one.now.get("05.10", "") not in _STATELESS
        ),
        geheim=kept_up.get("70.10", "") not in _SECRET,
        onderzoek=bool(own.get("83.10")) and not own.get("83.30"),
        gemeente=(living[0].get("09.10", ""), ""),
        opgeschort=(reason, _day(kept_up.get("67.10", ""))) if reason in set("OEMFR") else None,
        documents=tuple(
            _document(one.now) for one in stacks[12] if one.now.get("35.10") in _DOCUMENTS
        ),
    )


def _stacks(rows: Iterable[Mapping[str, Row]], category: int) -> Iterable[_Stack]:
    name = f"{category:02d}"
    collected: list[Row] = []
    for row in (one[name] for one in rows if name in one):
        collected.append(row)
        if row.get("H") != str(category + _OLDER):
            yield _Stack(collected)
            collected = []
    if collected:
        yield _Stack(collected)


def _stay(row: Row) -> Stay:
    abroad = row.get("13.10", "")
    if abroad:
        lines = tuple(row[name] for name in ("13.30", "13.40", "13.50") if row.get(name))
        unknown = abroad == "0000"
        land = None if unknown else _coded(abroad, _COUNTRIES)
        return Stay(van=_day(row.get("13.20", "")), buitenland=lines, land=land)
    since = _day(row.get("10.30", ""))
    if row.get("12.10"):
        return Stay(van=since, locatie=row["12.10"])
    street = row.get("11.15") or row.get("11.10", "")
    if not street or street == ".":
        return Stay(van=since)
    address = Address(
        nummeraanduiding=row.get("11.90", ""),
        adresseerbaar_object=row.get("11.80", ""),
        straat=street,
        huisnummer=int(row.get("11.20") or 0),
        huisletter=row.get("11.30", ""),
        toevoeging=row.get("11.40", ""),
        postcode=row.get("11.60", ""),
        woonplaats=row.get("11.70", ""),
    )
    return Stay(van=since, address=address, onderzoek=bool(row.get("83.10")))


def _bond(stack: _Stack) -> Bond:
    """An ended one says when it began in its older occurrence only."""
    began = next((row["06.10"] for row in stack.rows if row.get("06.10")), "")
    kind: Literal["H", "P"] = "P" if stack.now.get("15.10") == "P" else "H"
    return Bond(
        other=_relative(stack.now),
        soort=kind,
        aangegaan=_day(began),
        ontbonden=_day(stack.now.get("07.10", "")),
    )


def _relative(row: Row) -> Relative:
    return Relative(
        bsn=row.get("01.20", ""),
        voornamen=row.get("02.10", ""),
        voorvoegsel=row.get("02.30", ""),
        geslachtsnaam=row.get("02.40", "."),
        geboren=_day(row.get("03.10", "")),
        geslacht=_sex(row),
    )


def _document(row: Row) -> Document:
    lost = row.get("35.70", "")
    return Document(
        nummer=row.get("35.20", ""),
        soort="NI" if row["35.10"] == "NI" else "PN",
        geldig_tot=_day(row.get("35.50", "")),
        inhouding=(lost, _day(row.get("35.60", ""))) if lost in {"I", "V"} else None,
    )


def _sex(row: Row) -> Literal["M", "V", "O"]:
    sex = row.get("04.10")
    return "M" if sex == "M" else "V" if sex == "V" else "O"


def _day(digits: str) -> str:
    """From 19870400 to 1987-04; zeros are what is not known."""
    if len(digits) != len("yyyymmdd") or digits.startswith("0000"):
        return ""
    known = takewhile(lambda part: part != "00", (digits[4:6], digits[6:]))
    return "-".join((digits[:4], *known))


def _place(code: str) -> tuple[str, str]:
    """A municipality by its number, a place abroad by its name."""
    return (code, "") if code.isdigit() else ("", code)


def _coded(code: str, names: Mapping[str, str]) -> tuple[str, str]:
    return code, names.get(code, "")
