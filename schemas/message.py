"""The envelope of every message: CloudEvents 1.0 (NL GOV profile) with our extensions, in JSON.

The attributes have CloudEvents' own names: lower case without separators (section 3.1 of the
standard). An attribute of another name is refused and not carried along, although the standard
would allow it: a misspelt `orderingKey` would silently lose the order of a case.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    SerializeAsAny,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from schemas.catalogue import MessageCatalogue, MessageType, dataschema_parts
from schemas.fields import LINE_PATTERN, Moment
from schemas.identifiers import Gemeentecode, InvalidIdentifier, Oin
from schemas.messagetypes import MESSAGE_TYPES
from schemas.payload import Payload, broken
from schemas.problems import FieldProblem

CATALOGUE: Final = "catalogue"
"""Key of the pydantic context under which another catalogue than the hub's own can be given."""

_SOURCE_PATTERN: Final = (
    r"^urn:nld:oin:[0-9]{20}:systeem:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$"
)
_URI_PATTERN: Final = r"^[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+$"
_TRACEPARENT_PATTERN: Final = r"^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"

Label = Annotated[str, StringConstraints(max_length=255, pattern=LINE_PATTERN)]
"""A short text that identifies something: at most 255 characters, one line, not blank."""


def _check_source(value: str) -> str:
    try:
        Oin(value.split(":")[3])
    except InvalidIdentifier as error:
        detail = f"The OIN in the source is not one. {error.detail}"
        raise PydanticCustomError(error.rule, detail) from None
    return value


def _check_traceparent(value: str) -> str:
    version, trace_id, parent_id, _ = value.split("-")
    if version == "ff" or not trace_id.strip("0") or not parent_id.strip("0"):
        raise PydanticCustomError(
            "traceparent", "Version ff and ids of zeros only are not allowed (W3C Trace Context)."
        )
    return value


def _payload(value: object, info: ValidationInfo) -> Payload:
    name = info.data.get("type")
    if name is None:
        return Payload()  # which rules hold is unknown; the message is refused for its type
    model = _catalogue(info)[name].payload
    if isinstance(value, Payload):
        if type(value) is not model:
            detail = "The data is a payload of another message type."
            raise PydanticCustomError("wrong_type", detail)
        return value
    return model.model_validate(value, by_alias=True, by_name=False, context=info.context)


class Message(BaseModel):
    """One thing that happened, as published.

    `id` and `source` together identify it: the same pair again is the same message.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    specversion: Literal["1.0"]
    id: Label = Field(description="Chosen by the publisher; unique within its source.")
    source: Annotated[
        str,
        StringConstraints(max_length=255, pattern=_SOURCE_PATTERN),
        AfterValidator(_check_source),
    ] = Field(
        description="The publishing system: urn:nld:oin:, its OIN, :systeem: and its name.",
        examples=["urn:nld:oin:00000001002220647000:systeem:burgerzaken"],
    )
    type: str = Field(description="What happened; it decides the form of data.")
    subject: Label | None = Field(
        default=None,
        description="Key of the case that it is about: the zaakidentificatie. Never a BSN.",
    )
    time: Moment = Field(description="When it happened, with time zone (RFC 3339).")
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: str = Field(
        default="",
        validate_default=True,
        description="Version of data: urn:nld:schakel:schema:<type>:<version>. Absent: the current "
        "version. After reading it always names the current one, to which data was upcast.",
    )
    tenant: Gemeentecode = Field(description="The municipality that the message belongs to.")
    orderingkey: Label | None = Field(
        default=None,
        description="Messages with the same key are delivered in order. Absent: the subject.",
    )
    dependson: Label | None = Field(
        default=None,
        description="The id of an earlier message of the same source that has to be delivered "
        "first. One id: the value of an extension is a scalar (CloudEvents section 3.1).",
    )
    deliverfrom: Moment | None = Field(default=None, description="Do not deliver before this.")
    deliveruntil: Moment | None = Field(
        default=None, description="Do not deliver from this moment on; then it expires."
    )
    dataref: Annotated[str, StringConstraints(max_length=2048, pattern=_URI_PATTERN)] | None = (
        Field(
            default=None,
            description="Where the document's content is stored (claim check); in place of "
            "data.inhoud.",
        )
    )
    correlationid: Label | None = Field(
        default=None, description="Shared by all messages that belong to one piece of work."
    )
    causationid: Label | None = Field(
        default=None, description="The id of the message that led to this one."
    )
    traceparent: (
        Annotated[
            str,
            StringConstraints(pattern=_TRACEPARENT_PATTERN),
            AfterValidator(_check_traceparent),
        ]
        | None
    ) = Field(default=None, description="W3C Trace Context of the publisher.")
    data: Annotated[SerializeAsAny[Payload], PlainValidator(_payload)]

    @property
    def ordering_key(self) -> str | None:
        """What the order is kept by: `orderingkey`, else the subject; None is no order."""
        return self.orderingkey or self.subject

    @field_validator("type")
    @classmethod
    def _known_type(cls, value: str, info: ValidationInfo) -> str:
        catalogue = _catalogue(info)
        if value not in catalogue:
            meant = catalogue.nearest(value)
            hint = f"Did you mean {meant}?" if meant else "See the reference of messages."
            detail = f"This message type is not known. {hint}"
            raise PydanticCustomError("unknown_type", detail)
        return value

    @field_validator("dataschema")
    @classmethod
    def _current_schema(cls, value: str, info: ValidationInfo) -> str:
        """Refuse what is still another version after upcasting: it cannot be read."""
        if (name := info.data.get("type")) is None:
            return value
        message_type = _catalogue(info)[name]
        if value == message_type.dataschema:
            return value
        raise _schema_problem(value, message_type)

    @model_validator(mode="before")
    @classmethod
    def _absent_and_old(cls, value: Any, info: ValidationInfo) -> Any:
        """Read null as absent (JSON event format, section 2.2), and bring old data up to date."""
        if not isinstance(value, Mapping):
            return value
        present = {name: member for name, member in value.items() if member is not None}
        if "data_base64" in present:
            detail = "Binary data is not supported: give data as a JSON object."
            raise broken("Message", [FieldProblem("data_base64", "not_allowed", detail)])
        return _upcast(present, _catalogue(info))

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if problems := tuple(self._problems()):
            raise broken("Message", problems)
        return self

    def _problems(self) -> Iterable[FieldProblem]:
        if self.deliverfrom and self.deliveruntil and self.deliverfrom >= self.deliveruntil:
            detail = "deliveruntil must be later than deliverfrom."
            yield FieldProblem("deliveruntil", "window_empty", detail)
        yield from self.data.envelope_problems(subject=self.subject, dataref=self.dataref)

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        """Show what finds the message, and nothing of what it says."""
        return [("type", self.type), ("id", self.id), ("source", self.source)]


def _catalogue(info: ValidationInfo) -> MessageCatalogue:
    return info.context[CATALOGUE] if info.context else MESSAGE_TYPES


def _upcast(present: dict[str, Any], catalogue: MessageCatalogue) -> dict[str, Any]:
    name = present.get("type")
    message_type = catalogue.get(name) if isinstance(name, str) else None
    if message_type is None:
        return present
    schema, data = present.setdefault("dataschema", message_type.dataschema), present.get("data")
    parts = dataschema_parts(schema) if isinstance(schema, str) else None
    if parts is None or parts[0] != name or not isinstance(data, dict):
        return present
    version = parts[1]
    if version == message_type.version or version not in message_type.versions:
        return present
    try:
        current = message_type.upcast(data, version)
    except (LookupError, TypeError, ValueError, AttributeError):
        # An upcast takes data as its version prescribes; this data breaks those rules somewhere.
        detail = f"The data does not have the form of version {version} of this message type."
        raise broken("Message", [FieldProblem("data", "upcast", detail)]) from None
    return {**present, "data": current, "dataschema": message_type.dataschema}


def _schema_problem(value: str, message_type: MessageType) -> PydanticCustomError:
    parts = dataschema_parts(value)
    if parts and parts[0] == message_type.name:
        rule = "unknown_version"
        detail = f"This version is not known; the current one is {message_type.dataschema}."
    else:
        rule = "dataschema"
        detail = f"The dataschema must be {message_type.dataschema}, or absent."
    return PydanticCustomError(rule, detail)
