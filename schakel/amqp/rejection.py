"""A message that cannot be taken, kept with the reason in its headers.

Whoever publishes over AMQP gets no 422. What the hub refuses stands in `schakel.ingress.rejected`,
as it was published, with headers of our own added; the broker itself dead-letters there what was
delivered too often, and what was too large to look at.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from adapters._kit.amqp import Arrival, Properties
from schemas import FieldProblem

REASON: Final = "schakel-reason"
PROBLEMS: Final = "schakel-problems"
REJECTED_AT: Final = "schakel-rejected-at"
HUB: Final = "schakel-hub"

INVALID: Final = "invalid"
CONFLICT: Final = "conflict"
INTERNAL: Final = "internal"
TOO_LARGE: Final = "too_large"
TOO_OFTEN: Final = "delivered_too_often"

MOST_PROBLEMS: Final = 20
"""What one header can hold; the first ones say enough."""

_OURS: Final = frozenset({REASON, PROBLEMS, REJECTED_AT, HUB})
_BROKERS: Final = frozenset(
    {
        "x-death",
        "x-delivery-count",
        "x-first-death-exchange",
        "x-first-death-queue",
        "x-first-death-reason",
        "x-last-death-exchange",
        "x-last-death-queue",
        "x-last-death-reason",
    }
)
_DEATHS: Final[Mapping[str, tuple[str, str]]] = {
    "rejected": (
        TOO_LARGE,
        "The body is larger than body_limit under [hub], or the headers are larger than 32 KiB.",
    ),
    "delivery_limit": (
        TOO_OFTEN,
        "It was delivered as often as delivery_limit under [amqp] allows, never acknowledged.",
    ),
}
"""Why the broker dead-lettered it -> our reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A refused message, without what it says."""

    id: str
    """Derived from the message: the same one, refused twice, has the same id."""
    reason: str
    problems: tuple[FieldProblem, ...]
    at: datetime | None
    hub: str
    routing_key: str
    message_id: str
    bytes: int


def refuse(
    properties: Properties,
    *,
    reason: str,
    problems: Sequence[FieldProblem],
    now: datetime,
    hub: str,
) -> Properties:
    """The properties to keep a refused message under: its own, and why."""
    told = [
        {"field": one.field, "rule": one.rule, "detail": one.detail}
        for one in problems[:MOST_PROBLEMS]
    ]
    headers = _without(properties.headers, (_OURS | _BROKERS)) | {
        REASON: reason,
        PROBLEMS: json.dumps(told, ensure_ascii=False),
        REJECTED_AT: now.astimezone(UTC).isoformat(timespec="milliseconds"),
        HUB: hub,
    }
    return replace(properties, headers=headers, persistent=True, expiration=None, user_id=None)


def plain(properties: Properties) -> Properties:
    """Only the headers that are texts: those can always be written."""
    texts = {name: one for name, one in properties.headers.items() if isinstance(one, str)}
    return replace(properties, headers=texts)


def restore(properties: Properties) -> Properties:
    """The properties to publish it under again: without what the refusal added."""
    headers = _without(properties.headers, _OURS | _BROKERS)
    return replace(properties, headers=headers, persistent=True, expiration=None, user_id=None)


def describe(arrival: Arrival) -> Rejected:
    """What can be told of a message in the queue of refused ones, whoever put it there."""
    headers = arrival.properties.headers
    reason, problems = headers.get(REASON), tuple(_problems(headers.get(PROBLEMS)))
    if not isinstance(reason, str):
        death = str(headers.get("x-first-death-reason", ""))
        reason, detail = _DEATHS.get(death, ("unknown", "Something else put it into this queue."))
        problems = (FieldProblem("", reason, detail),)
    return Rejected(
        id=identify(arrival),
        reason=reason,
        problems=problems,
        at=_moment(headers),
        hub=str(headers.get(HUB, "")),
        routing_key=arrival.routing_key,
        message_id=arrival.properties.message_id or "",
        bytes=len(arrival.body),
    )


def identify(arrival: Arrival) -> str:
    """Twelve hexadecimal digits that stay the same however often the message is looked at."""
    own = restore(arrival.properties)
    told = repr((own.content_type, own.message_id, sorted(own.headers.items(), key=repr)))
    return hashlib.sha256(told.encode("utf-8", "replace") + arrival.body).hexdigest()[:12]


def _problems(header: object) -> Iterable[FieldProblem]:
    try:
        for one in json.loads(header) if isinstance(header, str) else ():
            yield FieldProblem(str(one["field"]), str(one["rule"]), str(one["detail"]))
    except (ValueError, KeyError, TypeError):
        yield FieldProblem("", "unknown", "The reason in its headers cannot be read.")


def _moment(headers: Mapping[str, Any]) -> datetime | None:
    """Ours to the millisecond, else the broker's to the second."""
    try:
        if isinstance(text := headers.get(REJECTED_AT), str):
            return datetime.fromisoformat(text)
        at = headers["x-death"][0]["time"]
    except (ValueError, KeyError, IndexError, TypeError):
        return None
    return at.replace(tzinfo=UTC) if isinstance(at, datetime) else None


def _without(headers: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in headers.items() if name not in names}
