"""Payloads of what a zaaksysteem starts: for the postroom, from the hub to the core.

They are more lenient than what the core publishes: an external system sends what it has. What could
not be taken over in a field of its own is named in `opmerkingen`, without the value; the request
itself is kept for the operator.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import Field, JsonValue, StringConstraints

from schemas.fields import (
    LINE_PATTERN,
    TEXT_PATTERN,
    Day,
    Line80,
    Line200,
    Line255,
    Moment,
    Vertrouwelijkheidaanduiding,
)
from schemas.identifiers import Bsn, KvkNummer, Rsin, Vestigingsnummer
from schemas.payload import CanonicalModel, Payload
from schemas.problems import FieldProblem
from schemas.zaakdelen import Kenmerk, Rolsoort

Zaaknummer = Annotated[str, StringConstraints(max_length=40, pattern=LINE_PATTERN)]
"""The number of a case as a zaaksysteem gave it: any text of one line."""
Lang = Annotated[str, StringConstraints(max_length=2000, pattern=TEXT_PATTERN)]
Naam = Annotated[str, StringConstraints(max_length=625, pattern=LINE_PATTERN)]
Opmerkingen = Annotated[tuple[Line200, ...], Field(max_length=50)]
Verwijzing = Annotated[str, StringConstraints(max_length=2048, pattern=LINE_PATTERN)]


_NO_DOCUMENT: Final = {"required": ["subject"], "properties": {"dataref": {"type": "null"}}}


class VanZaaksysteem(Payload):
    """Base: which zaaksysteem told it, and about which case."""

    envelope_schema: ClassVar[dict[str, Any]] = _NO_DOCUMENT

    zaakidentificatie: Zaaknummer
    bronorganisatie: Rsin | None = Field(
        default=None, description="RSIN of who gave the number out, where the zaaksysteem says it."
    )
    bestemming: Line200 = Field(description="Name in the hub of the zaaksysteem that told this.")
    verwijzing: Verwijzing | None = Field(
        default=None, description="What the zaaksysteem calls the thing: its URL, where it has one."
    )
    opmerkingen: Opmerkingen = Field(
        default=(), description="What was not taken over, and why; sentences without values."
    )

    def envelope_problems(
        self, *, subject: str | None, dataref: str | None
    ) -> Iterable[FieldProblem]:
        """Hold the subject to the case's number."""
        yield from _subject_problems(subject, self.zaakidentificatie)
        yield from _dataref_problems(dataref)


def _subject_problems(subject: str | None, number: str) -> Iterator[FieldProblem]:
    if subject is None:
        detail = "A message about a zaak needs its zaakidentificatie as subject."
        yield FieldProblem("subject", "required", detail)
    elif subject != number:
        detail = "The subject must equal data.zaakidentificatie."
        yield FieldProblem("subject", "subject_mismatch", detail)


def _dataref_problems(dataref: str | None) -> Iterator[FieldProblem]:
    if dataref is not None:
        detail = "Only messages about a document refer to content elsewhere; remove dataref."
        yield FieldProblem("dataref", "not_allowed", detail)


class BetrokkeneOntvangen(CanonicalModel):
    """Somebody in a case, as far as the zaaksysteem says who."""

    soort: Literal[
        "natuurlijk_persoon",
        "niet_natuurlijk_persoon",
        "vestiging",
        "medewerker",
        "organisatorische_eenheid",
    ]
    bsn: Bsn | None = None
    rsin: Rsin | None = None
    kvk_nummer: KvkNummer | None = None
    vestigingsnummer: Vestigingsnummer | None = None
    identificatie: Line80 | None = Field(
        default=None, description="Number of an employee or a department, or one of another kind."
    )
    voornamen: Line200 | None = None
    voorvoegsel_geslachtsnaam: Line80 | None = None
    geslachtsnaam: Line200 | None = None
    geboortedatum: (
        Annotated[str, StringConstraints(pattern=r"^[0-9]{4}(-[0-9]{2}){0,2}$")] | None
    ) = Field(default=None, description="As far as it is known: 1987, 1987-04 or 1987-04-12.")
    naam: Naam | None = Field(default=None, description="Of anybody who is no person.")
    emailadres: Line255 | None = None
    telefoonnummer: Line80 | None = None
    adres: Line255 | None = Field(default=None, description="In one line, for people.")


class RolOntvangen(CanonicalModel):
    """A part in a case."""

    rolsoort: Rolsoort | None = Field(default=None, description="Absent: none of the generic ones.")
    roltype: Line200 | None = None
    toelichting: Lang | None = None
    betrokkene: BetrokkeneOntvangen


class ObjectOntvangen(CanonicalModel):
    """What a case is about."""

    soort: Line80
    omschrijving: Line255 | None = None
    identificatie: Line255 | None = None
    gegevens: Annotated[dict[str, JsonValue], Field(max_length=50)] = Field(default_factory=dict)


class StatusOntvangen(CanonicalModel):
    """A status of a case."""

    statustype: Line255
    volgnummer: Annotated[int, Field(strict=True, ge=0)] | None = None
    datum_status_gezet: Moment
    toelichting: Lang = ""
    eindstatus: Annotated[bool, Field(strict=True)] | None = Field(
        default=None, description="Absent: the zaaksysteem does not say so."
    )


class EigenschapOntvangen(CanonicalModel):
    """A property with its value; also an extraElement of StUF."""

    naam: Line255
    waarde: Lang


class ZaakOntvangen(VanZaaksysteem):
    """A case was started in a zaaksysteem."""

    zaaktype: Line255 = Field(description="Identificatie or code of the zaaktype.")
    zaaktype_omschrijving: Line255 | None = None
    startdatum: Day | None = None
    registratiedatum: Day | None = None
    einddatum_gepland: Day | None = None
    uiterlijke_einddatum_afdoening: Day | None = None
    einddatum: Day | None = None
    omschrijving: Line255 | None = None
    toelichting: Lang | None = None
    vertrouwelijkheidaanduiding: Vertrouwelijkheidaanduiding | None = None
    resultaat: Line255 | None = None
    kenmerken: Annotated[tuple[Kenmerk, ...], Field(max_length=50)] = ()
    initiator: BetrokkeneOntvangen | None = None
    rollen: Annotated[tuple[RolOntvangen, ...], Field(max_length=100)] = ()
    objecten: Annotated[tuple[ObjectOntvangen, ...], Field(max_length=100)] = ()
    eigenschappen: Annotated[tuple[EigenschapOntvangen, ...], Field(max_length=200)] = ()
    status: StatusOntvangen | None = None
    hoofdzaak: Zaaknummer | None = None


class ZaakWijzigingOntvangen(VanZaaksysteem):
    """A case that a zaaksysteem started was changed there, after the core was told of it."""

    volledig: Annotated[bool, Field(strict=True)] = Field(
        description="True: this is the whole case as it is now, and what is absent is not there "
        "(any more). False: only what changed is here; what is absent stays as it was."
    )
    zaaktype: Line255 | None = None
    zaaktype_omschrijving: Line255 | None = None
    startdatum: Day | None = None
    registratiedatum: Day | None = None
    einddatum_gepland: Day | None = None
    uiterlijke_einddatum_afdoening: Day | None = None
    einddatum: Day | None = None
    omschrijving: Line255 | None = None
    toelichting: Lang | None = None
    vertrouwelijkheidaanduiding: Vertrouwelijkheidaanduiding | None = None
    resultaat: Line255 | None = None
    kenmerken: Annotated[tuple[Kenmerk, ...], Field(max_length=50)] = ()
    initiator: BetrokkeneOntvangen | None = None
    rollen: Annotated[tuple[RolOntvangen, ...], Field(max_length=100)] = ()
    objecten: Annotated[tuple[ObjectOntvangen, ...], Field(max_length=100)] = ()
    eigenschappen: Annotated[tuple[EigenschapOntvangen, ...], Field(max_length=200)] = ()
    hoofdzaak: Zaaknummer | None = None
    rollen_verwijderd: Annotated[tuple[RolOntvangen, ...], Field(max_length=100)] = Field(
        default=(), description="Who has no part in the case any more, where it is not `volledig`."
    )
    geleegd: Annotated[tuple[Line80, ...], Field(max_length=50)] = Field(
        default=(),
        description="Fields that have no value any more, by their names here, where it is not "
        "`volledig`.",
    )


class ZaakStatusOntvangen(VanZaaksysteem):
    """A case got a status in a zaaksysteem."""

    status: StatusOntvangen


class ZaakDocumentOntvangen(VanZaaksysteem):
    """A document came to a case in a zaaksysteem; its content is beside the message (`dataref`)."""

    envelope_schema: ClassVar[dict[str, Any]] = {
        "required": ["subject"],
        "oneOf": [
            {
                "required": ["dataref"],
                "properties": {
                    "dataref": {"type": "string"},
                    "data": {"properties": {"inhoudAanwezig": {"const": True}}},
                },
            },
            {
                "properties": {
                    "dataref": {"type": "null"},
                    "data": {"properties": {"inhoudAanwezig": {"const": False}}},
                },
            },
        ],
    }

    documentidentificatie: Zaaknummer
    versie: Line80 | None = None
    titel: Line255
    informatieobjecttype: Line255 | None = None
    bestandsnaam: Line255 | None = None
    formaat: Line255 | None = None
    creatiedatum: Day | None = None
    ontvangstdatum: Day | None = None
    auteur: Line255 | None = None
    taal: Line80 | None = None
    beschrijving: Lang | None = None
    vertrouwelijkheidaanduiding: Vertrouwelijkheidaanduiding | None = None
    status: Line80 | None = None
    bestandsomvang: Annotated[int, Field(strict=True, ge=0)] | None = None
    inhoud_aanwezig: Annotated[bool, Field(strict=True)] = Field(
        description="False: the zaaksysteem has no content for it (yet)."
    )

    def envelope_problems(
        self, *, subject: str | None, dataref: str | None
    ) -> Iterable[FieldProblem]:
        """The subject is the case; the content is there, or it is said not to be."""
        yield from _subject_problems(subject, self.zaakidentificatie)
        if self.inhoud_aanwezig is not (dataref is not None):
            detail = "A document with content has a dataref, one without has none."
            yield FieldProblem("dataref", "content_mismatch", detail)


class ZaakOverdrachtGevraagd(VanZaaksysteem):
    """A zaaksysteem asks that we take over the handling of a case."""

    kenmerk: Line80 = Field(description="Number of the request; the answer refers to it.")
    toelichting: Lang | None = None
    zaaktype: Line255 | None = None
    omschrijving: Line255 | None = None
    melding: Line255 | None = None


class ZaakOverdrachtBeantwoord(Payload):
    """Whether we take over the handling of a case; from the core to the zaaksysteem that asked.

    Or the other way round: the answer to a request of ours.
    """

    envelope_schema: ClassVar[dict[str, Any]] = _NO_DOCUMENT

    zaakidentificatie: Zaaknummer
    kenmerk: Line80 = Field(description="Of the request that this answers.")
    geaccepteerd: Annotated[bool, Field(strict=True)]
    toelichting: Annotated[str, StringConstraints(max_length=1000, pattern=TEXT_PATTERN)] = ""

    def envelope_problems(
        self, *, subject: str | None, dataref: str | None
    ) -> Iterable[FieldProblem]:
        """Hold the subject to the case's number."""
        yield from _subject_problems(subject, self.zaakidentificatie)
        yield from _dataref_problems(dataref)


class OntvangstGemeld(Payload):
    """Something came in from an external system and is still to be worked out by its adapter.

    Internal: the hub delivers it to the destination that it came from, in the lane of the case, so
    that our own changes are known as such by the time that it is worked out.
    """

    envelope_schema: ClassVar[dict[str, Any]] = {}

    soort: Line80 = Field(description="What came in, in the adapter's own words.")
    inhoud: Annotated[dict[str, JsonValue], Field(max_length=200)] = Field(
        description="What the adapter needs to work it out; of no meaning to anybody else."
    )
