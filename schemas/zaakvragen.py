"""What may be asked about cases and documents: the forms of question and answer.

A case or document that the zaaksysteem does not have is found nothing (`gevonden` false), never an
error; a zaaksysteem that is down is `unavailable`, never nothing.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from schemas.fields import Day, Documentidentificatie, Line80, Line200, Line255
from schemas.identifiers import Bsn, Rsin, Zaakidentificatie
from schemas.payload import CanonicalModel
from schemas.postroom import (
    EigenschapOntvangen,
    Lang,
    ObjectOntvangen,
    RolOntvangen,
    StatusOntvangen,
    Verwijzing,
    Zaaknummer,
)
from schemas.zaakdelen import Kenmerk
from schemas.zaakdocument import MAX_INLINE_BYTES

MOST_LISTED = 500
"""Cases or documents in one answer at most; `meer` says that there are others."""


class NummerVraag(CanonicalModel):
    """Asks for the number of a document or decision that is about to be made."""

    bronorganisatie: Rsin


class NummerAntwoord(CanonicalModel):
    """A number for one use."""

    identificatie: Documentidentificatie


class ZaakVraag(CanonicalModel):
    """Asks about one case."""

    zaakidentificatie: Zaakidentificatie
    bronorganisatie: Rsin


class ZaakBeeld(CanonicalModel):
    """A case as the zaaksysteem has it."""

    zaakidentificatie: Zaaknummer
    bronorganisatie: Rsin | None = None
    verwijzing: Verwijzing | None = None
    zaaktype: Line255
    zaaktype_omschrijving: Line255 | None = None
    startdatum: Day | None = None
    registratiedatum: Day | None = None
    einddatum_gepland: Day | None = None
    uiterlijke_einddatum_afdoening: Day | None = None
    einddatum: Day | None = None
    omschrijving: Line255 | None = None
    toelichting: Lang | None = None
    vertrouwelijkheidaanduiding: Line80 | None = None
    resultaat: Line255 | None = None
    archiefnominatie: Line80 | None = None
    kenmerken: tuple[Kenmerk, ...] = ()
    rollen: tuple[RolOntvangen, ...] = ()
    objecten: tuple[ObjectOntvangen, ...] = ()
    eigenschappen: tuple[EigenschapOntvangen, ...] = ()
    status: StatusOntvangen | None = None


class ZaakDetailsAntwoord(CanonicalModel):
    """The case with all that belongs to it, besides documents."""

    gevonden: bool
    zaak: ZaakBeeld | None = None


class ZaakStatusAntwoord(CanonicalModel):
    """The statuses that a case had, the last one first."""

    gevonden: bool
    statussen: tuple[StatusOntvangen, ...] = ()


class DocumentBeeld(CanonicalModel):
    """A document as the zaaksysteem has it, without its content."""

    documentidentificatie: Zaaknummer
    bronorganisatie: Rsin | None = None
    verwijzing: Verwijzing | None = None
    versie: Line80 | None = None
    titel: Line255 | None = None
    informatieobjecttype: Line255 | None = None
    bestandsnaam: Line255 | None = None
    formaat: Line255 | None = None
    creatiedatum: Day | None = None
    auteur: Line255 | None = None
    taal: Line80 | None = None
    beschrijving: Lang | None = None
    vertrouwelijkheidaanduiding: Line80 | None = None
    status: Line80 | None = None
    bestandsomvang: Annotated[int, Field(ge=0)] | None = None


class ZaakDocumentenAntwoord(CanonicalModel):
    """The documents of a case."""

    gevonden: bool
    documenten: tuple[DocumentBeeld, ...] = ()
    meer: bool = False


class DocumentVraag(CanonicalModel):
    """Asks for one document with its content."""

    documentidentificatie: Documentidentificatie
    bronorganisatie: Rsin


class DocumentAntwoord(CanonicalModel):
    """A document; its content as base64, or beside the answer when it has more than 8 MiB."""

    gevonden: bool
    document: DocumentBeeld | None = None
    inhoud: Annotated[str, Field(max_length=MAX_INLINE_BYTES // 3 * 4 + 4)] | None = Field(
        default=None, description="Base64. Absent when there is none, or more than 8 MiB of it."
    )
    dataref: Verwijzing | None = Field(
        default=None,
        description="Of a content of more than 8 MiB: `GET /v1/documents/{sha256}` gives it, as "
        "long as documents are kept to which no message refers.",
    )
    te_groot: bool = Field(
        default=False, description="There is more of it than the destination's settings take."
    )


class ZakenVanPersoonVraag(CanonicalModel):
    """Asks which cases somebody has a part in."""

    bsn: Bsn


class ZakenAntwoord(CanonicalModel):
    """Cases, the newest first."""

    zaken: tuple[ZaakBeeld, ...] = ()
    meer: bool = False


class BesluitVraag(CanonicalModel):
    """Asks about one decision."""

    besluitidentificatie: Documentidentificatie
    verantwoordelijke_organisatie: Rsin


class BesluitBeeld(CanonicalModel):
    """A decision as the zaaksysteem has it."""

    besluitidentificatie: Zaaknummer
    besluittype: Line255 | None = None
    zaakidentificatie: Zaaknummer | None = None
    datum: Day | None = None
    ingangsdatum: Day | None = None
    vervaldatum: Day | None = None
    vervalreden: Line200 | None = None
    toelichting: Lang | None = None


class BesluitAntwoord(CanonicalModel):
    """The decision, where there is one."""

    gevonden: bool
    besluit: BesluitBeeld | None = None


class BesluitenAntwoord(CanonicalModel):
    """The decisions in a case."""

    gevonden: bool
    besluiten: tuple[BesluitBeeld, ...] = ()
