"""Payloads of the messages from the hub itself to the core: what became of a delivery.

They are written by the hub only; a publisher that sends one is refused.
"""

from collections.abc import Iterable
from typing import Annotated, Any, ClassVar

from pydantic import Field, StringConstraints

from schemas.fields import LINE_PATTERN, Line200, Line255, Moment, Toelichting
from schemas.payload import CanonicalModel, Payload
from schemas.problems import FieldProblem

Positive = Annotated[int, Field(strict=True, ge=1)]


class Bericht(CanonicalModel):
    """The message that was to be delivered, as its publisher named it."""

    id: Line255 = Field(description="The `id` of the message.")
    bron: Line255 = Field(description="The `source` of the message.")
    type: Line255 = Field(description="The `type` of the message.")
    onderwerp: Line255 | None = Field(default=None, description="The `subject` of the message.")


class Fout(CanonicalModel):
    """Why it did not work."""

    code: Line200 = Field(
        description="Code to group by: the hub's own (`no_route`) or, behind a colon, the "
        "partner's (`zgw:unique`)."
    )
    melding: Toelichting = Field(default="", description="The words of whoever refused.")


class Verwijzing(CanonicalModel):
    """What the destination calls the subject."""

    naam: Line200 = Field(description="What is named: `zaak`, `zaaktype`.")
    waarde: Annotated[str, StringConstraints(max_length=2048, pattern=LINE_PATTERN)] = Field(
        description="The destination's URL or number of it."
    )


class Aflevering(Payload):
    """Base of what is said about one delivery: a message on its way to one destination."""

    envelope_schema: ClassVar[dict[str, Any]] = {"properties": {"dataref": {"type": "null"}}}

    bericht: Bericht = Field(description="The message that was to be delivered.")
    bestemming: Line200 | None = Field(
        default=None, description="Name of the destination; absent when no route wants the message."
    )
    aflevering: Positive = Field(description="Number of the delivery in the hub.")
    pogingen: Annotated[int, Field(strict=True, ge=0)] = Field(
        description="Attempts that were made so far."
    )
    moment: Moment = Field(description="When this became of it.")

    def envelope_problems(
        self,
        *,
        subject: str | None,  # noqa: ARG002 - a message without a subject may be told of, too
        dataref: str | None,
    ) -> Iterable[FieldProblem]:
        """Refuse content elsewhere: there is none."""
        if dataref is not None:
            detail = "Only messages about a document refer to content elsewhere; remove dataref."
            yield FieldProblem("dataref", "not_allowed", detail)


class AfleveringGeslaagd(Aflevering):
    """The destination has the message."""

    verwijzingen: Annotated[tuple[Verwijzing, ...], Field(max_length=100)] = Field(
        default=(), description="What the destination calls the subject, as far as known."
    )


class AfleveringGeparkeerd(Aflevering):
    """The delivery stands still until an operator acts; another message about it follows."""

    fout: Fout


class AfleveringVerlopen(Aflevering):
    """`deliveruntil` passed before the destination had the message; it is not sent any more."""

    fout: Fout | None = Field(default=None, description="Why the last attempt failed, if any.")


class AfleveringVervallen(Aflevering):
    """An operator decided that the message need not be delivered."""

    reden: Toelichting = Field(default="", description="The operator's own words.")
