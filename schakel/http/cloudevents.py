"""CloudEvents over HTTP (HTTP Protocol Binding 1.0): structured, batched and binary mode."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

from starlette.datastructures import Headers

from schakel.http.problems import Problem
from schemas import FieldProblem, InvalidMessage, parse_json

STRUCTURED: Final = "application/cloudevents+json"
BATCH: Final = "application/cloudevents-batch+json"
BINARY: Final = "application/json"

_UTF8: Final = {"", "utf-8", "utf8"}
_CHARSET: Final = re.compile(r";\s*charset\s*=\s*\"?(?P<name>[^\s;\"]*)", re.IGNORECASE)
_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    events: list[Any]
    """What parsed as JSON; not yet known to be CloudEvents."""
    batch: bool


def mode_of(headers: Headers) -> str:
    """Decides by Content-Type, before the body is read; raises a 415 problem."""
    given = headers.get("content-type", "")
    media_type = given.partition(";")[0].strip().lower()
    charset = _CHARSET.search(given)
    if media_type in _READERS and (charset is None or charset["name"].lower() in _UTF8):
        return media_type
    detail = (
        f"Send {STRUCTURED} (one event), {BATCH} (an array of events), "
        f"or ce- headers with {BINARY}; always in UTF-8."
    )
    raise Problem("media-type", detail, headers={"Accept": f"{STRUCTURED}, {BATCH}, {BINARY}"})


def read_events(mode: str, headers: Headers, body: bytes, *, batch_limit: int) -> Submitted:
    """Raises a 400 or 413 problem."""
    try:
        content = parse_json(body)
    except InvalidMessage as error:
        detail = "The body is not clean JSON; nothing was stored."
        raise Problem("unreadable-body", detail, problems=error.problems) from None
    events = _READERS[mode](headers, content)
    if len(events) > batch_limit:
        detail = f"A batch may have at most {batch_limit} events; this one has {len(events)}."
        raise Problem("batch-too-large", detail)
    return Submitted(events=events, batch=mode == BATCH)


def _structured(headers: Headers, content: Any) -> list[Any]:
    del headers  # everything is in the body
    return [content]


def _batch(headers: Headers, content: Any) -> list[Any]:
    del headers  # everything is in the body
    if isinstance(content, list):
        return content
    raise _no_event("", "wrong_type", "A batch is a JSON array of events.")


def _binary(headers: Headers, content: Any) -> list[Any]:
    """Section 3.1: each attribute is a header, percent-encoded; the body is the data."""
    event: dict[str, Any] = {}
    for name, value in headers.items():
        if not name.startswith("ce-"):
            continue
        attribute = name.removeprefix("ce-")
        if attribute in event:
            raise _no_event(name, "duplicate_name", "This header is there twice; send it once.")
        if attribute in {"data", "datacontenttype"}:
            raise _no_event(name, "not_allowed", "In binary mode the body and its Content-Type.")
        event[attribute] = _decoded(name, value)
    if "specversion" not in event:
        detail = f"Without ce- headers, send the whole event as {STRUCTURED}."
        raise _no_event("ce-specversion", "required", detail)
    return [{**event, "datacontenttype": BINARY, "data": content}]


def _decoded(name: str, value: str) -> str:
    if _PERCENT.search(value) or not value.isascii():
        raise _no_event(name, "percent_encoding", "Write other than ASCII, and %, as %XX of UTF-8.")
    try:
        return unquote(value, errors="strict")
    except UnicodeDecodeError:
        raise _no_event(name, "percent_encoding", "The %XX do not form UTF-8.") from None


def _no_event(field: str, rule: str, detail: str) -> Problem:
    problem = FieldProblem(field, rule, detail)
    return Problem("not-a-cloudevent", f"{detail} Nothing was stored.", problems=(problem,))


_READERS: Final[Mapping[str, Callable[[Headers, Any], list[Any]]]] = {
    STRUCTURED: _structured,
    BATCH: _batch,
    BINARY: _binary,
}
