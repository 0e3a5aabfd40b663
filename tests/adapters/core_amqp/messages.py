"""Messages and adapters for the tests of core_amqp."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from adapters.contract import Context
from adapters.core_amqp import CoreAmqpAdapter, CoreAmqpSettings
from schemas import Message, parse_message
from schemas.examples import load

GESLAAGD = "nl.burgerzaken.aflevering.geslaagd"


def message(name: str = GESLAAGD, **changes: Any) -> Message:
    return parse_message(load(name) | changes)


def adapter(url: str, **settings: Any) -> CoreAmqpAdapter:
    """With short waits."""
    given = {"url": url, "connect_timeout": 3.0, "heartbeat": 5} | settings
    return CoreAmqpAdapter(CoreAmqpSettings.model_validate(given))


def soon_over(context: Context) -> Context:
    """With a deadline that an answer which never comes reaches at once."""
    return replace(context, deadline=context.clock.now() + timedelta(seconds=0.3))
