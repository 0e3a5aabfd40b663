"""A scripted broker: as much of AMQP 0-9-1 as a publisher needs.

It does what no test could ask of a real one at the right moment: fall silent, say that it is
blocked, break off before the confirm.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from pika import frame, spec

Answer = Callable[["Talk", int, int], None]
"""Called for each published message with the conversation, its channel and its tag."""


class Talk:
    """The broker's side of one connection."""

    def __init__(self, broker: ScriptedBroker, writer: asyncio.StreamWriter) -> None:
        self._broker = broker
        self._writer = writer
        self._tags: dict[int, int] = {}

    def say(self, channel: int, method: Any) -> None:
        self._writer.write(frame.Method(channel, method).marshal())

    def give_back(self, channel: int, published: Published) -> None:
        """Basic.Return, with the message."""
        header = spec.BasicProperties(message_id=published.message_id)  # type: ignore[no-untyped-call]  # pika brings no types
        self.say(
            channel,
            spec.Basic.Return(312, "NO_ROUTE", published.exchange, published.routing_key),  # type: ignore[no-untyped-call]  # pika brings no types
        )
        self._writer.write(frame.Header(channel, len(published.body), header).marshal())
        self._writer.write(frame.Body(channel, published.body).marshal())

    def cut(self) -> None:
        self._writer.transport.abort()

    def heard(self, received: Any) -> None:
        if isinstance(received, frame.ProtocolHeader):
            self.say(0, spec.Connection.Start(0, 9, {"capabilities": _CAPABILITIES}, "PLAIN"))  # type: ignore[no-untyped-call]  # pika brings no types
        elif isinstance(received, frame.Method):
            self._method(received.channel_number, received.method)
        elif isinstance(received, frame.Header):
            self._broker.published[-1].message_id = received.properties.message_id
            self._broker.published[-1].size = received.body_size
        elif isinstance(received, frame.Body):
            published = self._broker.published[-1]
            published.body += received.fragment
            if len(published.body) == published.size:
                channel = received.channel_number
                self._tags[channel] = self._tags.get(channel, 0) + 1
                self._broker.news.set()
                self._broker.answer(self, channel, self._tags[channel])

    def _method(self, channel: int, method: Any) -> None:
        if isinstance(method, spec.Basic.Publish):
            self._broker.published.append(Published(method.exchange, method.routing_key))
        elif type(method) in _ANSWERS:
            self.say(channel, _ANSWERS[type(method)]())


class Published:
    def __init__(self, exchange: str, routing_key: str) -> None:
        self.exchange = exchange
        self.routing_key = routing_key
        self.message_id: str | None = None
        self.body = b""
        self.size = 0


class ScriptedBroker:
    def __init__(self) -> None:
        self.answer: Answer = ack
        self.published: list[Published] = []
        self.talks: list[Talk] = []
        self.url = ""
        self.news = asyncio.Event()

    async def has(self, messages: int) -> None:
        """Wait until so many messages have been published."""
        while len(self.published) < messages:
            self.news.clear()
            await self.news.wait()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = Talk(self, writer)
        self.talks.append(talk)
        data = b""
        try:
            while more := await reader.read(1 << 16):
                data += more
                while True:
                    used, received = frame.decode_frame(data)
                    if received is None:
                        break
                    data = data[used:]
                    talk.heard(received)
        except ConnectionError:
            pass
        finally:
            writer.close()


def ack(talk: Talk, channel: int, tag: int) -> None:
    talk.say(channel, spec.Basic.Ack(tag))  # type: ignore[no-untyped-call]  # pika brings no types


def nack(talk: Talk, channel: int, tag: int) -> None:
    talk.say(channel, spec.Basic.Nack(tag))  # type: ignore[no-untyped-call]  # pika brings no types


def silence(_talk: Talk, _channel: int, _tag: int) -> None:
    """The broker takes it, and never says so."""


def cut(talk: Talk, _channel: int, _tag: int) -> None:
    talk.cut()


def close_channel(talk: Talk, channel: int, _tag: int) -> None:
    talk.say(channel, spec.Channel.Close(404, "NOT_FOUND - no exchange", 60, 40))  # type: ignore[no-untyped-call]  # pika brings no types


def unblock(talk: Talk) -> None:
    talk.say(0, spec.Connection.Unblocked())  # type: ignore[no-untyped-call]  # pika brings no types


def block(talk: Talk, _channel: int, _tag: int) -> None:
    talk.say(0, spec.Connection.Blocked("low on disk"))  # type: ignore[no-untyped-call]  # pika brings no types


_CAPABILITIES = {"publisher_confirms": True, "basic.nack": True, "connection.blocked": True}
_ANSWERS: dict[type, Callable[[], Any]] = {
    spec.Connection.StartOk: lambda: spec.Connection.Tune(100, 131072, 60),  # type: ignore[no-untyped-call]  # pika brings no types
    spec.Connection.Open: spec.Connection.OpenOk,
    spec.Connection.Close: spec.Connection.CloseOk,
    spec.Channel.Open: spec.Channel.OpenOk,
    spec.Channel.Close: spec.Channel.CloseOk,
    spec.Confirm.Select: spec.Confirm.SelectOk,
    spec.Exchange.Declare: spec.Exchange.DeclareOk,
}


@asynccontextmanager
async def scripted(*, tls: ssl.SSLContext | None = None) -> AsyncIterator[ScriptedBroker]:
    broker = ScriptedBroker()
    server = await asyncio.start_server(broker.serve, "127.0.0.1", 0, ssl=tls)
    scheme, port = "amqps" if tls else "amqp", server.sockets[0].getsockname()[1]
    broker.url = f"{scheme}://guest:guest@127.0.0.1:{port}/"
    try:
        yield broker
    finally:
        server.close()
        await server.wait_closed()
