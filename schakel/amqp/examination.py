"""Whether the broker is as the hub wants it; changes nothing there."""

from __future__ import annotations

from typing import Final

from adapters._kit.amqp import AmqpClosed, AmqpConnection
from schakel.amqp.topology import Exchange, Queue, Topology, declare

_NOT_THERE: Final = 404


async def examine(connection: AmqpConnection, wanted: Topology) -> list[str]:
    """Names of exchanges and queues that are not there yet; the first start of the hub makes them.

    Raises `AmqpError` with a sentence when something is there that differs. Bindings cannot be
    asked for; the hub makes them again at every start.
    """
    missing = [one.name for one in wanted.exchanges if not await _is_there(connection, one)]
    missing += [one.name for one in wanted.queues if not await _is_there(connection, one)]
    there = Topology(
        exchanges=tuple(one for one in wanted.exchanges if one.name not in missing),
        queues=tuple(one for one in wanted.queues if one.name not in missing),
        bindings=(),
    )
    async with connection.channel() as channel:
        await declare(channel, there)  # what exists is compared, and stays as it is
    return missing


async def _is_there(connection: AmqpConnection, wanted: Exchange | Queue) -> bool:
    try:
        async with connection.channel() as channel:  # of its own: a refusal closes it
            if isinstance(wanted, Queue):
                await channel.declare_queue(wanted.name, passive=True)
            else:
                await channel.declare_exchange(wanted.name, wanted.kind, passive=True)
    except AmqpClosed as error:
        if error.code == _NOT_THERE:
            return False
        raise
    return True
