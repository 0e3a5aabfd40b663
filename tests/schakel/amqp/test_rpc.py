"""Questions over the real broker."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from adapters._kit.amqp import AmqpChannel, AmqpConnection, Arrival, Properties
from adapters.contract import Reason
from continuity.clock import SystemClock
from continuity.store.contract import StoreUnavailable
from schakel.amqp import AmqpEntrance, AskServer, Ingress, IngressMetrics, StoreWatch
from schakel.amqp.rpc import _deadline
from schakel.amqp.topology import ASK
from schakel.asking import Told
from schakel.unanswered import Unavailable
from tests.schakel.amqp.rig import (
    LIMITS,
    PATIENCE,
    Reach,
    Store,
    broker,
    left,
    make_intake,
    until,
)
from tests.schakel.http.harness import START


class Asks:
    """Answers what it was asked; in the ways that its type says."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str]] = []
        self.reasons: list[Reason | None] = []
        self.go_on = asyncio.Event()

    async def answer(
        self,
        type: str,  # noqa: A002 - the word of the protocol
        data: bytes | Mapping[str, Any],
        *,
        tenant: str,
        deadline: datetime,
        caller: str,
        reason: Reason | None = None,
    ) -> Told:
        self.asked.append((type, tenant, caller))
        self.reasons.append(reason)
        match type:
            case "slow":
                await self.go_on.wait()
            case "away":
                raise Unavailable("It is away.", since=START)
            case "store":
                raise StoreUnavailable("The file is gone.")
            case "bug":
                raise RuntimeError("999993653")
        said = {"echo": json.loads(data) if isinstance(data, bytes) else dict(data)}
        return Told(data=said, age=timedelta(seconds=40) if type == "kept" else None)


class Desk:
    """One who asks, with a queue for the answers."""

    def __init__(self, connection: AmqpConnection, queue: str) -> None:
        self.connection = connection
        self.queue = queue
        self.answers: asyncio.Queue[Arrival] = asyncio.Queue()

    async def ask(self, kind: str = "echo", body: bytes = b'{"a":1}', **changes: Any) -> None:
        properties = Properties(
            type=kind,
            reply_to=self.queue,
            correlation_id=f"c-{kind}",
            headers={"tenant": "0344"},
            app_id="balie",
            expiration="5000",
        )
        await self.connection.publish("", ASK, body, replace(properties, **changes))

    async def answer(self) -> tuple[Arrival, dict[str, Any]]:
        async with asyncio.timeout(PATIENCE):
            arrival = await self.answers.get()
        return arrival, json.loads(arrival.body)


class Office:
    """A hub that answers questions, and a desk."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.asks = Asks()
        self.reach = Reach(Store())
        self.metrics = IngressMetrics(CollectorRegistry())

    def server(self, channel: AmqpChannel) -> AskServer:
        return AskServer(
            channel,
            asks=self.asks,
            clock=SystemClock(),
            body_limit=1000,
            repeatable=lambda kind: kind in {"repeatable", "slow"},
            metrics=self.metrics,
        )

    def ingress(self, channel: AmqpChannel, queue: str) -> Ingress:
        return Ingress(
            channel,
            queue=queue,
            hub="hub-1",
            intake=make_intake(Store()),
            clock=SystemClock(),
            limits=LIMITS,
            metrics=self.metrics,
        )

    def dropped(self) -> float:
        return float(self.metrics.asks.labels("dropped")._value.get())

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Desk]:
        entrance = AmqpEntrance(
            self.url,
            name="hub-1",
            shards=1,
            prefetch=10,
            delivery_limit=200,
            tls=None,
            metrics=self.metrics,
            watch=StoreWatch(self.reach.ping, patience=0.1, looks_every=0.05),
            ingress=self.ingress,
            ask=self.server,
        )
        async with entrance.running(timedelta(seconds=PATIENCE)):
            await entrance.connection.ready(PATIENCE)
            async with broker(self.url) as connection, connection.channel() as channel:
                name, _, _ = await channel.declare_queue("", durable=False, exclusive=True)
                desk = Desk(connection, name)
                await channel.consume(name, desk.answers.put_nowait, prefetch=10)
                yield desk


@pytest.fixture
def office(url: str) -> Office:
    return Office(url)


async def test_a_question_is_answered_to_the_queue_of_the_asker(office: Office) -> None:
    async with office.open() as desk:
        await desk.ask()
        arrival, body = await desk.answer()
    assert arrival.properties.correlation_id == "c-echo"
    assert arrival.properties.content_type == "application/json"
    assert body == {"echo": {"a": 1}}
    assert office.asks.asked == [("echo", "0344", "amqp:balie")]
    assert office.asks.reasons == [None]


async def test_an_answer_from_memory_says_how_old_it_is(office: Office) -> None:
    async with office.open() as desk:
        await desk.ask("kept")
        kept, _ = await desk.answer()
        await desk.ask()
        fresh, _ = await desk.answer()
    assert kept.properties.headers == {"age": 40}
    assert fresh.properties.headers == {}


async def test_why_and_who_come_in_headers(office: Office) -> None:
    reason = {"doelbinding": "verhuizing", "gebruiker": "m.dewit", "verwerking": "A@b"}
    async with office.open() as desk:
        await desk.ask(headers={"tenant": "0344", **reason})
        await desk.answer()
        await desk.ask(headers={"tenant": "0344", "doelbinding": "verhuizing"})
        _, half = await desk.answer()
        await desk.ask(headers={"tenant": "0344", "doelbinding": 7, "gebruiker": "m.dewit"})
        _, odd = await desk.answer()
    assert [(one["field"], one["rule"]) for one in odd["problems"]] == [
        ("doelbinding", "wrong_type")
    ]
    assert office.asks.reasons == [Reason(**reason)]
    assert [(one["field"], one["rule"]) for one in half["problems"]] == [("gebruiker", "required")]


async def test_questions_do_not_wait_for_each_other(office: Office) -> None:
    async with office.open() as desk:
        await desk.ask("slow")
        await desk.ask()
        arrival, _ = await desk.answer()
        assert arrival.properties.correlation_id == "c-echo"
        office.asks.go_on.set()
        arrival, _ = await desk.answer()
        assert arrival.properties.correlation_id == "c-slow"


@pytest.mark.parametrize(
    ("kind", "changes", "code"),
    [
        ("away", {}, "unavailable"),
        ("store", {}, "store-unavailable"),
        ("bug", {}, "internal"),
        ("echo", {"headers": {}}, "invalid-question"),
        ("echo", {"body": b"x" * 1001}, "invalid-question"),
        ("", {}, "invalid-question"),
    ],
)
async def test_without_an_answer_the_asker_gets_a_problem(
    office: Office, kind: str, changes: dict[str, Any], code: str
) -> None:
    async with office.open() as desk:
        await desk.ask(kind, **changes)
        arrival, body = await desk.answer()
    assert arrival.properties.content_type == "application/problem+json"
    assert body["type"] == f"urn:nld:schakel:problem:{code}"
    assert body["detail"]
    assert "999993653" not in str(body)


async def test_after_its_deadline_a_question_is_dropped(office: Office) -> None:
    async with office.open() as desk:
        await desk.ask("slow", expiration="50")
        await until(office.dropped)
        await desk.ask()
        arrival, _ = await desk.answer()
    assert arrival.properties.correlation_id == "c-echo"


@pytest.mark.parametrize("changes", [{"reply_to": None}, {"correlation_id": None}])
async def test_a_question_that_nobody_waits_for_is_not_asked(
    office: Office, changes: dict[str, Any]
) -> None:
    async with office.open() as desk:
        await desk.ask(**changes)
        await until(office.dropped)
    assert office.asks.asked == []


async def test_an_answer_to_a_queue_that_is_gone_goes_nowhere(office: Office) -> None:
    async with office.open() as desk:
        await desk.ask(reply_to="gone")
        await until(office.dropped)
        await desk.ask()
        await desk.answer()


async def test_what_a_dead_process_was_busy_with_is_not_done_twice(office: Office) -> None:
    """Without the check of `redelivered` the booking is made a second time, and this fails."""
    async with office.open() as desk:
        await desk.ask("slow")
        await desk.ask("repeatable")
        await desk.answer()
        await until(lambda: len(office.asks.asked) == 2)
        async with broker(office.url) as other, other.channel() as channel:
            server = office.server(channel)
            question = Arrival(
                tag=1,
                redelivered=True,
                exchange="",
                routing_key=ASK,
                properties=Properties(
                    type="booking",
                    reply_to=desk.queue,
                    correlation_id="again",
                    headers={"tenant": "0344"},
                ),
                body=b"{}",
            )
            await server._respond(question, SystemClock().now())
        arrival, body = await desk.answer()
        assert arrival.properties.correlation_id == "again"
        assert body["type"] == "urn:nld:schakel:problem:outcome-unknown"
        assert [one[0] for one in office.asks.asked] == ["slow", "repeatable"]
        office.asks.go_on.set()
        await desk.answer()
    async with broker(office.url) as connection:
        assert await left(connection, ASK) == 0


async def test_what_a_process_without_its_store_has_in_hand_goes_to_another(
    office: Office, url: str
) -> None:
    """Seen failing with an acknowledgement for a question that was broken off."""
    other = Office(url)
    other.asks.go_on.set()
    async with office.open() as desk:
        await desk.ask("slow", expiration="20000")
        await until(lambda: office.asks.asked)
        async with other.open():
            office.reach.lost = "refused"
            arrival, body = await desk.answer()
    assert arrival.properties.correlation_id == "c-slow"
    assert body == {"echo": {"a": 1}}
    assert other.asks.asked


def test_the_deadline_counts_from_when_the_question_was_sent_if_that_is_known() -> None:
    asked = Properties(expiration="2000")
    assert _deadline(asked, START) == START + timedelta(seconds=2)
    late = replace(asked, timestamp=START - timedelta(seconds=5))
    assert _deadline(late, START) == START - timedelta(seconds=2)
    assert _deadline(Properties(), START) == START + timedelta(seconds=10)
    assert _deadline(Properties(expiration="soon"), START) == START + timedelta(seconds=10)
