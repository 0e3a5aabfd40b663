"""Payloads about reaching a citizen: a letter that is to be sent, and what became of it.

Whoever carries a letter says three things at different times, and none of them is another one: our
own gateway has taken it, the other side's gateway has confirmed it, it was put where the citizen
finds it. `verloop` keeps them apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from schemas.aflevering import Bericht, Fout, Verwijzing
from schemas.fields import LINE_PATTERN, TEXT_PATTERN, Line80, Line200, Moment
from schemas.identifiers import Bsn
from schemas.payload import CanonicalModel, Payload
from schemas.problems import FieldProblem
from schemas.zaakdocument import decoded_size

MOST_BYTES: Final = 500_000
"""Of the attachments of one letter together, before base64 (Aansluithandleiding, chapter 5)."""
LONGEST_TEXT: Final = 4000
"""Characters of a letter's text as it travels."""
LINE_END: Final = r"\r\n"
"""How the Berichtenbox wants a line end written: these four characters."""

_URL: Final = re.compile(r"(?:https?://|www\.)[^\s<>\"]+", re.IGNORECASE)
_BEHIND: Final = ".,;:!?)]}'"
_PDF_PATTERN: Final = (
    r"^JVBERi[A-Za-z0-9+/]{2}(?:[A-Za-z0-9+/]{4})*"
    r"(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)$"
)
"""Base64 of what begins as a PDF does."""

Kanaal = Literal["berichtenbox", "mail", "sms"]


def wire_text(text: str) -> str:
    """Return a text as the Berichtenbox wants it: its own line ends, and a space around each URL.

    Source: Aansluithandleiding, chapter 5.
    """
    parts, end = [], 0
    for match in _URL.finditer(text):
        address = match.group().rstrip(_BEHIND)
        start, stop = match.start(), match.start() + len(address)
        before, after = text[end:start], text[stop : stop + 1]
        parts += [before, " " if not before.endswith(" ") else "", address]
        parts.append("" if after == " " else " ")
        end = stop
    parts.append(text[end:])
    return LINE_END.join("".join(parts).replace("\r\n", "\n").replace("\r", "\n").split("\n"))


def _fits(text: str) -> str:
    if len(wire_text(text)) > LONGEST_TEXT:
        raise PydanticCustomError(
            "text_too_long",
            "The text may have 4,000 characters, of which each line end takes four and each "
            "address two more; put the rest in an attachment.",
        )
    return text


class Bijlage(CanonicalModel):
    """An attachment of a letter."""

    omschrijving: Annotated[str, StringConstraints(max_length=128, pattern=LINE_PATTERN)]
    inhoud: Annotated[
        str,
        StringConstraints(max_length=MOST_BYTES * 4 // 3 + 4, pattern=_PDF_PATTERN),
        Field(description="A PDF (PDF/A-1a or 2a), base64 with padding, without line ends."),
    ]


class _ZonderDocument(Payload):
    """Base: its content is never elsewhere."""

    envelope_schema: ClassVar[dict[str, Any]] = {"properties": {"dataref": {"type": "null"}}}

    def envelope_problems(
        self,
        *,
        subject: str | None,  # noqa: ARG002 - with or without a case
        dataref: str | None,
    ) -> Iterable[FieldProblem]:
        """Refuse content elsewhere: there is none."""
        if dataref is not None:
            detail = "What is sent along stands in data.bijlagen; remove dataref."
            yield FieldProblem("dataref", "not_allowed", detail)


class BerichtenboxGevraagd(_ZonderDocument):
    """A letter is to be put in somebody's Berichtenbox of MijnOverheid."""

    bsn: Bsn
    berichttype: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,8}$")] = Field(
        description="Code of the kind of letter, active in the Leveranciersportaal."
    )
    onderwerp: Annotated[str, StringConstraints(max_length=50, pattern=LINE_PATTERN)]
    tekst: Annotated[
        str,
        StringConstraints(max_length=LONGEST_TEXT, pattern=TEXT_PATTERN),
        AfterValidator(_fits),
    ] = Field(default="", description="Plain text; a line end counts for four characters.")
    referentie: Annotated[str, StringConstraints(max_length=25, pattern=LINE_PATTERN)] | None = None
    publicatiedatum: Moment | None = Field(
        default=None, description="Not shown before; at most 13 days ahead. Absent: at once."
    )
    einddatum_handelingstermijn: Moment | None = Field(
        default=None, description="Until when the citizen can act."
    )
    bijlagen: Annotated[tuple[Bijlage, ...], Field(max_length=2)] = Field(
        default=(), description="PDF/A; together at most 500,000 bytes."
    )

    def envelope_problems(
        self, *, subject: str | None, dataref: str | None
    ) -> Iterable[FieldProblem]:
        """Hold the attachments together to their limit as well."""
        yield from super().envelope_problems(subject=subject, dataref=dataref)
        if sum(decoded_size(one.inhoud) for one in self.bijlagen) > MOST_BYTES:
            detail = "The attachments of one letter may have 500,000 bytes together."
            yield FieldProblem("data.bijlagen", "too_large", detail)


class Stap(CanonicalModel):
    """One thing that is known of a letter on its way, and who says so."""

    stap: Literal[
        "abonnement_gecontroleerd",
        "aangenomen",
        "bevestigd",
        "mislukt",
        "verwerkt",
    ] = Field(
        description="aangenomen: our own gateway has it. bevestigd: the other side's gateway says "
        "that it arrived there. verwerkt: it was worked out there, `code` says how."
    )
    moment: Moment
    door: Line80 = Field(description="Who says so.")
    code: Line200 | None = None


class _Bericht(_ZonderDocument):
    """Base of what is said about one attempt to reach somebody."""

    bericht: Bericht = Field(description="The message that asked for it.")
    kanaal: Kanaal
    bestemming: Line200 = Field(description="Name of the destination.")
    moment: Moment
    verloop: Annotated[tuple[Stap, ...], Field(max_length=100)] = Field(
        default=(), description="What was known when; the oldest first."
    )
    kenmerken: Annotated[tuple[Verwijzing, ...], Field(max_length=20)] = Field(
        default=(), description="By which the other side knows it, and the hash of what was sent."
    )


class BerichtAfgeleverd(_Bericht):
    """It is where the citizen finds it; with `verloop` and `kenmerken` the proof of delivery.

    Nobody knows whether it was read.
    """


class BerichtNietAfgeleverd(_Bericht):
    """It did not arrive, and will not: take another way."""

    reden: Literal["niet_bereikbaar", "geweigerd"] = Field(
        description="niet_bereikbaar: this citizen does not get such letters there. geweigerd: "
        "the other side does not take this letter."
    )
    fout: Fout


class BerichtVertraagd(_Bericht):
    """The other side has not said in time what became of it. It may still arrive."""

    fout: Fout
