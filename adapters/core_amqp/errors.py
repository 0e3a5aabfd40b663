"""From what a broker answers to what happens next: the one table."""

from __future__ import annotations

from typing import Final

from adapters._kit.amqp import (
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
    RejectedError,
    TransientError,
    UncertainError,
)

_SETTING_OF: Final = {
    403: "url",  # ACCESS_REFUSED: the user may not write there
    404: "exchange",  # NOT_FOUND: the exchange is gone
}
"""Reply codes of a closed channel for which nothing that was published there was kept."""


def consequence(error: AmqpError) -> DeliveryError:
    """Return what `error`, raised by publishing, means for the message."""
    text = str(error)
    match error:
        case AmqpRefused():
            return ConfigurationError("url", text)
        case AmqpNotConnected():  # blocked as well: nothing was sent
            return TransientError(text)
        case AmqpNacked():
            return TransientError(text)
        case AmqpUnroutable():
            hint = "Bind a queue of the core for it, or leave the type out of the route."
            return ConfigurationError("exchange", f"{text} {hint}")
        case AmqpClosed(code=code) if code in _SETTING_OF:
            return ConfigurationError(_SETTING_OF[code], text)
        case _:
            return UncertainError(f"{text} The message may have been taken.")


def too_large(size: int, limit: int) -> RejectedError:
    """Return what it means that a message is larger than the broker would take."""
    return RejectedError(
        "amqp:too-large",
        f"The message has {size} bytes and may have {limit} (max_bytes): send large documents by "
        "reference.",
    )
