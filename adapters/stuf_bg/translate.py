"""npsLa01 to the canonical answer: persons as the register has them, as far as it said.

Everything is read leniently: an empty element, one without a value and an absent one are the same.
A value that cannot be what it should be is left out, so that it is not taken for data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from lxml import etree

from adapters._kit.stuf.reading import child, children, read_datum, text, waarde
from adapters.stuf_bg.questions import question
from schemas.identifiers import passes_elfproef

__all__ = ["persons", "question"]

_NAME: Final = 200
_SHORT: Final = 80
_LINE: Final = 255
_SEXES: Final[Mapping[str, str]] = {"M": "man", "V": "vrouw", "O": "onbekend"}
_TRUE: Final = frozenset({"true", "1"})
_MORE: Final = "StUF0002"
"""Warning: more was found than the maximum that we asked for."""

Json = dict[str, Any]


def persons(answer: etree._Element) -> Json:
    """Return the answer in JSON form; `personen` is empty when nobody was found."""
    found = [
        person for one in children(child(answer, "antwoord"), "object") if (person := _person(one))
    ]
    return {"personen": found, "meer": _has_more(answer, len(found))}


def _has_more(answer: etree._Element, given: int) -> bool:
    parameters = child(answer, "parameters")
    if text(parameters, "indicatorVervolgvraag") in _TRUE:
        return True
    counted = text(parameters, "aantalVoorkomens") or ""
    if counted.isascii() and counted.isdigit() and int(counted) > given > 0:
        return True
    return any((text(one) or "").startswith(_MORE) for one in children(answer, "melding"))


def _person(element: etree._Element) -> Json:
    return _known(
        {
            **_names(element),
            "aNummer": _line(element, "inp.a-nummer", _SHORT),
            "voorletters": _line(element, "voorletters", _SHORT),
            "geslacht": _SEXES.get(text(element, "geslachtsaanduiding") or ""),
            "geboorteplaats": _line(element, "inp.geboorteplaats", _NAME),
            "geboorteland": _line(element, "inp.geboorteLand", _SHORT),
            "overlijdensdatum": _date(child(element, "overlijdensdatum")),
            "verblijfplaats": _residence(element),
            "partners": _relatives(element, "inp.heeftAlsEchtgenootPartner", _HAS_ENDED),
            "kinderen": _relatives(element, "inp.heeftAlsKinderen", _HAS_ENDED),
            "ouders": _relatives(element, "inp.heeftAlsOuders", _HAS_ENDED),
            "nationaliteiten": _nationalities(element),
            "geheimhouding": _is_secret(element),
            "inOnderzoek": _is_doubted(element),
        }
    )


def _names(element: etree._Element) -> Json:
    bsn = text(element, "inp.bsn")
    return {
        "bsn": bsn if bsn is not None and passes_elfproef(bsn) else None,
        "voornamen": _line(element, "voornamen", _NAME),
        "voorvoegselGeslachtsnaam": _line(element, "voorvoegselGeslachtsnaam", _SHORT),
        "geslachtsnaam": _line(element, "geslachtsnaam", _NAME),
        "geboortedatum": _date(child(element, "geboortedatum")),
    }


_HAS_ENDED: Final = (
    "datumOntbinding",
    "redenOntbinding",
    "datumEindeFamilierechtelijkeBetrekking",
)


def _relatives(element: etree._Element, name: str, ended_by: Iterable[str]) -> list[Json]:
    """Those of now: a marriage or a parenthood that has ended is left out."""
    now = (
        relation
        for relation in children(element, name)
        if not any(text(relation, sign) for sign in ended_by)
    )
    related = (child(relation, "gerelateerde") for relation in now)
    return [known for one in related if one is not None and (known := _known(_names(one)))]


def _nationalities(element: etree._Element) -> list[str]:
    named = []
    for relation in children(element, "inp.heeftAlsNationaliteit"):
        if text(relation, "inp.datumVerlies"):
            continue
        kind = child(relation, "gerelateerde")
        name = _line(kind, "omschrijving", _NAME) or _line(kind, "code", _NAME)
        if name:
            named.append(name)
    return named


def _residence(element: etree._Element) -> Json | None:
    abroad = child(element, "sub.verblijfBuitenland")
    lines = [
        line
        for number in (1, 2, 3)
        if (line := _line(abroad, f"sub.adresBuitenland{number}", _LINE))
    ]
    country = _line(abroad, "lnd.landnaam", _SHORT) or _line(abroad, "lnd.landcode", _SHORT)
    if lines or country:
        return _known({"land": country, "regels": lines})
    address = child(element, "verblijfsadres")
    described = _line(address, "inp.locatiebeschrijving", _LINE)
    known = _known(
        {
            "straatnaam": _line(address, "gor.openbareRuimteNaam", _NAME)
            or _line(address, "gor.straatnaam", _NAME),
            "huisnummer": _number(address, "aoa.huisnummer"),
            "huisletter": _line(address, "aoa.huisletter", _SHORT),
            "huisnummertoevoeging": _line(address, "aoa.huisnummertoevoeging", _SHORT),
            "postcode": _line(address, "aoa.postcode", _SHORT),
            "woonplaats": _line(address, "wpl.woonplaatsNaam", _NAME),
            "bagIdentificatie": _line(address, "aoa.identificatie", _SHORT),
            "regels": [described] if described else [],
            "datumIngang": _date(child(address, "begindatumVerblijf")),
        }
    )
    code = text(element, "inp.gemeenteVanInschrijving") or ""
    if known and code.isascii() and code.isdigit() and len(code) <= len("0344"):
        known["gemeentecode"] = code.zfill(len("0344"))
    return known or None


def _is_secret(element: etree._Element) -> bool | None:
    """0 is no limit; every other code is one of the limits that a person may ask for."""
    code = text(element, "inp.indicatieGeheim")
    return None if code is None else code.strip("0") != ""


def _is_doubted(element: etree._Element) -> bool | None:
    """True when any part is being looked into, False when it is said that none is."""
    said = [waarde(one) for one in children(element, "inOnderzoek")]
    if any((one.text or "").upper() in {"J", "TRUE", "1"} for one in said):
        return True
    return False if any(one or one.no_value == "geenWaarde" for one in said) else None


def _date(element: etree._Element | None) -> str | None:
    """As far as it is known: 1987, 1987-04 or 1987-04-12; None when the year is not."""
    datum = read_datum(element)
    if datum is None or datum.jaar is None:
        return None
    parts = [f"{datum.jaar:04d}"]
    if datum.maand is not None:
        parts.append(f"{datum.maand:02d}")
        if datum.dag is not None:
            parts.append(f"{datum.dag:02d}")
    return "-".join(parts)


def _line(element: etree._Element | None, name: str, longest: int) -> str | None:
    value = text(element, name)
    line = "".join(c if c.isprintable() else " " for c in value or "")
    return " ".join(line.split())[:longest].strip() or None


def _number(element: etree._Element | None, name: str) -> int | None:
    digits = text(element, name) or ""
    number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 5 else 0  # noqa: PLR2004 - five digits at most by the schema
    return number or None


def _known(values: Mapping[str, Any]) -> Json:
    return {name: value for name, value in values.items() if value not in (None, [], "")}
