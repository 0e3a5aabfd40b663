"""I/O only: the connection to the broker, made when it is first needed."""

from __future__ import annotations

from adapters._kit.amqp import AmqpChannel, AmqpConnection, Properties
from adapters._kit.tls import tls_context
from adapters.core_amqp.settings import CoreAmqpSettings


class CoreClient:
    """Raises what `adapters/_kit/amqp` raises, and ConfigurationError for certificate files."""

    def __init__(self, settings: CoreAmqpSettings) -> None:
        self._settings = settings
        self._connection: AmqpConnection | None = None

    async def publish(self, routing_key: str, body: bytes, properties: Properties) -> None:
        """Return when the broker has the message in every queue that is bound for it."""
        connection = await self._ready()
        await connection.publish(self._settings.exchange, routing_key, body, properties)

    async def look_at_exchange(self) -> str:
        """Return the broker's name; raises when it cannot be reached or lacks the exchange."""
        connection = await self._ready()
        async with connection.channel() as channel:
            await channel.declare_exchange(self._settings.exchange, passive=True)
        return connection.broker

    async def aclose(self) -> None:
        if self._connection is not None:
            await self._connection.close()

    async def _ready(self) -> AmqpConnection:
        if self._connection is None:
            self._connection = self._open()
        await self._connection.ready(self._settings.connect_timeout)
        return self._connection

    def _open(self) -> AmqpConnection:
        """The connection reconnects by itself from here on; while it is away, `ready` says why."""
        url = self._settings.url.get_secret_value()
        tls = None
        if url.startswith("amqps:"):
            tls = tls_context(
                ca_file=self._settings.ca_file,
                client_certificate=self._settings.client_certificate,
                client_key=self._settings.client_key,
            )
        connection = AmqpConnection(
            url,
            name="schakel to the core",
            tls=tls,
            prepare=self._prepare,
            heartbeat=self._settings.heartbeat,
        )
        connection.open()
        return connection

    async def _prepare(self, channel: AmqpChannel) -> None:
        passive = not self._settings.declare
        await channel.declare_exchange(self._settings.exchange, passive=passive)
