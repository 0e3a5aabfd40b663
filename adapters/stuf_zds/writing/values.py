"""Values that StUF names otherwise than ZGW: the tables, both ways where both are needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from schemas.zaakdelen import Documentstatus, Rolsoort


@dataclass(frozen=True, slots=True)
class Relation:
    """How a role is said: the name of its element in a zaak, and its entiteittype."""

    element: str
    entiteittype: str


RELATIONS: Final[Mapping[str, Relation]] = MappingProxyType(
    {
        "belanghebbende": Relation("heeftAlsBelanghebbende", "ZAKBTRBLH"),
        "gemachtigde": Relation("heeftAlsGemachtigde", "ZAKBTRGMC"),
        "initiator": Relation("heeftAlsInitiator", "ZAKBTRINI"),
        "uitvoerende": Relation("heeftAlsUitvoerende", "ZAKBTRUTV"),
        "verantwoordelijke": Relation("heeftAlsVerantwoordelijke", "ZAKBTRVRA"),
        "overig": Relation("heeftAlsOverigBetrokkene", "ZAKBTROVR"),
    }
)
"""By the name that the settings use."""

ROLLEN: Final[Mapping[Rolsoort, str]] = MappingProxyType(
    {
        Rolsoort.INITIATOR: "initiator",
        Rolsoort.BELANGHEBBENDE: "belanghebbende",
        Rolsoort.ADVISEUR: "gemachtigde",
        Rolsoort.BEHANDELAAR: "uitvoerende",
        Rolsoort.ZAAKCOORDINATOR: "verantwoordelijke",
        Rolsoort.BESLISSER: "overig",
        Rolsoort.KLANTCONTACTER: "overig",
        Rolsoort.MEDE_INITIATOR: "overig",
    }
)
"""The relation of each generic role, where the settings say nothing else; our mapping."""

BETALING: Final = MappingProxyType(
    {
        "nvt": "N.v.t.",
        "nog_niet": "(Nog) niet",
        "gedeeltelijk": "Gedeeltelijk",
        "geheel": "Geheel",
    }
)

ARCHIEFNOMINATIE: Final = MappingProxyType({"vernietigen": "J", "blijvend_bewaren": "N"})
"""J says that the file has a day on which it is destroyed (datumVernietigingDossier)."""

VERVALREDEN: Final = MappingProxyType(
    {
        "tijdelijk": "Besluit met tijdelijke werking",
        "ingetrokken_overheid": "Besluit ingetrokken door overheid",
        "ingetrokken_belanghebbende": "Besluit ingetrokken o.v.v. belanghebbende",
    }
)

DOCUMENTSTATUS: Final = MappingProxyType(
    {
        Documentstatus.IN_BEWERKING: "In bewerking",
        Documentstatus.TER_VASTSTELLING: "Ter vaststelling",
        Documentstatus.DEFINITIEF: "Definitief",
        Documentstatus.GEARCHIVEERD: "Gearchiveerd",
    }
)


def vertrouwelijkheid(value: str | None) -> str | None:
    """Return ZGW's `beperkt_openbaar` as StUF's `BEPERKT OPENBAAR`."""
    return None if value is None else value.upper().replace("_", " ")


def indicatie(value: bool | None) -> str | None:  # noqa: FBT001 - it is the value itself
    """Return J or N."""
    return None if value is None else "J" if value else "N"
