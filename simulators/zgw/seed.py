"""The invented catalogue that every ZGW simulator starts with, and its first applicaties."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

RSIN = "002220647"
DOMEIN = "BURGZ"
DEMO_CLIENT = "schakel-demo"
DEMO_SECRET = "alleen-voor-demonstratie-nooit-in-productie"  # noqa: S105 - public by intent
LIMITED_CLIENT = "schakel-beperkt"
LIMITED_SECRET = "beperkt-alleen-voor-demonstratie-en-testen"  # noqa: S105 - public by intent


@dataclass(frozen=True, slots=True, kw_only=True)
class Zaaktype:
    """One zaaktype with all its versions' contents; each version gets its own types."""

    identificatie: str
    omschrijving: str
    versions: tuple[tuple[str, str | None, bool], ...]  # begin, end, concept
    statustypen: tuple[str, ...] = ("Ontvangen", "In behandeling", "Afgehandeld")
    resultaattypen: tuple[str, ...] = ("Verwerkt", "Afgebroken")
    eigenschappen: tuple[tuple[str, str], ...] = ()
    informatieobjecttypen: tuple[str, ...] = ("Aangifte", "Bijlage")
    deelzaaktypen: tuple[str, ...] = ()
    doorlooptijd: str = "P20D"
    servicenorm: str = "P5D"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """Everything that is there at the start; `secrets` by client id, `kanalen` by name."""

    zaaktypen: tuple[Zaaktype, ...]
    informatieobjecttypen: tuple[str, ...] = ("Aangifte", "Bijlage", "Intern advies")
    besluittypen: tuple[str, ...] = ("Besluit op aanvraag",)
    secrets: Mapping[str, str] = field(
        default_factory=lambda: {DEMO_CLIENT: DEMO_SECRET, LIMITED_CLIENT: LIMITED_SECRET}
    )
    kanalen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


_MARKS = ("zaaktype", "zaaktype.catalogus", "vertrouwelijkheidaanduiding")
DEFAULT_SEED = Seed(
    zaaktypen=(
        Zaaktype(
            identificatie="B0237",
            omschrijving="Verhuizing binnen de gemeente",
            versions=(
                ("2023-01-01", "2024-06-30", False),
                ("2024-07-01", None, False),
                ("2027-01-01", None, True),
            ),
            eigenschappen=(("verhuisdatum", "datum"), ("aantal_personen", "getal")),
        ),
        Zaaktype(
            identificatie="B0105",
            omschrijving="Aangifte van geboorte",
            versions=(("2024-01-01", None, False),),
            eigenschappen=(("geboortedatum", "datum"),),
            informatieobjecttypen=("Aangifte", "Bijlage"),
            doorlooptijd="P3D",
            servicenorm="P1D",
        ),
        Zaaktype(
            identificatie="B0255",
            omschrijving="Verhuizing naar het buitenland",
            versions=(("2024-01-01", None, False),),
            eigenschappen=(("vertrekdatum", "datum"), ("land", "tekst")),
        ),
        Zaaktype(
            identificatie="B0360",
            omschrijving="Uittreksel uit de basisregistratie personen",
            versions=(("2024-01-01", None, False),),
            doorlooptijd="P10D",
            servicenorm="P2D",
        ),
    ),
    kanalen={
        "zaken": ("bronorganisatie", *_MARKS),
        "documenten": ("bronorganisatie", "informatieobjecttype", "vertrouwelijkheidaanduiding"),
        "besluiten": ("verantwoordelijkeOrganisatie", "besluittype"),
        "zaaktypen": ("catalogus",),
        "autorisaties": (),
    },
)
