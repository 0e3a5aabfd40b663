"""Settings of one zaaksysteem that is reached through StUF-ZDS."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from adapters._kit.stuf.settings import StufSettings
from adapters.stuf_zds.inbound_settings import InboundSettings
from adapters.stuf_zds.vocabulary import LONGEST_CODE, Closing, Statustype, Vocabulary, Zaaktype
from adapters.stuf_zds.writing.berichten import Target
from adapters.stuf_zds.writing.values import ROLLEN
from schemas import FieldProblem
from schemas.fields import Vertrouwelijkheidaanduiding
from schemas.payload import broken
from schemas.zaakdelen import Rolsoort

Names = Mapping[str, str]
Code = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_CODE)]
Text80 = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Relatie = Literal[
    "belanghebbende", "gemachtigde", "initiator", "uitvoerende", "verantwoordelijke", "overig"
]
WithoutElement = Literal[
    "bronorganisatie",
    "verantwoordelijkeOrganisatie",
    "vertrouwelijkheidaanduiding",
    "archiefstatus",
]

_TABLE: Final = "the table in docs/adapters/stuf_zds.md"
_MEBIBYTE: Final = 1024 * 1024


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ZaaktypeSettings(_Section):
    """What the zaaksysteem calls a zaaktype."""

    code: Code = Field(description="Its code, of at most 10 characters.")
    omschrijving: Text80 | None = Field(
        default=None, description="Its omschrijving, for a zaaksysteem that goes by that."
    )


class StatustypeSettings(_Section):
    """What the zaaksysteem calls a statustype."""

    omschrijving: Text80 | None = Field(
        default=None, description="Its omschrijving. Default: the same as ours."
    )
    volgnummer: int | None = Field(
        default=None, ge=1, le=9999, description="Its place in the zaaktype."
    )
    code: Code | None = Field(default=None, description="Its code, of at most 10 characters.")


class SluitenSettings(_Section):
    """How a case is closed."""

    door: Literal["einddatum", "eindstatus", "beide"] = Field(
        default="einddatum",
        description="What closes it there: an einddatum in updateZaak, the end status in "
        "actualiseerZaakstatus, or both (first the date).",
    )
    eindstatus: Text80 | None = Field(
        default=None, description="Our name of the end status; for `eindstatus` and `beide`."
    )
    resultaat_eerst: bool = Field(
        default=False,
        description="Send the resultaat in an updateZaak of its own, before anything else.",
    )

    @model_validator(mode="after")
    def _has_its_status(self) -> Self:
        if self.door != "einddatum" and self.eindstatus is None:
            detail = "Closing by a status needs the name of the end status."
            raise broken("SluitenSettings", [FieldProblem("eindstatus", "required", detail)])
        return self


class StufZdsSettings(StufSettings):
    """Everything about one zaaksysteem; shown in docs/adapters/stuf_zds.md."""

    role: Literal["zaaksysteem", "application"] = Field(
        default="zaaksysteem",
        description="What the other side is. `application`: it sends us cases as if we were its "
        "zaaksysteem, and gets nothing from us but answers.",
    )
    inbound: InboundSettings = Field(
        default=InboundSettings(), description="What may come in, and how it is understood."
    )
    plain_zkn: bool = Field(
        default=False,
        description="The system speaks StUF-ZKN 3.10 without ZDS: zakLk01, edcLk01 and zakLv01 "
        "under their own names, no check-out, no numbers. With profile 1.1 only.",
    )
    update_objects: Literal[1, 2] = Field(
        default=2,
        description="Objects in a change: 2 (old and new) by the standard, 1 for a system that "
        "expects the new one only. With profile 1.1 only.",
    )
    dedupes: bool = Field(
        default=False,
        description="The system does nothing when the same message comes twice (StUF 3.01, 4.4). "
        "What cannot be looked up is then sent again after a lost answer; otherwise a person is "
        "asked to look.",
    )
    uitchecken: bool = Field(
        default=True,
        description="Check a document out before it is changed (geefZaakdocumentbewerken). Off: "
        "change it at once, for a system that allows it: nobody can then be in between, and an "
        "answer that is lost leaves no document checked out.",
    )
    reserve_numbers: bool = Field(
        default=False,
        description="Ask the system for the numbers of cases (genereerZaakIdentificatie). Off: the "
        "hub gives them by the municipality's rule.",
    )
    zaaktypen: Mapping[str, ZaaktypeSettings] = Field(
        default={}, description="Our zaaktype identificatie = theirs. Default: the same code."
    )
    statustypen: Mapping[str, StatustypeSettings] = Field(
        default={},
        description="Our statustype, or `zaaktype/statustype`, = theirs. Default: the same "
        "omschrijving, without volgnummer.",
    )
    resultaattypen: Names = Field(
        default={}, description="Our resultaattype = their omschrijving. Default: the same."
    )
    documenttypen: Names = Field(
        default={}, description="Our informatieobjecttype = their omschrijving. Default: the same."
    )
    besluittypen: Names = Field(
        default={}, description="Our besluittype = their omschrijving. Default: the same."
    )
    rollen: Mapping[Rolsoort, Relatie] = Field(
        default={}, description=f"Our rolsoort = the StUF relation that says it. Default: {_TABLE}."
    )
    extra_elementen: Mapping[WithoutElement, Text80] = Field(
        default={},
        description="What StUF has no element for = the extraElement in which it goes. Default: it "
        "is not sent.",
    )
    sluiten: Mapping[str, SluitenSettings] = Field(
        default={}, description="Our zaaktype (`*`: any other) = how its cases are closed."
    )
    vertrouwelijkheid: Vertrouwelijkheidaanduiding = Field(
        default=Vertrouwelijkheidaanduiding.ZAAKVERTROUWELIJK,
        description="Of a document that does not say; StUF-ZDS 1.2 wants one.",
    )
    gezet_door: Annotated[str, StringConstraints(min_length=1, max_length=24)] | None = Field(
        default=None,
        description="Number of the organisatorische eenheid that sets statuses (isGezetDoor). "
        "Default: not said; in 1.2 said to be unknown.",
    )
    correctie: Literal["C", "F"] = Field(
        default="F",
        description="mutatiesoort of a correction: F with, C without formal history.",
    )
    max_document_bytes: int = Field(
        default=1024 * _MEBIBYTE,
        ge=1024,
        description="Bytes of a document that is sent or read back at most; a larger one is "
        "refused by the hub, or `teGroot` in an answer.",
    )

    @property
    def target(self) -> Target:
        return Target(
            profile=self.profile,
            vocabulary=self.vocabulary,
            update_objects=self.update_objects,
            plain_zkn=self.plain_zkn,
            uitchecken=self.uitchecken and not self.plain_zkn,
        )

    @property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary(
            zaaktypen={
                ours: Zaaktype(one.code, one.omschrijving) for ours, one in self.zaaktypen.items()
            },
            statustypen={
                ours: Statustype(
                    one.omschrijving or ours.rpartition("/")[2], one.volgnummer, one.code
                )
                for ours, one in self.statustypen.items()
            },
            resultaattypen=self.resultaattypen,
            documenttypen=self.documenttypen,
            besluittypen=self.besluittypen,
            rollen={**ROLLEN, **self.rollen},
            extra_elementen={str(ours): name for ours, name in self.extra_elementen.items()},
            sluiten={
                ours: Closing(one.door, one.eindstatus, one.resultaat_eerst)
                for ours, one in self.sluiten.items()
            },
            vertrouwelijkheid=self.vertrouwelijkheid.value,
            gezet_door=self.gezet_door,
            correctie=self.correctie,
        )

    @model_validator(mode="after")
    def _fits_the_profile(self) -> Self:
        if problems := self._profile_problems():
            raise broken("StufZdsSettings", problems)
        return self

    def _profile_problems(self) -> list[FieldProblem]:
        if self.profile == "1.1":
            return []
        wrong = {
            "plain_zkn": self.plain_zkn,
            "update_objects": self.update_objects == 1,
        }
        detail = "StUF-ZDS 1.2 does not know this; use profile 1.1 or leave it out."
        return [FieldProblem(name, "profile", detail) for name, bad in wrong.items() if bad]
