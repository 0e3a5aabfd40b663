"""From what the BRP answers to our answers; pure.

Everything is read leniently: an empty object, an absent member and a null are the same. A value
that cannot be what it should be is left out, so that it is not taken for data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from schemas.identifiers import passes_elfproef

Json = dict[str, Any]

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
_CUT: Final = {"naam": 200, "kort": 80, "regel": 255}
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
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
    return _known(
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
    name, birth = _part(one, "naam"), _part(one, "geboorte")
    addressing = _part(one, "adressering")
    return _known(
        {
            **_relative(one),
            "aNummer": _line(one.get("aNummer"), "kort"),
            "voorletters": _line(name.get("voorletters"), "kort"),
            "geslacht": _SEXES.get(_code(one.get("geslacht"))),
            "geboorteplaats": _words(birth.get("plaats"), "naam"),
            "geboorteland": _words(birth.get("land"), "kort"),
            "overlijdensdatum": _date(_part(one, "overlijden").get("datum")),
            "leeftijd": _number(one.get("leeftijd")),
            "aanschrijfnaam": _line(_part(addressing, "aanschrijfwijze").get("naam"), "regel"),
            "gemeenteVanInschrijving": _four(_code(one.get("gemeenteVanInschrijving"))),
            "onderCuratele": _true(one.get("indicatieCurateleRegister")),
            "opschorting": _suspension(one),
            "verblijfplaats": _residence(_part(one, "verblijfplaats")) or _addressed(addressing),
            "ouders": _each(one, "ouders", _relative),
            "kinderen": _each(one, "kinderen", _relative),
            "partners": _each(one, "partners", _partner),
            "nationaliteiten": _nationalities(one),
            "geheimhouding": _true(one.get("geheimhoudingPersoonsgegevens")),
            "inOnderzoek": _true(_under_investigation(one)),
        }
    )


def _relative(one: Mapping[str, Any]) -> Json:
    name = _part(one, "naam")
    return _known(
        {
            "bsn": _bsn(one.get("burgerservicenummer")),
            "voornamen": _line(name.get("voornamen"), "naam"),
            "voorvoegselGeslachtsnaam": _line(name.get("voorvoegsel"), "kort"),
            "geslachtsnaam": _line(name.get("geslachtsnaam"), "naam"),
            "geboortedatum": _date(_part(one, "geboorte").get("datum")),
        }
    )


def _partner(one: Mapping[str, Any]) -> Json:
    if _part(one, "ontbindingHuwelijkPartnerschap"):
        return {}  # a former partner
    return _known(
        {
            **_relative(one),
            "soortVerbintenis": _BONDS.get(_code(one.get("soortVerbintenis"))),
            "datumVerbintenis": _date(_part(one, "aangaanHuwelijkPartnerschap").get("datum")),
        }
    )


def _nationalities(one: Mapping[str, Any]) -> list[str]:
    found = (
        _words(each.get("nationaliteit"), "naam") or _STATELESS.get(str(each.get("type")))
        for each in _objects(one.get("nationaliteiten"))
    )
    return [name for name in found if name]


def _residence(one: Mapping[str, Any]) -> Json:
    address = _part(one, "verblijfadres")
    number = address.get("huisnummer")
    return _known(
        {
            "straatnaam": _line(
                address.get("officieleStraatnaam") or address.get("korteStraatnaam"), "naam"
            ),
            "huisnummer": number if isinstance(number, int) and 0 < number < 100_000 else None,  # noqa: PLR2004 - five digits
            "huisletter": _line(address.get("huisletter"), "kort"),
            "huisnummertoevoeging": _line(address.get("huisnummertoevoeging"), "kort"),
            "postcode": _line(address.get("postcode"), "kort"),
            "woonplaats": _line(address.get("woonplaats"), "naam"),
            "gemeentecode": _four(_code(one.get("gemeenteVanInschrijving"))),
            "bagIdentificatie": _line(one.get("adresseerbaarObjectIdentificatie"), "kort"),
            "nummeraanduiding": _line(one.get("nummeraanduidingIdentificatie"), "kort"),
            "land": _words(address.get("land"), "kort"),
            "regels": _lines(
                [*(address.get(name) for name in _LINES), address.get("locatiebeschrijving")]
            ),
            "datumIngang": _date(one.get("datumVan")),
            "datumEinde": _date(one.get("datumTot")),
            "onbekend": True if one.get("type") == "VerblijfplaatsOnbekend" else None,
            "inOnderzoek": _true(bool(one.get("inOnderzoek"))),
        }
    )


def _addressed(addressing: Mapping[str, Any]) -> Json:
    """Of somebody whom a search found: only the lines of an envelope."""
    return _known(
        {
            "regels": _lines(addressing.get(name) for name in _ENVELOPE),
            "land": _words(addressing.get("land"), "kort"),
        }
    )


def _suspension(one: Mapping[str, Any]) -> Json | None:
    suspended = _part(one, "opschortingBijhouding")
    if not suspended:
        return None
    reason = _SUSPENDED.get(_code(suspended.get("reden")), "onbekend")
    return _known({"reden": reason, "datum": _date(suspended.get("datum"))})


def _occupation(one: Mapping[str, Any]) -> Json:
    period = _part(one, "periode")
    return _known(
        {
            "datumVan": _date(period.get("datumVan")),
            "datumTot": _date(period.get("datumTot")),
            "bewoners": _each(one, "bewoners", _resident),
            "mogelijkeBewoners": _each(one, "mogelijkeBewoners", _resident),
            "teVeelBewoners": _true(one.get("indicatieVeelBewoners")),
        }
    )


def _resident(one: Mapping[str, Any]) -> Json:
    return _known(
        {
            "bsn": _bsn(one.get("burgerservicenummer")),
            "volledigeNaam": _line(_part(one, "naam").get("volledigeNaam"), "regel"),
            "geboortedatum": _date(_part(one, "geboorte").get("datum")),
            "geheimhouding": _true(one.get("geheimhoudingPersoonsgegevens")),
            "inOnderzoek": _true(bool(one.get("inOnderzoek"))),
        }
    )


def _document(one: Mapping[str, Any]) -> Json:
    ended = _part(one, "inhoudingOfVermissing")
    return _known(
        {
            "nummer": _line(one.get("reisdocumentnummer"), "kort", 20),
            "soort": _words(one.get("soort"), "kort"),
            "soortCode": _line(_code(one.get("soort")), "kort", 20),
            "eindeGeldigheid": _date(one.get("datumEindeGeldigheid")),
            "inhoudingOfVermissing": _words(ended.get("aanduiding"), "kort"),
            "datumInhoudingOfVermissing": _date(ended.get("datum")),
            "bsnHouder": _bsn(_part(one, "houder").get("burgerservicenummer")),
            "inOnderzoek": _true(bool(one.get("inOnderzoek"))),
        }
    )


def _under_investigation(one: Mapping[str, Any]) -> bool:
    """Say whether anything about the person is being looked into, in whichever part."""
    parts = (one, _part(one, "naam"), _part(one, "geboorte"), _part(one, "verblijfplaats"))
    return any(bool(part.get("inOnderzoek")) for part in parts)


def _date(value: Any) -> str | None:
    """Return a date as far as it is known: the BRP has four forms of it, or a plain day."""
    if isinstance(value, str):
        return value if _DAY.fullmatch(value) else None
    if not isinstance(value, Mapping):
        return None
    day, year, month = value.get("datum"), value.get("jaar"), value.get("maand")
    if isinstance(day, str):
        return day if _DAY.fullmatch(day) else None
    if not isinstance(year, int) or not 0 < year < 10_000:  # noqa: PLR2004 - four digits
        return None
    if isinstance(month, int) and 0 < month < 13:  # noqa: PLR2004 - months
        return f"{year:04}-{month:02}"
    return f"{year:04}"


def _each(one: Mapping[str, Any], name: str, read: Any) -> list[Json]:
    """Return what was read of each; the BRP sometimes gives an empty object for nobody."""
    return [made for each in _objects(one.get(name)) if (made := read(each))]


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _part(one: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = one.get(name)
    return value if isinstance(value, Mapping) else {}


def _code(value: Any) -> str:
    return str(value.get("code") or "") if isinstance(value, Mapping) else ""


def _words(value: Any, kind: str) -> str | None:
    """Return a table's description; where it has none, its code."""
    if not isinstance(value, Mapping):
        return None
    return _line(value.get("omschrijving") or value.get("code"), kind)


def _line(value: Any, kind: str, most: int | None = None) -> str | None:
    text = " ".join(str(value).split()) if isinstance(value, str | int) else ""
    return text[: most or _CUT[kind]] or None


def _lines(values: Iterable[Any]) -> list[str]:
    return [line for value in values if (line := _line(value, "regel"))]


def _bsn(value: Any) -> str | None:
    return value if isinstance(value, str) and passes_elfproef(value) else None


def _four(code: str) -> str | None:
    return code if len(code) == 4 and code.isascii() and code.isdigit() else None  # noqa: PLR2004 - four digits


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and 0 <= value <= 200 else None  # noqa: PLR2004 - an age in years


def _true(value: Any) -> bool | None:
    return True if value is True else None


def _known(values: Mapping[str, Any]) -> Json:
    return {name: value for name, value in values.items() if value not in (None, [], {})}
