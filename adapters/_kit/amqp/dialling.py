"""Making one connection, and what it means when that fails."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterator
from typing import Any, Final

from pika import ConnectionParameters, PlainCredentials, SSLOptions, exceptions
from pika.adapters.asyncio_connection import AsyncioConnection
from pika.adapters.utils import connection_workflow

from adapters._kit.amqp.address import AmqpAddress
from adapters._kit.amqp.errors import AmqpNotConnected, AmqpRefused
from adapters._kit.amqp.futures import fail, give

_SOCKET_SECONDS: Final = 10
_STACK_SECONDS: Final = 15

_REFUSALS: Final[tuple[tuple[type[BaseException], str], ...]] = (
    (exceptions.AuthenticationError, "it offers no way to log in that the hub knows"),
    (exceptions.ProbableAuthenticationError, "it does not accept the user or the password"),
    (
        exceptions.ProbableAccessDeniedError,
        "the user may not use the virtual host, or there is none",
    ),
    (ssl.SSLCertVerificationError, "its certificate is not trusted or not its own"),
    (exceptions.IncompatibleProtocolError, "it does not speak AMQP 0-9-1"),
)
"""The broker is there, and a setting of ours is wrong. The first row that fits counts."""


def parameters(
    address: AmqpAddress,
    *,
    name: str,
    tls: ssl.SSLContext | None,
    heartbeat: int,
    blocked_seconds: float,
) -> ConnectionParameters:
    """`name` is shown in the broker's list of connections; `tls` counts for amqps:// only."""
    options = None
    if address.tls:
        options = SSLOptions(tls or ssl.create_default_context(), address.host)
    return ConnectionParameters(
        host=address.host,
        port=address.port,
        virtual_host=address.vhost,
        credentials=PlainCredentials(address.user, address.password),
        ssl_options=options,
        heartbeat=heartbeat,
        blocked_connection_timeout=blocked_seconds,
        socket_timeout=_SOCKET_SECONDS,
        stack_timeout=_STACK_SECONDS,
        connection_attempts=1,
        client_properties={"connection_name": name},
    )


async def dial(
    wanted: ConnectionParameters,
    *,
    broker: str,
    on_lost: Callable[[BaseException], None],
) -> AsyncioConnection:
    """Return an open connection, or raise `AmqpNotConnected` or `AmqpRefused`."""
    loop = asyncio.get_running_loop()
    opened: asyncio.Future[None] = loop.create_future()

    def failed(_connection: Any, error: BaseException) -> None:
        fail(opened, meaning(error, broker))

    connection = AsyncioConnection(
        wanted,
        on_open_callback=lambda _connection: give(opened, None),
        on_open_error_callback=failed,
        on_close_callback=lambda _connection, error: on_lost(error),
        custom_ioloop=loop,
    )
    try:
        await opened
    except asyncio.CancelledError:
        if not (connection.is_closing or connection.is_closed):
            connection.close()
        raise
    return connection


def meaning(error: BaseException, broker: str) -> AmqpNotConnected:
    """What a failed or lost connection means; the text quotes no credential."""
    causes = tuple(_causes(error))
    for kind, reason in _REFUSALS:
        if any(isinstance(cause, kind) for cause in causes):
            return AmqpRefused(f"{broker} refuses the hub: {reason}.")
    innermost = type(causes[-1]).__name__
    return AmqpNotConnected(f"There is no connection to {broker} ({innermost}).")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and what pika wrapped in it, from the outside in."""
    yield error
    if isinstance(error, connection_workflow.AMQPConnectionWorkflowFailed):
        yield from _causes(error.exceptions[-1])
    elif isinstance(error, connection_workflow.AMQPConnectorPhaseErrorBase):
        yield from _causes(error.exception)
    elif error.args and isinstance(error.args[0], BaseException):
        yield from _causes(error.args[0])
