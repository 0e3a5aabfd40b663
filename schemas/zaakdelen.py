"""What a case consists of besides its own fields: roles, objects, references to other cases.

Messages in both directions share these: what the core publishes, and what a zaaksysteem tells.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import ConfigDict, Field, StringConstraints

from schemas.betrokkene import (
    BETROKKENE_SOORTEN,
    Betrokkene,
    NatuurlijkPersoon,
    require_soort,
)
from schemas.fields import LINE_PATTERN, TEXT_PATTERN, Day, Line20, Line80, Line200, Toelichting
from schemas.identifiers import Rsin, Zaakidentificatie
from schemas.payload import CanonicalModel

Line40 = Annotated[str, StringConstraints(max_length=40, pattern=LINE_PATTERN)]
Reden = Annotated[str, StringConstraints(max_length=200, pattern=TEXT_PATTERN)]


class Rolsoort(StrEnum):
    """The generic roles of ZGW; docs/adapters/stuf_zds.md has the StUF relation of each."""

    ADVISEUR = "adviseur"
    BEHANDELAAR = "behandelaar"
    BELANGHEBBENDE = "belanghebbende"
    BESLISSER = "beslisser"
    INITIATOR = "initiator"
    KLANTCONTACTER = "klantcontacter"
    ZAAKCOORDINATOR = "zaakcoordinator"
    MEDE_INITIATOR = "mede_initiator"


class Rol(CanonicalModel):
    """Somebody's part in a case."""

    rolsoort: Rolsoort = Field(description="The generic role (omschrijvingGeneriek in ZGW).")
    roltype: Line80 | None = Field(
        default=None,
        description="Omschrijving of the roltype in the zaaktype; absent: the only one with this "
        "rolsoort.",
    )
    toelichting: Line200 | None = None
    betrokkene: Betrokkene


class Adres(CanonicalModel):
    """An address in the Netherlands; the BAG number where it is known."""

    bag_identificatie: Annotated[str, StringConstraints(pattern=r"^[0-9]{16}$")] | None = Field(
        default=None, description="Number of the nummeraanduiding in the BAG."
    )
    postcode: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{3}[A-Z]{2}$")] | None = None
    huisnummer: Annotated[int, Field(strict=True, ge=1, le=99999)]
    huisletter: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]$")] | None = None
    huisnummertoevoeging: (
        Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{1,4}$")] | None
    ) = None
    straatnaam: Line80 | None = None
    woonplaats: Line80


class AdresObject(CanonicalModel):
    """A case about an address."""

    model_config = ConfigDict(json_schema_extra=require_soort)

    soort: Literal["adres"] = "adres"
    relatieomschrijving: Line80 | None = None
    adres: Adres


class PersoonObject(CanonicalModel):
    """A case about a person, who need not have a role in it."""

    model_config = ConfigDict(json_schema_extra=require_soort)

    soort: Literal["natuurlijk_persoon"] = "natuurlijk_persoon"
    relatieomschrijving: Line80 | None = None
    persoon: NatuurlijkPersoon


class OverigObject(CanonicalModel):
    """A case about something else: a grave, a passport, a licence plate."""

    model_config = ConfigDict(json_schema_extra=require_soort)

    soort: Literal["overige"] = "overige"
    relatieomschrijving: Line80 | None = None
    objecttype: Annotated[str, StringConstraints(max_length=100, pattern=LINE_PATTERN)] = Field(
        description="What it is (objectTypeOverige in ZGW), such as `graf`."
    )
    kenmerken: Annotated[dict[Line20, Line200], Field(min_length=1, max_length=50)] = Field(
        description="What is known of it, by name."
    )


Zaakobject = Annotated[AdresObject | PersoonObject | OverigObject, Field(discriminator="soort")]

ZAAKOBJECT_SOORTEN: Final = frozenset({"adres", "natuurlijk_persoon", "overige"})
SOORTEN: Final = BETROKKENE_SOORTEN | ZAAKOBJECT_SOORTEN
"""Values of every `soort` in a message about a case."""


class Kenmerk(CanonicalModel):
    """A number under which somebody else knows the case."""

    kenmerk: Line40
    bron: Line40 = Field(description="Whose number it is.")


class ZaakVerwijzing(CanonicalModel):
    """Another case, by its number."""

    zaakidentificatie: Zaakidentificatie
    bronorganisatie: Rsin | None = Field(
        default=None, description="Absent: the same as of the case that refers to it."
    )


class RelevanteZaak(ZaakVerwijzing):
    """A case that this one has to do with, and how."""

    aard: Literal["vervolg", "onderwerp", "bijdrage"]


class Opschorting(CanonicalModel):
    """The term of a case stands still (`indicatie` true), or runs again."""

    indicatie: Annotated[bool, Field(strict=True)]
    reden: Reden


class Verlenging(CanonicalModel):
    """The term of a case was made longer."""

    reden: Reden
    duur_in_dagen: Annotated[int, Field(strict=True, ge=1, le=999)]


class Archivering(CanonicalModel):
    """What becomes of the file of a case, and when."""

    archiefnominatie: Literal["blijvend_bewaren", "vernietigen"] | None = None
    archiefactiedatum: Day | None = None
    archiefstatus: (
        Literal[
            "nog_te_archiveren",
            "gearchiveerd",
            "gearchiveerd_procestermijn_onbekend",
            "overgedragen",
        ]
        | None
    ) = None


class Betaling(CanonicalModel):
    """Whether the fee of a case was paid."""

    indicatie: Literal["nvt", "nog_niet", "gedeeltelijk", "geheel"]
    laatste_betaaldatum: Day | None = None


class Gebruiksrecht(CanonicalModel):
    """The terms under which a document may be used."""

    startdatum: Day
    einddatum: Day | None = None
    omschrijving_voorwaarden: Toelichting


class Documentstatus(StrEnum):
    """How far a document is."""

    IN_BEWERKING = "in_bewerking"
    TER_VASTSTELLING = "ter_vaststelling"
    DEFINITIEF = "definitief"
    GEARCHIVEERD = "gearchiveerd"
