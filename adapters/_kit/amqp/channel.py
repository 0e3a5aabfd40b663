"""One channel: calls that are awaited, messages that arrive, publishing in confirm mode."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

from pika import exceptions, spec
from pika.adapters.asyncio_connection import AsyncioConnection
from pika.channel import Channel

from adapters._kit.amqp.confirms import Confirms, Unconfirmed
from adapters._kit.amqp.errors import AmqpBlocked, AmqpClosed, AmqpNotConnected
from adapters._kit.amqp.futures import fail, give
from adapters._kit.amqp.records import Arrival, Properties
from adapters._kit.amqp.wire import arrival, to_wire

_CLOSING_SECONDS: Final = 5
_UNWRITABLE: Final = (
    exceptions.ShortStringTooLong,
    exceptions.UnsupportedAMQPFieldException,
    TypeError,
)


class AmqpChannel:
    """An open channel. When it closes, everything that waits for an answer gets `AmqpClosed`."""

    def __init__(
        self, channel: Channel, *, broker: str, blocked: Callable[[], bool], window: int
    ) -> None:
        self._channel = channel
        self._broker = broker
        self._blocked = blocked
        self._loop = asyncio.get_running_loop()
        self._closed: asyncio.Future[AmqpClosed] = self._loop.create_future()
        self._calls: set[asyncio.Future[Any]] = set()
        self._confirms = Confirms(broker, window)
        self._one_get = asyncio.Lock()
        self._got: asyncio.Future[Arrival | None] = self._loop.create_future()
        self._consumers = 0
        channel.add_on_close_callback(self._on_closed)
        channel.add_on_cancel_callback(self._on_cancelled_by_broker)
        channel.add_on_return_callback(self._on_returned)
        channel.add_callback(self._on_got_none, [spec.Basic.GetEmpty], one_shot=False)

    @classmethod
    async def open(
        cls,
        connection: AsyncioConnection,
        *,
        broker: str,
        blocked: Callable[[], bool],
        window: int,
    ) -> AmqpChannel:
        """Open a channel in confirm mode; `AmqpNotConnected` or `AmqpClosed` when that fails."""
        opened: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        try:
            wire = connection.channel(on_open_callback=lambda _channel: give(opened, None))
        except exceptions.AMQPError as err:
            raise AmqpNotConnected(f"There is no connection to {broker}.") from err
        channel = cls(wire, broker=broker, blocked=blocked, window=window)
        await channel._answer(opened)
        await channel._call(wire.confirm_delivery, channel._on_confirmed)
        return channel

    @property
    def is_open(self) -> bool:
        return not self._closed.done() and bool(self._channel.is_open)

    @property
    def unconfirmed(self) -> int:
        """Messages published here of which the broker has not said what became of them."""
        return len(self._confirms)

    async def closed(self) -> AmqpClosed:
        """Wait until the channel is closed, by whomever; return why."""
        return await asyncio.shield(self._closed)

    def when_closed(self, call: Callable[[], None]) -> None:
        """Have `call` called before anybody hears that the channel is closed."""
        self._closed.add_done_callback(lambda _closed: call())

    async def close(self) -> None:
        """Close the channel; what is unacknowledged goes back to its queue, in its old place.

        Only the closing itself may be said. pika would cancel the consumers first; then the broker
        gives the next consumer what is behind, before it has taken back what this one had.
        """
        if not self.is_open:
            return
        self._channel._cancelled.update(self._channel._consumers)  # noqa: SLF001 - no other way
        self._channel.close()
        with suppress(TimeoutError):  # then the connection is about to be given up
            async with asyncio.timeout(_CLOSING_SECONDS):
                await self.closed()

    async def publish(
        self,
        exchange: str,
        routing_key: str,
        body: bytes,
        properties: Properties,
        *,
        mandatory: bool = True,
    ) -> None:
        """Return when the broker has confirmed the message: it is in every queue bound for it.

        Raises `AmqpNotConnected` or `AmqpBlocked` (surely not sent), `AmqpNacked` (refused),
        `AmqpUnroutable` (no queue; only when `mandatory`), `AmqpClosed` (it may have arrived), and
        ValueError when it cannot be written as AMQP. A caller that is cancelled does not know
        either. Messages leave in the order of the calls; 1,000 can be unconfirmed, then it waits.
        """

        def send() -> None:
            self._require_sending()
            try:
                self._channel.basic_publish(
                    exchange, routing_key, body, to_wire(properties), mandatory=mandatory
                )
            except _UNWRITABLE as err:
                raise ValueError("A property of the message cannot be written as AMQP.") from err
            except exceptions.AMQPError as err:
                raise AmqpNotConnected(f"There is no connection to {self._broker}.") from err

        message = Unconfirmed(
            exchange=exchange,
            routing_key=routing_key,
            message_id=properties.message_id,
            body=body,
            answer=self._loop.create_future(),
        )
        await self._confirms.publish(message, send)

    async def declare_exchange(
        self,
        name: str,
        kind: str = "topic",
        *,
        passive: bool = False,
        arguments: Mapping[str, Any] | None = None,
    ) -> None:
        """Make the durable exchange, or with `passive` only see that it exists (404 if not)."""
        await self._call(
            self._channel.exchange_declare,
            name,
            exchange_type=kind,
            passive=passive,
            durable=True,
            arguments=dict(arguments or {}),
        )

    async def declare_queue(
        self,
        name: str,
        *,
        passive: bool = False,
        durable: bool = True,
        exclusive: bool = False,
        arguments: Mapping[str, Any] | None = None,
    ) -> tuple[str, int, int]:
        """Make the queue; return its name (the broker's for ""), its messages, its consumers."""
        answer = await self._call(
            self._channel.queue_declare,
            name,
            passive=passive,
            durable=durable,
            exclusive=exclusive,
            auto_delete=exclusive,
            arguments=dict(arguments or {}),
        )
        return answer.queue, answer.message_count, answer.consumer_count

    async def bind_queue(self, queue: str, exchange: str, routing_key: str) -> None:
        await self._call(self._channel.queue_bind, queue, exchange, routing_key)

    async def unbind_queue(self, queue: str, exchange: str, routing_key: str) -> None:
        await self._call(self._channel.queue_unbind, queue, exchange, routing_key)

    async def delete_queue(self, queue: str) -> None:
        await self._call(self._channel.queue_delete, queue)

    async def consume(
        self,
        queue: str,
        on_message: Callable[[Arrival], None],
        *,
        prefetch: int,
        arguments: Mapping[str, Any] | None = None,
    ) -> str:
        """Have messages of `queue` handed to `on_message`; return the consumer's tag.

        At most `prefetch` are unacknowledged. `on_message` is quick and does not raise. When the
        broker ends the consumer (the queue was deleted), the channel closes.
        """
        await self._call(self._channel.basic_qos, prefetch_count=prefetch)
        self._consumers += 1
        tag = f"schakel-{self._consumers}"
        await self._call(
            self._channel.basic_consume,
            queue,
            lambda _channel, method, properties, body: on_message(
                arrival(method, properties, body)
            ),
            consumer_tag=tag,
            arguments=dict(arguments or {}),
        )
        return tag

    async def cancel(self, consumer_tag: str) -> None:
        """Take no more; what has arrived can still be acknowledged."""
        await self._call(self._channel.basic_cancel, consumer_tag)

    async def get(self, queue: str) -> Arrival | None:
        """Take one message, to be acknowledged; None when the queue is empty."""
        async with self._one_get:
            self._got = self._loop.create_future()
            self._do(self._channel.basic_get, queue, self._on_got)
            taken: Arrival | None = await self._answer(self._got)
            return taken

    def ack(self, tag: int, *, multiple: bool = False) -> None:
        """Tell the broker that it may forget the message (`multiple`: and all before it).

        `AmqpClosed` when the channel is closed: the broker will deliver them again.
        """
        self._do(self._channel.basic_ack, tag, multiple)

    def nack(self, tag: int, *, multiple: bool = False, requeue: bool = True) -> None:
        """Give the message back, or without `requeue` to the queue's dead-letter exchange."""
        self._do(self._channel.basic_nack, tag, multiple, requeue)

    def _on_confirmed(self, frame: Any) -> None:
        taken = isinstance(frame.method, spec.Basic.Ack)
        self._confirms.settle(
            frame.method.delivery_tag, multiple=frame.method.multiple, taken=taken
        )

    def _on_returned(self, _channel: Any, method: Any, properties: Any, body: bytes) -> None:
        self._confirms.came_back(method.exchange, method.routing_key, properties.message_id, body)

    def _on_got(self, _channel: Any, method: Any, properties: Any, body: bytes) -> None:
        give(self._got, arrival(method, properties, body))

    def _on_got_none(self, _frame: Any) -> None:
        give(self._got, None)

    def _on_cancelled_by_broker(self, _frame: Any) -> None:
        if self._channel.is_open:
            self._channel.close(reply_text="the broker ended a consumer")

    def _on_closed(self, _channel: Any, reason: Exception) -> None:
        code, said = None, "the connection was lost"
        if isinstance(reason, exceptions.ChannelClosed):
            said = reason.reply_text
        if isinstance(reason, exceptions.ChannelClosedByBroker):
            code = reason.reply_code
        error = AmqpClosed(f"The channel to {self._broker} closed: {said}.", code=code)
        give(self._closed, error)
        self._confirms.lose(error)
        for answer in tuple(self._calls):
            fail(answer, error)

    async def _call(self, method: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """Call `method` of pika and wait for the broker's answer."""
        answer: asyncio.Future[Any] = self._loop.create_future()
        self._do(method, *args, callback=lambda frame: give(answer, frame.method), **options)
        return await self._answer(answer)

    def _do(self, method: Callable[..., Any], *args: Any, **options: Any) -> None:
        if self._closed.done():
            raise self._closed.result()
        try:
            method(*args, **options)
        except exceptions.AMQPError as err:
            raise AmqpClosed(f"The channel to {self._broker} is closing.") from err

    async def _answer(self, answer: asyncio.Future[Any]) -> Any:
        self._calls.add(answer)
        try:
            return await answer
        finally:
            self._calls.discard(answer)

    def _require_sending(self) -> None:
        if not self.is_open:
            raise AmqpNotConnected(f"There is no connection to {self._broker}.")
        if self._blocked():
            raise AmqpBlocked(f"{self._broker} takes no messages: it is out of memory or disk.")
