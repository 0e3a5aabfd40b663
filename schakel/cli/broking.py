"""`schakel publish --amqp`: straight to the broker, as the core does it."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from typing import Any, Final

from rich.progress import Progress

from adapters._kit.amqp import AmqpClosed, AmqpConnection, AmqpError, Properties
from schakel.amqp.events import STRUCTURED
from schakel.amqp.topology import OUTBOUND, routing_key
from schakel.cli.failure import WRONG_USE, Failure
from schakel.cli.printing import console

_SECONDS: Final = 5.0


def publish(url: str, events: Sequence[str], *, shards: int) -> int:
    """Publishes in the order of the file, each after the broker confirmed the one before.

    Returns how many. Whether the hub takes them is seen at the hub: nobody here is told.
    """
    read = [_read(event, number) for number, event in enumerate(events, start=1)]
    try:
        return asyncio.run(_publish(url, list(zip(read, events, strict=True)), shards))
    except ValueError as error:
        raise Failure(f"--amqp: {error}.", code=WRONG_USE) from None


async def _publish(url: str, events: list[tuple[dict[str, Any], str]], shards: int) -> int:
    connection = AmqpConnection(url, name="schakel publish")
    connection.open()
    sent = 0
    try:
        await connection.ready(_SECONDS)
        with Progress(
            console=console(), transient=True, disable=not sys.stdout.isatty()
        ) as progress:
            for event, text in progress.track(events, description="Publishing"):
                key = str(event.get("orderingkey") or event.get("subject") or event.get("id"))
                properties = Properties(
                    content_type=STRUCTURED, message_id=str(event.get("id"))[:255]
                )
                name = routing_key(str(event.get("type")), key, shards=shards)
                await connection.publish(OUTBOUND, name, text.encode(), properties)
                sent += 1
    except AmqpError as error:
        doubt = " The one after these may have arrived." if isinstance(error, AmqpClosed) else ""
        raise Failure(
            f"{error} Published before that: {sent} of {len(events)}.{doubt} "
            "Publishing the whole file again is safe."
        ) from None
    finally:
        await connection.close()
    return sent


def _read(event: str, number: int) -> dict[str, Any]:
    found = json.loads(event)
    if not isinstance(found, dict):
        raise Failure(f"Event {number} of the file is not a JSON object.", code=WRONG_USE)
    return found
