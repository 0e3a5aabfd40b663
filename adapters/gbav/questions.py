"""From our questions to the question of GBA-V; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from adapters.gbav.rubrieken import masker, masker_of_stays

Json = dict[str, Any]

_KEYS: Final[Mapping[str, int]] = {
    "bsn": 10120,
    "geslachtsnaam": 10240,
    "voorvoegsel": 10230,
    "voornamen": 10210,
    "geslacht": 10410,
    "geboortedatum": 10310,
    "gemeente": 80910,
    "straatnaam": 81110,
    "huisnummer": 81120,
    "huisletter": 81130,
    "huisnummertoevoeging": 81140,
    "postcode": 81160,
    "adresseerbaarObject": 81180,
    "nummeraanduiding": 81190,
}
"""What may be searched by, and its rubriek."""
_OF_AN_ADDRESS: Final = frozenset(
    {"gemeente", "straatnaam", "huisnummer", "huisletter", "huisnummertoevoeging", "postcode"}
    | {"adresseerbaarObject", "nummeraanduiding"}
)
_SEXES: Final = {"man": "M", "vrouw": "V", "onbekend": "O"}
_OURS: Final = frozenset({"inclusiefOverleden"})
"""Decided by us, when the answer is there."""


def question(data: Mapping[str, Any], allowed: frozenset[str], gemeente: str) -> Json:
    """Return in0. `gemeente` narrows a search that does not say where."""
    given = {name: value for name, value in data.items() if name not in _OURS}
    if gemeente and "bsn" not in given:
        given.setdefault("gemeente", gemeente)
    by_address = set(given) <= _OF_AN_ADDRESS
    items = [
        {"rubrieknummer": _KEYS[name], "zoekwaarde": _written(name, value)}
        for name, value in given.items()
    ]
    return {
        "indicatieAdresvraag": 1 if by_address else 0,
        "indicatieZoekenInHistorie": 0,
        "masker": {"item": masker(allowed)},
        "parameters": {"item": items},
    }


def stays_question(bsn: str, allowed: frozenset[str]) -> Json:
    """Return in0 for all that is known of where somebody lived."""
    return {
        "indicatieAdresvraag": 0,
        "indicatieZoekenInHistorie": 0,
        "masker": {"item": masker_of_stays(allowed)},
        "parameters": {"item": [{"rubrieknummer": _KEYS["bsn"], "zoekwaarde": bsn}]},
    }


def _written(name: str, value: Any) -> str:
    if name == "geslacht":
        return _SEXES[value]
    return str(value).replace("-", "") if name == "geboortedatum" else str(value)
