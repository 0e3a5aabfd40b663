"""One chaotic run: a core that publishes, a hub that is killed, a zaaksysteem that misbehaves."""

from __future__ import annotations

import asyncio
import json
from collections import Counter as Tally
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

from schakel.demo.counter import Counter
from schakel.demo.stage import Stage, StageFailed
from schemas.examples.households import household_messages
from tests.chaos.faults import faults

PER_SECOND: Final = 15.0
"""Messages that the counters publish, on average."""
LONGEST_PAUSE: Final = timedelta(seconds=40)
"""Between two messages of the story that is told; no status may lie in the future."""
KILLS: Final = 5
"""How much likelier a kill is than any one fault of the zaaksysteem."""
PATIENCE: Final = 180.0
"""Seconds after the last fault in which everything must have arrived."""


@dataclass(slots=True)
class Chaos:
    """What was done, and the verdict from the zaaksysteem's own journal."""

    seed: int
    kills: int = 0
    done: Tally[str] = field(default_factory=Tally)
    accepted: int = 0
    verdict: dict[str, Any] = field(default_factory=dict)

    @property
    def clean(self) -> bool:
        return bool(self.verdict.get("clean")) and self.verdict["delivered"] == self.accepted

    def line(self) -> str:
        return (
            f"accepted={self.accepted} delivered={self.verdict['delivered']} kills={self.kills} "
            f"faults={self.done.total()} lost={self.verdict['lost']} "
            f"doubled={self.verdict['doubled']} out_of_order={self.verdict['outOfOrder']} "
            f"seed={self.seed}"
        )


async def run(stage: Stage, *, duration: float, seed: int) -> Chaos:
    """Chaos for `duration` seconds, then calm until everything has arrived, then the verdict."""
    random = Random(seed)
    chaos = Chaos(seed)
    households = max(4, round(duration * PER_SECOND / 5))
    begin = datetime.now(UTC) - LONGEST_PAUSE * households * 5
    messages = household_messages(households, seed, begin)
    counter = Counter(stage)
    publishing = asyncio.create_task(counter.publish(messages, pace=1 / PER_SECOND / 2))
    end = asyncio.get_running_loop().time() + duration
    while asyncio.get_running_loop().time() < end:
        await _mischief(stage, random, chaos)
        await asyncio.sleep(random.uniform(0.2, 2.5))
    await stage.faults()
    await publishing
    chaos.accepted = len(counter.published)
    await settle(stage)
    answer = await stage.control.post("/verdict", json={"published": counter.published})
    answer.raise_for_status()
    chaos.verdict = answer.json()
    (stage.folder / "verdict.json").write_text(
        json.dumps({"seed": seed, "done": chaos.done, **chaos.verdict}, indent=2), encoding="utf-8"
    )
    return chaos


async def _mischief(stage: Stage, random: Random, chaos: Chaos) -> None:
    known = faults(random.randrange(1_000_000))
    what = random.choice(
        [*known, "kill -9", "kill -9", "kill -9", "stop and go", "SIGTERM", "calm"]
    )
    stage.console.print(f"  {what}", style="dim", highlight=False)
    chaos.done[what] += 1
    match what:
        case "kill -9":
            chaos.kills += 1
            await stage.kill_hub()
            await stage.start_hub()
        case "SIGTERM":
            await stage.stop_hub()
            await stage.start_hub()
        case "stop and go":
            await stage.freeze_hub(random.uniform(0.2, 3.0))
        case "calm":
            await stage.faults()
        case _:
            await stage.faults(known[what] | {"times": None})


async def settle(stage: Stage) -> None:
    """All is well again; what was parked in doubt is replayed, as an operator would."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + PATIENCE
    while True:
        destination = (await stage.hub.get("/v1/destinations/zaaksysteem")).json()
        counts = destination["counts"]
        if not any(counts.get(state) for state in ("waiting", "sending", "uncertain", "parked")):
            return
        if counts.get("parked"):
            await _replay_parked(stage)
        if loop.time() > deadline:
            raise StageFailed(f"not everything arrived within {PATIENCE:.0f} s of calm: {counts}")
        await asyncio.sleep(0.5)


async def _replay_parked(stage: Stage) -> None:
    page = (await stage.hub.get("/v1/deliveries?state=parked&limit=200")).json()
    for delivery in page["items"]:
        error = delivery["error"]
        stage.console.print(
            f"  replaying {delivery['id']}: {error['code']}: {error['detail']}", highlight=False
        )
        await stage.hub.post(
            f"/v1/deliveries/{delivery['id']}/replay", json={"reason": "the chaos is over"}
        )
