"""CloudEvents over AMQP 0-9-1: structured, batch and binary mode, as over HTTP.

The CloudEvents binding is written for AMQP 1.0. On 0-9-1 the same is done with what the protocol
has: the content type says the mode, and in binary mode each attribute is an application header
with the prefix `cloudEvents:`, or `cloudEvents_` where a client library allows no colon.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from adapters._kit.amqp import Properties
from schemas import FieldProblem, InvalidMessage, parse_json
from schemas.problems import shown_name

STRUCTURED: Final = "application/cloudevents+json"
BATCH: Final = "application/cloudevents-batch+json"
BINARY: Final = "application/json"
PREFIXES: Final = ("cloudEvents:", "cloudEvents_")

_NO_ENCODING: Final = {"", "identity", "utf-8", "utf8"}


def read_events(properties: Properties, body: bytes, *, batch_limit: int) -> list[Any]:
    """What parsed as JSON, not yet known to be CloudEvents; raises `InvalidMessage`."""
    media_type, _, parameters = (properties.content_type or "").partition(";")
    reader = _READERS.get(media_type.strip().lower())
    charset = parameters.replace(" ", "").lower().removeprefix("charset=").strip('"')
    if reader is None or charset not in _NO_ENCODING:
        detail = (
            f"Send {STRUCTURED} (one event), {BATCH} (an array of events), "
            f"or {PREFIXES[0]} headers with {BINARY}; always in UTF-8."
        )
        raise _refused("content_type", "media_type", detail)
    if (properties.content_encoding or "").lower() not in _NO_ENCODING:
        detail = "Send the body as it is, without compression."
        raise _refused("content_encoding", "media_type", detail)
    events = reader(properties.headers, parse_json(body))
    if len(events) > batch_limit:
        detail = f"A batch may have at most {batch_limit} events; this one has {len(events)}."
        raise _refused("", "batch_too_large", detail)
    return events


def _structured(headers: Mapping[str, Any], content: Any) -> list[Any]:
    del headers  # everything is in the body
    return [content]


def _batch(headers: Mapping[str, Any], content: Any) -> list[Any]:
    del headers  # everything is in the body
    if isinstance(content, list) and content:
        return content
    raise _refused("", "wrong_type", "A batch is a JSON array of at least one event.")


def _binary(headers: Mapping[str, Any], content: Any) -> list[Any]:
    event: dict[str, Any] = {}
    for name, value in headers.items():
        prefix = next((one for one in PREFIXES if name.startswith(one)), None)
        if prefix is None:
            continue
        attribute = name.removeprefix(prefix)
        shown = prefix + shown_name(attribute)
        if attribute in event:
            raise _refused(shown, "duplicate_name", "This attribute is there twice; send it once.")
        if attribute in {"data", "datacontenttype"}:
            raise _refused(shown, "not_allowed", "In binary mode the body and its content type.")
        event[attribute] = _scalar(shown, value)
    if "specversion" not in event:
        detail = f"Without {PREFIXES[0]} headers, send the whole event as {STRUCTURED}."
        raise _refused(f"{PREFIXES[0]}specversion", "required", detail)
    return [{**event, "datacontenttype": BINARY, "data": content}]


def _scalar(shown: str, value: object) -> Any:
    """AMQP has moments of its own, without a zone: they are UTC, in whole seconds."""
    if isinstance(value, str | bool | int | None):
        return value
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC).isoformat()
    raise _refused(shown, "wrong_type", "Send this attribute as a text in UTF-8.")


def _refused(field: str, rule: str, detail: str) -> InvalidMessage:
    return InvalidMessage((FieldProblem(field, rule, detail),))


_READERS: Final[Mapping[str, Callable[[Mapping[str, Any], Any], list[Any]]]] = {
    STRUCTURED: _structured,
    BATCH: _batch,
    BINARY: _binary,
}
