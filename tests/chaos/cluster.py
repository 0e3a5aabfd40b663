"""A whole installation to break: hub processes, their store, a broker and three zaaksystemen.

Everything that a hub process calls is reached through a TCP proxy in this process; and so are the
hubs, by the zaaksystemen that start cases: at one address, behind which any hub may answer.
"""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import httpx
from rich.console import Console

from tests import services
from tests.chaos import hearing
from tests.chaos.network import Network
from tests.chaos.programs import STARTS_WITHIN, Programs
from tests.chaos.systems import (
    CALLBACK,
    KINDS,
    OIN,
    PORTAL,
    SIMULATORS,
    STARTING,
    STUF,
    STUF_PASSWORD,
    STUF_USER,
    ZGW_SECRET,
    System,
    destination,
    tenants,
)

AGAIN_AFTER: Final = (0.5,) * 1000
"""Seconds between the attempts of a zaaksystem that tells us something; it never gives up."""

CONFIGURATION: Final = """\
[hub]
node = "{node}"
port = {port}
oin = "{oin}"
shutdown_grace = "3s"

[store]
url = "env:SCHAKEL_STORE"

[security]
encryption = "keys"
data_keys = [{{ id = "chaos", key = "env:SCHAKEL_DATA_KEY" }}]
index_key = "env:SCHAKEL_INDEX_KEY"
{amqp}
{tenants}
[[route]]
name = "nowhere"
type = "nl.burgerzaken.zaak.bijgewerkt"
to = []
reason = "The counters of this play do not send it."
"""
AMQP: Final = """
[amqp]
url = "env:SCHAKEL_AMQP"
prefetch = 100
"""
ENTRANCE: Final = "entrance"
"""The address of all hubs together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Where the services are, as the tests reach them."""

    store: str
    amqp: str | None


class Cluster:
    def __init__(self, folder: Path, console: Console, where: Where, *, hubs: int) -> None:
        self.folder = folder
        self.console = console
        self.amqp_url = where.amqp
        self.store_url = where.store
        self.hubs = [f"hub-{number}" for number in range(1, hubs + 1)]
        self.proxies: dict[str, Network] = {}
        self.systems: dict[str, System] = {}
        self.api: list[httpx.AsyncClient] = []
        self._programs = Programs(folder)

    @property
    def environment(self) -> dict[str, str]:
        return self._programs.environment

    # --- starting and ending ---

    async def start(self) -> None:
        ports = _free_ports(len(self.hubs) + 2 * len(SIMULATORS))
        hub_ports, free = ports[: len(self.hubs)], iter(ports[len(self.hubs) :])
        await self._start_proxies(hub_ports, {name: next(free) for name in SIMULATORS})
        self._prepare_environment()
        for name, simulator in SIMULATORS.items():
            self._start_system(name, simulator, control=next(free))
        if self.amqp_url is not None:
            await hearing.bind_queue(self.amqp_url)
        for hub, port in zip(self.hubs, hub_ports, strict=True):
            self._configure(hub, port)
            client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10.0)
            self.api.append(client)
            self._programs.run(hub, "-m", "schakel", "serve", "--config", f"{hub}.toml")
            if hub == self.hubs[0]:
                await self._programs.is_ready(hub)  # it makes the schema and the key
        for system in self.systems.values():
            await _answers(system.control, "/clock")
        for hub in self.hubs:
            await self._programs.is_ready(hub)
        for client in self.api:
            client.headers["Authorization"] = f"Bearer {self._programs.key}"
        await self._introduce()

    async def stop(self) -> None:
        await self._programs.stop()
        for client in [*self.api, *(one.control for one in self.systems.values())]:
            await client.aclose()
        for proxy in self.proxies.values():
            await proxy.stop()

    async def _start_proxies(self, hubs: list[int], systems: dict[str, int]) -> None:
        targets = {name: [("127.0.0.1", port)] for name, port in systems.items()}
        targets[ENTRANCE] = [("127.0.0.1", port) for port in hubs]
        if self.store_url.startswith("postgresql"):
            targets["database"] = [_address(self.store_url, 5432)]
        if self.amqp_url:
            targets["broker"] = [_address(self.amqp_url, 5672)]
        for name, servers in targets.items():
            self.proxies[name] = proxy = Network(*servers)
            await proxy.start()

    def _prepare_environment(self) -> None:
        def through(url: str, name: str) -> str:
            return _with_port(url, self.proxies[name].port) if name in self.proxies else url

        self._programs.environment |= {
            "SCHAKEL_ZGW_SECRET": ZGW_SECRET,
            "SCHAKEL_ZGW_CALLBACK": CALLBACK,
            "SCHAKEL_STUF_PASSWORD": STUF_PASSWORD,
            "SCHAKEL_STORE": through(self.store_url, "database"),
            "SCHAKEL_AMQP": through(self.amqp_url or "", "broker"),
            "SCHAKEL_DATA_KEY": "c2NoYWtlbC1jaGFvcy1kYXRhLWtleS0wMTIzNDU2Nzg=",
            "SCHAKEL_INDEX_KEY": "c2NoYWtlbC1jaGFvcy1pbmRleC1rZXktMTIzNDU2Nzg=",
        }

    def _start_system(self, name: str, simulator: str, *, control: int) -> None:
        proxy = self.proxies[name]
        client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{control}", timeout=60.0)
        url = f"http://127.0.0.1:{proxy.port}"
        self.systems[name] = System(name, KINDS[simulator], client, url)
        listens = (
            *("--port", f"{simulator}={proxy.server_port}:{control}"),
            *("--public", f"{simulator}={url}"),
        )
        self._programs.run(name, "-m", "simulators", simulator, *listens)

    def _configure(self, hub: str, port: int) -> None:
        urls = {name: system.url for name, system in self.systems.items()}
        text = CONFIGURATION.format(
            node=hub,
            port=port,
            oin=OIN,
            amqp=AMQP if self.amqp_url else "",
            tenants=tenants(urls, broker=self.amqp_url is not None),
        )
        (self.folder / f"{hub}.toml").write_text(text, encoding="utf-8")

    async def _introduce(self) -> None:
        """Makes the hubs known, by their one address, to the zaaksystemen that start cases."""
        entrance = f"http://127.0.0.1:{self.proxies[ENTRANCE].port}"
        await self.systems[PORTAL].put("/notifications", {"pauses": AGAIN_AFTER})
        subscribed = destination(PORTAL, STARTING[PORTAL])
        config = ("--url", entrance, "--config", f"{self.hubs[0]}.toml")
        await self._programs.once("-m", "schakel", "subscriptions", "ensure", subscribed, *config)
        code = STARTING[STUF]
        consumer = {
            "url": f"{entrance}/inbound/{code}/{destination(STUF, code)}/OntvangAsynchroon",
            "profile": "1.1",
            "basic": {"name": STUF_USER, "secret": STUF_PASSWORD},
            "pauses": AGAIN_AFTER,
        }
        await self.systems[STUF].put("/consumer", consumer)

    # --- breaking ---

    def kill(self, hub: str) -> bool:
        """`kill -9`; False when it is dead already."""
        return self._programs.signal(hub, signal.SIGKILL)

    def terminate(self, hub: str) -> bool:
        """In order, as an upgrade would; it is started again."""
        return self._programs.signal(hub, signal.SIGTERM)

    async def freeze(self, hub: str, seconds: float) -> None:
        """Stopped and continued, as a virtual machine that is moved."""
        await self._programs.freeze(hub, seconds)

    async def script(self, system: str, *rules: dict[str, Any]) -> None:
        """What a zaaksysteem does wrong; without rules it answers well again."""
        await self.systems[system].delete("/faults")
        if rules:
            await self.systems[system].post("/faults", list(rules))

    async def notifications(self, **habits: float) -> None:
        """How the portal sends its notifications; without habits each arrives, once."""
        await self.systems[PORTAL].put("/notifications", {"pauses": AGAIN_AFTER, **habits})

    async def refusals(self, *refusals: dict[str, Any]) -> None:
        """What the StUF zaaksysteem refuses; without any it takes everything again."""
        await self.systems[STUF].delete("/refusals")
        if refusals:
            await self.systems[STUF].post("/refusals", list(refusals))

    async def calm(self) -> None:
        """The zaaksystemen do nothing wrong any more."""
        for name in self.systems:
            await self.script(name)
        await self.notifications()
        await self.refusals()

    async def heal(self) -> None:
        """All is well again; every hub runs and answers."""
        await self.calm()
        for proxy in self.proxies.values():
            proxy.heal()
            await proxy.start()
        for hub in self.hubs:
            self._programs.signal(hub, signal.SIGCONT)
            await self._programs.is_ready(hub)

    # --- looking ---

    async def counts(self) -> dict[str, int]:
        """Deliveries per state, over all destinations; raises like httpx while no hub answers."""
        answer = await self.api[0].get("/v1/destinations")
        answer.raise_for_status()
        total: dict[str, int] = {}
        for one in answer.json()["items"]:
            for state, count in one["counts"].items():
                total[state] = total.get(state, 0) + count
        return total

    def tracebacks(self) -> Iterator[str]:
        """Logs in which a hub left a bug."""
        return self._programs.tracebacks(self.hubs)


@asynccontextmanager
async def cluster(
    folder: Path, console: Console, *, hubs: int, embedded: bool = False
) -> AsyncIterator[Cluster]:
    """Running, and ended whatever happens. `embedded`: one hub on SQLite, without a broker."""
    with _services(folder, embedded=embedded) as where:
        one = Cluster(folder, console, where, hubs=1 if embedded else hubs)
        try:
            await one.start()
            yield one
        finally:
            await one.stop()


@contextmanager
def _services(folder: Path, *, embedded: bool) -> Iterator[Where]:
    if embedded:
        yield Where(store=f"sqlite:{folder / 'hub.sqlite3'}", amqp=None)
        return
    with ExitStack() as stack:
        store = stack.enter_context(services.database())
        yield Where(store=store, amqp=stack.enter_context(services.vhost()))


async def _answers(client: httpx.AsyncClient, path: str) -> None:
    async with asyncio.timeout(STARTS_WITHIN):
        while True:
            try:
                await client.get(path)
            except httpx.TransportError:
                await asyncio.sleep(0.05)
            else:
                return


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def _address(url: str, default: int) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "127.0.0.1", parts.port or default


def _with_port(url: str, port: int) -> str:
    parts = urlsplit(url)
    user = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
    return urlunsplit(parts._replace(netloc=f"{user}127.0.0.1:{port}"))
