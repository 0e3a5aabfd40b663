"""From what the BAG answers to our answers and news; pure, and lenient as to what is absent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

Json = dict[str, Any]

_TEXTS: Final[Mapping[str, str]] = {
    "straatnaam": "openbareRuimteNaam",
    "huisletter": "huisletter",
    "huisnummertoevoeging": "huisnummertoevoeging",
    "postcode": "postcode",
    "woonplaats": "woonplaatsNaam",
    "nummeraanduiding": "nummeraanduidingIdentificatie",
    "adresseerbaarObject": "adresseerbaarObjectIdentificatie",
    "openbareRuimte": "openbareRuimteIdentificatie",
    "soortObject": "typeAdresseerbaarObject",
    "statusObject": "adresseerbaarObjectStatus",
}


def listed(document: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return the members of a HAL collection; an empty one has no `_embedded`."""
    embedded = document.get("_embedded")
    found = embedded.get(name) if isinstance(embedded, Mapping) else None
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def has_more(document: Mapping[str, Any]) -> bool:
    """Say whether a collection has a next page."""
    links = document.get("_links")
    return isinstance(links, Mapping) and bool(links.get("next"))


def addresses(document: Mapping[str, Any]) -> Json:
    """Return the answer from a collection of addresses."""
    return {
        "adressen": [address(one) for one in listed(document, "adressen")],
        "meer": has_more(document),
    }


def hits(document: Mapping[str, Any]) -> Json:
    """Return the answer from a free search: descriptions only."""
    found = (
        {"omschrijving": _line(one.get("omschrijving"), 255)}
        for one in listed(document, "zoekresultaten")
    )
    return {
        "adressen": [one for one in found if one["omschrijving"]],
        "meer": has_more(document),
    }


def address(one: Mapping[str, Any]) -> Json:
    """Return one address."""
    number, surface = one.get("huisnummer"), one.get("oppervlakte")
    made: Json = {name: _line(one.get(wire), 80) for name, wire in _TEXTS.items()}
    made |= {
        "huisnummer": number if isinstance(number, int) and number > 0 else None,
        "oppervlakte": surface if isinstance(surface, int) and surface > 0 else None,
        "gebruiksdoelen": _texts(one.get("gebruiksdoelen")),
        "bouwjaren": _texts(one.get("oorspronkelijkBouwjaar")),
        "inOnderzoek": True if one.get("inonderzoek") else None,
    }
    return {name: value for name, value in made.items() if value not in (None, [])}


def registered(one: Mapping[str, Any]) -> datetime | None:
    """Return when the register took this version of an address; None: it does not say."""
    version = _version(one)
    try:
        at = datetime.fromisoformat(str(version.get("tijdstipRegistratieLV")))
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


def changed(one: Mapping[str, Any], street: Mapping[str, Any]) -> Json:
    """Return the payload of `adres.gewijzigd` from a nummeraanduiding and its street."""
    own = _object(one, "nummeraanduiding")
    version = _version(one)
    made = {
        "nummeraanduiding": _line(own.get("identificatie"), 16),
        "straatnaam": _line(street.get("naam"), 80),
        "huisnummer": own.get("huisnummer"),
        "huisletter": _line(own.get("huisletter"), 20),
        "huisnummertoevoeging": _line(own.get("huisnummertoevoeging"), 20),
        "postcode": _line(own.get("postcode"), 20),
        "status": _line(own.get("status"), 80),
        "soortObject": _line(own.get("typeAdresseerbaarObject"), 80),
        "beginGeldigheid": _line(version.get("beginGeldigheid"), 10),
        "eindGeldigheid": _line(version.get("eindGeldigheid"), 10),
        "inOnderzoek": bool(one.get("inonderzoek")),
    }
    return {name: value for name, value in made.items() if value is not None}


def change_id(one: Mapping[str, Any]) -> str:
    """Return what makes a change unique: the address, and its version."""
    own, version = _object(one, "nummeraanduiding"), _version(one)
    return f"bag:{own.get('identificatie')}:{version.get('versie')}"


def street(one: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the openbare ruimte within its envelope."""
    return _object(one, "openbareRuimte")


def _version(one: Mapping[str, Any]) -> Mapping[str, Any]:
    return _object(_object(one, "nummeraanduiding"), "voorkomen")


def _object(one: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = one.get(name)
    return value if isinstance(value, Mapping) else {}


def _line(value: Any, most: int) -> str | None:
    text = " ".join(value.split()) if isinstance(value, str) else ""
    return text[:most] or None


def _texts(value: Any) -> list[str]:
    found = value if isinstance(value, list) else []
    return [text for one in found if (text := _line(one, 80))]
