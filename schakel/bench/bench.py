"""One run: what is accepted, what is delivered, what it costs, what it keeps in memory."""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import aiohttp
from rich.console import Console
from rich.table import Table

from schakel.bench.load import (
    BATCH,
    STRUCTURED,
    Seen,
    batches,
    cases,
    cpu_seconds,
    press,
    resident_mb,
    single,
    spread,
)
from schakel.demo.stage import Stage, StageFailed

ROUNDS: Final = 3
PATIENCE: Final = 600.0


def run(arguments: Sequence[str]) -> int:
    """Measures and prints a table. Exit codes: 0 measured, 1 something did not start."""
    options = _parser().parse_args(arguments)
    console = Console()
    folder = Path(tempfile.mkdtemp(prefix="schakel-bench-"))
    try:
        asyncio.run(_measure(folder, console, options))
    except StageFailed as error:
        console.print(f"The bench could not go on: {error}", highlight=False)
        return 1
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 1
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="schakel bench", description=__doc__)
    parser.add_argument("--messages", type=int, default=3000, help="messages per measurement")
    parser.add_argument("--backlog", type=int, default=200_000, help="waiting messages; 0: skip")
    parser.add_argument("--keep", action="store_true", help="keep the folder with store and logs")
    return parser


class _Bench:
    def __init__(self, stage: Stage, session: aiohttp.ClientSession, count: int) -> None:
        self.stage = stage
        self.session = session
        self.count = count
        self.url = f"{stage.hub_url}/v1/messages"
        self.rows: list[tuple[str, str, str, str, str]] = []
        self._series = 0

    async def hold(self, *, held: bool) -> None:
        answer = await self.stage.hub.patch(
            "/v1/destinations/zaaksysteem", json={"held": held, "reason": "measuring"}
        )
        answer.raise_for_status()

    def series(self) -> str:
        """A prefix for new cases."""
        self._series += 1
        return f"b{self._series}"

    async def rounds(self, label: str, once: Callable[[], Awaitable[Seen]]) -> None:
        """Three times the same; medians and spread."""
        pid = self.stage.hub_pid
        seen, begin = [], cpu_seconds(pid)
        for number in range(ROUNDS):
            self.stage.console.print(f"  {label}, round {number + 1}", style="dim", highlight=False)
            seen.append(await once())
        end = cpu_seconds(pid)
        messages = sum(one.count for one in seen)
        cpu = "-" if begin is None or end is None else f"{(end - begin) / messages * 1e6:,.0f}"
        longest = Seen(durations=[took for one in seen for took in one.durations])
        self.rows.append(
            (
                label,
                spread([one.rate for one in seen]),
                longest.percentile(0.5),
                longest.percentile(0.99),
                cpu,
            )
        )

    async def nothing(self, clients: int) -> Seen:
        """A POST that the server refuses before it looks at the body: the price of a call."""
        return await press(
            self.session,
            f"{self.stage.hub_url}/healthz",
            single("x", self.count),
            clients=clients,
            content_type=STRUCTURED,
            expect=405,
        )

    async def accept(self, clients: int, each: int) -> Seen:
        prefix = self.series()
        bodies = single(prefix, self.count) if each == 1 else batches(prefix, 4 * self.count, each)
        return await press(
            self.session,
            self.url,
            bodies,
            clients=clients,
            content_type=STRUCTURED if each == 1 else BATCH,
            each=each,
        )

    async def deliver(self) -> Seen:
        """Everything waits; then it may go: messages per second until all has arrived."""
        await self.hold(held=True)
        await press(
            self.session,
            self.url,
            batches(self.series(), self.count, 100),
            clients=4,
            content_type=BATCH,
            each=100,
        )
        begin = time.perf_counter()
        await self.hold(held=False)
        await self.drained()
        return Seen(count=self.count // 100 * 100, took=time.perf_counter() - begin)

    async def steady(self, per_second: int, seconds: int) -> Seen:
        """From acceptance to delivered, at a modest pace; read off the hub's own timeline."""
        source = cases(self.series())
        ids: list[int] = []
        begin = time.perf_counter()
        for number in range(per_second * seconds):
            await asyncio.sleep(max(0.0, begin + number / per_second - time.perf_counter()))
            async with self.session.post(
                self.url, json=next(source), headers={"Content-Type": STRUCTURED}
            ) as answer:
                ids.append((await answer.json())["id"])
        await self.drained()
        seen = Seen(count=len(ids), took=time.perf_counter() - begin)
        for message_id in ids[:: max(1, len(ids) // 500)]:
            async with self.session.get(f"{self.url}/{message_id}") as answer:
                [delivery] = (await answer.json())["deliveries"]
            seen.durations.append(_seconds(delivery["acceptedAt"], delivery["changedAt"]))
        return seen

    async def drained(self) -> None:
        deadline = time.perf_counter() + PATIENCE
        while await self.waiting():
            if time.perf_counter() > deadline:
                raise StageFailed(f"the backlog does not drain; see {self.stage.folder}/hub.log")
            await asyncio.sleep(0.1)

    async def waiting(self) -> int:
        counts: dict[str, Any] = (await self.stage.hub.get("/v1/destinations/zaaksysteem")).json()[
            "counts"
        ]
        return sum(counts.get(state, 0) for state in ("waiting", "sending", "uncertain"))


async def _measure(folder: Path, console: Console, options: argparse.Namespace) -> None:
    console.print(
        f"{platform.machine()}, {os.cpu_count()} cores shared by hub, simulator and callers; "
        f"Python {platform.python_version()}, SQLite WAL synchronous=FULL; "
        f"{options.messages} messages of about 1 KB, {ROUNDS} rounds: median (lowest-highest).",
        highlight=False,
    )
    table = Table("what", "per second", "p50 ms", "p99 ms", "CPU µs")
    for slots, figures in ((4, _accepting), (4, _delivering), (16, _delivering)):
        place = _fresh(folder / f"{figures.__name__}{slots}")
        async with _bench(place, console, options.messages, slots=slots) as bench:
            await figures(bench, slots)
            for row in bench.rows:
                table.add_row(*row)
    console.print(table)
    if options.backlog:
        async with _bench(_fresh(folder / "memory"), console, options.messages) as bench:
            await _memory(bench, options.backlog, console)


def _fresh(folder: Path) -> Path:
    folder.mkdir()
    return folder


@asynccontextmanager
async def _bench(
    folder: Path, console: Console, count: int, *, slots: int = 4
) -> AsyncIterator[_Bench]:
    """A fresh hub with a fresh store: no measurement pays for the one before it."""
    async with Stage(folder, console, slots=slots) as stage:
        headers = {"Authorization": stage.hub.headers["Authorization"]}
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(headers=headers, connector=connector) as session:
            yield _Bench(stage, session, count)


async def _accepting(bench: _Bench, _slots: int) -> None:
    await bench.hold(held=True)
    for clients in (1, 32):
        who = "1 client" if clients == 1 else f"{clients} clients"
        await bench.rounds(f"a POST that does nothing, {who}", _of(bench.nothing, clients))
        await bench.rounds(f"accepted one by one, {who}", _of(bench.accept, clients, 1))
        await bench.rounds(f"accepted in batches of 100, {who}", _of(bench.accept, clients, 100))


async def _delivering(bench: _Bench, slots: int) -> None:
    await bench.rounds(f"delivered, {slots} slots", bench.deliver)
    await bench.rounds(f"at 100 a second, {slots} slots", _of(bench.steady, 100, 10))


def _of(method: Callable[..., Awaitable[Seen]], *arguments: int) -> Callable[[], Awaitable[Seen]]:
    return lambda: method(*arguments)


async def _memory(bench: _Bench, backlog: int, console: Console) -> None:
    pid = bench.stage.hub_pid
    await bench.hold(held=True)
    lines = []
    for target in (backlog // 20, backlog):
        missing = target - await bench.waiting()
        await press(
            bench.session,
            bench.url,
            batches(bench.series(), missing, 500),
            clients=2,
            content_type=BATCH,
            each=500,
        )
        lines.append(f"{await bench.waiting():,} waiting: {resident_mb(pid) or 0:.0f} MB resident")
    await bench.hold(held=False)
    begin, left = time.perf_counter(), await bench.waiting()
    await asyncio.sleep(5)
    rate = (left - await bench.waiting()) / (time.perf_counter() - begin)
    lines.append(f"draining at {rate:,.0f} a second: {resident_mb(pid) or 0:.0f} MB resident")
    for line in lines:
        console.print(line, highlight=False)


def _seconds(begin: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(begin)).total_seconds()
