"""From bytes to a message: the one entrance for everything that claims to be one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from schemas.canonical import parse_json
from schemas.catalogue import MessageCatalogue
from schemas.message import CATALOGUE, Message
from schemas.messagetypes import MESSAGE_TYPES
from schemas.problems import FieldProblem, InvalidMessage, problems_of


def parse_message(
    raw: bytes | Mapping[str, Any], *, catalogue: MessageCatalogue = MESSAGE_TYPES
) -> Message:
    """Read one message, whatever its version; raises `InvalidMessage` with every problem found.

    `raw` is a CloudEvent in the JSON event format (structured mode), or what `parse_json` made of
    one. The caller bounds its size. Data of an old version is upcast, so that the message's data
    always has the current form. Problems between fields (such as a subject that is not the case)
    show only when each field by itself is right.
    """
    event = parse_json(raw) if isinstance(raw, bytes | bytearray | memoryview) else raw
    if not isinstance(event, Mapping):
        detail = "A message is one JSON object with the attributes of a CloudEvent."
        raise InvalidMessage((FieldProblem("", "wrong_type", detail),))
    try:
        return Message.model_validate(event, context={CATALOGUE: catalogue})
    except ValidationError as error:
        refused = error
    # Raised outside of the except block: pydantic's error holds the refused values.
    raise InvalidMessage(_problems(refused, event.get("type"), catalogue))


def _problems(
    error: ValidationError, name: object, catalogue: MessageCatalogue
) -> tuple[FieldProblem, ...]:
    message_type = catalogue.get(name) if isinstance(name, str) else None
    if message_type is None:
        return problems_of(error, known_names=tuple(Message.model_fields))
    payload = message_type.payload
    return problems_of(
        error,
        known_names=(*Message.model_fields, *json_names(payload)),
        tags=payload.discriminator_values,
    )


@cache
def json_names(model: type[BaseModel]) -> tuple[str, ...]:
    """Return the names of all fields of a model and of the models inside it, as JSON has them."""
    return tuple(dict.fromkeys(_json_names(model)))


def _json_names(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield field.alias or name
        for inner in _models_in(field.annotation):
            yield from _json_names(inner)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)
