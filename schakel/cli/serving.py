"""`schakel serve`: one process, its listening socket, and what signals do to it."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Generator
from pathlib import Path
from typing import Final

import structlog
import uvicorn
from uvicorn.loops.auto import auto_loop_factory

from schakel.cli.failure import Failure
from schakel.compose import Hub, Role, build
from schakel.http import server_config
from schakel.security.keys import ensure_first_key
from schakel.settings import ConfigurationMistakes, Settings, load
from schakel.telemetry import configure_logging

_BACKLOG: Final = 2048
_BROKER_SECONDS: Final = 5.0
"""Longest that a hub waits for RabbitMQ before it says that it is ready without it."""
_STOPPING: Final = (signal.SIGTERM, signal.SIGINT)
_API_ROLES: Final[frozenset[Role]] = frozenset({"all", "api"})
"""Listen always; the others only for who watches over them, when they are given a port."""

_CANNOT_LISTEN: Final = {
    errno.EADDRINUSE: "is in use: stop what listens there, or choose another with hub.port",
    errno.EACCES: "may not be used by this user: choose a port above 1023 with hub.port",
    errno.EADDRNOTAVAIL: "is not an address of this machine: mend hub.host",
}


def run(path: Path | None, *, role: Role, port: int | None) -> None:
    """Until a signal ends it. Raises what the command line turns into a sentence."""
    settings = load(path)
    _use_schemas(settings, before=None)
    listener = None
    if role == "amqp" and settings.amqp is None:
        raise Failure("The role amqp needs the section [amqp] with the broker's url.")
    if role in _API_ROLES or port is not None:
        listener = listen(settings.hub.host, settings.hub.port if port is None else port)
    with (
        asyncio.Runner(loop_factory=auto_loop_factory()) as runner,
        contextlib.ExitStack() as stack,
    ):
        if listener is not None:
            stack.enter_context(listener)
        runner.run(_Process(path, settings, role, listener).run())


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, kept over reloads: callers wait a moment and are never refused."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror as error:
        raise Failure(f"hub.host '{host}' is not an address: {error.strerror}.") from error
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        why = _CANNOT_LISTEN.get(error.errno or 0, f"cannot be listened on: {error.strerror}")
        raise Failure(f"Port {port} on {host} {why}.") from error
    return listener


class _Server(uvicorn.Server):
    """uvicorn without signal handlers of its own; says when it is ready."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], Awaitable[None]]) -> None:
        super().__init__(config)
        self._ready = ready

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        await self._ready()


class _Process:
    """Runs one hub after the other: a reload stops the old one in order and starts the new."""

    def __init__(
        self, path: Path | None, settings: Settings, role: Role, listener: socket.socket | None
    ) -> None:
        self._path = path
        self._next: Settings | None = settings
        self._current: Settings | None = None
        self._role = role
        self._listener = listener
        self._end = asyncio.Event()
        self._server: _Server | None = None

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        for number in _STOPPING:
            loop.add_signal_handler(number, self._stop)
        loop.add_signal_handler(signal.SIGHUP, self._reload)
        while self._next is not None:
            settings, self._next = self._next, None
            self._current = settings
            self._end.clear()
            configure_logging(settings.hub.log_level, settings.hub.log_format)
            hub = build(settings, role=self._role)
            _settle_memory()
            async with hub.running():
                await self._serve(hub)
        _say("Schakel has stopped.")

    async def _serve(self, hub: Hub) -> None:
        if self._listener is None:
            await self._say_ready(hub)
            await self._end.wait()
            return
        if self._role in _API_ROLES:
            await _show_first_key(hub)
        host, port = self._listener.getsockname()[:2]
        config = server_config(hub.app, host=host, port=port, backlog=_BACKLOG, log_level="warning")
        self._server = _Server(config, lambda: self._say_ready(hub))
        self._server.should_exit = self._end.is_set()
        await self._server.serve(sockets=[self._listener.dup()])

    def _stop(self) -> None:
        """Once: in order. Twice: without waiting for callers that are still connected."""
        if self._server is not None:
            self._server.force_exit = self._end.is_set()
        self._next = None
        self._leave()

    def _reload(self) -> None:
        log = structlog.stdlib.get_logger("schakel.serve")
        try:
            found = load(self._path)
            _use_schemas(found, before=self._current.schemas_dir if self._current else None)
        except ConfigurationMistakes as error:
            mistakes = [str(one) for one in error.mistakes]
            log.error("reload_refused", mistakes=mistakes)  # noqa: TRY400 - a traceback adds nothing
            return
        except Failure as error:
            log.error("reload_refused", mistakes=[str(error)])  # noqa: TRY400 - as above
            return
        self._next = found
        if self._current is not None and _address(self._next) != _address(self._current):
            log.warning("listen_address_unchanged", detail="hub.host and hub.port need a restart")
        log.info("reloading")
        self._leave()

    async def _wait_for_broker(self, hub: Hub) -> None:
        """Not for long: HTTP is served meanwhile, and after it, with or without the broker."""
        if hub.amqp is None:
            return
        declaring = asyncio.ensure_future(hub.amqp.declared(_BROKER_SECONDS))
        ending = asyncio.ensure_future(self._end.wait())
        await asyncio.wait([declaring, ending], return_when=asyncio.FIRST_COMPLETED)
        ending.cancel()
        if declaring.done() and not declaring.result():
            log = structlog.stdlib.get_logger("schakel.serve")
            log.warning("started_without_broker", detail=hub.amqp.trouble)
        declaring.cancel()

    def _leave(self) -> None:
        self._end.set()
        if self._server is not None:
            self._server.should_exit = True

    async def _say_ready(self, hub: Hub) -> None:
        """After the broker's queues are there, so that whoever hears it can publish everywhere."""
        await self._wait_for_broker(hub)
        where = "without HTTP"
        if self._listener is not None:
            host, port = self._listener.getsockname()[:2]
            where = f"on http://[{host}]:{port}" if ":" in host else f"on http://{host}:{port}"
        settings = hub.settings
        _say(
            f"Schakel is ready {where} (role {self._role}; tenants: {len(settings.tenants)}, "
            f"destinations: {len(settings.destinations)}, routes: {len(settings.routes.routes)})."
        )


async def _show_first_key(hub: Hub) -> None:
    first_key = await ensure_first_key(hub.store, hub.clock)
    if first_key is not None:
        _say(f"First API key, with all rights, shown only now: {first_key}")


def _use_schemas(settings: Settings, *, before: Path | None) -> None:
    """Raises Failure when those that the settings name cannot be used."""
    if settings.schemas_dir is None and before is None:
        return
    from schakel.cli.stuf_schemas import use_folder  # noqa: PLC0415 - XML only where it is spoken

    use_folder(settings.schemas_dir)


def _address(settings: Settings) -> tuple[str, int]:
    return settings.hub.host, settings.hub.port


def _settle_memory() -> None:
    """What was loaded at the start stays: a full collection need not walk over it again.

    Without this, one call in a hundred waits some 100 ms for the garbage collector.
    """
    gc.collect()
    gc.freeze()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
