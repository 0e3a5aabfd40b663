"""What an answer of the broker means for the message."""

from __future__ import annotations

import pytest

from adapters._kit.amqp import (
    AmqpBlocked,
    AmqpClosed,
    AmqpError,
    AmqpNacked,
    AmqpNotConnected,
    AmqpRefused,
    AmqpUnroutable,
)
from adapters.contract import (
    ConfigurationError,
    DeliveryError,
    TransientError,
    UncertainError,
)
from adapters.core_amqp.errors import consequence


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (AmqpNotConnected("x"), TransientError),
        (AmqpBlocked("x"), TransientError),
        (AmqpNacked("x"), TransientError),
        (AmqpRefused("x"), ConfigurationError),
        (AmqpUnroutable("x"), ConfigurationError),
        (AmqpClosed("x", code=404), ConfigurationError),
        (AmqpClosed("x", code=403), ConfigurationError),
        (AmqpClosed("x", code=406), UncertainError),
        (AmqpClosed("x"), UncertainError),
        (AmqpError("x"), UncertainError),
    ],
    ids=lambda value: repr(value) if isinstance(value, Exception) else None,
)
def test_every_answer_has_its_consequence(error: AmqpError, meaning: type[DeliveryError]) -> None:
    """Only what surely was not taken is transient; what nobody knows is uncertain."""
    assert type(consequence(error)) is meaning
