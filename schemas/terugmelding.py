"""Payloads about a terugmelding: somebody doubts what the BRP says of a person.

A municipality reports what it doubts, and gets reports of others about its own inhabitants: those
it has to take up or settle within five working days.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from schemas.aflevering import Bericht
from schemas.fields import TEXT_PATTERN, Day, Line80, Moment, Toelichting
from schemas.identifiers import Bsn
from schemas.payload import CanonicalModel, Payload, broken
from schemas.problems import FieldProblem

Dossiernummer = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9-]{1,40}$"),
    Field(description="A number in the TMV, a UUID in Digimelding."),
]
Anummer = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{9}$")]
Rubriek = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{2}\.[0-9]{2}\.[0-9]{2}$"),
    Field(description="Category, group and element of the Logisch Ontwerp GBA: 08.11.10."),
]
Waarde = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=TEXT_PATTERN)]
Uitleg = Annotated[str, StringConstraints(max_length=350, pattern=TEXT_PATTERN)]

Stand = Literal["aangemeld", "doorgemeld", "in_onderzoek", "gesloten"]
"""How far a dossier is: known to the TMV, passed on to its municipality, taken up, closed."""
Resultaat = Literal["geen_onderzoek", "in_uitvoering", "afgerond", "gestaakt"]


class Gegeven(CanonicalModel):
    """One thing that is doubted."""

    rubriek: Rubriek
    origineel: Waarde | None = Field(default=None, description="What the BRP says now.")
    voorgesteld: Waarde | None = Field(default=None, description="What it should say.")


class Melding(CanonicalModel):
    """What one organisation reported, as it is in a dossier."""

    volgnummer: Annotated[int, Field(ge=0)] | None = None
    afnemer: Line80 | None = Field(default=None, description="Afnemersindicatie of who reported.")
    opgenomen: Day | None = None
    toelichting: Uitleg | None = None
    gegevens: Annotated[tuple[Gegeven, ...], Field(max_length=200)] = ()


class Dossier(CanonicalModel):
    """A dossier as the Terugmeldvoorziening shows it."""

    dossiernummer: Dossiernummer
    bsn: Bsn | None = None
    anummer: Anummer | None = None
    gemeente: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")] | None = Field(
        default=None, description="Who handles it."
    )
    stand: Stand | None = None
    resultaat: Resultaat | None = None
    aangelegd: Day | None = None
    gewijzigd: Day | None = None
    verwacht: Day | None = Field(
        default=None, description="When the Terugmeldvoorziening expects it to be settled."
    )
    toelichting: Uitleg | None = None
    meldingen: Annotated[tuple[Melding, ...], Field(max_length=200)] = ()


class _Zonder(Payload):
    """Base: content is never elsewhere."""

    envelope_schema: ClassVar[dict[str, Any]] = {"properties": {"dataref": {"type": "null"}}}

    def envelope_problems(
        self,
        *,
        subject: str | None,  # noqa: ARG002 - for those that have such a rule
        dataref: str | None,
    ) -> Iterable[FieldProblem]:
        """Refuse content elsewhere: there is none."""
        if dataref is not None:
            detail = "Nothing of a terugmelding is stored elsewhere; remove dataref."
            yield FieldProblem("dataref", "not_allowed", detail)


class _OverIemand(_Zonder):
    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"required": [name], "properties": {name: {"type": "string"}}}
                for name in ("bsn", "anummer")
            ]
        }
    )

    bsn: Bsn | None = None
    anummer: Anummer | None = None
    gegevens: Annotated[tuple[Gegeven, ...], Field(min_length=1, max_length=50)]
    toelichting: Uitleg | None = None

    @model_validator(mode="after")
    def _about_somebody(self) -> Self:
        if self.bsn is None and self.anummer is None:
            detail = "Say about whom: give bsn or anummer."
            raise broken(type(self).__name__, [FieldProblem("bsn", "required", detail)])
        return self


class TerugmeldingGedaan(_OverIemand):
    """We doubt what the BRP says of somebody, and report it."""


class TerugmeldingIngetrokken(_OverIemand):
    """We doubt it no longer: what we reported is taken back. `gegevens` as they were reported."""

    dossiernummer: Dossiernummer | None = Field(
        default=None,
        description="As `terugmelding.gewijzigd` named it. Absent: that of the last report with "
        "the same subject; Digimelding wants one of the two.",
    )


class _OverDossier(_Zonder):
    """Base of what is said about a dossier; it is the subject of the message."""

    envelope_schema: ClassVar[dict[str, Any]] = {
        "required": ["subject"],
        "properties": {"dataref": {"type": "null"}},
    }

    dossiernummer: Dossiernummer

    def envelope_problems(
        self, *, subject: str | None, dataref: str | None
    ) -> Iterable[FieldProblem]:
        """Hold the subject to the number of the dossier."""
        yield from super().envelope_problems(subject=subject, dataref=dataref)
        if subject is None:
            detail = "A message about a dossier needs its number as subject."
            yield FieldProblem("subject", "required", detail)
        elif subject != self.dossiernummer:
            detail = "The subject must equal data.dossiernummer."
            yield FieldProblem("subject", "subject_mismatch", detail)


class TerugmeldingBeantwoord(_OverDossier):
    """We took a dossier of others up, or decided on it."""

    besluit: Literal["in_onderzoek", "gewijzigd", "ongewijzigd"] = Field(
        description="in_onderzoek: it is looked into. The other two: it is settled, and the data "
        "were changed or not."
    )
    toelichting: Uitleg | None = None


class TerugmeldingOntvangen(_OverDossier):
    """Others doubt something about one of our inhabitants."""

    uiterlijk: Day = Field(description="The last day of the term: five working days.")
    dossier: Dossier


class TerugmeldingGewijzigd(_OverDossier):
    """A dossier goes on: one of ours at others, or one of others with us."""

    bericht: Bericht | None = Field(
        default=None, description="Our own message that led to the dossier, if one did."
    )
    dossier: Dossier


class _Termijn(_OverDossier):
    uiterlijk: Day
    stand: Stand | None = Field(
        default=None, description="In the Terugmeldvoorziening; absent: it could not be asked."
    )
    beantwoord: Moment | None = Field(
        default=None,
        description="When we answered here; the Terugmeldvoorziening does not show it yet.",
    )
    melding: Toelichting = ""


class TerugmeldingTermijnNadert(_Termijn):
    """The term of a dossier is nearly over, and it was not taken up: on working day 4 and 5."""

    werkdagen_over: Annotated[int, Field(ge=0, le=5)] = Field(
        description="Working days left after this one; 0: today is the last."
    )


class TerugmeldingTermijnVerstreken(_Termijn):
    """The term of a dossier is over, and it was not taken up."""
