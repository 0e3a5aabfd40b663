"""The core at its counters: publishes messages in order and never gives one up."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from schakel.demo.stage import Stage


@dataclass(slots=True)
class Counter:
    """Publishes one message after the other, as the core's outbox would.

    Without an acknowledgement it says the same message again: the hub knows it by its id.
    """

    stage: Stage
    published: list[dict[str, Any]] = field(default_factory=list)
    said_again: int = 0
    slowest: float = 0.0
    """Longest wait in seconds for one acknowledgement, restarts of the hub aside."""

    async def publish(self, messages: Iterable[dict[str, Any]], *, pace: float = 0.0) -> None:
        """Publishes in this order, `pace` seconds apart."""
        loop = asyncio.get_running_loop()
        for message in messages:
            while True:
                begin = loop.time()
                try:
                    answer = await self.stage.hub.post(
                        "/v1/messages",
                        json=message,
                        headers={"Content-Type": "application/cloudevents+json"},
                    )
                except httpx.TransportError:
                    self.said_again += 1
                    await asyncio.sleep(0.1)
                    continue
                answer.raise_for_status()
                self.slowest = max(self.slowest, loop.time() - begin)
                break
            self.published.append(message)
            await asyncio.sleep(pace)


def shares(messages: Sequence[dict[str, Any]], count: int) -> list[Sequence[dict[str, Any]]]:
    """The messages in `count` parts of about equal size, in order."""
    size = -(-len(messages) // count)
    return [messages[at : at + size] for at in range(0, len(messages), size)]
