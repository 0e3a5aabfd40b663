"""What may be asked about identity documents: the forms of question and answer."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from schemas.fields import Line80, Line255
from schemas.payload import CanonicalModel


class IdentiteitsdocumentVraag(CanonicalModel):
    """Asks whether a document may be used: it is not stolen, missing or withdrawn."""

    soort: Literal["reisdocument", "rijbewijs", "vreemdelingendocument"]
    nummer: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{5,20}$")]


class IdentiteitsdocumentAntwoord(CanonicalModel):
    """What the register says of the document, on the day on which it was asked."""

    uitkomst: Literal["geldig", "ongeldig", "onbekend"] = Field(
        description="`onbekend`: the register knows no such document, or says something that we "
        "cannot read as one of the others: look at the document."
    )
    code: Line80 | None = Field(default=None, description="The register's own.")
    omschrijving: Line255 | None = Field(default=None, description="The register's own words.")
