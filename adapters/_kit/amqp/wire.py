"""Between our records and what pika writes and reads."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from pika import spec

from adapters._kit.amqp.records import Arrival, Properties

_AS_THEY_ARE: Final = (
    "content_type",
    "content_encoding",
    "priority",
    "correlation_id",
    "reply_to",
    "expiration",
    "message_id",
    "type",
    "user_id",
    "app_id",
)
_PERSISTENT: Final = 2
_TRANSIENT: Final = 1


def to_wire(properties: Properties) -> spec.BasicProperties:
    at = properties.timestamp
    return spec.BasicProperties(  # type: ignore[no-untyped-call]  # pika brings no types
        headers=dict(properties.headers) or None,
        delivery_mode=_PERSISTENT if properties.persistent else _TRANSIENT,
        timestamp=None if at is None else int(at.timestamp()),
        **{name: getattr(properties, name) for name in _AS_THEY_ARE},
    )


def from_wire(properties: Any) -> Properties:
    return Properties(
        headers=properties.headers or {},
        persistent=properties.delivery_mode == _PERSISTENT,
        timestamp=_time(properties.timestamp),
        **{name: getattr(properties, name) for name in _AS_THEY_ARE},
    )


def arrival(method: Any, properties: Any, body: bytes) -> Arrival:
    return Arrival(
        tag=method.delivery_tag,
        redelivered=bool(method.redelivered),
        exchange=method.exchange,
        routing_key=method.routing_key,
        properties=from_wire(properties),
        body=body,
    )


def _time(seconds: int | None) -> datetime | None:
    """Return None as well for a number that is no time: a stranger may write any."""
    if seconds is None:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None
