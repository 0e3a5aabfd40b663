"""Delivery to the core application over RabbitMQ: what concerns it, on exchange schakel.inbound."""

from adapters.core_amqp.adapter import CoreAmqpAdapter
from adapters.core_amqp.settings import CoreAmqpSettings

__all__ = ["CoreAmqpAdapter", "CoreAmqpSettings"]
