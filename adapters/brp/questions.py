"""From our questions to the bodies of the BRP's operations; pure.

Every operation is one POST whose `type` says which; nothing about a person is ever in an address.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from adapters.brp.fields import FOUND, PERSON, fields_for

Json = dict[str, Any]

_COMMON: Final = ("huisletter", "huisnummertoevoeging")
_SEARCHES: Final[tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]] = (
    ("ZoekMetNummeraanduidingIdentificatie", ("nummeraanduiding",), ()),
    ("ZoekMetAdresseerbaarObjectIdentificatie", ("adresseerbaarObject",), ()),
    (
        "ZoekMetPostcodeEnHuisnummer",
        ("postcode", "huisnummer"),
        (*_COMMON, "geslachtsnaam", "geboortedatum"),
    ),
    (
        "ZoekMetGeslachtsnaamEnGeboortedatum",
        ("geslachtsnaam", "geboortedatum"),
        ("voornamen", "voorvoegsel", "geslacht", "gemeente"),
    ),
    (
        "ZoekMetNaamEnGemeenteVanInschrijving",
        ("geslachtsnaam", "voornamen", "gemeente"),
        ("voorvoegsel", "geslacht"),
    ),
    (
        "ZoekMetStraatHuisnummerEnGemeenteVanInschrijving",
        ("straatnaam", "huisnummer", "gemeente"),
        _COMMON,
    ),
)
"""The operation, what it needs, and what it may have besides; the first that fits is taken."""

_EVERY: Final = frozenset({"inclusiefOverleden"})
_WIRE: Final[Mapping[str, str]] = {
    "nummeraanduiding": "nummeraanduidingIdentificatie",
    "adresseerbaarObject": "adresseerbaarObjectIdentificatie",
    "straatnaam": "straat",
    "gemeente": "gemeenteVanInschrijving",
    "inclusiefOverleden": "inclusiefOverledenPersonen",
}
_SEXES: Final = {"man": "M", "vrouw": "V", "onbekend": "O"}


class NoSuchSearch(ValueError):
    """The BRP has no search with these fields together; the text names those that do not fit."""


def person(data: Mapping[str, Any], allowed: frozenset[str], gemeente: str) -> Json:
    """Return the question for one person."""
    body = {
        "type": "RaadpleegMetBurgerservicenummer",
        "burgerservicenummer": [data["bsn"]],
        "fields": fields_for(allowed, PERSON),
    }
    return body | ({"gemeenteVanInschrijving": gemeente} if gemeente else {})


def search(data: Mapping[str, Any], allowed: frozenset[str], gemeente: str) -> Json:
    """Return the question for persons who fit; raises NoSuchSearch."""
    given = dict(data)
    if gemeente:
        given.setdefault("gemeente", gemeente)
    stated = set(data) - _EVERY
    for operation, needed, besides in _SEARCHES:
        if set(needed) <= set(given) and stated <= {*needed, *besides}:
            taken = {*needed, *besides, *_EVERY, "gemeente"}
            body = {
                _WIRE.get(name, name): _written(name, value)
                for name, value in given.items()
                if name in taken
            }
            return {"type": operation, **body, "fields": fields_for(allowed, FOUND)}
    raise NoSuchSearch(f"The BRP has no search by {', '.join(sorted(stated))} together.")


def history(data: Mapping[str, Any]) -> Json:
    """Return the question where somebody lived."""
    return {"burgerservicenummer": data["bsn"], **_when(data, "RaadpleegMet")}


def residents(data: Mapping[str, Any]) -> Json:
    """Return the question who lives in a building."""
    number = data["adresseerbaarObject"]
    return {"adresseerbaarObjectIdentificatie": number, **_when(data, "BewoningMet")}


def travel_documents(data: Mapping[str, Any]) -> Json:
    """Return the question for travel documents."""
    asked: Json = (
        {"type": "RaadpleegMetReisdocumentnummer", "reisdocumentnummer": [data["nummer"]]}
        if "nummer" in data
        else {"type": "ZoekMetBurgerservicenummer", "burgerservicenummer": data["bsn"]}
    )
    return asked | {"fields": list(DOCUMENT_FIELDS)}


DOCUMENT_FIELDS: Final = (
    "reisdocumentnummer",
    "soort",
    "datumEindeGeldigheid",
    "inhoudingOfVermissing",
    "houder.burgerservicenummer",
)


def _when(data: Mapping[str, Any], prefix: str) -> Json:
    if "peildatum" in data:
        return {"type": f"{prefix}Peildatum", "peildatum": data["peildatum"]}
    return {
        "type": f"{prefix}Periode",
        "datumVan": data["datumVan"],
        "datumTot": data["datumTot"],
    }


def _written(name: str, value: Any) -> Any:
    return _SEXES[value] if name == "geslacht" else value
