"""From what the BAG answers to our answers and news; pure, and lenient as to what is absent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from adapters._kit.haalcentraal.reading import Json, day, known, line, listed, part, whole

_LAST_NUMBER: Final = 99_999
_LARGEST: Final = 999_999
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


def has_more(document: Mapping[str, Any]) -> bool:
    """Say whether a collection has a next page."""
    return bool(part(document, "_links").get("next"))


def addresses(document: Mapping[str, Any]) -> Json:
    """Return the answer from a collection of addresses."""
    return {
        "adressen": [address(one) for one in listed(document, "adressen")],
        "meer": has_more(document),
    }


def hits(document: Mapping[str, Any]) -> Json:
    """Return the answer from a free search: descriptions only."""
    found = (
        {"omschrijving": line(one.get("omschrijving"), 255)}
        for one in listed(document, "zoekresultaten")
    )
    return {
        "adressen": [one for one in found if one["omschrijving"]],
        "meer": has_more(document),
    }


def address(one: Mapping[str, Any]) -> Json:
    """Return one address."""
    made: Json = {name: line(one.get(wire), 80) for name, wire in _TEXTS.items()}
    made |= {
        "huisnummer": whole(one.get("huisnummer"), 1, _LAST_NUMBER),
        "oppervlakte": whole(one.get("oppervlakte"), 1, _LARGEST),
        "gebruiksdoelen": _texts(one.get("gebruiksdoelen")),
        "bouwjaren": _texts(one.get("oorspronkelijkBouwjaar")),
        "inOnderzoek": True if one.get("inonderzoek") else None,
    }
    return known(made)


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
    own = part(one, "nummeraanduiding")
    version = _version(one)
    made = {
        "nummeraanduiding": line(own.get("identificatie"), 16),
        "straatnaam": line(street.get("naam"), 80),
        "huisnummer": whole(own.get("huisnummer"), 1, _LAST_NUMBER),
        "huisletter": line(own.get("huisletter"), 20),
        "huisnummertoevoeging": line(own.get("huisnummertoevoeging"), 20),
        "postcode": line(own.get("postcode"), 20),
        "status": line(own.get("status"), 80),
        "soortObject": line(own.get("typeAdresseerbaarObject"), 80),
        "beginGeldigheid": day(version.get("beginGeldigheid")),
        "eindGeldigheid": day(version.get("eindGeldigheid")),
        "inOnderzoek": bool(one.get("inonderzoek")),
    }
    return known(made)


def change_id(one: Mapping[str, Any]) -> str:
    """Return what makes a change unique: the address, and its version."""
    own, version = part(one, "nummeraanduiding"), _version(one)
    return f"bag:{own.get('identificatie')}:{version.get('versie')}"


def street(one: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the openbare ruimte within its envelope."""
    return part(one, "openbareRuimte")


def _version(one: Mapping[str, Any]) -> Mapping[str, Any]:
    return part(part(one, "nummeraanduiding"), "voorkomen")


def _texts(value: Any) -> list[str]:
    found = value if isinstance(value, list) else []
    return [text for one in found if (text := line(one, 80))]
