"""Between our messages and those of TMV 1.0; pure.

Everything that the service leaves empty is there with xsi:nil, so every name is given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from adapters._kit.terugmelding import mark_of
from schemas import Message
from schemas.terugmelding import TerugmeldingGedaan, TerugmeldingIngetrokken

Json = dict[str, Any]

TAKEN: Final = frozenset({"ONBV"})
FOUND: Final = frozenset({"OZDO", "OZDS"})
WITHDRAWN: Final = "Registratie intrekken"
"""There is no operation for it: the same data again, with this explanation."""
OPEN: Final = frozenset({"aangemeld", "doorgemeld"})
"""Nobody has taken it up."""

_REGISTER: Final = "TMLD"
_INSPECT: Final = "IZVZ"
_WHOLE: Final = "D"
_STANDEN: Final = {"1": "aangemeld", "2": "doorgemeld", "3": "in_onderzoek", "4": "gesloten"}
_RESULTATEN: Final = {
    "0": "geen_onderzoek",
    "1": "in_uitvoering",
    "2": "afgerond",
    "3": "gestaakt",
}
_SELECTORS: Final = (
    "anummer",
    "bsn",
    "dossiernummer",
    "behandelendeGemeente",
    "datumVanaf",
    "datumTot",
    "statusDossier",
)
_CATEGORY: Final = 10_000
_LONGEST: Final = 350


def key_of(message: Message) -> str:
    """Return our own mark of a message, twelve characters: berichtnummer and melderId."""
    return mark_of(message.tenant, message.source, message.id)


def melding(data: TerugmeldingGedaan | TerugmeldingIngetrokken, key: str) -> Json:
    """Return the request that registers it, or takes it back."""
    withdraws = isinstance(data, TerugmeldingIngetrokken)
    return {
        "berichtcode": _REGISTER,
        "berichtnummer": key,
        "anummer": None if data.anummer is None else int(data.anummer),
        "bsn": None if data.bsn is None else int(data.bsn.reveal()),
        "melderId": key,
        "toelichting": WITHDRAWN if withdraws else data.toelichting or None,
        "details": {
            "terugmeldingDetail": [
                {
                    "rubrieknummer": _number(one.rubriek),
                    "origineleWaardeGBAV": one.origineel,
                    "voorgesteldeWaarde": one.origineel if withdraws else one.voorgesteld,
                }
                for one in data.gegevens
            ]
        },
    }


def inspection(key: str, **wanted: str | int | None) -> Json:
    """Return the request for dossiers with all that is known of them."""
    head = {"berichtcode": _INSPECT, "berichtnummer": key, "soortOverzicht": _WHOLE}
    given = {name: value for name, value in wanted.items() if value is not None}
    return head | {name: int(given[name]) if name in given else None for name in _SELECTORS}


def day_number(day: date) -> int:
    return int(day.strftime("%Y%m%d"))


def dossier(row: Mapping[str, Any]) -> Json:
    """Return a dossier in the form of our payloads; what cannot be read is left out."""
    listed = row.get("terugmeldingen")
    rows = listed.get("dossierAfnemer") if isinstance(listed, Mapping) else listed
    values = {
        "dossiernummer": _text(row, "dossiernummer"),
        "bsn": _padded(row, "bsn", 9),
        "anummer": _text(row, "anummer"),
        "gemeente": _padded(row, "behandelendeGemeente", 4),
        "stand": _STANDEN.get(_text(row, "statusDossier") or ""),
        "resultaat": _RESULTATEN.get(_text(row, "resultaatOnderzoek") or ""),
        "aangelegd": _day(row, "datumVanAanleggenDossier"),
        "gewijzigd": _day(row, "datumVanWijzigenDossier"),
        "verwacht": _day(row, "datumVerwachteAfhandelingDossier"),
        "toelichting": (_text(row, "toelichting") or "")[:_LONGEST] or None,
        "meldingen": [_melding(one) for one in rows or () if one],
    }
    return {name: value for name, value in values.items() if value is not None}


def melder_marks(row: Mapping[str, Any]) -> frozenset[str]:
    """Return the marks of those who reported to a dossier, ours among them."""
    listed = row.get("terugmeldingen")
    rows = listed.get("dossierAfnemer") if isinstance(listed, Mapping) else listed
    return frozenset(_text(one, "melderId") or "" for one in rows or () if one)


def _melding(row: Mapping[str, Any]) -> Json:
    listed = row.get("details")
    rows: Sequence[Any] = (
        listed.get("terugmeldingDetail") if isinstance(listed, Mapping) else listed
    ) or ()
    number = _text(row, "volgnummerMelding")
    values = {
        "volgnummer": int(number) if number is not None and number.isdecimal() else None,
        "afnemer": _text(row, "afnemersindicatie"),
        "opgenomen": _day(row, "datumOpnameInDossier"),
        "toelichting": (_text(row, "toelichting") or "")[:_LONGEST] or None,
        "gegevens": [_gegeven(one) for one in rows if one and _is_number(one.get("rubrieknummer"))],
    }
    return {name: value for name, value in values.items() if value is not None}


def _gegeven(row: Mapping[str, Any]) -> Json:
    number = int(row["rubrieknummer"])
    category, rest = divmod(number, _CATEGORY)
    values = {
        "rubriek": f"{category:02d}.{rest // 100:02d}.{rest % 100:02d}",
        "origineel": _text(row, "origineleWaardeGBAV"),
        "voorgesteld": _text(row, "voorgesteldeWaarde"),
    }
    return {name: value for name, value in values.items() if value is not None}


def _number(rubriek: str) -> int:
    category, group, element = rubriek.split(".")
    return int(category) * _CATEGORY + int(group) * 100 + int(element)


def _is_number(value: object) -> bool:
    return str(value).isdecimal()


def _text(row: Mapping[str, Any], name: str) -> str | None:
    value = row.get(name)
    text = "" if value is None else str(value).strip()
    return text or None


def _padded(row: Mapping[str, Any], name: str, length: int) -> str | None:
    text = _text(row, name)
    return None if text is None else text.zfill(length)


def _day(row: Mapping[str, Any], name: str) -> str | None:
    text = _text(row, name) or ""
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8])).isoformat()
    except ValueError:
        return None
