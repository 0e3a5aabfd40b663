"""What a demo needs around it: one folder, a simulator process, a hub process, two clients."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import httpx
from rich.console import Console

from continuity.window import TOWN_HALL
from schakel.demo.casts import ENVIRONMENT, ZGW, Cast

PATIENCE: Final = 60.0
"""Seconds that a demo waits for something that should happen within a few."""
CONFIGURATION: Final = """\
# The hub of this demo. Retries and probes are quicker than the defaults, so that one can watch.
[hub]
node = "demo"
port = {hub_port}
log_format = "json"
oin = "00000001002220647000"

[store]
url = "sqlite:hub.sqlite3"

[security]
encryption = "none"

[[tenant]]
code = "0344"
name = "Utrecht"

[[destination]]
name = "zaaksysteem"
adapter = "{adapter}"
tenant = "0344"
concurrency = {slots}
timeout = "{timeout}"

[destination.retry]
first = "300ms"
longest = "2s"
look_up_first = "300ms"

[destination.breaker]
threshold = 4
probe_interval = "1s"

{settings}
[[route]]
name = "zaken naar het zaaksysteem"
type = [
  "nl.burgerzaken.zaak.gestart",
  "nl.burgerzaken.zaak.status-gezet",
  "nl.burgerzaken.zaak.document-toegevoegd",
  "nl.burgerzaken.zaak.afgesloten",
]
tenant = "0344"
to = ["zaaksysteem"]
"""
FIRST_KEY: Final = "shown only now: "
_ENDINGS: Final = (signal.SIGTERM, signal.SIGHUP)


class StageFailed(Exception):
    """Something around the demo did not start or answer; the text says where to look."""


def new_folder(parent: Path) -> Path:
    """A fresh folder for everything that this demo writes."""
    stamp = datetime.now(TOWN_HALL).strftime("%Y%m%d-%H%M%S")
    folder = parent / f"schakel-demo-{stamp}"
    for number in range(2, 100):
        try:
            folder.mkdir()
        except FileExistsError:
            folder = parent / f"schakel-demo-{stamp}-{number}"
        except OSError as error:
            raise StageFailed(f"no folder can be made in {parent} ({error.strerror}).") from error
        else:
            return folder
    raise StageFailed(f"no free name for a folder in {parent}")


class Stage:
    """Starts simulator and hub, and ends both whatever happens.

    SIGTERM and SIGHUP cancel the task that is on it, as Ctrl-C does.
    """

    def __init__(
        self,
        folder: Path,
        console: Console,
        *,
        slots: int = 4,
        timeout: str = "2s",
        cast: Cast = ZGW,
        more: str = "",
    ) -> None:
        """`more` is put at the end of the hub's configuration."""
        self.folder = folder
        self.cast = cast
        self._more = more
        self._slots = slots
        self._timeout = timeout
        self.console = console
        self.system_port, self.control_port, self.hub_port = _free_ports(3)
        self.hub_url = f"http://127.0.0.1:{self.hub_port}"
        self.hub = httpx.AsyncClient(base_url=self.hub_url, timeout=10.0)
        self.control = httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{self.control_port}", timeout=60.0
        )
        self._processes: dict[str, asyncio.subprocess.Process] = {}

    async def __aenter__(self) -> Self:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine runs in a task
        for number in _ENDINGS:
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        try:
            await self._start_simulator()
            await self.start_hub()
        except BaseException:
            await self._end()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._end()

    async def start_hub(self) -> None:
        """Starts the hub; the first time it also keeps the API key that the hub prints once."""
        process = await self._start(
            "hub",
            "-m",
            "schakel",
            "serve",
            "--config",
            "schakel.toml",
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None  # noqa: S101 - asked for with PIPE
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                async with asyncio.timeout(deadline - time.monotonic()):
                    line = (await process.stdout.readline()).decode()
            except TimeoutError as error:
                raise StageFailed(self._see("hub")) from error
            if not line:
                raise StageFailed(self._see("hub"))
            if FIRST_KEY in line:
                key = line.split(FIRST_KEY)[1].strip()
                self.hub.headers["Authorization"] = f"Bearer {key}"
            if "is ready" in line:
                return

    @property
    def environment(self) -> dict[str, str]:
        """Of every process that the demo starts."""
        return os.environ | ENVIRONMENT

    @property
    def system_url(self) -> str:
        return f"http://127.0.0.1:{self.system_port}"

    @property
    def hub_pid(self) -> int:
        return self._processes["hub"].pid

    async def kill_hub(self) -> None:
        """`kill -9`: no farewell, no clean-up."""
        process = self._processes.pop("hub")
        process.send_signal(signal.SIGKILL)
        await process.wait()

    async def stop_hub(self) -> None:
        """In order, as an upgrade would."""
        process = self._processes.pop("hub")
        process.terminate()
        await process.wait()

    async def freeze_hub(self, seconds: float) -> None:
        """Stopped and continued, as a virtual machine that is moved."""
        process = self._processes["hub"]
        process.send_signal(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        process.send_signal(signal.SIGCONT)

    async def _start_simulator(self) -> None:
        (self.folder / "schakel.toml").write_text(
            CONFIGURATION.format(
                hub_port=self.hub_port,
                slots=self._slots,
                timeout=self._timeout,
                adapter=self.cast.adapter,
                settings=self.cast.settings.replace("{url}", self.system_url),
            )
            + self._more.replace("{hub}", self.hub_url),
            encoding="utf-8",
        )
        name = self.cast.simulator
        ports = f"{name}={self.system_port}:{self.control_port}"
        await self._start("simulator", "-m", "simulators", name, "--port", ports)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                await self.control.get("/clock")
            except httpx.TransportError:
                await asyncio.sleep(0.05)
            else:
                return
        raise StageFailed(self._see("simulator"))

    async def _start(
        self, name: str, *arguments: str, stdout: int | None = None
    ) -> asyncio.subprocess.Process:
        log = (self.folder / f"{name}.log").open("ab")
        with log:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *arguments,
                cwd=self.folder,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log if stdout is None else stdout,
                stderr=log,
                env=self.environment,
                start_new_session=True,
            )
        self._processes[name] = process
        return process

    async def _end(self) -> None:
        for process in self._processes.values():
            if process.returncode is None:
                process.terminate()
        for process in self._processes.values():
            try:
                async with asyncio.timeout(10):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()
        await self.hub.aclose()
        await self.control.aclose()
        for number in _ENDINGS:
            asyncio.get_running_loop().remove_signal_handler(number)

    def _see(self, name: str) -> str:
        return f"the {name} did not start; {self.folder / f'{name}.log'} says why."

    async def faults(self, *rules: dict[str, Any]) -> None:
        """Scripts the simulator; without rules all is well again."""
        await self.control.delete("/faults")
        if rules:
            answer = await self.control.post("/faults", json=list(rules))
            answer.raise_for_status()


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()
