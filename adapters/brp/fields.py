"""Which fields of the BRP give which part of our answer: no more is asked than the purpose allows.

Those that the BRP gives by itself (geheimhouding, in onderzoek, opschorting) may not be asked for.
The burgerservicenummer always is: the protocol log has to say about whom something was given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

_RELATIVE: Final = {
    "bsn": "burgerservicenummer",
    "voornamen": "naam.voornamen",
    "voorvoegselGeslachtsnaam": "naam.voorvoegsel",
    "geslachtsnaam": "naam.geslachtsnaam",
    "geboortedatum": "geboorte.datum",
}
_NAMES: Final = {
    "bsn": "burgerservicenummer",
    "voornamen": "naam.voornamen",
    "voorletters": "naam.voorletters",
    "voorvoegselGeslachtsnaam": "naam.voorvoegsel",
    "geslachtsnaam": "naam.geslachtsnaam",
    "geslacht": "geslacht",
    "geboortedatum": "geboorte.datum",
    "leeftijd": "leeftijd",
}
_ADDRESS: Final = "verblijfplaats.verblijfadres"

PERSON: Final[Mapping[str, tuple[str, ...]]] = {
    **{name: (field,) for name, field in _NAMES.items()},
    "aNummer": ("aNummer",),
    "geboorteplaats": ("geboorte.plaats",),
    "geboorteland": ("geboorte.land",),
    "overlijdensdatum": ("overlijden.datum",),
    "aanschrijfnaam": ("adressering.aanschrijfwijze.naam",),
    "gemeenteVanInschrijving": ("gemeenteVanInschrijving",),
    "onderCuratele": ("indicatieCurateleRegister",),
    "verblijfplaats.straatnaam": (
        f"{_ADDRESS}.officieleStraatnaam",
        f"{_ADDRESS}.korteStraatnaam",
    ),
    "verblijfplaats.huisnummer": (f"{_ADDRESS}.huisnummer",),
    "verblijfplaats.huisletter": (f"{_ADDRESS}.huisletter",),
    "verblijfplaats.huisnummertoevoeging": (f"{_ADDRESS}.huisnummertoevoeging",),
    "verblijfplaats.postcode": (f"{_ADDRESS}.postcode",),
    "verblijfplaats.woonplaats": (f"{_ADDRESS}.woonplaats",),
    "verblijfplaats.bagIdentificatie": ("verblijfplaats.adresseerbaarObjectIdentificatie",),
    "verblijfplaats.nummeraanduiding": ("verblijfplaats.nummeraanduidingIdentificatie",),
    "verblijfplaats.land": (f"{_ADDRESS}.land",),
    "verblijfplaats.regels": (
        f"{_ADDRESS}.regel1",
        f"{_ADDRESS}.regel2",
        f"{_ADDRESS}.regel3",
        f"{_ADDRESS}.locatiebeschrijving",
    ),
    "verblijfplaats.datumIngang": ("verblijfplaats.datumVan",),
    **{f"ouders.{name}": (f"ouders.{field}",) for name, field in _RELATIVE.items()},
    **{f"kinderen.{name}": (f"kinderen.{field}",) for name, field in _RELATIVE.items()},
    **{f"partners.{name}": (f"partners.{field}",) for name, field in _RELATIVE.items()},
    "partners.soortVerbintenis": ("partners.soortVerbintenis",),
    "partners.datumVerbintenis": ("partners.aangaanHuwelijkPartnerschap.datum",),
    "nationaliteiten": ("nationaliteiten.nationaliteit",),
}
"""Of a person who is asked for by burgerservicenummer."""

FOUND: Final[Mapping[str, tuple[str, ...]]] = {
    **{name: (field,) for name, field in _NAMES.items()},
    "verblijfplaats.regels": (
        "adressering.adresregel1",
        "adressering.adresregel2",
        "adressering.adresregel3",
    ),
    "verblijfplaats.land": ("adressering.land",),
}
"""Of somebody whom a search finds: the BRP shows less of them."""

ALWAYS: Final = "burgerservicenummer"
_ENDED: Final = "partners.ontbindingHuwelijkPartnerschap.datum"
"""Without it a former partner looks like one."""
_PREFIX: Final = "personen."


def fields_for(allowed: Iterable[str], table: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return the fields to ask for; `allowed` are dotted paths of our answer, none of them: all.

    A path allows all that lies below it: `personen.verblijfplaats`, or `personen`.
    """
    wanted = {path.removeprefix(_PREFIX) for path in allowed}
    named = {
        field
        for name, fields in table.items()
        if not wanted or "personen" in wanted or _covered(name, wanted)
        for field in fields
    }
    if table is PERSON and any(one.startswith("partners.") for one in named):
        named.add(_ENDED)
    return sorted(named | {ALWAYS})


def _covered(name: str, wanted: set[str]) -> bool:
    return any(name == one or name.startswith(f"{one}.") for one in wanted)
