"""Dossiers as an overview shows them, and which of them an inzageverzoek asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from simulators.tmv.dossiers import Dossier
    from simulators.tmv.wire import Values


def text(values: Values, name: str) -> str | None:
    value = values[name]
    return value if isinstance(value, str) else None


def bsn_of(values: Values) -> str | None:
    """A number loses its leading zeros on the way."""
    number = text(values, "bsn")
    return None if number is None else number.zfill(9)


def wanted(one: Dossier, asked: Values) -> bool:
    changed = _number(one.changed)
    gemeente = text(asked, "behandelendeGemeente")
    pairs = (
        (text(asked, "anummer"), one.anummer),
        (bsn_of(asked), one.bsn),
        (text(asked, "dossiernummer"), str(one.nummer)),
        (gemeente and str(int(gemeente)), one.gemeente),
        (text(asked, "statusDossier"), one.status),
    )
    since, until = text(asked, "datumVanaf"), text(asked, "datumTot")
    return (
        all(asks is None or asks == has for asks, has in pairs)
        and (since is None or changed >= since)
        and (until is None or changed <= until)
    )


def _number(day: date) -> str:
    return day.strftime("%Y%m%d")


def row(one: Dossier, *, whole: bool) -> Values:
    meldingen: list[Values] = [
        {
            "datumOpnameInDossier": _number(each.day),
            "details": [
                {
                    "rubrieknummer": detail.rubrieknummer,
                    "origineleWaardeGBAV": detail.original,
                    "voorgesteldeWaarde": detail.proposed,
                }
                for detail in each.details
            ],
            "melderId": each.melder,
            "toelichting": each.toelichting,
            "volgnummerMelding": str(place),
        }
        for place, each in enumerate(one.meldingen, 1)
    ]
    return {
        "aantalMeldingen": str(len(one.meldingen)),
        "anummer": one.anummer,
        "behandelendeGemeente": one.gemeente,
        "bsn": one.bsn,
        "datumVanAanleggenDossier": _number(one.opened),
        "datumVanWijzigenDossier": _number(one.changed),
        "datumVerwachteAfhandelingDossier": _number(one.due),
        "dossiernummer": str(one.nummer),
        "resultaatOnderzoek": one.resultaat,
        "statusDossier": one.status,
        "terugmeldingen": meldingen if whole else None,
        "toelichting": one.toelichting,
    }
