"""What `schakel check` finds at a real broker."""

from __future__ import annotations

import pytest

from adapters._kit.amqp import AmqpError, AmqpRefused
from schakel.amqp.examination import examine
from schakel.amqp.topology import INGRESS, declare, ingress_queues, topology
from tests.schakel.amqp.rig import broker

WANTED = topology(shards=2, delivery_limit=200)


async def test_what_is_not_there_is_named_and_not_made(url: str) -> None:
    async with broker(url) as connection:
        missing = await examine(connection, WANTED)
        assert set(missing) >= {*ingress_queues(2)}
        assert await examine(connection, WANTED) == missing


async def test_nothing_is_missing_where_a_hub_has_been(url: str) -> None:
    async with broker(url) as connection:
        async with connection.channel() as channel:
            await declare(channel, WANTED)
        assert await examine(connection, WANTED) == []
        assert await examine(connection, topology(shards=3, delivery_limit=200)) == [f"{INGRESS}.2"]


async def test_what_is_there_and_differs_is_a_sentence(url: str) -> None:
    async with broker(url) as connection:
        async with connection.channel() as channel:
            await declare(channel, WANTED)
        with pytest.raises(AmqpRefused, match="x-delivery-limit: 200, where this hub wants 20"):
            await examine(connection, topology(shards=2, delivery_limit=20))


async def test_without_a_connection_it_is_said(url: str) -> None:
    async with broker(url) as connection:
        await connection.close()
        with pytest.raises(AmqpError):
            await examine(connection, WANTED)
