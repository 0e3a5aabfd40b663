"""Processes that are kept running: what ends by itself or is killed is started again.

As systemd or Kubernetes would.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

STARTS_WITHIN: Final = 60.0
_STARTS_AGAIN_AFTER: Final = 0.3
_FIRST_KEY: Final = "shown only now: "
_READY: Final = "is ready"


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


class Programs:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = dict(os.environ)
        self.key = ""
        """The first API key, which a hub prints once."""
        self._programs: dict[str, Program] = {}

    def run(self, name: str, *arguments: str) -> None:
        """Python with `arguments`; its errors go to NAME.log."""
        program = Program(name, arguments)
        self._programs[name] = program
        program.keeper = asyncio.create_task(self._keep(program), name=name)

    async def is_ready(self, name: str) -> None:
        try:
            async with asyncio.timeout(STARTS_WITHIN):
                await self._programs[name].ready.wait()
        except TimeoutError:
            raise ClusterFailed(f"{name} did not start: see {self.folder}/{name}.log") from None

    async def once(self, *arguments: str) -> None:
        """A command that ends by itself; ClusterFailed with what it said when it fails."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *arguments,
            cwd=self.folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=self.environment,
        )
        said, _ = await process.communicate()
        if process.returncode:
            raise ClusterFailed(f"{' '.join(arguments)}: {said.decode()[-500:]}")

    async def stop(self) -> None:
        for program in self._programs.values():
            program.ending = True
            if program.process is not None and program.process.returncode is None:
                program.process.send_signal(signal.SIGCONT)
                program.process.terminate()
        keepers = [one.keeper for one in self._programs.values() if one.keeper]
        if not keepers:
            return
        _, late = await asyncio.wait(keepers, timeout=15)
        for program in self._programs.values():
            if program.process is not None and program.process.returncode is None:
                program.process.kill()
        if late:
            await asyncio.wait(late)

    def signal(self, name: str, number: signal.Signals) -> bool:
        """False when it is dead already."""
        process = self._programs[name].process
        if process is None or process.returncode is not None:
            return False
        process.send_signal(number)
        return True

    async def freeze(self, name: str, seconds: float) -> None:
        """Stopped and continued, as a virtual machine that is moved."""
        process = self._programs[name].process
        if process is None or not self.signal(name, signal.SIGSTOP):
            return
        await asyncio.sleep(seconds)
        if process.returncode is None:
            process.send_signal(signal.SIGCONT)

    def tracebacks(self, names: Iterable[str]) -> Iterator[str]:
        """Logs in which a program left a bug."""
        for name in names:
            text = (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")
            if "Traceback" in text or '"bug":' in text:
                yield f"{name}.log"

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
            self.key = line.split(_FIRST_KEY)[1].strip()
        if _READY in line:
            program.ready.set()
