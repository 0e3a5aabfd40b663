"""A simulator: one simulated system on its own port, and its control port beside it."""

from __future__ import annotations

import asyncio
import contextlib
import random
from typing import TYPE_CHECKING, TypeVar

from aiohttp import web

from simulators.kit.clock import SettableClock
from simulators.kit.control import control_application
from simulators.kit.door import Door, PortUnavailableError
from simulators.kit.exchange import Answer, Incoming, Sink, Streaming, Surroundings
from simulators.kit.faults import FaultBook, FaultRule
from simulators.kit.journal import Journal
from simulators.kit.pace import AT_ONCE, Pace, Turnstile
from simulators.kit.spoil import Wire, as_response, spoil

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Iterable
    from datetime import datetime, timedelta

    from aiohttp.abc import AbstractStreamWriter
    from aiohttp.http_parser import RawRequestMessage
    from aiohttp.streams import StreamReader
    from aiohttp.web_protocol import RequestHandler

    from simulators.kit.exchange import System
    from simulators.kit.journal import Request

_Simulator = TypeVar("_Simulator", bound="Simulator")

_LARGEST_BODY = 256 * 1024 * 1024
_NOTHING_DONE = Answer(status=200, headers={"Content-Type": "application/json"})


class Simulator:
    """Runs `system` on `host`:`port` and its control API on `control_port` (0: any free port).

    The control port answers also while the simulated system is "down". Everything on it can be
    done in-process as well: `script`, `clear_faults`, `set_clock`, `set_pace`, `reset`.

    `public_url` is what callers know it by, where a proxy or a container stands in between: the
    system's own URLs begin with it. With `tls` the system speaks https; its control port does not.
    """

    def __init__(
        self,
        system: System,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        control_port: int = 0,
        public_url: str | None = None,
        pace: Pace = AT_ONCE,
        keep_requests: int = 20_000,
        keep_body_bytes: int = 16_000_000,
        seed: int = 0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.system = system
        self.clock = SettableClock()
        self.journal = Journal(
            self.clock, keep_requests=keep_requests, keep_body_bytes=keep_body_bytes
        )
        self.faults = FaultBook()
        self._host = host
        self._public_url = public_url
        self._dice = random.Random(seed)  # noqa: S311 - repeatable jitter, no secret
        self._seed = seed
        self._start_pace = pace
        self._turnstile = Turnstile(pace, seed)
        self._web = web.Server(self._serve, request_factory=self._make_request, access_log=None)
        self._door = Door(self._web, host, port, tls)
        self._scheme = "http" if tls is None else "https"
        self._control_port = control_port
        self._control = web.AppRunner(control_application(self), access_log=None)
        self._control_door: Door | None = None
        self._stopping = asyncio.Event()
        self._changed = asyncio.Event()
        self._settling = asyncio.Lock()
        self._keeper: asyncio.Task[None] | None = None

    @property
    def name(self) -> str:
        return self.system.name

    @property
    def base_url(self) -> str:
        return self._public_url or f"{self._scheme}://{self._shown_host}:{self._door.port}"

    @property
    def control_url(self) -> str:
        return f"http://{self._shown_host}:{self._control_port}"

    @property
    def pace(self) -> Pace:
        return self._turnstile.pace

    @property
    def refusing(self) -> bool:
        """True while the listening socket is closed."""
        return not self._door.is_open

    @property
    def _shown_host(self) -> str:
        return f"[{self._host}]" if ":" in self._host else self._host

    async def start(self) -> None:
        """Open both ports; raises PortUnavailableError when one cannot be had."""
        await self._control.setup()
        self._control_door = Door(_server(self._control), self._host, self._control_port)
        try:
            await self._control_door.open()
            self._control_port = self._control_door.port
            await self._door.open()
        except PortUnavailableError:
            await self._control_door.shut()
            await self._control.cleanup()
            raise
        await self.system.start(
            Surroundings(base_url=self.base_url, clock=self.clock, journal=self.journal)
        )
        self._keeper = asyncio.create_task(self._keep_door())

    async def stop(self) -> None:
        self._stopping.set()
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
        await self._door.shut()
        if self._control_door is not None:
            await self._control_door.shut()
        await self._control.cleanup()
        await self.system.stop()

    async def reopened(self) -> None:
        """Wait until the simulator listens (again)."""
        await self._door.opened.wait()

    async def closed(self) -> None:
        """Wait until the simulator refuses connections."""
        await self._door.closed.wait()

    async def script(self, rules: Iterable[FaultRule]) -> None:
        """Add fault rules; a closing of the socket has happened when this returns."""
        self.faults.add(rules, self.clock.now())
        await self._settle()

    async def clear_faults(self) -> None:
        """Forget all rules and outages; the socket listens again when this returns."""
        self.faults.clear()
        await self._settle()

    async def set_clock(self, instant: datetime, *, frozen: bool = True) -> None:
        self.clock.set(instant, frozen=frozen)
        await self._settle()

    async def advance_clock(self, step: timedelta) -> None:
        self.clock.advance(step)
        await self._settle()

    def set_pace(self, pace: Pace) -> None:
        self._turnstile = Turnstile(pace, self._seed)

    async def reset(self) -> None:
        """Back to the state of the start: data, journal, faults, clock and pace."""
        self.system.reset()
        self.journal.clear()
        self.faults.clear()
        self.faults.hits.clear()
        self.clock.reset()
        self.set_pace(self._start_pace)
        await self._settle()

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        path, _, query = request.raw_path.partition("?")
        sink = self._sink(request, path)
        body = await request.read() if sink is None else b""
        if sink is not None:
            async for piece in request.content.iter_any():
                sink.feed(piece)
        entry = self.journal.received_request(request.method, path, query, request.headers, body)
        incoming = Incoming(
            number=entry.seq,
            method=request.method,
            path=path,
            query=query,
            headers=request.headers,
            body=body,
            sink=sink,
            serial_number=_serial_number(request.transport),
        )
        if not self.faults.empty:
            rule = self.faults.choose(request.method, path, self.clock.now())
            if rule is not None:
                entry.fault = rule.kind
                return await self._spoilt(Wire(request, self._stopping), rule, incoming, entry)
        return as_response(await self._right(incoming, entry))

    def _sink(self, request: web.BaseRequest, path: str) -> Sink | None:
        if not isinstance(self.system, Streaming):
            return None
        return self.system.sink_for(request.method, path, request.headers)

    async def _right(self, incoming: Incoming, entry: Request) -> Answer:
        if self._turnstile.pace is AT_ONCE:
            answer = await self.system.answer(incoming)
        else:
            async with self._turnstile:
                answer = await self.system.answer(incoming)
        entry.status = answer.status
        return answer

    async def _spoilt(
        self, wire: Wire, rule: FaultRule, incoming: Incoming, entry: Request
    ) -> web.StreamResponse:
        if rule.kind == "latency":
            return await self._late(wire, rule, incoming, entry)
        answer = _NOTHING_DONE
        if rule.phase == "after":
            answer = await self._right(incoming, entry)
        if rule.kind == "refuse":
            self.faults.close(self.clock.now(), rule)
            response = wire.reset()
            await self._settle()
            return response
        return await spoil(wire, rule, answer)

    async def _late(
        self, wire: Wire, rule: FaultRule, incoming: Incoming, entry: Request
    ) -> web.StreamResponse:
        wait = float(rule.setting("seconds"))
        wait += float(rule.setting("jitter")) * self._dice.random()
        if rule.phase == "before":
            await wire.pause(wait)
            return as_response(await self._right(incoming, entry))
        answer = await self._right(incoming, entry)
        await wire.pause(wait)
        return as_response(answer)

    async def _settle(self) -> None:
        """Bring the listening socket in line with the faults and the clock, now and later."""
        async with self._settling:
            if self.faults.closed(self.clock.now()):
                await self._door.refuse()
            elif not self._stopping.is_set():
                await self._door.open()
        self._changed.set()

    async def _keep_door(self) -> None:
        """Open and close the socket at planned moments; sleeps until the next one."""
        while True:
            await self._settle()
            self._changed.clear()
            now = self.clock.now()
            moment = None if self.clock.frozen else self.faults.next_change(now)
            wait = None if moment is None else max(0.0, (moment - now).total_seconds()) + 0.001
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._changed.wait()

    def _make_request(
        self,
        message: RawRequestMessage,
        payload: StreamReader,
        protocol: RequestHandler,
        writer: AbstractStreamWriter,
        task: asyncio.Task[None],
    ) -> web.BaseRequest:
        """As aiohttp makes them, with room for a large document."""
        loop = asyncio.get_running_loop()
        return web.BaseRequest(
            message, payload, protocol, writer, task, loop, client_max_size=_LARGEST_BODY
        )


def _server(runner: web.AppRunner) -> web.Server:
    if runner.server is None:
        raise RuntimeError("The control application has not been set up; call setup() first.")
    return runner.server


@contextlib.asynccontextmanager
async def running(simulator: _Simulator) -> AsyncIterator[_Simulator]:
    """Start `simulator` and stop it at the end, whatever happened in between."""
    await simulator.start()
    try:
        yield simulator
    finally:
        await simulator.stop()


def _serial_number(transport: asyncio.Transport | None) -> str | None:
    """Read the subject of the certificate with which the caller connected."""
    certificate = None if transport is None else transport.get_extra_info("peercert")
    subject = (certificate or {}).get("subject", ())
    names = {name: value for part in subject for name, value in part}
    return names.get("serialNumber")
