"""Payload of the message that a case has got its definitive number; written by the hub only."""

from collections.abc import Iterable
from typing import Any, ClassVar, Literal

from pydantic import Field

from schemas.fields import Line200
from schemas.identifiers import Zaakidentificatie
from schemas.payload import Payload
from schemas.problems import FieldProblem


class ZaakIdentificatieToegekend(Payload):
    """A case has got its definitive number.

    Its subject is the number under which the core knows the case: the provisional one where there
    was one. So it keeps its place among the other messages about the case.
    """

    envelope_schema: ClassVar[dict[str, Any]] = {
        "required": ["subject"],
        "properties": {"dataref": {"type": "null"}},
    }

    identificatie: Zaakidentificatie = Field(description="The definitive number.")
    voorlopige_identificatie: Zaakidentificatie | None = Field(
        default=None, description="The number that the hub had given before, if any."
    )
    toegekend_door: Literal["hub", "zaaksysteem"] = Field(
        description="Whose number it is: `hub`, by the municipality's rule, or `zaaksysteem`."
    )
    bestemming: Line200 | None = Field(
        default=None, description="The destination that gave it or was told it."
    )

    def envelope_problems(
        self, *, subject: str | None, dataref: str | None
    ) -> Iterable[FieldProblem]:
        """Hold the subject to the number that the core knows."""
        if subject is None:
            detail = "A message about a zaak needs a zaakidentificatie as subject."
            yield FieldProblem("subject", "required", detail)
        elif subject != (self.voorlopige_identificatie or self.identificatie):
            detail = (
                "The subject must equal data.voorlopigeIdentificatie, or data.identificatie where "
                "there is none."
            )
            yield FieldProblem("subject", "subject_mismatch", detail)
        if dataref is not None:
            detail = "Only messages about a document refer to content elsewhere; remove dataref."
            yield FieldProblem("dataref", "not_allowed", detail)
