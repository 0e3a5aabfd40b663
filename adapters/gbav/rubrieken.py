"""Which rubrieken of the LO3 give which part of our answer: no more is asked than is allowed.

A rubriek is written as category and element: 10120 is 01.20 in category 01.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

ALWAYS: Final = (10120, 18310, 18330, 60810, 76710, 76720, 77010)
"""About whom it is, whether something is being looked into, and how the rest is to be read."""
_RELATIVE: Final = {
    "bsn": 120,
    "voornamen": 210,
    "voorvoegselGeslachtsnaam": 230,
    "geslachtsnaam": 240,
    "geboortedatum": 310,
}


def _relative(name: str, *categories: int) -> dict[str, tuple[int, ...]]:
    return {
        f"{name}.{part}": tuple(category * 10_000 + element for category in categories)
        for part, element in _RELATIVE.items()
    }


RUBRIEKEN: Final[Mapping[str, tuple[int, ...]]] = {
    "bsn": (10120,),
    "aNummer": (10110,),
    "voornamen": (10210,),
    "voorvoegselGeslachtsnaam": (10230,),
    "geslachtsnaam": (10240,),
    "geslacht": (10410,),
    "geboortedatum": (10310,),
    "geboorteplaats": (10320,),
    "geboorteland": (10330,),
    "overlijdensdatum": (60810,),
    "gemeenteVanInschrijving": (80910,),
    "verblijfplaats.straatnaam": (81110, 81115),
    "verblijfplaats.huisnummer": (81120,),
    "verblijfplaats.huisletter": (81130,),
    "verblijfplaats.huisnummertoevoeging": (81140,),
    "verblijfplaats.postcode": (81160,),
    "verblijfplaats.woonplaats": (81170,),
    "verblijfplaats.gemeentecode": (80910,),
    "verblijfplaats.bagIdentificatie": (81180,),
    "verblijfplaats.nummeraanduiding": (81190,),
    "verblijfplaats.land": (81310,),
    "verblijfplaats.regels": (81210, 81330, 81340, 81350),
    "verblijfplaats.datumIngang": (81030, 81320),
    "verblijfplaats.inOnderzoek": (88310, 88330),
    "nationaliteiten": (40510,),
    **_relative("ouders", 2, 3),
    **_relative("partners", 5),
    "partners.soortVerbintenis": (51510,),
    "partners.datumVerbintenis": (50610,),
    **_relative("kinderen", 9),
}
_ENDED: Final = 50710
"""Without it a former partner looks like one."""
_PREFIX: Final = "personen."


_STAY: Final = "verblijfplaats."
_STAYS: Final = "verblijfplaatsen"
_HISTORY: Final = 500_000
"""Category 58 is what category 08 was before."""
_NEEDED: Final = (81030, 81320, 88410)
"""When each began, which also says when the one before ended; and what never was right."""


def masker_of_stays(allowed: Iterable[str]) -> list[int]:
    """Return the rubrieken of where somebody lives and lived, for paths of that answer."""
    wanted = {path.removeprefix(f"{_STAYS}.") for path in allowed}
    every = not wanted or _STAYS in wanted
    named = {
        rubriek
        for name, rubrieken in RUBRIEKEN.items()
        if name.startswith(_STAY) and (every or _covered(name.removeprefix(_STAY), wanted))
        for rubriek in rubrieken
    } | set(_NEEDED)
    return sorted(named | {one + _HISTORY for one in named} | set(ALWAYS))


def masker(allowed: Iterable[str]) -> list[int]:
    """Return the rubrieken to ask for; `allowed` are dotted paths of our answer, none: all."""
    wanted = {path.removeprefix(_PREFIX) for path in allowed}
    named = {
        rubriek
        for name, rubrieken in RUBRIEKEN.items()
        if not wanted or "personen" in wanted or _covered(name, wanted)
        for rubriek in rubrieken
    }
    if any(50_000 <= one < 60_000 for one in named):  # noqa: PLR2004 - category 05
        named.add(_ENDED)
    return sorted(named | set(ALWAYS))


def _covered(name: str, wanted: set[str]) -> bool:
    return any(name == one or name.startswith(f"{one}.") for one in wanted)
