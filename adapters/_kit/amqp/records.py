"""A message as it travels over AMQP: its properties, and one that arrived."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Properties:
    """The basic properties of AMQP 0-9-1. Texts are at most 255 bytes long, but for the headers."""

    content_type: str | None = None
    content_encoding: str | None = None
    headers: Mapping[str, Any] = field(default_factory=dict)
    persistent: bool = True
    """Kept on disk by a durable queue, so that it survives a restart of the broker."""
    priority: int | None = None
    correlation_id: str | None = None
    reply_to: str | None = None
    expiration: str | None = None
    """Milliseconds, in digits."""
    message_id: str | None = None
    timestamp: datetime | None = None
    """Aware; AMQP keeps whole seconds."""
    type: str | None = None
    user_id: str | None = None
    """Refused by the broker unless it is the name of the connection's own user."""
    app_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A message that the broker delivered; `tag` acknowledges it, on the same channel only."""

    tag: int
    redelivered: bool
    exchange: str
    routing_key: str
    properties: Properties
    body: bytes = field(repr=False)
