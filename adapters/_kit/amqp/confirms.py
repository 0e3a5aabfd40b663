"""What was published and not yet confirmed: which answer of the broker belongs to which message."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from adapters._kit.amqp.errors import AmqpError, AmqpNacked, AmqpUnroutable
from adapters._kit.amqp.futures import fail, give


@dataclass(slots=True, kw_only=True)
class Unconfirmed:
    exchange: str
    routing_key: str
    message_id: str | None
    body: bytes = field(repr=False)
    answer: asyncio.Future[None]
    returned: bool = False


class Confirms:
    """The window of one channel. `send` is called with at most `window` messages unconfirmed."""

    def __init__(self, broker: str, window: int) -> None:
        self._broker = broker
        self._free = asyncio.Semaphore(window)
        self._last_tag = 0
        self._open: dict[int, Unconfirmed] = {}

    def __len__(self) -> int:
        return len(self._open)

    async def publish(self, message: Unconfirmed, send: Callable[[], None]) -> None:
        """Send as soon as the window has room; return when the broker has confirmed.

        When `send` raises, nothing was sent.
        """
        await self._free.acquire()
        try:
            send()
        except BaseException:
            self._free.release()
            raise
        self._last_tag += 1  # as the broker counts: from 1, per channel
        self._open[self._last_tag] = message
        await message.answer

    def settle(self, tag: int, *, multiple: bool, taken: bool) -> None:
        """The broker answered for `tag`, or with `multiple` for all up to it (0: for all)."""
        upto = tag or self._last_tag
        tags = [open_tag for open_tag in self._open if open_tag <= upto] if multiple else [tag]
        for settled in tags:
            message = self._open.pop(settled, None)
            if message is None:
                continue
            self._free.release()
            if not taken:
                text = f"{self._broker} did not take the message: a queue is full or unavailable."
                fail(message.answer, AmqpNacked(text))
            elif message.returned:
                exchange = message.exchange or "amq.default"
                text = (
                    f"On {self._broker} no queue is bound to exchange {exchange} "
                    f"for {message.routing_key}."
                )
                fail(message.answer, AmqpUnroutable(text))
            else:
                give(message.answer, None)

    def came_back(
        self, exchange: str, routing_key: str, message_id: str | None, body: bytes
    ) -> None:
        """The broker returned this message; its confirm follows.

        It names no tag here: the oldest equal message is the one, or is as good as the one.
        """
        for message in self._open.values():
            if (
                not message.returned
                and message.message_id == message_id
                and (message.exchange, message.routing_key) == (exchange, routing_key)
                and message.body == body
            ):
                message.returned = True
                return

    def lose(self, error: AmqpError) -> None:
        """The channel is gone: nobody will say what became of these."""
        lost = list(self._open.values())
        self._open.clear()
        for message in lost:
            self._free.release()
            fail(message.answer, error)
