"""A whole installation to break: hub processes, their store, a broker and a zaaksysteem.

Everything that a hub process calls is reached through a TCP proxy in this process. What ends by
itself or is killed is started again, as systemd or Kubernetes would.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import httpx
from rich.console import Console

from tests import services
from tests.chaos.network import Network

SECRET: Final = "alleen-voor-demonstratie-nooit-in-productie"
TENANTS: Final = ("0344", "0363", "0518", "0599")
"""Each has a destination of its own, so that the hub processes have something to share."""
STARTS_WITHIN: Final = 60.0
_STARTS_AGAIN_AFTER: Final = 0.3
_FIRST_KEY: Final = "shown only now: "
_READY: Final = "is ready"

CONFIGURATION: Final = """\
[hub]
node = "{node}"
port = {port}
shutdown_grace = "3s"

[store]
url = "env:SCHAKEL_STORE"

[security]
encryption = "{encryption}"
{keys}
{amqp}
{tenants}
[[route]]
name = "nowhere"
type = "nl.burgerzaken.zaak.bijgewerkt"
to = []
reason = "The counters of this play do not send it."
"""
KEYS: Final = """\
data_keys = [{ id = "chaos", key = "env:SCHAKEL_DATA_KEY" }]
index_key = "env:SCHAKEL_INDEX_KEY"
"""
AMQP: Final = """\
[amqp]
url = "env:SCHAKEL_AMQP"
prefetch = 100
"""
TENANT: Final = """\
[[tenant]]
code = "{code}"
name = "Gemeente {code}"

[[destination]]
name = "zaaksysteem-{code}"
adapter = "zgw"
tenant = "{code}"
concurrency = 3
timeout = "5s"
retry = {{ first = "300ms", longest = "2s", look_up_first = "500ms" }}
breaker = {{ threshold = 4, probe_interval = "1s" }}

[destination.settings]
client_id = "schakel-demo"
secret = "env:SCHAKEL_ZGW_SECRET"
catalogus = {{ domein = "BURGZ", rsin = "002220647" }}
zaken.root = "{zgw}/zaken/api/v1"
catalogi.root = "{zgw}/catalogi/api/v1"
documenten.root = "{zgw}/documenten/api/v1"

[[route]]
tenant = "{code}"
type = [
  "nl.burgerzaken.zaak.gestart",
  "nl.burgerzaken.zaak.status-gezet",
  "nl.burgerzaken.zaak.document-toegevoegd",
  "nl.burgerzaken.zaak.afgesloten",
]
to = ["zaaksysteem-{code}"]
"""


class ClusterFailed(Exception):
    """Something did not start, or ended for a reason that nobody gave it."""


@dataclass(slots=True)
class Program:
    """One process that is kept running."""

    name: str
    arguments: tuple[str, ...]
    process: asyncio.subprocess.Process | None = None
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    keeper: asyncio.Task[None] | None = None
    ending: bool = False
    exits: list[int] = field(default_factory=list)
    """How it ended, each time; negative for a signal."""


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
        self.api: list[httpx.AsyncClient] = []
        self.control: httpx.AsyncClient
        self._where = where
        self._programs: dict[str, Program] = {}
        self.environment = dict(os.environ)
        self._key = ""

    # --- starting and ending ---

    async def start(self) -> None:
        zgw, control, *ports = _free_ports(2 + len(self.hubs))
        self.control = httpx.AsyncClient(base_url=f"http://127.0.0.1:{control}", timeout=60.0)
        await self._start_proxies(zgw)
        self._prepare_environment()
        listens = ("--port", f"zgw={zgw}:{control}", "--public", f"zgw={self._zgw}")
        self._run("simulator", "-m", "simulators", "zgw", *listens)
        await self._answers(self.control, "/clock")
        for hub, port in zip(self.hubs, ports, strict=True):
            self._configure(hub, port)
            client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10.0)
            self.api.append(client)
            self._run(hub, "-m", "schakel", "serve", "--config", f"{hub}.toml")
            await self._is_ready(hub)  # one after the other: the first makes the schema and the key
        for client in self.api:
            client.headers["Authorization"] = f"Bearer {self._key}"

    async def stop(self) -> None:
        for program in self._programs.values():
            program.ending = True
            if program.process is not None and program.process.returncode is None:
                program.process.send_signal(signal.SIGCONT)
                program.process.terminate()
        keepers = [one.keeper for one in self._programs.values() if one.keeper]
        if keepers:
            _, late = await asyncio.wait(keepers, timeout=15)
            for program in self._programs.values():
                if program.process is not None and program.process.returncode is None:
                    program.process.kill()
            if late:
                await asyncio.wait(late)
        for client in [*self.api, *([self.control] if hasattr(self, "control") else [])]:
            await client.aclose()
        for proxy in self.proxies.values():
            await proxy.stop()

    async def _start_proxies(self, zgw: int) -> None:
        targets = {"zaaksysteem": ("127.0.0.1", zgw)}
        if self.store_url.startswith("postgresql"):
            targets["database"] = _address(self.store_url, 5432)
        if self.amqp_url:
            targets["broker"] = _address(self.amqp_url, 5672)
        for name, target in targets.items():
            self.proxies[name] = proxy = Network(target)
            await proxy.start()

    def _prepare_environment(self) -> None:
        def through(url: str, name: str) -> str:
            return _with_port(url, self.proxies[name].port) if name in self.proxies else url

        self.environment |= {
            "SCHAKEL_ZGW_SECRET": SECRET,
            "SCHAKEL_STORE": through(self.store_url, "database"),
            "SCHAKEL_AMQP": through(self.amqp_url or "", "broker"),
            "SCHAKEL_DATA_KEY": "c2NoYWtlbC1jaGFvcy1kYXRhLWtleS0wMTIzNDU2Nzg=",
            "SCHAKEL_INDEX_KEY": "c2NoYWtlbC1jaGFvcy1pbmRleC1rZXktMTIzNDU2Nzg=",
        }

    def _configure(self, hub: str, port: int) -> None:
        text = CONFIGURATION.format(
            node=hub,
            port=port,
            encryption="keys",
            keys=KEYS,
            amqp=AMQP if self.amqp_url else "",
            tenants="\n".join(TENANT.format(code=code, zgw=self._zgw) for code in TENANTS),
        )
        (self.folder / f"{hub}.toml").write_text(text, encoding="utf-8")

    @property
    def _zgw(self) -> str:
        return f"http://127.0.0.1:{self.proxies['zaaksysteem'].port}"

    def _run(self, name: str, *arguments: str) -> None:
        program = Program(name, arguments)
        self._programs[name] = program
        program.keeper = asyncio.create_task(self._keep(program), name=name)

    async def _keep(self, program: Program) -> None:
        while not program.ending:
            with (self.folder / f"{program.name}.log").open("ab") as log:
                program.process = await asyncio.create_subprocess_exec(
                    sys.executable,
                    *program.arguments,
                    cwd=self.folder,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=asyncio.subprocess.PIPE,
                    stderr=log,
                    env=self.environment,
                    start_new_session=True,
                )
            assert program.process.stdout is not None
            async for line in program.process.stdout:
                self._hear(program, line.decode())
            program.exits.append(await program.process.wait())
            program.ready.clear()
            await asyncio.sleep(_STARTS_AGAIN_AFTER)

    def _hear(self, program: Program, line: str) -> None:
        if _FIRST_KEY in line:
            self._key = line.split(_FIRST_KEY)[1].strip()
        if _READY in line:
            program.ready.set()

    async def _is_ready(self, name: str) -> None:
        try:
            async with asyncio.timeout(STARTS_WITHIN):
                await self._programs[name].ready.wait()
        except TimeoutError:
            raise ClusterFailed(f"{name} did not start: see {self.folder}/{name}.log") from None

    async def _answers(self, client: httpx.AsyncClient, path: str) -> None:
        async with asyncio.timeout(STARTS_WITHIN):
            while True:
                try:
                    await client.get(path)
                except httpx.TransportError:
                    await asyncio.sleep(0.05)
                else:
                    return

    # --- breaking ---

    def kill(self, hub: str) -> bool:
        """`kill -9`; False when it is dead already."""
        return self._signal(hub, signal.SIGKILL)

    def terminate(self, hub: str) -> bool:
        """In order, as an upgrade would; it is started again."""
        return self._signal(hub, signal.SIGTERM)

    async def freeze(self, hub: str, seconds: float) -> None:
        """Stopped and continued, as a virtual machine that is moved."""
        process = self._programs[hub].process
        if process is None or not self._signal(hub, signal.SIGSTOP):
            return
        await asyncio.sleep(seconds)
        if process.returncode is None:
            process.send_signal(signal.SIGCONT)

    def _signal(self, hub: str, number: signal.Signals) -> bool:
        process = self._programs[hub].process
        if process is None or process.returncode is not None:
            return False
        process.send_signal(number)
        return True

    async def script(self, *rules: dict[str, Any]) -> None:
        """What the zaaksysteem does wrong; without rules all is well again."""
        await self.control.delete("/faults")
        if rules:
            answer = await self.control.post("/faults", json=list(rules))
            answer.raise_for_status()

    async def heal(self) -> None:
        """All is well again; every hub runs and answers."""
        await self.script()
        for proxy in self.proxies.values():
            proxy.heal()
            await proxy.start()
        for hub in self.hubs:
            self._signal(hub, signal.SIGCONT)
            await self._is_ready(hub)

    # --- looking ---

    async def counts(self) -> dict[str, int]:
        """Deliveries per state, over all destinations; raises like httpx while no hub answers."""
        answer = await self.api[0].get("/v1/destinations")
        answer.raise_for_status()
        total: dict[str, int] = {}
        for destination in answer.json()["items"]:
            for state, count in destination["counts"].items():
                total[state] = total.get(state, 0) + count
        return total

    def tracebacks(self) -> Iterator[str]:
        """Logs in which a hub left a bug."""
        for hub in self.hubs:
            text = (self.folder / f"{hub}.log").read_text(encoding="utf-8", errors="replace")
            if "Traceback" in text or '"bug":' in text:
                yield f"{hub}.log"


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
