"""THE table of StUF codes: what each means for the message that it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

Plek = Literal["client", "server"]
Consequence = Literal["retry", "look_up", "park", "configuration", "rebuild"]


@dataclass(frozen=True, slots=True)
class Meaning:
    consequence: Consequence
    plek: Plek
    words: str
    """What a fault of ours says with this code."""
    setting: str = ""
    """What to mend, for `configuration`."""


CODES: Final[Mapping[str, Meaning]] = MappingProxyType(
    {
        "StUF001": Meaning(
            "configuration", "server", "Deze versie van StUF kan hier niet", "profile"
        ),
        "StUF004": Meaning("configuration", "server", "Dit sectormodel kan hier niet", "profile"),
        "StUF007": Meaning(
            "configuration", "server", "Deze versie van het sectormodel kan hier niet", "profile"
        ),
        "StUF010": Meaning(
            "configuration", "client", "De ontvanger is hier niet bekend", "ontvanger"
        ),
        "StUF013": Meaning("configuration", "client", "De zender is hier niet bekend", "zender"),
        "StUF016": Meaning(
            "look_up",
            "client",
            "Zender en referentienummer zijn al gebruikt voor een ander bericht",
        ),
        "StUF019": Meaning(
            "rebuild", "client", "Tijdstip bericht ligt niet na dat van het vorige bericht"
        ),
        "StUF022": Meaning("park", "client", "Deze berichtcode bestaat niet"),
        "StUF025": Meaning("park", "server", "Deze berichtcode wordt hier niet verwerkt"),
        "StUF028": Meaning("park", "client", "Dit entiteittype bestaat niet"),
        "StUF031": Meaning("park", "server", "Dit entiteittype wordt hier niet verwerkt"),
        "StUF034": Meaning("park", "client", "Deze functie bestaat niet"),
        "StUF037": Meaning("park", "server", "Deze functie wordt hier niet verwerkt"),
        "StUF040": Meaning(
            "park",
            "server",
            "Deze combinatie van berichtcode, entiteittype en functie wordt hier niet verwerkt",
        ),
        "StUF043": Meaning("park", "client", "Het crossRefnummer is hier niet bekend"),
        "StUF046": Meaning(
            "retry", "server", "Het bericht kan nu niet worden opgeslagen; stuur het later nog eens"
        ),
        "StUF049": Meaning(
            "retry", "server", "De vraag kan nu niet worden beantwoord; stuur haar later nog eens"
        ),
        "StUF052": Meaning("configuration", "client", "De zender mag dit niet", "user"),
        "StUF055": Meaning("park", "client", "De inhoud van het bericht klopt niet met het schema"),
        "StUF058": Meaning("retry", "server", "Het bericht kan niet worden verwerkt"),
        "StUF061": Meaning("retry", "server", "De verwerking kan niet op tijd beginnen"),
        "StUF062": Meaning(
            "park", "client", "Het tijdvak van geldigheid is niet gevuld zoals het moet"
        ),
        "StUF063": Meaning(
            "park", "server", "Het begin van de geldigheid ligt voor dat van wat hier bekend is"
        ),
        "StUF064": Meaning("park", "server", "Het object is hier niet gevonden"),
        "StUF065": Meaning(
            "park", "server", "Het tijdstip van registratie ligt voor dat van wat hier bekend is"
        ),
        "StUF066": Meaning("park", "client", "De correctie past niet bij wat hier bekend is"),
        "StUF067": Meaning("park", "server", "Er is meer dan een object gevonden"),
        "StUF068": Meaning("park", "client", "De correctie past niet bij de formele historie"),
        "StUF069": Meaning("park", "client", "De correctie past niet bij de materiele historie"),
        "StUF070": Meaning("park", "client", "De volgorde van de historie klopt niet"),
        "StUF960": Meaning("retry", "server", "Het antwoord is niet op tijd klaar"),
    }
)
"""THE table: a StUF code, and what it means for the message that it answers.

Codes that are not in it (StUF076 to StUF124: errors in a selection) are `park`.
"""
