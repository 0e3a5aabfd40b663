"""From what the BRK answers to our answer; pure, and lenient as to what is absent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from schemas.identifiers import passes_elfproef

Json = dict[str, Any]

_KINDS: Final = {
    "ingeschreven_natuurlijk_persoon": "natuurlijk_persoon",
    "kadaster_natuurlijk_persoon": "natuurlijk_persoon",
    "ingeschreven_niet_natuurlijk_persoon": "niet_natuurlijk_persoon",
    "kadaster_niet_natuurlijk_persoon": "niet_natuurlijk_persoon",
}
_REGISTERED: Final = "ingeschreven_natuurlijk_persoon"
"""In the BRP: its identificatie is the burgerservicenummer."""
_PERSONS: Final[Mapping[str, str]] = {
    "kadaster_natuurlijk_persoon": "kadasternatuurlijkpersonen",
    "kadaster_niet_natuurlijk_persoon": "kadasternietnatuurlijkpersonen",
    "ingeschreven_niet_natuurlijk_persoon": "kadasternietnatuurlijkpersonen",
}
_NUMBER: Final = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_KVK: Final = re.compile(r"[0-9]{8}", re.ASCII)


def listed(document: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return the members of a HAL collection; an empty one has no `_embedded`."""
    found = _part(document, "_embedded").get(name)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def number(one: Mapping[str, Any]) -> str | None:
    """Return the register's number of a thing, fit for an address; None: it has none."""
    value = one.get("identificatie")
    return value if isinstance(value, str) and _NUMBER.fullmatch(value) else None


def property_of(one: Mapping[str, Any]) -> Json:
    """Return a parcel or apartment right, without its owners."""
    return _known(
        {
            "identificatie": _line(one.get("identificatie"), 80),
            "kadastraleAanduiding": _line(one.get("kadastraleAanduiding"), 80),
            "soort": _line(one.get("type"), 80),
        }
    )


def holder(one: Mapping[str, Any]) -> Json:
    """Return somebody with a right, as far as the right itself says it."""
    person = _part(one, "persoon")
    own = person.get("identificatie") if person.get("type") == _REGISTERED else None
    since = one.get("aanvangsdatum")
    return _known(
        {
            "recht": _line(one.get("type"), 80),
            "soort": _KINDS.get(str(person.get("type"))),
            "naam": _line(person.get("omschrijving"), 255),
            "bsn": own if isinstance(own, str) and passes_elfproef(own) else None,
            "aandeel": _share(_part(_part(one, "tenaamstelling"), "aandeel")),
            "sinds": since if isinstance(since, str) and _DAY.fullmatch(since) else None,
        }
    )


def person_path(one: Mapping[str, Any]) -> str | None:
    """Return where more is known about the person of a right; None: nowhere but in the BRP.

    A number that could be a burgerservicenummer never becomes a part of an address.
    """
    person = _part(one, "persoon")
    kind, own = _PERSONS.get(str(person.get("type"))), number(person)
    if kind is None or own is None or passes_elfproef(own):
        return None
    return f"/{kind}/{own}"


def person(one: Mapping[str, Any]) -> Json:
    """Return what the register of persons of the Kadaster adds to a holder."""
    rsin, kvk = one.get("rsin"), one.get("kvkNummer")
    return _known(
        {
            "naam": _line(one.get("statutaireNaam"), 255) or _full_name(_part(one, "naam")),
            "rsin": rsin if isinstance(rsin, str) and passes_elfproef(rsin) else None,
            "kvkNummer": kvk if isinstance(kvk, str) and _KVK.fullmatch(kvk) else None,
            "geboortedatum": _date(_part(_part(one, "geboorte"), "datum")),
            "overlijdensdatum": _date(_part(_part(one, "overlijden"), "datum")),
        }
    )


def _full_name(name: Mapping[str, Any]) -> str | None:
    parts = (name.get(part) for part in ("voornamen", "voorvoegselGeslachtsnaam", "geslachtsnaam"))
    return _line(" ".join(part for part in parts if isinstance(part, str)), 255)


def _share(share: Mapping[str, Any]) -> Json | None:
    above, below = share.get("teller"), share.get("noemer")
    if isinstance(above, int) and isinstance(below, int) and above > 0 and below > 0:
        return {"teller": above, "noemer": below}
    return None


def _date(value: Mapping[str, Any]) -> str | None:
    day = value.get("datum")
    if isinstance(day, str) and _DAY.fullmatch(day):
        return day
    year, month = value.get("jaar"), value.get("maand")
    if not isinstance(year, int) or not 0 < year < 10_000:  # noqa: PLR2004 - four digits
        return None
    known = isinstance(month, int) and 0 < month < 13  # noqa: PLR2004 - months
    return f"{year:04}-{month:02}" if known else f"{year:04}"


def _part(one: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = one.get(name)
    return value if isinstance(value, Mapping) else {}


def _line(value: Any, most: int) -> str | None:
    text = " ".join(value.split()) if isinstance(value, str) else ""
    return text[:most] or None


def _known(values: Mapping[str, Any]) -> Json:
    return {name: value for name, value in values.items() if value is not None}
