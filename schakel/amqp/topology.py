"""The exchanges and queues that the hub declares, as data.

    publisher -> schakel.outbound --(key ends in .1)--> schakel.ingress.1      only with shards > 1
                        |         --(key ends in .2)--> schakel.ingress.2
                        | whatever no shard wants
                        v
                 schakel.outbound.rest ---------------> schakel.ingress
    refused, or delivered too often:  schakel.rejected -> schakel.ingress.rejected
    publisher -> (default exchange) -------------------> schakel.ask
    hub -> schakel.inbound -> queues that the core binds

Why this keeps the order of a case: a queue has one active consumer, however many hub processes
there are, and what that consumer had not acknowledged goes back to its old place in front. A queue
without a delivery limit would put it at the back (RabbitMQ, "Quorum queues: repeated requeues").
Two things would spoil that, for the broker keeps what came back in a line of its own, in front: a
consumer that is cancelled before its messages are back (`AmqpChannel.close` does not), and a next
one that takes fewer at once: what it has comes back behind the ones that it left. So `prefetch` is
the same in every process, and is made smaller only while the queues are empty.

Why shards by the end of the routing key: a consistent-hash exchange is a plugin that a hosting
party must allow; topic and fanout exchanges are in every RabbitMQ. The publisher knows the ordering
key and computes the shard. A key without a number, or with one that is not configured, still
arrives: at the first queue, through the alternate exchange. So nothing is unroutable, and the
exchanges stay as they are when the number of shards changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Protocol
from zlib import crc32

from adapters._kit.amqp import AmqpClosed, AmqpRefused

OUTBOUND: Final = "schakel.outbound"
"""What the core publishes; routing key: the message type, and with shards a dot and the number."""
REST: Final = "schakel.outbound.rest"
INBOUND: Final = "schakel.inbound"
"""What is for the core; routing key: the message type."""
REJECTED_EXCHANGE: Final = "schakel.rejected"

INGRESS: Final = "schakel.ingress"
REJECTED: Final = "schakel.ingress.rejected"
ASK: Final = "schakel.ask"

LONGEST_ASK_MS: Final = 60_000
"""A question that nobody took for so long is dropped by the broker."""
_NO_LIMIT: Final = 1_000_000_000
"""RabbitMQ 4 limits deliveries to 20 unless told otherwise, and looking is a delivery."""

_NOT_ALLOWED: Final = 403
_OTHER_ARGUMENTS: Final = 406
_INEQUIVALENT: Final = re.compile(
    r"inequivalent arg '(?P<argument>[^']+)' for .*received (?P<wanted>.*) but current is "
    r"(?P<there>.*)"
)
_QUOTED: Final = re.compile(r"'([^']*)'")


@dataclass(frozen=True, slots=True)
class Exchange:
    name: str
    kind: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Queue:
    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Binding:
    queue: str
    exchange: str
    routing_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topology:
    exchanges: tuple[Exchange, ...]
    queues: tuple[Queue, ...]
    bindings: tuple[Binding, ...]


def topology(*, shards: int, delivery_limit: int) -> Topology:
    """All that the hub declares; `delivery_limit` is for the queues of messages."""
    ingress = ingress_queues(shards)
    arguments = {
        "x-queue-type": "quorum",
        "x-single-active-consumer": True,
        "x-delivery-limit": delivery_limit,
        "x-dead-letter-exchange": REJECTED_EXCHANGE,
        # what is dead-lettered is kept until the other queue has confirmed it; needs the overflow
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
    return Topology(
        exchanges=(
            Exchange(REST, "fanout"),
            Exchange(OUTBOUND, "topic", {"alternate-exchange": REST}),
            Exchange(INBOUND, "topic"),
            Exchange(REJECTED_EXCHANGE, "fanout"),
        ),
        queues=(
            Queue(REJECTED, {"x-queue-type": "quorum", "x-delivery-limit": _NO_LIMIT}),
            *(Queue(name, arguments) for name in ingress),
            Queue(
                ASK,
                {
                    "x-queue-type": "quorum",
                    "x-message-ttl": LONGEST_ASK_MS,
                    "x-delivery-limit": delivery_limit,
                },
            ),
        ),
        bindings=(
            Binding(REJECTED, REJECTED_EXCHANGE),
            *(
                Binding(name, OUTBOUND, f"#.{number}")
                for number, name in enumerate(ingress)
                if number
            ),
            Binding(INGRESS, REST),
        ),
    )


def ingress_queues(shards: int) -> tuple[str, ...]:
    """One queue for each shard; that of shard 0 has no number, so one shard is the plain case."""
    return tuple(f"{INGRESS}.{number}" if number else INGRESS for number in range(shards))


def routing_key(message_type: str, ordering_key: str, *, shards: int) -> str:
    """The key to publish under: the same ordering key always goes to the same queue."""
    if shards == 1:
        return message_type
    return f"{message_type}.{crc32(ordering_key.encode()) % shards}"


class Channel(Protocol):
    """What declaring needs of a channel."""

    async def declare_exchange(
        self, name: str, kind: str = ..., *, arguments: Mapping[str, Any] | None = ...
    ) -> None: ...

    async def declare_queue(
        self, name: str, *, arguments: Mapping[str, Any] | None = ...
    ) -> object: ...

    async def bind_queue(self, queue: str, exchange: str, routing_key: str) -> None: ...


async def declare(channel: Channel, wanted: Topology) -> None:
    """Makes what is not there; what is there and the same stays as it is.

    Raises `AmqpRefused` with a sentence for the operator when something is there that differs.
    """
    for exchange in wanted.exchanges:
        with _explained(f"exchange {exchange.name}"):
            await channel.declare_exchange(
                exchange.name, exchange.kind, arguments=exchange.arguments
            )
    for queue in wanted.queues:
        with _explained(f"queue {queue.name}"):
            await channel.declare_queue(queue.name, arguments=queue.arguments)
    for binding in wanted.bindings:
        with _explained(f"binding of queue {binding.queue}"):
            await channel.bind_queue(binding.queue, binding.exchange, binding.routing_key)


@contextmanager
def _explained(what: str) -> Iterator[None]:
    try:
        yield
    except AmqpClosed as error:
        if error.code == _OTHER_ARGUMENTS:
            raise AmqpRefused(_mismatch(what, str(error))) from error
        if error.code == _NOT_ALLOWED:
            detail = f"The hub's user may not declare the {what}: give it the right to configure"
            raise AmqpRefused(f"{detail} names that start with 'schakel.'.") from error
        raise


def _mismatch(what: str, said: str) -> str:
    found = _INEQUIVALENT.search(said)
    if found is None:
        how = f"otherwise than this hub wants it ({said.rstrip('.')})"
    else:
        wanted, there = _value(found["wanted"]), _value(found["there"])
        how = f"with another {found['argument']}: {there}, where this hub wants {wanted}"
    return (
        f"The {what} exists on the broker {how}. Change the setting under [amqp] back; or let the "
        "hub empty it, stop all hubs and publishers, delete it on the broker, and start again."
    )


def _value(said: str) -> str:
    """RabbitMQ writes 'x', none, or the value 'x' of type 'longstr'."""
    quoted = _QUOTED.search(said)
    return quoted[1] if quoted else "none"
