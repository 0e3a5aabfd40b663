"""RabbitMQ in the hub's own event loop: one connection that comes back, and confirmed publishing.

pika speaks the protocol; no other package of the hub knows it. A connection is opened once and
looks after itself from then on:

    connection = AmqpConnection(url, name="schakel ingress", prepare=declare_topology)
    connection.open()
    await connection.ready(5)
    await connection.publish("schakel.inbound", "nl.burgerzaken.zaak.ontvangen", body, properties)
    async with connection.channel() as channel:
        await channel.consume("schakel.ingress", on_message, prefetch=500)
        raise await channel.closed()
"""

from adapters._kit.amqp.address import AmqpAddress, check_amqp_url
from adapters._kit.amqp.channel import AmqpChannel
from adapters._kit.amqp.connection import AmqpConnection, Setup
from adapters._kit.amqp.errors import (
    AmqpBlocked,
    AmqpClosed,
    AmqpError,
    AmqpNacked,
    AmqpNotConnected,
    AmqpRefused,
    AmqpUnroutable,
)
from adapters._kit.amqp.records import Arrival, Properties

__all__ = [
    "AmqpAddress",
    "AmqpBlocked",
    "AmqpChannel",
    "AmqpClosed",
    "AmqpConnection",
    "AmqpError",
    "AmqpNacked",
    "AmqpNotConnected",
    "AmqpRefused",
    "AmqpUnroutable",
    "Arrival",
    "Properties",
    "Setup",
    "check_amqp_url",
]
