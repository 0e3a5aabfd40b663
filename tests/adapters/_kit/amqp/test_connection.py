"""A connection against a scripted broker: what publishing says when things go wrong."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from tenacity.wait import wait_none

from adapters._kit.amqp import (
    AmqpBlocked,
    AmqpChannel,
    AmqpClosed,
    AmqpConnection,
    AmqpError,
    AmqpNacked,
    AmqpNotConnected,
    AmqpRefused,
    AmqpUnroutable,
    Properties,
)
from tests.adapters._kit.amqp import broker as broker_kit
from tests.adapters._kit.amqp.broker import ScriptedBroker, Talk, scripted

SOON = 5.0
PEM = Path(__file__).parents[1] / "localhost.pem"


@asynccontextmanager
async def connected(broker: ScriptedBroker, **options: Any) -> AsyncIterator[AmqpConnection]:
    connection = AmqpConnection(broker.url, name="test", **({"wait": wait_none()} | options))
    connection.open()
    try:
        await connection.ready(SOON)
        yield connection
    finally:
        await connection.close()


async def publish(connection: AmqpConnection, number: int = 1) -> None:
    await connection.publish("x", "a.b", b"body", Properties(message_id=f"m{number}"))


async def test_publishing_returns_after_the_confirm() -> None:
    async with scripted() as broker, connected(broker) as connection:
        await publish(connection)
        assert [one.message_id for one in broker.published] == ["m1"]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (broker_kit.nack, AmqpNacked),
        (broker_kit.cut, AmqpClosed),
        (broker_kit.close_channel, AmqpClosed),
    ],
)
async def test_an_answer_other_than_a_confirm_is_the_error_that_fits(
    answer: broker_kit.Answer, error: type[AmqpError]
) -> None:
    """Seen failing with a nack that is taken for an ack."""
    async with scripted() as broker, connected(broker) as connection:
        broker.answer = answer
        with pytest.raises(error):
            await publish(connection)


async def test_after_a_loss_it_is_connected_and_prepared_anew() -> None:
    prepared = []
    heard: list[AmqpError | None] = []

    async def prepare(channel: AmqpChannel) -> None:
        prepared.append(channel)

    async with (
        scripted() as broker,
        connected(broker, prepare=prepare, on_change=heard.append) as connection,
    ):
        broker.answer = broker_kit.cut
        with pytest.raises(AmqpClosed):
            await publish(connection)
        broker.answer = broker_kit.ack
        await connection.ready(SOON)
        await publish(connection, 2)
        assert len(prepared) == len(broker.talks) == 2
        assert [one is None for one in heard] == [True, False, True]


async def test_many_wait_for_the_window_and_keep_their_order() -> None:
    async with scripted() as broker, connected(broker, window=3) as connection:
        broker.answer = broker_kit.silence
        waiting = [asyncio.create_task(publish(connection, number)) for number in range(8)]
        await broker.has(3)
        for tag in (1, 2):
            broker_kit.ack(broker.talks[0], 1, tag)
        await broker.has(5)
        broker.answer = broker_kit.ack
        for tag in (3, 4, 5):
            broker_kit.ack(broker.talks[0], 1, tag)
        await asyncio.gather(*waiting)
        assert [one.message_id for one in broker.published] == [f"m{n}" for n in range(8)]


async def test_who_gave_up_waiting_does_not_free_the_window() -> None:
    """A broker that never confirms gets no more than the window, however often we try."""
    async with scripted() as broker, connected(broker, window=2) as connection:
        broker.answer = broker_kit.silence
        for number in range(4):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await publish(connection, number)
        assert [one.message_id for one in broker.published] == ["m0", "m1"]


async def test_a_blocked_broker_gets_nothing_more_until_it_is_free() -> None:
    def block_and_take(talk: Talk, channel: int, tag: int) -> None:
        broker_kit.block(talk, channel, tag)
        broker_kit.ack(talk, channel, tag)

    async with scripted() as broker, connected(broker) as connection:
        broker.answer = block_and_take
        await publish(connection)
        assert connection.is_blocked
        with pytest.raises(AmqpBlocked):
            await publish(connection, 2)
        assert len(broker.published) == 1


async def test_a_broker_that_stays_blocked_is_left() -> None:
    async with scripted() as broker, connected(broker, blocked_seconds=0.05) as connection:
        broker.answer = broker_kit.block
        with pytest.raises(AmqpClosed):
            await publish(connection)
        broker.answer = broker_kit.ack
        await connection.ready(SOON)
        await publish(connection, 2)


async def test_the_returned_message_is_told_from_its_neighbours() -> None:
    """Seen failing when the oldest unconfirmed message is taken for the returned one."""

    def third(talk: Talk, channel: int, tag: int) -> None:
        if tag == 3:
            talk.give_back(channel, broker.published[1])
            for each in (1, 2, 3):
                broker_kit.ack(talk, channel, each)

    async with scripted() as broker, connected(broker) as connection:
        broker.answer = third
        answers = await asyncio.gather(
            *(publish(connection, number) for number in range(3)), return_exceptions=True
        )
        assert [type(one) for one in answers] == [type(None), AmqpUnroutable, type(None)]


async def test_without_a_connection_nothing_is_sent() -> None:
    async with scripted() as broker:
        url = broker.url
    connection = AmqpConnection(url, name="test", wait=wait_none())
    connection.open()
    with pytest.raises(AmqpNotConnected, match="connect"):
        await connection.ready(0.05)
    with pytest.raises(AmqpNotConnected):
        await publish(connection)
    with pytest.raises(AmqpNotConnected):
        async with connection.channel():
            pass
    await connection.close()


async def test_what_cannot_be_prepared_is_said_and_tried_again() -> None:
    wrong = True

    async def prepare(channel: AmqpChannel) -> None:
        if wrong:
            raise AmqpClosed("PRECONDITION_FAILED - inequivalent arg 'type'", code=406)
        await channel.declare_exchange("x")

    heard = asyncio.Event()
    async with scripted() as broker:
        connection = AmqpConnection(
            broker.url,
            name="test",
            prepare=prepare,
            wait=wait_none(),
            on_change=lambda _trouble: heard.set(),
        )
        connection.open()
        await heard.wait()
        assert isinstance(connection.trouble, AmqpClosed)
        with pytest.raises(AmqpRefused, match="PRECONDITION_FAILED"):
            await publish(connection)
        wrong = False
        await connection.ready(SOON)
        assert connection.trouble is None
        await connection.close()


async def test_closing_while_connecting_leaves_nothing_behind() -> None:
    before = asyncio.all_tasks()
    async with scripted() as broker:
        connection = AmqpConnection(broker.url, name="test")
        await connection.close()
        connection.open()
        await asyncio.sleep(0)
        await connection.close()
    assert asyncio.all_tasks() == before


async def test_a_property_that_amqp_cannot_carry_is_a_value_error_and_disturbs_nobody() -> None:
    async with scripted() as broker, connected(broker) as connection:
        with pytest.raises(ValueError, match="property"):
            await connection.publish("x", "a", b"", Properties(message_id="é" * 200))
        await publish(connection)


async def test_the_password_is_in_no_text() -> None:
    connection = AmqpConnection("amqp://hub:geheim@127.0.0.1:1/", name="test", wait=wait_none())
    connection.open()
    with pytest.raises(AmqpError) as caught:
        await connection.ready(0.05)
    assert "geheim" not in f"{caught.value} {connection.broker} {connection.trouble!r}"
    await connection.close()


async def test_tls_speaks_with_a_broker_whose_certificate_is_trusted() -> None:
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain(PEM)
    trusting = ssl.create_default_context(cafile=str(PEM))
    async with scripted(tls=own) as broker, connected(broker, tls=trusting) as connection:
        await publish(connection)
        assert len(broker.published) == 1


async def test_a_broker_whose_certificate_is_not_trusted_gets_no_password() -> None:
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain(PEM)
    async with scripted(tls=own) as broker:
        connection = AmqpConnection(broker.url, name="test")
        connection.open()
        with pytest.raises(AmqpRefused, match="certificate"):
            await connection.ready(1)
        assert broker.talks == []
        await connection.close()


async def test_a_mistake_of_ours_does_not_leave_the_hub_without_a_broker() -> None:
    """Seen failing without the broad except: the connection would never come back."""
    tries = []

    async def prepare(channel: AmqpChannel) -> None:
        tries.append(channel)
        if len(tries) == 1:
            raise LookupError("a bug")

    async with scripted() as broker, connected(broker, prepare=prepare) as connection:
        await publish(connection)
        assert len(tries) == 2


async def test_a_closed_channel_says_so_whatever_is_asked_of_it() -> None:
    async with scripted() as broker, connected(broker) as connection:
        async with connection.channel() as channel:
            await channel.close()
            with pytest.raises(AmqpClosed):
                channel.ack(1)
            with pytest.raises(AmqpClosed):
                await channel.declare_exchange("x")
            with pytest.raises(AmqpNotConnected):
                await channel.publish("x", "a", b"", Properties())
        await publish(connection)
