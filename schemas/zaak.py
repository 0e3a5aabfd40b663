"""Payloads of the messages about a zaak, from the core to the zaaksysteem.

Names and lengths follow ZGW (Zaken 1.5, Besluiten 1.1, Catalogi 1.3), which StUF-ZDS 1.2 can carry
too. Types (statustype, resultaattype, ...) are named by their omschrijving in the zaaktype: the
publisher needs no URL of any zaaksysteem.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from schemas.betrokkene import Betrokkene
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
from schemas.zaakdelen import (
    SOORTEN,
    Archivering,
    Betaling,
    Kenmerk,
    Opschorting,
    RelevanteZaak,
    Rol,
    Rolsoort,
    Verlenging,
    Zaakobject,
    ZaakVerwijzing,
)
from schemas.zaakdocument import (
    ZaakDocumentBijgewerkt,
    ZaakDocumentOntkoppeld,
    ZaakDocumentToegevoegd,
)
from schemas.zaakpayload import ZaakPayload, require_a_change

__all__ = [
    "Catalogus",
    "EersteStatus",
    "Eigenschap",
    "ZaakAfgesloten",
    "ZaakBesluitBijgewerkt",
    "ZaakBesluitVastgesteld",
    "ZaakBijgewerkt",
    "ZaakDocumentBijgewerkt",
    "ZaakDocumentOntkoppeld",
    "ZaakDocumentToegevoegd",
    "ZaakGestart",
    "ZaakHeropend",
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


Rollen = Annotated[tuple[Rol, ...], Field(max_length=50)]
Objecten = Annotated[tuple[Zaakobject, ...], Field(max_length=50)]
Kenmerken = Annotated[tuple[Kenmerk, ...], Field(max_length=20)]


class ZaakGestart(ZaakPayload):
    """A case was opened."""

    discriminator_values = SOORTEN

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
    einddatum_gepland: Day | None = None
    uiterlijke_einddatum_afdoening: Day | None = None
    kenmerken: Kenmerken = ()
    initiator: Betrokkene | None = None
    rollen: Rollen = Field(default=(), description="Everybody else who has a part in the case.")
    objecten: Objecten = Field(default=(), description="What the case is about.")
    eigenschappen: Annotated[tuple[Eigenschap, ...], Field(max_length=100)] = ()
    hoofdzaak: ZaakVerwijzing | None = Field(
        default=None, description="The case of which this one is a part (deelzaak)."
    )
    relevante_zaken: Annotated[tuple[RelevanteZaak, ...], Field(max_length=20)] = ()
    betaling: Betaling | None = None
    status: EersteStatus | None = None

    @model_validator(mode="after")
    def _has_one_initiator(self) -> Self:
        if any(rol.rolsoort is Rolsoort.INITIATOR for rol in self.rollen):
            detail = "The initiator has a field of its own: data.initiator."
            raise broken("ZaakGestart", [FieldProblem("rollen", "initiator", detail)])
        return self

    @model_validator(mode="after")
    def _names_each_eigenschap_once(self) -> Self:
        names = [eigenschap.naam for eigenschap in self.eigenschappen]
        if len(set(names)) != len(names):
            detail = "Each naam may occur once: a case has one value per eigenschap."
            raise broken("ZaakGestart", [FieldProblem("eigenschappen", "duplicate_name", detail)])
        return self


class ZaakBijgewerkt(ZaakPayload):
    """Details of a case changed; a field that is absent did not change."""

    discriminator_values = SOORTEN

    correctie: Annotated[bool, Field(strict=True)] | None = Field(
        default=None,
        description="True: what was registered before was wrong from the start. It may also change "
        "a case that is closed.",
    )
    omschrijving: Line80 | None = None
    toelichting: Toelichting | None = None
    einddatum_gepland: Day | None = None
    uiterlijke_einddatum_afdoening: Day | None = None
    vertrouwelijkheidaanduiding: Vertrouwelijkheidaanduiding | None = None
    opschorting: Opschorting | None = None
    verlenging: Verlenging | None = None
    betaling: Betaling | None = None
    archivering: Archivering | None = None
    eigenschappen: Annotated[tuple[Eigenschap, ...], Field(min_length=1, max_length=100)] | None = (
        Field(default=None, description="Those that changed or came; the others stay.")
    )
    rollen_toegevoegd: Annotated[tuple[Rol, ...], Field(min_length=1, max_length=50)] | None = None
    rollen_verwijderd: Annotated[tuple[Rol, ...], Field(min_length=1, max_length=50)] | None = (
        Field(
            default=None,
            description="Found again by rolsoort and the number of the betrokkene; taken away "
            "before anybody is added.",
        )
    )
    objecten_toegevoegd: (
        Annotated[tuple[Zaakobject, ...], Field(min_length=1, max_length=50)] | None
    ) = None

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        return require_a_change(self)


class ZaakStatusGezet(ZaakPayload):
    """A case got a status."""

    statustype: StatustypeKeuze
    datum_status_gezet: Moment
    toelichting: Toelichting = ""


class ZaakHeropend(ZaakPayload):
    """A case that was closed goes on: it gets a status that is not the last one."""

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


class ZaakBesluitBijgewerkt(ZaakPayload):
    """A decision in a case changed; a field that is absent did not change."""

    besluitidentificatie: Documentidentificatie
    verantwoordelijke_organisatie: Rsin | None = Field(
        default=None, description="Of the decision, as it was made. Absent: the bronorganisatie."
    )
    ingangsdatum: Day | None = None
    vervaldatum: Day | None = None
    vervalreden: (
        Literal["tijdelijk", "ingetrokken_overheid", "ingetrokken_belanghebbende"] | None
    ) = None
    toelichting: Toelichting | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        return require_a_change(self)


class ZaakAfgesloten(ZaakPayload):
    """A case was closed: it gets its resultaat and then the zaaktype's end status."""

    resultaattype: Line80 = Field(
        description="Omschrijving of the resultaattype in the zaaktype of this case."
    )
    datum_afgesloten: Moment
    resultaattoelichting: Toelichting = ""
    statustoelichting: Toelichting = ""
