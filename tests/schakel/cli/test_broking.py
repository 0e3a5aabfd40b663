"""`schakel publish --amqp` and what it says when that is not possible."""

from __future__ import annotations

import asyncio
import json

import pytest

from schakel.amqp.topology import INGRESS, declare, ingress_queues, topology
from schakel.cli.broking import publish
from schakel.cli.failure import WRONG_USE, Failure
from tests.schakel.amqp.rig import broker, left
from tests.schakel.http.harness import event

EVENTS = [json.dumps(event(number=number)) for number in range(1, 5)]


def prepare(url: str) -> None:
    async def work() -> None:
        async with broker(url) as connection, connection.channel() as channel:
            await declare(channel, topology(shards=2, delivery_limit=200))

    asyncio.run(work())


def counted(url: str, queue: str) -> int:
    async def work() -> int:
        async with broker(url) as connection:
            return await left(connection, queue)

    return asyncio.run(work())


def test_every_event_is_confirmed_and_goes_to_its_shard(amqp_url: str) -> None:
    prepare(amqp_url)
    assert publish(amqp_url, EVENTS, shards=2) == 4
    assert sum(counted(amqp_url, queue) for queue in ingress_queues(2)) == 4
    assert 0 < counted(amqp_url, INGRESS) < 4


def test_a_broker_that_is_not_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schakel.cli.broking._SECONDS", 0.1)
    with pytest.raises(Failure, match="Published before that: 0 of 4"):
        publish("amqp://127.0.0.1:9/", EVENTS, shards=1)


def test_a_virtual_host_that_is_not_there_is_a_sentence(
    amqp_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schakel.cli.broking._SECONDS", 0.5)
    with pytest.raises(Failure, match="Publishing the whole file again is safe"):
        publish(amqp_url + "x", EVENTS, shards=1)


@pytest.mark.parametrize(
    ("url", "events"), [("http://127.0.0.1", EVENTS), ("amqp://127.0.0.1:9/", ["1"])]
)
def test_what_is_no_address_and_no_event_is_wrong_use(url: str, events: list[str]) -> None:
    with pytest.raises(Failure) as caught:
        publish(url, events, shards=1)
    assert caught.value.code == WRONG_USE
