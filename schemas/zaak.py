"""Payloads of the messages about a zaak, from the core to the zaaksysteem.

Names and lengths follow ZGW (Zaken 1.5, Besluiten 1.1, Catalogi 1.3), which StUF-ZDS 1.2 can carry
too. Types (statustype, resultaattype, ...) are named by their omschrijving in the zaaktype: the
publisher needs no URL of any zaaksysteem.
"""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from schemas.betrokkene import BETROKKENE_SOORTEN, Betrokkene
from schemas.fields import (
    LINE_PATTERN,
    Day,
    Documentidentificatie,
    Line20,
    Line80,
    Moment,
    Toelichting,
    Vertrouwelijkheidaanduiding,
)
from schemas.identifiers import Rsin
from schemas.payload import CanonicalModel, broken
from schemas.problems import FieldProblem
from schemas.zaakdocument import ZaakDocumentBijgewerkt, ZaakDocumentToegevoegd
from schemas.zaakpayload import ZaakPayload, require_a_change

__all__ = [
    "Catalogus",
    "EersteStatus",
    "Eigenschap",
    "ZaakAfgesloten",
    "ZaakBesluitVastgesteld",
    "ZaakBijgewerkt",
    "ZaakDocumentBijgewerkt",
    "ZaakDocumentToegevoegd",
    "ZaakGestart",
    "ZaakStatusGezet",
    "Zaaktype",
]

StatustypeKeuze = Annotated[
    Line80, Field(description="Omschrijving of the statustype in the zaaktype of this case.")
]


class Catalogus(CanonicalModel):
    """The catalogue that a zaaktype comes from: its domein and the RSIN of its owner."""

    domein: Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,5}$")]
    rsin: Rsin


class Zaaktype(CanonicalModel):
    """A kind of case. Which version of it applies follows from the case's startdatum."""

    identificatie: Annotated[str, StringConstraints(max_length=50, pattern=LINE_PATTERN)]
    catalogus: Catalogus | None = Field(
        default=None,
        description="Needed where more than one catalogue knows the identificatie.",
    )


class Eigenschap(CanonicalModel):
    """One property that the zaaktype defines, with the value it has in this case."""

    naam: Line20
    waarde: Annotated[str, StringConstraints(max_length=1000, pattern=LINE_PATTERN)] = Field(
        description="In the form that the zaaktype prescribes; a date is YYYYMMDD."
    )


class EersteStatus(CanonicalModel):
    """The status that a case starts with; its moment is the `time` of the message."""

    statustype: StatustypeKeuze
    toelichting: Toelichting = ""


class ZaakGestart(ZaakPayload):
    """A case was opened."""

    discriminator_values = BETROKKENE_SOORTEN

    zaaktype: Zaaktype
    startdatum: Day
    registratiedatum: Day | None = None
    omschrijving: Line80
    toelichting: Toelichting = ""
    verantwoordelijke_organisatie: Rsin | None = Field(
        default=None, description="Absent: the same as bronorganisatie."
    )
    vertrouwelijkheidaanduiding: Vertrouwelijkheidaanduiding | None = Field(
        default=None, description="Absent: what the zaaktype prescribes."
    )
    initiator: Betrokkene | None = None
    eigenschappen: Annotated[tuple[Eigenschap, ...], Field(max_length=100)] = ()
    status: EersteStatus | None = None

    @model_validator(mode="after")
    def _names_each_eigenschap_once(self) -> Self:
        names = [eigenschap.naam for eigenschap in self.eigenschappen]
        if len(set(names)) != len(names):
            detail = "Each naam may occur once: a case has one value per eigenschap."
            raise broken("ZaakGestart", [FieldProblem("eigenschappen", "duplicate_name", detail)])
        return self


class ZaakBijgewerkt(ZaakPayload):
    """Details of a case changed; a field that is absent did not change."""

    omschrijving: Line80 | None = None
    toelichting: Toelichting | None = None
    einddatum_gepland: Day | None = None
    uiterlijke_einddatum_afdoening: Day | None = None
    vertrouwelijkheidaanduiding: Vertrouwelijkheidaanduiding | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        return require_a_change(self)


class ZaakStatusGezet(ZaakPayload):
    """A case got a status."""

    statustype: StatustypeKeuze
    datum_status_gezet: Moment
    toelichting: Toelichting = ""


class ZaakBesluitVastgesteld(ZaakPayload):
    """A decision was taken in a case."""

    besluitidentificatie: Documentidentificatie = Field(
        description="Number of the decision, unique with its verantwoordelijke organisatie."
    )
    besluittype: Line80 = Field(description="Omschrijving of the besluittype of the zaaktype.")
    verantwoordelijke_organisatie: Rsin | None = Field(
        default=None, description="Absent: the same as bronorganisatie."
    )
    datum: Day = Field(description="Day on which the decision was taken.")
    ingangsdatum: Day
    vervaldatum: Day | None = None
    toelichting: Toelichting = ""
    documentidentificaties: Annotated[tuple[Documentidentificatie, ...], Field(max_length=100)] = (
        Field(default=(), description="Documents of the case in which the decision is laid down.")
    )

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.vervaldatum is not None and self.vervaldatum < self.ingangsdatum:
            detail = "The vervaldatum may not be before the ingangsdatum."
            problem = FieldProblem("vervaldatum", "date_order", detail)
            raise broken("ZaakBesluitVastgesteld", [problem])
        return self


class ZaakAfgesloten(ZaakPayload):
    """A case was closed: it gets its resultaat and then the zaaktype's end status."""

    resultaattype: Line80 = Field(
        description="Omschrijving of the resultaattype in the zaaktype of this case."
    )
    datum_afgesloten: Moment
    resultaattoelichting: Toelichting = ""
    statustoelichting: Toelichting = ""
