"""The core as a destination: publish, wait for the confirm."""

from __future__ import annotations

from typing import ClassVar

from adapters._kit.amqp import AmqpError
from adapters._kit.deadline import within_deadline
from adapters.contract import (
    CannotTell,
    Context,
    DeliveryError,
    Health,
    NotThere,
    Receipt,
)
from adapters.core_amqp.client import CoreClient
from adapters.core_amqp.errors import consequence, too_large
from adapters.core_amqp.settings import CoreAmqpSettings
from adapters.core_amqp.translate import publication
from schemas import MESSAGE_TYPES, Message


class CoreAmqpAdapter:
    """Delivers messages of any type to the core application through RabbitMQ."""

    handles: ClassVar[frozenset[str]] = frozenset(MESSAGE_TYPES)

    def __init__(self, settings: CoreAmqpSettings) -> None:
        self._max_bytes = settings.max_bytes
        self._client = CoreClient(settings)

    async def deliver(self, message: Message, context: Context) -> Receipt:
        what = publication(message)
        if len(what.body) > self._max_bytes:
            raise too_large(len(what.body), self._max_bytes)
        try:
            async with within_deadline(context):
                await self._client.publish(what.routing_key, what.body, what.properties)
        except AmqpError as err:
            raise consequence(err) from err
        return Receipt(detail=f"confirmed by the broker as {what.routing_key}")

    async def look_up(self, message: Message, context: Context) -> Receipt | NotThere | CannotTell:
        """AMQP has no look-up. The event id is the key: the core takes a second one for the first.

        (CloudEvents 1.0, section 3.1: equal `source` and `id` mean a duplicate.)
        """
        del message, context
        return NotThere()

    async def check(self) -> Health:
        try:
            broker = await self._client.look_at_exchange()
        except (AmqpError, DeliveryError) as err:
            return Health(ok=False, detail=str(err))
        return Health(ok=True, detail=f"{broker} answers and has the exchange.")

    async def aclose(self) -> None:
        await self._client.aclose()
