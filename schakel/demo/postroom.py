"""The other way: cases that start in the zaaksysteem reach the postroom, once and complete."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from rich.table import Table

from schakel.demo.books import Books
from schakel.demo.counter import Counter
from schakel.demo.stage import PATIENCE, Stage, StageFailed
from schemas.examples.households import household_messages

CASES: Final = 6
"""Started in each act."""
ON_THE_WAY: Final = ("waiting", "sending", "uncertain")

Json = dict[str, Any]


@dataclass(slots=True)
class Collector:
    """The core: fetches what waits, keeps it, and acknowledges after that."""

    stage: Stage
    received: list[Json] = field(default_factory=list)

    async def collect(self) -> int:
        """What waits now; returns how much there was."""
        page = (await self.stage.hub.get("/v1/inbox?limit=200")).raise_for_status().json()
        again = (await self.stage.hub.get("/v1/inbox?limit=200")).raise_for_status().json()
        if len(again["items"]) < len(page["items"]):
            raise StageFailed("what was not acknowledged was not given again")
        self.received += [item["event"] for item in page["items"]]
        if ids := [item["id"] for item in page["items"]]:
            (await self.stage.hub.post("/v1/inbox/ack", json={"ids": ids})).raise_for_status()
        return len(ids)


async def postroom(stage: Stage, books: Books) -> bool:
    """Plays it and prints the verdict; True when nothing was lost, doubled or out of order."""
    say = stage.console.print
    begin = time.monotonic()
    core = Collector(stage)
    say("[bold]A zaaksysteem starts cases; the postroom collects them with GET /v1/inbox.[/]")
    say(f"Hub {stage.hub_url}, zaaksysteem (simulator) {stage.system_url},")
    say(f"what it did: http://127.0.0.1:{stage.control_port}/")
    await books.introduce(stage)

    _act(stage, "1", f"{CASES} cases start there, with a status and a document each.")
    await books.start(stage, CASES)
    await _collected(stage, core, books)

    _act(stage, "2", "Each word comes twice, and in the wrong order where the standard allows it.")
    await books.stutter(stage)
    await books.start(stage, CASES)
    await _collected(stage, core, books)

    _act(stage, "3", "The core opens a case itself; the zaaksysteem adds a document to it.")
    own = await _own_case(stage)
    before = len(core.received)
    await books.add_document(stage, own)
    await _collected(stage, core, books)
    heard = [one["type"].rpartition(".")[2] for one in core.received[before:]]
    say(f"   the core heard: {', '.join(heard)}; not of its own case")

    _act(stage, "4", "kill -9 of the hub, while cases start.")
    burst = asyncio.create_task(books.start(stage, CASES))
    await asyncio.sleep(0.2)
    await stage.kill_hub()
    say("   killed; the zaaksysteem keeps trying")
    await burst
    await stage.start_hub()
    await _collected(stage, core, books)
    return await _verdict(stage, core, books, own, time.monotonic() - begin)


def _act(stage: Stage, number: str, title: str) -> None:
    stage.console.print(f"\n[bold cyan]{number}.[/] [bold]{title}[/]")


async def _own_case(stage: Stage) -> str:
    """A case that the core opened, in the zaaksysteem; its number."""
    [opened, *_] = household_messages(1, 1, datetime.now(UTC) - timedelta(hours=1))
    await Counter(stage).publish([opened])
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        counts = await _counts(stage, "zaaksysteem")
        if not sum(counts.get(state, 0) for state in ON_THE_WAY):
            return str(opened["subject"])
        await asyncio.sleep(0.1)
    raise StageFailed(f"the core's own case did not arrive; see {stage.folder / 'hub.log'}")


async def _collected(stage: Stage, core: Collector, books: Books) -> None:
    """Collects until the zaaksysteem's books say that all was told, and nothing moves any more."""
    before, deadline = len(core.received), time.monotonic() + PATIENCE
    while True:
        await core.collect()
        counts = await _counts(stage, "zaaksysteem")
        moving = sum(counts.get(state, 0) for state in ON_THE_WAY)
        if not moving and not await books.missing(stage, core.received):
            break
        if time.monotonic() > deadline:
            raise StageFailed(f"not everything came in; see {stage.folder / 'hub.log'}")
        await asyncio.sleep(0.2)
    await core.collect()
    stage.console.print(f"   {len(core.received) - before} messages collected")


async def _counts(stage: Stage, destination: str) -> Json:
    answer = (await stage.hub.get(f"/v1/destinations/{destination}")).raise_for_status()
    counts: Json = answer.json()["counts"]
    return counts


async def _verdict(stage: Stage, core: Collector, books: Books, own: str, took: float) -> bool:
    """From the zaaksysteem's own books: what it started, and what the core has of it."""
    found = await books.verdict(stage, core.received)
    (stage.folder / "verdict.json").write_text(json.dumps(found, indent=2), encoding="utf-8")
    kinds = [(one["type"].rpartition(".")[2], one["subject"]) for one in core.received]
    echoed = kinds.count(("ontvangen", own)) + found.get("echoed", 0)
    parked = (await _counts(stage, "zaaksysteem")).get("parked", 0)
    numbers = {
        "told by the zaaksysteem": found["told"],
        "received by the core": len(core.received),
        "lost": found["lost"],
        "doubled": found["doubled"],
        "out of order": found["outOfOrder"],
        "incomplete": found.get("incomplete", 0),
        "our own changes that came back": echoed,
        "parked": parked,
    }
    table = Table(title="According to the zaaksysteem's own books")
    table.add_column("what")
    table.add_column("number", justify="right")
    for label, number in numbers.items():
        table.add_row(label, str(number))
    say = stage.console.print
    say()
    say(table)
    say(f"In {took:.0f} s. Everything that this demo wrote is in {stage.folder.name}/", style="dim")
    say(
        f"told={found['told']} received={len(core.received)} lost={found['lost']} "
        f"doubled={found['doubled']} out_of_order={found['outOfOrder']} echoed={echoed}",
        highlight=False,
        soft_wrap=True,
    )
    wrong = (*list(numbers.values())[2:],)
    return not any(wrong) and found["told"] > 0
