from __future__ import annotations

import pytest

from adapters._kit.amqp import AmqpRefused
from schakel.amqp.topology import (
    ASK,
    INGRESS,
    OUTBOUND,
    REJECTED,
    Exchange,
    Queue,
    Topology,
    declare,
    ingress_queues,
    routing_key,
    topology,
)
from tests.schakel.amqp.rig import broker


def test_one_shard_is_the_plain_queue_and_more_have_numbers() -> None:
    assert ingress_queues(1) == (INGRESS,)
    assert ingress_queues(3) == (INGRESS, f"{INGRESS}.1", f"{INGRESS}.2")


def test_the_same_ordering_key_always_has_the_same_routing_key() -> None:
    """Publishers in other languages compute it too: crc32 of the key in UTF-8, modulo shards."""
    assert routing_key("t", "0344-2026-000001", shards=1) == "t"
    assert routing_key("t", "0344-2026-000001", shards=4) == "t.2"
    found = {routing_key("t", f"0344-2026-{number:06d}", shards=4) for number in range(100)}
    assert found == {"t.0", "t.1", "t.2", "t.3"}


def test_only_one_consumer_of_a_queue_is_active_and_what_it_gives_back_keeps_its_place() -> None:
    for queue in topology(shards=2, delivery_limit=200).queues:
        if queue.name.startswith(INGRESS) and queue.name != REJECTED:
            assert queue.arguments["x-single-active-consumer"] is True
            assert queue.arguments["x-delivery-limit"] == 200


async def test_declaring_twice_changes_nothing(url: str) -> None:
    async with broker(url) as connection, connection.channel() as channel:
        for shards in (1, 3, 3):
            await declare(channel, topology(shards=shards, delivery_limit=200))
        for name in (*ingress_queues(3), REJECTED, ASK):
            assert await channel.declare_queue(name, passive=True) == (name, 0, 0)


THERE = "exists on the broker with another"


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        (
            topology(shards=1, delivery_limit=20),
            f"The queue {INGRESS} {THERE} x-delivery-limit: 200, where this hub wants 20.",
        ),
        (
            Topology(exchanges=(), queues=(Queue(INGRESS, {}),), bindings=()),
            f"The queue {INGRESS} {THERE} x-dead-letter-exchange: schakel.rejected, where",
        ),
        (
            Topology(exchanges=(Exchange(OUTBOUND, "fanout"),), queues=(), bindings=()),
            f"The exchange {OUTBOUND} {THERE} type: topic, where this hub wants fanout.",
        ),
    ],
)
async def test_what_is_there_and_differs_is_named_with_both_values(
    url: str, other: Topology, sentence: str
) -> None:
    async with broker(url) as connection:
        async with connection.channel() as channel:
            await declare(channel, topology(shards=1, delivery_limit=200))
        async with connection.channel() as channel:
            with pytest.raises(AmqpRefused) as caught:
                await declare(channel, other)
    assert str(caught.value).startswith(sentence)
