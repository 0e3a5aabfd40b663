"""From a message to what is published: the CloudEvent as it is, in its structured JSON form."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from adapters._kit.amqp.records import Properties
from schemas import Message, canonical_json

CONTENT_TYPE: Final = "application/cloudevents+json"
_LONGEST: Final = 255
"""Bytes of a short text in AMQP."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One message on its way to the exchange."""

    routing_key: str
    body: bytes = field(repr=False)
    properties: Properties = field(repr=False)


def publication(message: Message) -> Publication:
    """Return what is published; the same message always gives the same bytes.

    The properties repeat what consumers choose and deduplicate by; no personal data is among them.
    """
    return Publication(
        routing_key=message.type,
        body=canonical_json(message),
        properties=Properties(
            content_type=CONTENT_TYPE,
            message_id=_if_it_fits(message.id),
            correlation_id=_if_it_fits(message.correlationid),
            timestamp=message.time,
            type=message.type,
            app_id="schakel",
            headers={"source": message.source, "tenant": str(message.tenant)},
        ),
    )


def _if_it_fits(text: str | None) -> str | None:
    """Return None for what AMQP cannot carry here; the body has it in any case."""
    return text if text is not None and len(text.encode()) <= _LONGEST else None
