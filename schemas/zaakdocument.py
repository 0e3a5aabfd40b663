"""Payloads of the messages about a document of a zaak.

The content travels in the message itself (`inhoud`) or stays in the blob store and is referred to
by the envelope's `dataref` (claim check); never both. Limits are those of ZGW Documenten 1.4.
"""

import base64
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Final

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from schemas.fields import (
    Day,
    Documentidentificatie,
    Line80,
    Line200,
    Toelichting,
    Vertrouwelijkheidaanduiding,
)
from schemas.problems import FieldProblem
from schemas.zaakdelen import Documentstatus, Gebruiksrecht
from schemas.zaakpayload import ZaakPayload, changed_fields

MAX_INLINE_BYTES: Final = 8 * 1024 * 1024
"""Largest content inside a message, decoded; anything larger goes through `dataref`."""

_BASE64_PATTERN: Final = (
    r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)$"
)


def decoded_size(inhoud: str) -> int:
    """Return how many bytes a sound base64 text stands for, without decoding it."""
    return len(inhoud) // 4 * 3 - inhoud[-2:].count("=")


def _within_limit(inhoud: str) -> str:
    if decoded_size(inhoud) > MAX_INLINE_BYTES:
        raise PydanticCustomError(
            "too_large",
            "Content in the message may have at most 8 MiB; store a larger document first and "
            "refer to it with dataref.",
        )
    return inhoud


Base64Content = Annotated[
    str,
    StringConstraints(pattern=_BASE64_PATTERN),
    AfterValidator(_within_limit),
    Field(description="Base64 with padding, without line ends; at most 8 MiB when decoded."),
]

Bestandsnaam = Annotated[
    str,
    StringConstraints(max_length=255, pattern=r'^[^\u0000-\u001f\u007f-\u009f/\\:*?"<>|]*[^\s.]$'),
    Field(description='File name without a path: none of / \\ : * ? " < > | (StUF-ZDS).'),
]

MediaType = Annotated[
    str,
    StringConstraints(
        max_length=85,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*$",
    ),
    Field(description="Media type without parameters, such as application/pdf."),
]


class _DocumentPayload(ZaakPayload):
    envelope_schema: ClassVar[dict[str, Any]] = {"required": ["subject"]}

    documentidentificatie: Documentidentificatie
    inhoud: Base64Content | None = None

    @property
    def content(self) -> bytes | None:
        """The decoded content, or None when it is elsewhere (`dataref`) or did not change."""
        return None if self.inhoud is None else base64.b64decode(self.inhoud)

    @property
    def content_size(self) -> int | None:
        """Size of the content in bytes, without decoding it."""
        return None if self.inhoud is None else decoded_size(self.inhoud)

    def _content_problems(self, dataref: str | None) -> Iterator[FieldProblem]:
        if self.inhoud is not None and dataref is not None:
            detail = "Give the content once: either data.inhoud or dataref."
            yield FieldProblem("data.inhoud", "content_twice", detail)


class ZaakDocumentToegevoegd(_DocumentPayload):
    """A document was added to a case."""

    envelope_schema: ClassVar[dict[str, Any]] = {
        "required": ["subject"],
        "oneOf": [
            {
                "required": ["dataref"],
                "properties": {
                    "dataref": {"type": "string"},
                    "data": {"properties": {"inhoud": {"type": "null"}}},
                },
            },
            {
                "properties": {
                    "dataref": {"type": "null"},
                    "data": {"required": ["inhoud"], "properties": {"inhoud": {"type": "string"}}},
                },
            },
        ],
    }

    titel: Line200
    informatieobjecttype: Line80 = Field(
        description="Omschrijving of an informatieobjecttype that the zaaktype allows."
    )
    bestandsnaam: Bestandsnaam
    formaat: MediaType
    creatiedatum: Day
    auteur: Line200
    taal: Annotated[
        str,
        StringConstraints(pattern=r"^[a-z]{3}$"),
        Field(description="Language of the document, ISO 639-2/B (Dutch in ZGW: nld)."),
    ] = "nld"
    vertrouwelijkheidaanduiding: Vertrouwelijkheidaanduiding | None = Field(
        default=None, description="Absent: what the informatieobjecttype prescribes."
    )
    beschrijving: Toelichting = ""
    status: Documentstatus | None = Field(
        default=None, description="Absent: `definitief`. Not with an ontvangstdatum: see ZGW."
    )
    ontvangstdatum: Day | None = None
    verzenddatum: Day | None = None
    gebruiksrecht: Gebruiksrecht | None = Field(
        default=None, description="Absent: no terms, which is what the case can be closed with."
    )

    def _content_problems(self, dataref: str | None) -> Iterator[FieldProblem]:
        yield from super()._content_problems(dataref)
        if self.inhoud is None and dataref is None:
            detail = "The content is absent: give data.inhoud, or refer to it with dataref."
            yield FieldProblem("data.inhoud", "content_required", detail)


class ZaakDocumentBijgewerkt(_DocumentPayload):
    """A document of a case got a new version; a field that is absent did not change."""

    envelope_schema: ClassVar[dict[str, Any]] = {
        "required": ["subject"],
        "not": {
            "required": ["dataref"],
            "properties": {
                "dataref": {"type": "string"},
                "data": {"required": ["inhoud"], "properties": {"inhoud": {"type": "string"}}},
            },
        },
    }

    titel: Line200 | None = None
    bestandsnaam: Bestandsnaam | None = None
    formaat: MediaType | None = None
    auteur: Line200 | None = None
    vertrouwelijkheidaanduiding: Vertrouwelijkheidaanduiding | None = None
    beschrijving: Toelichting | None = None
    status: Documentstatus | None = None

    def _content_problems(self, dataref: str | None) -> Iterator[FieldProblem]:
        yield from super()._content_problems(dataref)
        if dataref is None and not changed_fields(self):
            detail = "A change needs at least one changed field or new content."
            yield FieldProblem("data", "no_change", detail)


class ZaakDocumentOntkoppeld(ZaakPayload):
    """A document no longer belongs to a case; the document itself stays."""

    documentidentificatie: Documentidentificatie
    reden: Toelichting = ""
