from __future__ import annotations

import pytest

from schakel.amqp.topology import ASK, REJECTED, ingress_queues
from tests.schakel.amqp.rig import broker


@pytest.fixture
async def url(amqp_url: str) -> str:
    """The address of a broker on which nothing of the hub exists yet."""
    async with broker(amqp_url) as connection, connection.channel() as channel:
        for queue in (*ingress_queues(4), REJECTED, ASK):
            await channel.delete_queue(queue)
    return amqp_url
