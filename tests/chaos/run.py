"""One chaotic run: a core that publishes, zaaksystemen that tell, hubs that are broken."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

import httpx

from schemas.examples.households import household_messages
from tests.chaos import judging
from tests.chaos.cluster import Cluster
from tests.chaos.hearing import Ears
from tests.chaos.judging import Verdict
from tests.chaos.mischief import KILL, mischief
from tests.chaos.outside import Outside
from tests.chaos.programs import ClusterFailed
from tests.chaos.publishing import Core, spread

PER_SECOND: Final = 15.0
"""Messages that the counters publish, on average."""
LONGEST_PAUSE: Final = timedelta(seconds=40)
"""Between two messages of the story that is told; no status may lie in the future."""
PATIENCE: Final = 240.0
"""Seconds after the last fault in which everything must have arrived."""
_OPEN: Final = ("waiting", "sending", "uncertain", "parked")


@dataclass(slots=True)
class Chaos:
    """What was done, and the verdicts of the zaaksystemen and of the hub's own books."""

    seed: int
    kills: int = 0
    done: Counter[str] = field(default_factory=Counter)
    accepted: int = 0
    said_again: int = 0
    received: int = 0
    repeats: dict[str, int] = field(default_factory=dict)
    out: Verdict = field(default_factory=Verdict)
    back: Verdict = field(default_factory=Verdict)
    trouble: list[str] = field(default_factory=list)
    """What is wrong with the hub's books, logs or answers, a sentence each."""

    @property
    def clean(self) -> bool:
        agreed = self.out.expected == self.accepted
        return self.out.clean and self.back.clean and agreed and not self.trouble

    @property
    def findings(self) -> list[str]:
        """Everything that is not as it should be, a line each."""
        both = (("out", self.out), ("in", self.back))
        named = [
            f"{way}: {kind}: {item}"
            for way, verdict in both
            for kind, items in verdict.findings.items()
            for item in items
        ]
        return named + self.trouble

    def line(self) -> str:
        def both(kind: str) -> int:
            return self.out[kind] + self.back[kind]

        return (
            f"accepted={self.accepted} delivered={self.out.arrived} kills={self.kills} "
            f"faults={self.done.total()} lost={both('lost')} doubled={both('doubled')} "
            f"out_of_order={both('outOfOrder')} told={self.back.expected} "
            f"received={self.received} echoed={both('echoed')} seed={self.seed}"
        )


async def run(cluster: Cluster, *, duration: float, seed: int) -> Chaos:
    """Chaos for `duration` seconds, then calm until everything has arrived, then the verdicts."""
    random = Random(seed)
    chaos = Chaos(seed)
    households = max(4, round(duration * PER_SECOND / 5))
    begin = datetime.now(UTC) - LONGEST_PAUSE * households * 5
    messages = spread(household_messages(households, seed, begin))
    core = Core(cluster, Random(seed + 1))
    outside = Outside(cluster, core, Random(seed + 2))
    ears = Ears(cluster.api, Random(seed + 3))
    async with _listening(cluster, ears):
        publishing = asyncio.create_task(core.publish(messages, pace=1 / PER_SECOND))
        starting = asyncio.create_task(outside.go_on())
        await _break(cluster, chaos, random, duration=duration)
        cluster.console.print("  calm: everything must arrive now", highlight=False)
        await cluster.heal()
        core.closing = outside.closing = True
        await asyncio.gather(publishing, starting)
        await outside.last_word()
        await settle(cluster, core.acknowledged, ears.received)
    await _judge(cluster, core, ears, chaos)
    return chaos


async def _break(cluster: Cluster, chaos: Chaos, random: Random, *, duration: float) -> None:
    end = asyncio.get_running_loop().time() + duration
    while asyncio.get_running_loop().time() < end:
        name, act = mischief(cluster, random)
        cluster.console.print(f"  {name}", style="dim", highlight=False)
        chaos.done[name] += 1
        chaos.kills += {KILL: 1, "kill -9 of all": len(cluster.hubs)}.get(name, 0)
        await act(cluster, random)
        await asyncio.sleep(random.uniform(0.2, 2.0))


@asynccontextmanager
async def _listening(cluster: Cluster, ears: Ears) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(ears.collect())]
    if cluster.amqp_url is not None:
        tasks.append(asyncio.create_task(ears.listen(cluster.environment["SCHAKEL_AMQP"])))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        for error in ended:
            if isinstance(error, Exception):
                raise error


async def settle(
    cluster: Cluster, published: Sequence[Any], received: Sequence[Any] | None = None
) -> None:
    """All is well again; what was parked in doubt is replayed, as an operator would.

    Returns when nothing is under way any more and the books say that all of it arrived; or when
    they do not say so in time, which the verdict will tell. ClusterFailed: something still waits.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + PATIENCE
    waiting = "nothing was heard of the hubs"
    while loop.time() < deadline:
        await asyncio.sleep(0.5)
        try:
            waiting = await _still_waiting(cluster)
        except httpx.TransportError:
            continue
        if waiting:
            continue
        out = await judging.outbound(cluster, published)
        back = Verdict() if received is None else await judging.inbound(cluster, received)
        if out.arrived == out.expected and back.arrived == back.expected and not back["incomplete"]:
            return
    if waiting:
        raise ClusterFailed(f"not everything arrived within {PATIENCE:.0f} s of calm: {waiting}")


async def _still_waiting(cluster: Cluster) -> str:
    counts = await cluster.counts()
    if counts.get("parked"):
        await _replay_parked(cluster)
    told = await judging.under_way(cluster)
    is_open = told or any(counts.get(state) for state in _OPEN)
    return f"{counts}, and {told} that zaaksystemen tell" if is_open else ""


async def _replay_parked(cluster: Cluster) -> None:
    hub = cluster.api[0]
    page = (await hub.get("/v1/deliveries?state=parked&limit=200")).json()
    for delivery in page["items"]:
        error = delivery["error"]
        cluster.console.print(
            f"  replaying {delivery['id']}: {error['code']}: {error['detail']}", highlight=False
        )
        reason = {"reason": "the chaos is over"}
        await hub.post(f"/v1/deliveries/{delivery['id']}/replay", json=reason)


async def _judge(cluster: Cluster, core: Core, ears: Ears, chaos: Chaos) -> None:
    chaos.accepted = len(core.acknowledged)
    chaos.said_again = core.said_again
    chaos.received = len(ears.received)
    chaos.repeats = dict(ears.repeats)
    chaos.out = await judging.outbound(cluster, core.acknowledged)
    chaos.back = await judging.inbound(cluster, ears.received)
    chaos.trouble = await judging.trouble(cluster, ears)
    record = {
        "line": chaos.line(),
        "done": chaos.done,
        "saidAgain": chaos.said_again,
        "repeats": chaos.repeats,
        "findings": chaos.findings,
        "received": ears.received,
    }
    (cluster.folder / "verdict.json").write_text(json.dumps(record, indent=1), encoding="utf-8")
