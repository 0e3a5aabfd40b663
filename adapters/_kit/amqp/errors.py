"""What can go wrong with a broker, named by what it says about the message.

Only `AmqpClosed` leaves a doubt. The texts are sentences; they hold no password and no payload.
"""

from __future__ import annotations


class AmqpError(Exception):
    """Base of what talking to a broker can raise. The text is a sentence for the operator."""


class AmqpNotConnected(AmqpError):
    """There is no connection now: surely nothing was sent."""


class AmqpBlocked(AmqpNotConnected):
    """The broker takes no messages now, for it is out of memory or disk: nothing was sent."""


class AmqpRefused(AmqpNotConnected):
    """The broker refuses us (name, password, virtual host, certificate): a setting is wrong."""


class AmqpNacked(AmqpError):
    """The broker answered that it did not take the message (a full queue, an internal error)."""


class AmqpUnroutable(AmqpError):
    """The broker sent the message back: no queue is bound for it. It is kept nowhere."""


class AmqpClosed(AmqpError):
    """The channel or connection closed before the answer: the broker may have done what was asked.

    `code` is the broker's reply code (404 no such exchange or queue, 403 not allowed, 406 other
    arguments than it has); None when the connection itself was lost.
    """

    def __init__(self, text: str, *, code: int | None = None) -> None:
        super().__init__(text)
        self.code = code
