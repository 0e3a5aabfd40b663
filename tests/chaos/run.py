"""One chaotic run: a core that publishes, hubs that are broken, and what two witnesses say."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

import httpx

from schakel.cli.checking import examine_store
from schakel.settings.storage import read_address
from schemas.examples.households import household_messages
from tests.chaos.cluster import Cluster, ClusterFailed
from tests.chaos.mischief import KILL, mischief
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
    """What was done, and the verdicts: the zaaksysteem's journal, and the hub's own books."""

    seed: int
    kills: int = 0
    done: Counter[str] = field(default_factory=Counter)
    accepted: int = 0
    said_again: int = 0
    verdict: dict[str, Any] = field(default_factory=dict)
    trouble: list[str] = field(default_factory=list)
    """What is wrong with the hub's books or logs, a sentence each."""

    @property
    def clean(self) -> bool:
        agreed = self.verdict.get("delivered") == self.accepted
        return bool(self.verdict.get("clean")) and agreed and not self.trouble

    def line(self) -> str:
        return (
            f"accepted={self.accepted} delivered={self.verdict['delivered']} kills={self.kills} "
            f"faults={self.done.total()} lost={self.verdict['lost']} "
            f"doubled={self.verdict['doubled']} out_of_order={self.verdict['outOfOrder']} "
            f"seed={self.seed}"
        )


async def run(cluster: Cluster, *, duration: float, seed: int) -> Chaos:
    """Chaos for `duration` seconds, then calm until everything has arrived, then the verdicts."""
    random = Random(seed)
    chaos = Chaos(seed)
    households = max(4, round(duration * PER_SECOND / 5))
    begin = datetime.now(UTC) - LONGEST_PAUSE * households * 5
    messages = spread(household_messages(households, seed, begin))
    core = Core(cluster, Random(seed + 1))
    publishing = asyncio.create_task(core.publish(messages, pace=1 / PER_SECOND))
    end = asyncio.get_running_loop().time() + duration
    while asyncio.get_running_loop().time() < end:
        name, act = mischief(cluster, random)
        cluster.console.print(f"  {name}", style="dim", highlight=False)
        chaos.done[name] += 1
        chaos.kills += {KILL: 1, "kill -9 of all": len(cluster.hubs)}.get(name, 0)
        await act(cluster, random)
        await asyncio.sleep(random.uniform(0.2, 2.0))
    cluster.console.print("  calm: everything must arrive now", highlight=False)
    await cluster.heal()
    core.closing = True
    await publishing
    chaos.accepted = len(core.acknowledged)
    chaos.said_again = core.said_again
    await settle(cluster, expected=chaos.accepted)
    await _judge(cluster, core, chaos)
    return chaos


async def settle(cluster: Cluster, *, expected: int) -> None:
    """All is well again; what was parked in doubt is replayed, as an operator would."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + PATIENCE
    counts: dict[str, int] = {}
    while loop.time() < deadline:
        try:
            counts = await cluster.counts()
            if counts.get("parked"):
                await _replay_parked(cluster)
        except httpx.TransportError:
            await asyncio.sleep(0.5)
            continue
        if sum(counts.values()) >= expected and not any(counts.get(state) for state in _OPEN):
            return
        await asyncio.sleep(0.5)
    raise ClusterFailed(
        f"not everything arrived within {PATIENCE:.0f} s of calm: {counts}, of {expected}"
    )


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


async def _judge(cluster: Cluster, core: Core, chaos: Chaos) -> None:
    answer = await cluster.control.post("/verdict", json={"published": core.acknowledged})
    answer.raise_for_status()
    chaos.verdict = answer.json()
    address = read_address(cluster.store_url, base=cluster.folder, environ={})
    findings = [one for one in await examine_store(address) if not one.ok]
    chaos.trouble += [f"{one.subject}: {one.detail}" for one in findings]
    chaos.trouble += [f"a bug is in {log}" for log in cluster.tracebacks()]
    record = {
        "seed": chaos.seed,
        "kills": chaos.kills,
        "done": chaos.done,
        "accepted": chaos.accepted,
        "saidAgain": chaos.said_again,
        "trouble": chaos.trouble,
        **chaos.verdict,
    }
    (cluster.folder / "verdict.json").write_text(json.dumps(record, indent=2), encoding="utf-8")
