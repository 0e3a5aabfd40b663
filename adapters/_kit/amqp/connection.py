"""A connection to a broker that looks after itself."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

from pika.adapters.asyncio_connection import AsyncioConnection
from tenacity import AsyncRetrying, RetryCallState
from tenacity.wait import wait_base, wait_exponential, wait_random

from adapters._kit.amqp.address import AmqpAddress
from adapters._kit.amqp.channel import AmqpChannel
from adapters._kit.amqp.dialling import dial, meaning, parameters
from adapters._kit.amqp.errors import AmqpClosed, AmqpError, AmqpNotConnected, AmqpRefused
from adapters._kit.amqp.futures import give
from adapters._kit.amqp.records import Properties

Setup = Callable[[AmqpChannel], Awaitable[None]]
"""Makes a new connection ready (declares what must be there). `AmqpError`: all over again."""

WINDOW: Final = 1000
"""Messages published on one channel and not yet confirmed, at most; who publishes more waits."""

_WAIT: Final[wait_base] = wait_exponential(multiplier=0.1, min=0.1, max=15) + wait_random(0, 0.2)
_STEADY_SECONDS: Final = 10
"""A connection that lasted this long counts as good: the next wait is the shortest again."""
_CLOSING_SECONDS: Final = 5


class AmqpConnection:
    """One connection in the running loop, with a channel to publish on, and more on demand.

    After a loss it is made again, with growing waits, until `close`; so it is after the broker
    closed the publishing channel. Every time `prepare` is called first, on that channel.

    `on_change` hears None when all is ready, and once per loss why it is not.
    """

    def __init__(
        self,
        url: str,
        *,
        name: str,
        tls: ssl.SSLContext | None = None,
        prepare: Setup | None = None,
        on_change: Callable[[AmqpError | None], None] | None = None,
        heartbeat: int = 20,
        blocked_seconds: float = 60,
        window: int = WINDOW,
        wait: wait_base = _WAIT,
    ) -> None:
        """Connects nothing yet. ValueError when `url` cannot be read."""
        address = AmqpAddress.parse(url)
        self.broker: Final = str(address)
        self._parameters = parameters(
            address, name=name, tls=tls, heartbeat=heartbeat, blocked_seconds=blocked_seconds
        )
        self._prepare = prepare
        self._on_change = on_change
        self._window = window
        self._wait = wait
        self._task: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._trouble: AmqpError | None = None
        self._told: bool | None = None
        self._link: AsyncioConnection | None = None
        self._lost: asyncio.Future[BaseException] | None = None
        self._publisher: AmqpChannel | None = None
        self._is_blocked = False

    def open(self) -> None:
        """Start connecting; returns at once. A second call changes nothing."""
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name=f"amqp {self.broker}")

    async def close(self) -> None:
        """Close the channels and the connection; for good."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.wait([self._task])

    @property
    def is_ready(self) -> bool:
        """Connected and prepared."""
        return self._ready.is_set() and self._publisher is not None and self._publisher.is_open

    @property
    def is_blocked(self) -> bool:
        """The broker is out of memory or disk and takes no messages; it still delivers."""
        return self._is_blocked

    @property
    def trouble(self) -> AmqpError | None:
        """Why it is not ready, as far as known; None when it is."""
        if self.is_ready:
            return None
        return self._trouble or AmqpNotConnected(f"{self.broker} is being connected to.")

    async def ready(self, seconds: float) -> None:
        """Wait until it is ready; after `seconds` an `AmqpNotConnected` says why it is not."""
        try:
            async with asyncio.timeout(seconds):
                await self._ready.wait()
        except TimeoutError:
            raise self._current_trouble() from None

    async def publish(
        self,
        exchange: str,
        routing_key: str,
        body: bytes,
        properties: Properties,
        *,
        mandatory: bool = True,
    ) -> None:
        """As `AmqpChannel.publish`; while it is not ready, an `AmqpNotConnected` says why."""
        if self._publisher is None or not self.is_ready:
            raise self._current_trouble()
        await self._publisher.publish(exchange, routing_key, body, properties, mandatory=mandatory)

    @asynccontextmanager
    async def channel(self) -> AsyncIterator[AmqpChannel]:
        """Give a channel of one's own, for as long as it and the connection last.

        What goes wrong on it leaves the others alone. Whoever consumes asks for a new one after
        `AmqpClosed`, once `ready` has returned.
        """
        if self._link is None or not self.is_ready:
            raise self._current_trouble()
        channel = await self._open_channel(self._link)
        try:
            yield channel
        finally:
            await channel.close()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        failures = 0
        while True:
            began = loop.time()
            try:
                await self._session()
            except AmqpError as err:
                self._tell(err)
            except Exception as err:  # noqa: BLE001 - nothing may leave the hub without a broker
                self._tell(AmqpNotConnected(f"{self.broker} was left ({type(err).__name__})."))
            if loop.time() - began > _STEADY_SECONDS:
                failures = 0
            failures += 1
            await asyncio.sleep(self._pause(failures))

    async def _session(self) -> None:
        """One connection from its opening to its end, which is an `AmqpError`."""
        lost: asyncio.Future[BaseException] = asyncio.get_running_loop().create_future()
        link = await dial(
            self._parameters, broker=self.broker, on_lost=lambda error: give(lost, error)
        )
        self._is_blocked = False
        link.add_on_connection_blocked_callback(lambda *_: self._set_blocked(blocked=True))
        link.add_on_connection_unblocked_callback(lambda *_: self._set_blocked(blocked=False))
        self._link = link
        try:
            await self._serve(link, lost)
        finally:
            self._ready.clear()
            self._publisher = self._link = None
            self._is_blocked = False
            await _hang_up(link, lost)

    async def _serve(self, link: AsyncioConnection, lost: asyncio.Future[BaseException]) -> None:
        publisher = await self._open_channel(link)
        if self._prepare is not None:
            await self._prepare(publisher)
        publisher.when_closed(self._ready.clear)
        self._publisher = publisher
        self._ready.set()
        self._tell(None)
        ending = asyncio.create_task(publisher.closed())
        ends: list[asyncio.Future[Any]] = [lost, ending]
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ending.cancel()
        if lost.done():
            raise meaning(lost.result(), self.broker)
        raise ending.result()

    async def _open_channel(self, link: AsyncioConnection) -> AmqpChannel:
        return await AmqpChannel.open(
            link, broker=self.broker, blocked=lambda: self._is_blocked, window=self._window
        )

    def _set_blocked(self, *, blocked: bool) -> None:
        self._is_blocked = blocked

    def _current_trouble(self) -> AmqpError:
        """Return a new error each time: one object raised twice would gather tracebacks."""
        trouble = self.trouble
        if isinstance(trouble, AmqpNotConnected):
            return type(trouble)(str(trouble))
        if isinstance(trouble, AmqpClosed) and trouble.code is not None:
            return AmqpRefused(str(trouble))  # an exchange that is missing or is another kind
        return AmqpNotConnected(f"There is no connection to {self.broker}: {trouble}")

    def _tell(self, trouble: AmqpError | None) -> None:
        self._trouble = trouble
        good = trouble is None
        if self._told is not good and self._on_change is not None:
            self._on_change(trouble)
        self._told = good

    def _pause(self, failures: int) -> float:
        state = RetryCallState(AsyncRetrying(), None, (), {})
        state.attempt_number = failures
        return float(self._wait(state))


async def _hang_up(link: AsyncioConnection, lost: asyncio.Future[Any]) -> None:
    """Say goodbye if there is anybody; a broker that does not answer is left after a while."""
    if not (link.is_closing or link.is_closed):
        link.close()
    if not link.is_closed:
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSING_SECONDS):
                await lost
