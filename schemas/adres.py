"""Payload of what changed in the BAG: from the hub to the core."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, ClassVar

from pydantic import Field

from schemas.fields import Day, Line20, Line80
from schemas.payload import Payload
from schemas.persoonvragen import BagNummer
from schemas.problems import FieldProblem


class AdresGewijzigd(Payload):
    """An address was given out, changed or withdrawn."""

    envelope_schema: ClassVar[dict[str, Any]] = {
        "required": ["subject"],
        "properties": {"dataref": {"type": "null"}},
    }

    nummeraanduiding: BagNummer
    straatnaam: Line80 | None = None
    huisnummer: Annotated[int, Field(ge=1, le=99999)] | None = None
    huisletter: Line20 | None = None
    huisnummertoevoeging: Line20 | None = None
    postcode: Line20 | None = None
    status: Line80 | None = Field(
        default=None, description="In the words of the BAG: Naamgeving uitgegeven, or ingetrokken."
    )
    soort_object: Line80 | None = None
    begin_geldigheid: Day | None = None
    eind_geldigheid: Day | None = Field(
        default=None, description="The first day on which this no longer held."
    )
    in_onderzoek: bool = False

    def envelope_problems(
        self, *, subject: str | None, dataref: str | None
    ) -> Iterable[FieldProblem]:
        """Hold the subject to the address's number."""
        if subject is None:
            detail = "A message about an address needs its nummeraanduiding as subject."
            yield FieldProblem("subject", "required", detail)
        elif subject != self.nummeraanduiding:
            detail = "The subject must equal data.nummeraanduiding."
            yield FieldProblem("subject", "subject_mismatch", detail)
        if dataref is not None:
            detail = "Only messages about a document refer to content elsewhere; remove dataref."
            yield FieldProblem("dataref", "not_allowed", detail)
