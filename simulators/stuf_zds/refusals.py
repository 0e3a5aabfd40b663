"""Every StUF fault code that this simulator uses, and the exception that carries one."""

from __future__ import annotations

from dataclasses import dataclass

CODES: dict[str, tuple[str, str]] = {
    "StUF001": ("server", "StUF-versie wordt niet ondersteund"),
    "StUF004": ("server", "Sectormodel wordt niet ondersteund"),
    "StUF010": ("client", "Ontvanger is niet bekend"),
    "StUF013": ("client", "Zender is niet bekend"),
    "StUF016": ("client", "Combinatie van zender en referentienummer is niet uniek"),
    "StUF019": ("client", "Tijdstip van het bericht is niet groter dan dat van het vorige"),
    "StUF022": ("client", "Berichtcode is niet bekend"),
    "StUF025": ("server", "Berichtcode wordt hier niet ondersteund"),
    "StUF028": ("client", "Entiteittype is niet bekend"),
    "StUF034": ("client", "Functie is niet bekend"),
    "StUF043": ("client", "Crossreferentienummer is niet bekend"),
    "StUF046": ("server", "Bericht kan niet worden opgeslagen"),
    "StUF049": ("server", "Synchrone verwerking is niet beschikbaar"),
    "StUF052": ("client", "Zender is niet geautoriseerd"),
    "StUF055": ("client", "Inhoud van het bericht voldoet niet aan het schema"),
    "StUF058": ("server", "Fout tijdens de verwerking"),
    "StUF061": ("server", "Antwoord kan niet binnen vijf minuten worden verzonden"),
    "StUF064": ("server", "Object is niet gevonden"),
    "StUF067": ("server", "Meer dan een object gevonden"),
    "StUF960": ("server", "Antwoord kan niet binnen de tijdslimiet worden gegeven"),
}
"""Code -> plek and omschrijving, in our own words."""

FORGOTTEN = frozenset({"StUF043", "StUF046", "StUF049", "StUF052", "StUF058", "StUF061"}) | {
    "StUF064",
    "StUF067",
    "StUF960",
}
"""Codes after which nothing was kept: the same message sent again is looked at anew."""


@dataclass(eq=False)
class Refused(Exception):
    """The message is refused with `code`; `details` say where, never what the content was."""

    code: str
    details: str = ""

    def __str__(self) -> str:
        return f"{self.code}: {self.details}" if self.details else self.code
