"""The adapter against a real RabbitMQ, and where that cannot be told to misbehave, a scripted one.

What `AdapterContract` asks of adapters with a simulator is asked here of this one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from adapters._kit.amqp import AmqpChannel, AmqpConnection, Arrival
from adapters.contract import (
    ConfigurationError,
    NotThere,
    RejectedError,
    TransientError,
    UncertainError,
)
from adapters.core_amqp import CoreAmqpAdapter
from schemas import MESSAGE_TYPES, Message, parse_message
from schemas.examples import example_types
from tests.adapters._kit.amqp import broker as broker_kit
from tests.adapters._kit.amqp.broker import scripted
from tests.adapters.core_amqp.messages import GESLAAGD, adapter, message, soon_over
from tests.conformance.memory_steps import MemorySteps
from tests.conformance.worker import Worker, everything_said
from tests.services import absent, rabbitmqctl, unique_name


class Core:
    """The core's side of the broker: a queue that is bound to the hub's exchange."""

    def __init__(self, channel: AmqpChannel, url: str) -> None:
        self.channel = channel
        self.url = url
        self.exchange = unique_name("schakel.inbound")
        self.queue = unique_name("core")

    async def bind(self, key: str = "#", arguments: Mapping[str, Any] | None = None) -> None:
        await self.channel.declare_exchange(self.exchange)
        await self.channel.declare_queue(self.queue, arguments=arguments)
        await self.channel.bind_queue(self.queue, self.exchange, key)

    def adapter(self, **settings: object) -> CoreAmqpAdapter:
        return adapter(self.url, exchange=self.exchange, **settings)

    async def got(self) -> list[Arrival]:
        """Everything in the queue, oldest first."""
        arrived = []
        while (one := await self.channel.get(self.queue)) is not None:
            self.channel.ack(one.tag)
            arrived.append(one)
        return arrived


@pytest.fixture
async def core(amqp_url: str) -> AsyncIterator[Core]:
    async with opened(amqp_url) as channel:
        yield Core(channel, amqp_url)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[AmqpChannel]:
    connection = AmqpConnection(url, name="test core")
    connection.open()
    try:
        await connection.ready(5)
        async with connection.channel() as channel:
            yield channel
    finally:
        await connection.close()


@asynccontextmanager
async def closing(one: CoreAmqpAdapter) -> AsyncIterator[Worker]:
    try:
        yield Worker(one)
    finally:
        await one.aclose()


async def deliver(worker: Worker, what: Message) -> None:
    await worker.adapter.deliver(what, worker.context(MemorySteps()))


async def test_every_type_arrives_once_and_in_order(core: Core) -> None:
    assert CoreAmqpAdapter.handles == set(MESSAGE_TYPES) == set(example_types())
    story = [message(name) for name in example_types()]
    await core.bind()
    async with closing(core.adapter()) as worker:
        for each in story:
            await worker.deliver(each)
    arrived = await core.got()
    assert [parse_message(one.body) for one in arrived] == story
    assert [one.routing_key for one in arrived] == [each.type for each in story]
    assert all(one.properties.persistent for one in arrived)


async def test_many_at_the_same_time_do_not_disturb_each_other(core: Core) -> None:
    await core.bind()
    async with closing(core.adapter()) as worker:
        wanted = [message(id=f"event-{number}") for number in range(200)]
        await asyncio.gather(*(deliver(worker, each) for each in wanted))
    assert {one.properties.message_id for one in await core.got()} == {each.id for each in wanted}


async def test_a_message_for_which_no_queue_is_bound_waits_for_a_binding(core: Core) -> None:
    """Seen failing without `mandatory`: the broker would confirm it and keep it nowhere."""
    await core.bind("nl.burgerzaken.zaak.*")
    async with closing(core.adapter()) as worker:
        with pytest.raises(ConfigurationError, match="Bind a queue") as caught:
            await deliver(worker, message())
        assert caught.value.setting == "exchange"
        await core.bind("nl.burgerzaken.aflevering.*")
        await deliver(worker, message())
    assert len(await core.got()) == 1


async def test_a_full_queue_is_a_reason_to_wait(core: Core) -> None:
    await core.bind(arguments={"x-max-length": 1, "x-overflow": "reject-publish"})
    async with closing(core.adapter()) as worker:
        await deliver(worker, message())
        with pytest.raises(TransientError, match="full"):
            await deliver(worker, message(id="second"))
        assert len(await core.got()) == 1
        await deliver(worker, message(id="second"))


async def test_an_exchange_that_is_not_there_is_a_mistake_of_configuration(core: Core) -> None:
    async with closing(core.adapter(declare=False, connect_timeout=0.5)) as worker:
        with pytest.raises(ConfigurationError, match="no exchange"):
            await deliver(worker, message())
        health = await worker.adapter.check()
        assert not health.ok
        await core.bind()
        while not (await worker.adapter.check()).ok:
            pass  # it waits for a connection, half a second at most
        await deliver(worker, message())
    assert len(await core.got()) == 1


async def test_a_check_proves_the_exchange_and_publishes_nothing(core: Core) -> None:
    await core.bind()
    async with closing(core.adapter()) as worker:
        health = await worker.adapter.check()
        assert health.ok, health.detail
    assert await core.got() == []


@pytest.mark.parametrize("change", [("guest:guest", "guest:fout"), ("/", "/er-is-geen")])
async def test_a_wrong_credential_or_virtual_host_is_a_mistake_of_configuration(
    amqp_url: str, change: tuple[str, str]
) -> None:
    wrong = change[1].join(amqp_url.rsplit(change[0], 1))
    async with closing(adapter(wrong, connect_timeout=2.0)) as worker:
        with pytest.raises(ConfigurationError) as caught:
            await deliver(worker, message())
        assert caught.value.setting == "url"
        assert not (await worker.adapter.check()).ok


async def test_without_a_broker_nothing_was_sent() -> None:
    async with scripted() as broker:
        url = broker.url
    async with closing(adapter(url, connect_timeout=0.1)) as worker:
        with pytest.raises(TransientError):
            await deliver(worker, message())
        health = await worker.adapter.check()
        assert not health.ok
        assert health.detail


async def test_a_message_above_the_limit_is_refused_before_it_is_sent(core: Core) -> None:
    await core.bind()
    async with closing(core.adapter(max_bytes=1024)) as worker:
        data = dict(message().data.model_dump(mode="json", by_alias=True))
        data["verwijzingen"] = [{"naam": "zaak", "waarde": "x" * 1500}]
        with pytest.raises(RejectedError) as caught:
            await deliver(worker, message(data=data))
        assert caught.value.code == "amqp:too-large"
        await deliver(worker, message())
    assert len(await core.got()) == 1


@pytest.mark.parametrize("answer", [broker_kit.cut, broker_kit.block, broker_kit.silence])
async def test_what_was_not_confirmed_is_in_doubt_and_sent_again_with_the_same_id(
    answer: broker_kit.Answer,
) -> None:
    """The core takes the second for the first: equal source and id."""
    async with scripted() as broker, closing(adapter(broker.url)) as worker:
        broker.answer = answer
        context = worker.context(MemorySteps())
        if answer is not broker_kit.cut:
            context = soon_over(context)
        with pytest.raises(UncertainError):
            await worker.adapter.deliver(message(), context)
        assert await worker.adapter.look_up(message(), context) == NotThere()
        if answer is broker_kit.block:
            broker_kit.unblock(broker.talks[-1])
            assert (await worker.adapter.check()).ok
        broker.answer = broker_kit.ack
        await worker.deliver(message())
        first, second = broker.published
        assert (first.message_id, first.body) == (second.message_id, second.body)


async def test_a_connection_that_the_broker_closes_comes_back(core: Core) -> None:
    await core.bind()
    async with closing(core.adapter()) as worker:
        await deliver(worker, message())
        name = unquote(urlsplit(core.url).path[1:]) or "/"
        if not rabbitmqctl("close_all_connections", "--vhost", name, "a test"):
            absent("rabbitmqctl cannot be used here")
        assert (await core.channel.closed()).code is None
        while not (await worker.adapter.check()).ok:
            pass  # it waits for a connection
        await deliver(worker, message(id="second"))
    async with opened(core.url) as channel:
        core.channel = channel
        arrived = await core.got()
    assert [one.properties.message_id for one in arrived] == [message().id, "second"]


async def test_nothing_personal_is_said_in_errors_or_logs(
    core: Core, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="adapters")
    await core.bind("nothing")
    what = message(GESLAAGD)
    async with closing(core.adapter()) as worker:
        with pytest.raises(ConfigurationError) as caught:
            await deliver(worker, what)
        said = everything_said([caught.value], worker.adapter) + caplog.text
    assert what.subject is not None
    assert what.subject not in said
    assert "zaken.example.nl" not in said
