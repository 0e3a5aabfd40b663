"""What a backlog costs on PostgreSQL: two worker processes, no partner, only the store and us.

    python -m schakel.bench.backlog --server postgresql://postgres@127.0.0.1:5432/postgres

Makes databases of its own on that server and drops them. Two questions are answered, each by
rates that were taken in one run: is work handed out as fast with a million messages waiting as
with ten thousand; and what does a dead destination with half a million waiting messages cost the
others.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import os
import platform
import secrets
import statistics
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import ClassVar, Final
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from adapters.contract import Context, Health, NotThere, Receipt, TransientError
from continuity.clock import SystemClock
from continuity.delivery import State
from continuity.observer import Silent
from continuity.policy import DestinationPolicy
from continuity.store.postgres import PostgresStore
from continuity.store.records import NewDelivery, NewMessage
from continuity.worker import Destination, Worker
from schemas import MESSAGE_TYPES, Message, canonical_json
from schemas.examples import load

TYPE: Final = "nl.burgerzaken.zaak.status-gezet"
HEALTHY: Final = tuple(f"zaaksysteem-{number}" for number in range(1, 9))
DEAD: Final = "dead"
POLICY: Final = DestinationPolicy(concurrency=16)
WORKERS: Final = 2
_LOAD_AT_ONCE: Final = 500
_LOADERS: Final = 4
_LOOK_EVERY: Final = 0.5


class TakesAll:
    """A partner that has everything at once."""

    handles: ClassVar[frozenset[str]] = frozenset(MESSAGE_TYPES)

    async def deliver(self, message: Message, context: Context) -> Receipt:  # noqa: ARG002 - contract
        return Receipt()

    async def look_up(self, message: Message, context: Context) -> NotThere:  # noqa: ARG002 - contract
        return NotThere()

    async def check(self) -> Health:
        return Health(ok=True, detail="")

    async def aclose(self) -> None: ...


class TakesNothing(TakesAll):
    """A partner that is down."""

    async def deliver(self, message: Message, context: Context) -> Receipt:  # noqa: ARG002 - contract
        raise TransientError("connection refused")

    async def check(self) -> Health:
        return Health(ok=False, detail="connection refused")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drained:
    """How fast a number of messages went out; rates in messages per second."""

    count: int
    took: float
    first: float
    """Over the first fifth."""
    last: float
    """Over the last fifth, of which the very end is left out."""

    @property
    def rate(self) -> float:
        return self.count / self.took


async def fill(
    store: PostgresStore, count: int, *, lanes: int, to: Sequence[str], prefix: str
) -> float:
    """Accepts that many messages; returns how many per second."""
    example = load(TYPE)

    def message(number: int) -> NewMessage:
        lane = number % lanes
        event_id = f"{prefix}-{number}"
        body = canonical_json(example | {"id": event_id})
        delivery = NewDelivery(destination=to[lane % len(to)], route="bench")
        return NewMessage(
            tenant="0344",
            source=example["source"],
            event_id=event_id,
            type=TYPE,
            subject=f"{prefix}-{lane}",
            lane_key=f"0344/{prefix}-{lane}",
            body=body,
            digest=hashlib.sha256(body).digest(),
            deliveries=(delivery,),
        )

    numbers = iter(range(0, count, _LOAD_AT_ONCE))
    loop = asyncio.get_running_loop()
    begin = loop.time()

    async def one() -> None:
        for first in numbers:
            batch = [message(number) for number in range(first, min(count, first + _LOAD_AT_ONCE))]
            await store.accept(batch, now=datetime.now(UTC))

    async with asyncio.TaskGroup() as group:
        for _ in range(_LOADERS):
            group.create_task(one())
    return count / (loop.time() - begin)


async def work(url: str, node: str) -> None:
    """One worker process, until it is ended."""
    store = PostgresStore(url, node=node)
    await store.open()
    destinations = {name: Destination(policy=POLICY, adapter=TakesAll()) for name in HEALTHY}
    destinations[DEAD] = Destination(policy=POLICY, adapter=TakesNothing())
    worker = Worker(
        store=store,
        destinations=destinations,
        clock=SystemClock(),
        observer=Silent(),
        node=node,
        random=Random(),  # noqa: S311 - spreads retries; nothing secret hangs on it
    )
    await worker.run()


async def drain(url: str, count: int) -> Drained:
    """Starts the workers, waits until `count` more are delivered, and stops them."""
    store = PostgresStore(url)
    await store.open()
    before = await _delivered(store)
    loop = asyncio.get_running_loop()
    async with _workers(url):
        begin, seen = 0.0, [(0.0, 0)]
        while seen[-1][1] < count:
            await asyncio.sleep(_LOOK_EVERY)
            done = await _delivered(store) - before
            if done and not begin:  # the workers' own start does not count
                begin, seen = loop.time(), []
            if done:
                seen.append((loop.time() - begin, done))
    await store.close()
    whole = max(seen[-1][0], _LOOK_EVERY)
    return Drained(
        count=count - (seen[0][1] if len(seen) > 1 else 0),
        took=whole,
        first=_rate(seen, 0.0, 0.2 * count),
        last=_rate(seen, 0.78 * count, 0.98 * count),
    )


def _rate(seen: Sequence[tuple[float, int]], low: float, high: float) -> float:
    inside = [(at, done) for at, done in seen if low <= done <= high]
    if len(inside) < 2:  # noqa: PLR2004 - a rate needs two readings
        (begin, first), (end, last) = seen[0], seen[-1]
    else:
        (begin, first), (end, last) = inside[0], inside[-1]
    return (last - first) / max(end - begin, 1e-9)


async def _delivered(store: PostgresStore) -> int:
    return sum(one.count for one in await store.counts() if one.state is State.DELIVERED)


@asynccontextmanager
async def _workers(url: str) -> AsyncIterator[None]:
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "schakel.bench.backlog", "--work", url, "--node", f"w{number}"
        )
        for number in range(1, WORKERS + 1)
    ]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
        for process in processes:
            await process.wait()


@asynccontextmanager
async def fresh_database(server: str) -> AsyncIterator[str]:
    name = f"schakel_bench_{secrets.token_hex(4)}"
    await _execute(server, f'CREATE DATABASE "{name}"')
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        await _execute(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


async def _execute(server: str, statement: str) -> None:
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def measure_size(server: str, *, small: int, large: int, lanes: int) -> None:
    """The same work with few and with many messages waiting."""
    rates = []
    for _ in range(3):
        async with fresh_database(server) as url:
            await _filled(url, small, lanes=max(1, lanes * small // large))
            rates.append((await drain(url, small)).rate)
    few = statistics.median(rates)
    _say(f"{small:>9,} waiting: {few:,.0f}/s (of {_spread(rates)})")
    async with fresh_database(server) as url:
        accepted = await _filled(url, large, lanes=lanes)
        _say(f"{large:>9,} accepted at {accepted:,.0f}/s, in {lanes:,} lanes")
        many = await drain(url, large)
    _say(f"{large:>9,} waiting: {many.rate:,.0f}/s; first fifth {many.first:,.0f}/s, ")
    _say(f"{'':>9} last fifth {many.last:,.0f}/s")
    _say(
        f"share of the rate with {small:,}: whole {many.rate / few:.2f}, end {many.last / few:.2f}"
    )


async def measure_neighbour(server: str, *, each: int, dead: int, lanes: int) -> None:
    """The same work without and with a dead destination, in turns."""
    without: list[float] = []
    beside: list[float] = []
    async with AsyncExitStack() as stack:
        quiet = await stack.enter_async_context(fresh_database(server))
        loaded = await stack.enter_async_context(fresh_database(server))
        store = PostgresStore(loaded)
        await store.open()
        await fill(store, dead, lanes=max(1, dead // 5), to=[DEAD], prefix="dead")
        await store.close()
        for turn in range(3):
            for url, rates in ((quiet, without), (loaded, beside)):
                await _filled(url, each, lanes=lanes, prefix=f"turn{turn}")
                rates.append((await drain(url, each)).rate)
    alone, near = statistics.median(without), statistics.median(beside)
    _say(f"alone: {alone:,.0f}/s (of {_spread(without)})")
    _say(f"beside a dead one with {dead:,} waiting: {near:,.0f}/s (of {_spread(beside)})")
    _say(f"cost: {(1 - near / alone) * 100:.1f} %")


async def _filled(url: str, count: int, *, lanes: int, prefix: str = "b") -> float:
    store = PostgresStore(url)
    await store.open()
    rate = await fill(store, count, lanes=lanes, to=HEALTHY, prefix=prefix)
    await store.close()
    return rate


def _spread(rates: Sequence[float]) -> str:
    return ", ".join(f"{rate:,.0f}" for rate in rates)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def _main(options: argparse.Namespace) -> None:
    if options.work:
        await work(options.work, options.node)
        return
    cores, python = len(os.sched_getaffinity(0)), platform.python_version()
    _say(f"{platform.machine()}, {cores} cores, Python {python}; {WORKERS} workers")
    if options.what in {"size", "all"}:
        await measure_size(
            options.server, small=options.small, large=options.messages, lanes=options.lanes
        )
    if options.what in {"neighbour", "all"}:
        await measure_neighbour(
            options.server, each=options.each, dead=options.messages // 2, lanes=2_000
        )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m schakel.bench.backlog", description=__doc__)
    parser.add_argument("--server", default="postgresql://postgres@127.0.0.1:5432/postgres")
    parser.add_argument("--messages", type=int, default=1_000_000, help="size of the backlog")
    parser.add_argument("--small", type=int, default=10_000, help="what it is compared with")
    parser.add_argument("--lanes", type=int, default=100_000)
    parser.add_argument("--each", type=int, default=20_000, help="messages in one turn")
    parser.add_argument("--what", choices=("all", "size", "neighbour"), default="all")
    parser.add_argument("--work", help=argparse.SUPPRESS)
    parser.add_argument("--node", default="", help=argparse.SUPPRESS)
    asyncio.run(_main(parser.parse_args()))


if __name__ == "__main__":
    main()
