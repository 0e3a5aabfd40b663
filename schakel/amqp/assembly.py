"""The AMQP entrance as the configuration describes it."""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from prometheus_client import CollectorRegistry

from adapters._kit import tls as kit
from adapters._kit.amqp import AmqpChannel, AmqpConnection
from adapters.contract import Clock
from schakel.amqp.batch import Intake
from schakel.amqp.entrance import AmqpEntrance
from schakel.amqp.examination import examine
from schakel.amqp.ingress import Ingress, Limits
from schakel.amqp.metrics import IngressMetrics
from schakel.amqp.rejected import CONNECT_SECONDS, RejectedMessages
from schakel.amqp.rpc import Asks, AskServer
from schakel.amqp.storewatch import StoreWatch
from schakel.amqp.topology import topology
from schakel.settings import Settings
from schemas.questions import QUESTION_TYPES


def create_entrance(
    settings: Settings,
    *,
    node: str,
    intake: Intake,
    asks: Asks | None,
    ping: Callable[[], Awaitable[None]],
    clock: Clock,
    registry: CollectorRegistry,
) -> AmqpEntrance | None:
    """None without `[amqp]`. Connects nothing yet; `asks` None: questions are not taken.

    `ping` asks the store whether it is there.
    """
    section = settings.amqp
    if section is None:
        return None
    metrics = IngressMetrics(registry)
    limits = Limits(body=settings.hub.body_limit, batch=settings.hub.batch_limit)

    def ingress(channel: AmqpChannel, queue: str) -> Ingress:
        return Ingress(
            channel,
            queue=queue,
            hub=node,
            intake=intake,
            clock=clock,
            limits=limits,
            metrics=metrics,
        )

    def ask(asks: Asks, channel: AmqpChannel) -> AskServer:
        return AskServer(
            channel,
            asks=asks,
            clock=clock,
            body_limit=settings.hub.body_limit,
            repeatable=_repeatable,
            metrics=metrics,
        )

    return AmqpEntrance(
        section.url.get_secret_value(),
        name=f"schakel {node}",
        shards=section.shards,
        prefetch=section.prefetch,
        delivery_limit=section.delivery_limit,
        tls=tls_context(section.ca_file),
        metrics=metrics,
        watch=StoreWatch(ping),
        ingress=ingress,
        ask=partial(ask, asks) if asks else None,
    )


def create_rejected(settings: Settings, *, node: str) -> RejectedMessages | None:
    """None without `[amqp]`."""
    section = settings.amqp
    if section is None:
        return None
    return RejectedMessages(
        section.url.get_secret_value(),
        name=f"schakel {node} operator",
        tls=tls_context(section.ca_file),
    )


async def examine_broker(settings: Settings) -> str | None:
    """What there is to tell of the broker; None without `[amqp]`. Changes nothing there.

    Raises `AmqpError` with a sentence that says why the hub could not work with it.
    """
    section = settings.amqp
    if section is None:
        return None
    connection = AmqpConnection(
        section.url.get_secret_value(), name="schakel check", tls=tls_context(section.ca_file)
    )
    connection.open()
    try:
        await connection.ready(CONNECT_SECONDS)
        wanted = topology(shards=section.shards, delivery_limit=section.delivery_limit)
        missing = await examine(connection, wanted)
    finally:
        await connection.close()
    if missing:
        return f"{connection.broker}; made at the first start: {', '.join(missing)}"
    return connection.broker


def tls_context(ca_file: Path | None) -> ssl.SSLContext:
    """Trusts the system's authorities, or only those in the file."""
    return kit.tls_context(ca_file=ca_file, client_certificate=None, client_key=None)


def _repeatable(question: str) -> bool:
    kind = QUESTION_TYPES.get(question)
    return kind is not None and kind.repeatable
