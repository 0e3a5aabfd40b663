"""From what the BRP answers to our answers; pure.

Everything is read leniently: an empty object, an absent member and a null are the same. A value
that cannot be what it should be is left out, so that it is not taken for data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from adapters._kit.haalcentraal.reading import (
    Json,
    date_of,
    known,
    line,
    nine,
    objects,
    part,
    whole,
)

_SEXES: Final = {"M": "man", "V": "vrouw", "O": "onbekend"}
_BONDS: Final = {"H": "huwelijk", "P": "geregistreerd_partnerschap"}
_SUSPENDED: Final = {
    "O": "overlijden",
    "E": "emigratie",
    "M": "ministerieel_besluit",
    "F": "fout",
    "R": "rni",
}
_LINES: Final = ("regel1", "regel2", "regel3")
_ENVELOPE: Final = ("adresregel1", "adresregel2", "adresregel3")
_NAME: Final = 200
_LINE: Final = 255
_SHORT: Final = 80
_CODE: Final = 20
_OLDEST: Final = 200
_LAST_NUMBER: Final = 99_999
_FOUR: Final = re.compile(r"[0-9]{4}", re.ASCII)
_STATELESS: Final = {
    "Staatloos": "Staatloos",
    "BehandeldAlsNederlander": "Behandeld als Nederlander",
    "VastgesteldNietNederlander": "Vastgesteld niet-Nederlander",
    "NationaliteitOnbekend": "Onbekend",
}


def persons(answer: Mapping[str, Any]) -> Json:
    """Return who was found; nobody is an empty list."""
    return {"personen": _each(answer, "personen", _person), "meer": False}


def history(answer: Mapping[str, Any]) -> Json:
    """Return where somebody lived, the latest first."""
    return known(
        {
            "verblijfplaatsen": _each(answer, "verblijfplaatsen", _residence),
            "geheimhouding": _true(answer.get("geheimhoudingPersoonsgegevens")),
            "opschorting": _suspension(answer),
        }
    )


def residents(answer: Mapping[str, Any]) -> Json:
    """Return the periods and who lived there."""
    return {"bewoningen": _each(answer, "bewoningen", _occupation)}


def travel_documents(answer: Mapping[str, Any]) -> Json:
    """Return the documents that were found."""
    return {"reisdocumenten": _each(answer, "reisdocumenten", _document)}


def _person(one: Mapping[str, Any]) -> Json:
    name, birth = part(one, "naam"), part(one, "geboorte")
    addressing = part(one, "adressering")
    return known(
        {
            **_relative(one),
            "aNummer": line(one.get("aNummer"), _SHORT),
            "voorletters": line(name.get("voorletters"), _SHORT),
            "geslacht": _SEXES.get(_code(one.get("geslacht"))),
            "geboorteplaats": _words(birth.get("plaats"), _NAME),
            "geboorteland": _words(birth.get("land"), _SHORT),
            "overlijdensdatum": date_of(part(one, "overlijden").get("datum")),
            "leeftijd": whole(one.get("leeftijd"), 0, _OLDEST),
            "aanschrijfnaam": line(part(addressing, "aanschrijfwijze").get("naam"), _LINE),
            "gemeenteVanInschrijving": _municipality(one),
            "onderCuratele": _true(one.get("indicatieCurateleRegister")),
            "opschorting": _suspension(one),
            "verblijfplaats": _residence(part(one, "verblijfplaats")) or _addressed(addressing),
            "ouders": _each(one, "ouders", _relative),
            "kinderen": _each(one, "kinderen", _relative),
            "partners": _each(one, "partners", _partner),
            "nationaliteiten": _nationalities(one),
            "geheimhouding": _true(one.get("geheimhoudingPersoonsgegevens")),
            "inOnderzoek": _true(_under_investigation(one)),
        }
    )


def _relative(one: Mapping[str, Any]) -> Json:
    name = part(one, "naam")
    return known(
        {
            "bsn": nine(one.get("burgerservicenummer")),
            "voornamen": line(name.get("voornamen"), _NAME),
            "voorvoegselGeslachtsnaam": line(name.get("voorvoegsel"), _SHORT),
            "geslachtsnaam": line(name.get("geslachtsnaam"), _NAME),
            "geboortedatum": date_of(part(one, "geboorte").get("datum")),
        }
    )


def _partner(one: Mapping[str, Any]) -> Json:
    if part(one, "ontbindingHuwelijkPartnerschap"):
        return {}  # a former partner
    return known(
        {
            **_relative(one),
            "soortVerbintenis": _BONDS.get(_code(one.get("soortVerbintenis"))),
            "datumVerbintenis": date_of(part(one, "aangaanHuwelijkPartnerschap").get("datum")),
        }
    )


def _nationalities(one: Mapping[str, Any]) -> list[str]:
    found = (
        _words(each.get("nationaliteit"), _NAME) or _STATELESS.get(str(each.get("type")))
        for each in objects(one.get("nationaliteiten"))
    )
    return [name for name in found if name]


def _residence(one: Mapping[str, Any]) -> Json:
    address = part(one, "verblijfadres")
    return known(
        {
            "straatnaam": line(
                address.get("officieleStraatnaam") or address.get("korteStraatnaam"), _NAME
            ),
            "huisnummer": whole(address.get("huisnummer"), 1, _LAST_NUMBER),
            "huisletter": line(address.get("huisletter"), _SHORT),
            "huisnummertoevoeging": line(address.get("huisnummertoevoeging"), _SHORT),
            "postcode": line(address.get("postcode"), _SHORT),
            "woonplaats": line(address.get("woonplaats"), _NAME),
            "gemeentecode": _municipality(one),
            "bagIdentificatie": line(one.get("adresseerbaarObjectIdentificatie"), _SHORT),
            "nummeraanduiding": line(one.get("nummeraanduidingIdentificatie"), _SHORT),
            "land": _words(address.get("land"), _SHORT),
            "regels": _lines(
                [*(address.get(name) for name in _LINES), address.get("locatiebeschrijving")]
            ),
            "datumIngang": date_of(one.get("datumVan")),
            "datumEinde": date_of(one.get("datumTot")),
            "onbekend": True if one.get("type") == "VerblijfplaatsOnbekend" else None,
            "inOnderzoek": _true(bool(one.get("inOnderzoek"))),
        }
    )


def _addressed(addressing: Mapping[str, Any]) -> Json:
    """Of somebody whom a search found: only the lines of an envelope."""
    return known(
        {
            "regels": _lines(addressing.get(name) for name in _ENVELOPE),
            "land": _words(addressing.get("land"), _SHORT),
        }
    )


def _suspension(one: Mapping[str, Any]) -> Json | None:
    suspended = part(one, "opschortingBijhouding")
    if not suspended:
        return None
    reason = _SUSPENDED.get(_code(suspended.get("reden")), "onbekend")
    return known({"reden": reason, "datum": date_of(suspended.get("datum"))})


def _occupation(one: Mapping[str, Any]) -> Json:
    period = part(one, "periode")
    return known(
        {
            "datumVan": date_of(period.get("datumVan")),
            "datumTot": date_of(period.get("datumTot")),
            "bewoners": _each(one, "bewoners", _resident),
            "mogelijkeBewoners": _each(one, "mogelijkeBewoners", _resident),
            "teVeelBewoners": _true(one.get("indicatieVeelBewoners")),
        }
    )


def _resident(one: Mapping[str, Any]) -> Json:
    return known(
        {
            "bsn": nine(one.get("burgerservicenummer")),
            "volledigeNaam": line(part(one, "naam").get("volledigeNaam"), _LINE),
            "geboortedatum": date_of(part(one, "geboorte").get("datum")),
            "geheimhouding": _true(one.get("geheimhoudingPersoonsgegevens")),
            "inOnderzoek": _true(bool(one.get("inOnderzoek"))),
        }
    )


def _document(one: Mapping[str, Any]) -> Json:
    ended = part(one, "inhoudingOfVermissing")
    return known(
        {
            "nummer": line(one.get("reisdocumentnummer"), _CODE),
            "soort": _words(one.get("soort"), _SHORT),
            "soortCode": line(_code(one.get("soort")), _CODE),
            "eindeGeldigheid": date_of(one.get("datumEindeGeldigheid")),
            "inhoudingOfVermissing": _words(ended.get("aanduiding"), _SHORT),
            "datumInhoudingOfVermissing": date_of(ended.get("datum")),
            "bsnHouder": nine(part(one, "houder").get("burgerservicenummer")),
            "inOnderzoek": _true(bool(one.get("inOnderzoek"))),
        }
    )


def _under_investigation(one: Mapping[str, Any]) -> bool:
    """Say whether anything about the person is being looked into, in whichever part."""
    parts = (part(one, name) for name in ("naam", "geboorte", "verblijfplaats"))
    return any(bool(each.get("inOnderzoek")) for each in (one, *parts))


def _each(one: Mapping[str, Any], name: str, read: Any) -> list[Json]:
    """Return what was read of each; the BRP sometimes gives an empty object for nobody."""
    return [made for each in objects(one.get(name)) if (made := read(each))]


def _code(value: Any) -> str:
    return str(value.get("code") or "") if isinstance(value, Mapping) else ""


def _words(value: Any, most: int) -> str | None:
    """Return a table's description; where it has none, its code."""
    if not isinstance(value, Mapping):
        return None
    return line(value.get("omschrijving") or value.get("code"), most)


def _lines(values: Iterable[Any]) -> list[str]:
    return [text for value in values if (text := line(value, _LINE))]


def _true(value: Any) -> bool | None:
    return True if value is True else None


def _municipality(one: Mapping[str, Any]) -> str | None:
    code = _code(one.get("gemeenteVanInschrijving"))
    return code if _FOUR.fullmatch(code) else None
