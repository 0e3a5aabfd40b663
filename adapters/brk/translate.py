"""From what the BRK answers to our answer; pure, and lenient as to what is absent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from adapters._kit.haalcentraal.reading import (
    Json,
    date_of,
    day,
    known,
    line,
    nine,
    part,
    whole,
)
from schemas.identifiers import passes_elfproef

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
_LARGEST: Final = 10**12
_KVK: Final = re.compile(r"[0-9]{8}", re.ASCII)


def number(one: Mapping[str, Any]) -> str | None:
    """Return the register's number of a thing, fit for an address; None: it has none."""
    value = one.get("identificatie")
    return value if isinstance(value, str) and _NUMBER.fullmatch(value) else None


def property_of(one: Mapping[str, Any]) -> Json:
    """Return a parcel or apartment right, without its owners."""
    return known(
        {
            "identificatie": line(one.get("identificatie"), 80),
            "kadastraleAanduiding": line(one.get("kadastraleAanduiding"), 80),
            "soort": line(one.get("type"), 80),
        }
    )


def holder(one: Mapping[str, Any]) -> Json:
    """Return somebody with a right, as far as the right itself says it."""
    person = part(one, "persoon")
    own = person.get("identificatie") if person.get("type") == _REGISTERED else None
    since = one.get("aanvangsdatum")
    return known(
        {
            "recht": line(one.get("type"), 80),
            "soort": _KINDS.get(str(person.get("type"))),
            "naam": line(person.get("omschrijving"), 255),
            "bsn": nine(own),
            "aandeel": _share(part(part(one, "tenaamstelling"), "aandeel")),
            "sinds": day(since),
        }
    )


def person_path(one: Mapping[str, Any]) -> str | None:
    """Return where more is known about the person of a right; None: nowhere but in the BRP.

    A number that could be a burgerservicenummer never becomes a part of an address.
    """
    person = part(one, "persoon")
    kind, own = _PERSONS.get(str(person.get("type"))), number(person)
    if kind is None or own is None or passes_elfproef(own):
        return None
    return f"/{kind}/{own}"


def person(one: Mapping[str, Any]) -> Json:
    """Return what the register of persons of the Kadaster adds to a holder."""
    rsin, kvk = one.get("rsin"), one.get("kvkNummer")
    return known(
        {
            "naam": line(one.get("statutaireNaam"), 255) or _full_name(part(one, "naam")),
            "rsin": nine(rsin),
            "kvkNummer": kvk if isinstance(kvk, str) and _KVK.fullmatch(kvk) else None,
            "geboortedatum": date_of(part(part(one, "geboorte"), "datum")),
            "overlijdensdatum": date_of(part(part(one, "overlijden"), "datum")),
        }
    )


def _full_name(name: Mapping[str, Any]) -> str | None:
    parts = (name.get(part) for part in ("voornamen", "voorvoegsel", "geslachtsnaam"))
    return line(" ".join(part for part in parts if isinstance(part, str)), 255)


def _share(share: Mapping[str, Any]) -> Json | None:
    above, below = (whole(share.get(name), 1, _LARGEST) for name in ("teller", "noemer"))
    return None if above is None or below is None else {"teller": above, "noemer": below}
