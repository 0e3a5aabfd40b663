"""Properties survive the way to the wire and back."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

from adapters._kit.amqp import Properties
from adapters._kit.amqp.wire import from_wire, to_wire


def test_what_was_written_is_read() -> None:
    properties = Properties(
        content_type="application/cloudevents+json",
        headers={"source": "urn:x", "tries": 3},
        persistent=False,
        priority=1,
        correlation_id="c",
        reply_to="amq.rabbitmq.reply-to",
        expiration="5000",
        message_id="m",
        timestamp=datetime(2026, 11, 23, 9, tzinfo=UTC),
        type="t",
        user_id="u",
        app_id="a",
        content_encoding="utf-8",
    )
    assert from_wire(to_wire(properties)) == properties
    assert from_wire(to_wire(Properties())) == Properties()


def test_a_time_that_is_none_is_left_out() -> None:
    strange = SimpleNamespace(**dict.fromkeys(Properties.__slots__))
    strange.timestamp = 1 << 62
    strange.delivery_mode = 2
    assert from_wire(strange).timestamp is None
