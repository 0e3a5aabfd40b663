"""The main job: cases reach a zaaksysteem, through three outages and a kill -9, in order, once."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

from rich.table import Table

from schakel.demo.counter import Counter, shares
from schakel.demo.stage import PATIENCE, Stage, StageFailed
from schemas.examples.households import household_messages

HOUSEHOLDS: Final = 40
STORY: Final = timedelta(hours=3)
"""How long ago the first household came to the counter: a status may not lie in the future."""
SEED: Final = 20261123
ON_THE_WAY: Final = ("waiting", "sending", "uncertain")

Json = dict[str, Any]


async def main_job(stage: Stage) -> bool:
    """Plays it and prints the verdict; True when nothing was lost, doubled or out of order."""
    say = stage.console.print
    begin = time.monotonic()
    messages = household_messages(
        HOUSEHOLDS, SEED, datetime.now(UTC) - STORY, with_faulty=stage.cast.faulty
    )
    (stage.folder / "published.jsonl").write_text(
        "".join(json.dumps(message) + "\n" for message in messages), encoding="utf-8"
    )
    say(
        f"[bold]{HOUSEHOLDS} households move house: {len(messages)} messages, from the counter "
        "to the zaaksysteem.[/]"
    )
    say(f"Hub {stage.hub_url}, zaaksysteem (simulator) {stage.system_url},")
    say(f"what arrived there: http://127.0.0.1:{stage.control_port}/")
    counter = Counter(stage)
    acts = shares(messages, 5)

    _act(stage, "1", "All is well.")
    await counter.publish(acts[0])
    await _caught_up(stage)

    _act(stage, "2", "The zaaksysteem refuses connections. The counter goes on.")
    await stage.faults({"kind": "refuse", "phase": "before", "times": None})
    await counter.publish(acts[1], pace=0.02)
    await _until(stage, partial(_left_alone, stage))
    await _recover(stage)

    _act(stage, "3", "It takes what it gets, but its answers are lost.")
    await stage.faults(
        {
            "kind": "lost_answer",
            "phase": "after",
            "match": {"method": "POST", "path": stage.cast.writes, "probability": 0.5},
            "times": 12,
        }
    )
    await counter.publish(acts[2], pace=0.02)
    lost = (await stage.control.get("/faults")).json()["hits"].get("lost_answer", 0)
    say(f"   {lost} answers were lost: what may have arrived is looked up before it is sent again")
    await _recover(stage)

    _act(stage, "4", "It is overloaded: 503, Retry-After 2 seconds.")
    await stage.faults(
        {"kind": "status", "settings": {"status": 503, "retry_after": "2"}, "times": None}
    )
    await counter.publish(acts[3], pace=0.02)
    await _recover(stage)

    if stage.cast.refusal is not None:
        (await stage.control.post("/refusals", json=dict(stage.cast.refusal))).raise_for_status()
    _act(stage, "5", "kill -9 of the hub, in the middle of a burst.")
    burst = asyncio.create_task(counter.publish(acts[4], pace=0.01))
    await asyncio.sleep(0.25)
    await stage.kill_hub()
    say("   killed; the counter keeps trying")
    await asyncio.sleep(0.5)
    await stage.start_hub()
    await burst
    say(f"   restarted; {counter.said_again} times a message had to be said again")

    _act(stage, "6", "One message is refused for its content: an operator mends it.")
    parked = await _mend_parked(stage, counter)
    await _caught_up(stage)
    say(
        f"   slowest acknowledgement at the counter, hub restart aside: "
        f"{counter.slowest * 1000:.0f} ms"
    )
    return await _verdict(stage, counter, parked, time.monotonic() - begin)


def _act(stage: Stage, number: str, title: str) -> None:
    stage.console.print(f"\n[bold cyan]{number}.[/] [bold]{title}[/]")


async def _left_alone(stage: Stage) -> bool:
    state: str = (await _destination(stage))["breaker"]["state"]
    return state == "open"


async def _recover(stage: Stage) -> None:
    await _state(stage)
    await stage.faults()
    begin = time.monotonic()
    await _caught_up(stage)
    stage.console.print(f"   it is back; everything arrived {time.monotonic() - begin:.1f} s later")


async def _mend_parked(stage: Stage, counter: Counter) -> int:
    """Shows what is parked, edits it and replays it; returns how many there were."""
    await _caught_up(stage)
    parked = await _deliveries(stage, "parked")
    for delivery in parked:
        error = delivery["error"]
        stage.console.print(
            f"   delivery {delivery['id']}, case {delivery['subject']}, parked: "
            f"[red]{error['code']}[/], and what follows of that case waits",
            highlight=False,
        )
        stage.console.print(f"   the zaaksysteem: “{error['detail']}”", highlight=False)
        [message] = [one for one in counter.published if one["id"] == delivery["eventId"]]
        wish = _edited(stage, message) if stage.cast.faulty else _as_it_is(stage)
        answer = await stage.hub.post(f"/v1/deliveries/{delivery['id']}/replay", json=wish)
        answer.raise_for_status()
    return len(parked)


def _edited(stage: Stage, message: Json) -> Json:
    edit = {"datumStatusGezet": message["time"]}
    was = message["data"]["datumStatusGezet"]
    stage.console.print(f"   edit: datumStatusGezet {was} -> {message['time']}; replay")
    message["data"] |= edit  # what the zaaksysteem must have in the end
    return {"reason": "typing error in the year of the status", "patch": edit}


def _as_it_is(stage: Stage) -> Json:
    stage.console.print("   the supplier has mended it; replay")
    return {"reason": "the supplier of the zaaksysteem has mended its check"}


async def _caught_up(stage: Stage) -> None:
    """Waits until nothing is on its way any more, but for what waits behind a parked message."""

    async def at_rest() -> bool:
        stuck = {one["subject"] for one in await _deliveries(stage, "parked")}
        moving = [one for state in ON_THE_WAY for one in await _deliveries(stage, state)]
        return all(one["subject"] in stuck for one in moving)

    await _until(stage, at_rest)


async def _deliveries(stage: Stage, state: str) -> list[Json]:
    page = await _get(stage, f"/v1/deliveries?state={state}&limit=200")
    items: list[Json] = page["items"]
    return items


async def _until(stage: Stage, true: Callable[[], Awaitable[bool]]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not await true():
        if time.monotonic() > deadline:
            raise StageFailed(f"the hub did not get on; see {stage.folder / 'hub.log'}")
        await asyncio.sleep(0.1)


async def _destination(stage: Stage) -> Json:
    return await _get(stage, "/v1/destinations/zaaksysteem")


async def _state(stage: Stage) -> None:
    destination = await _destination(stage)
    counts, breaker = destination["counts"], destination["breaker"]
    waiting = sum(counts.get(state, 0) for state in ON_THE_WAY)
    words = f"   published and safe: {waiting} on their way, {counts.get('delivered', 0)} delivered"
    if breaker["state"] != "closed":
        words += f"; left alone since it failed {breaker['failures']} times in a row"
    stage.console.print(words, highlight=False)


async def _get(stage: Stage, path: str) -> Json:
    answer = await stage.hub.get(path)
    answer.raise_for_status()
    result: Json = answer.json()
    return result


async def _verdict(stage: Stage, counter: Counter, parked: int, took: float) -> bool:
    """From the simulator's journal alone: what arrived, in which order, how often."""
    answer = await stage.control.post("/verdict", json={"published": counter.published})
    answer.raise_for_status()
    found: Json = answer.json()
    (stage.folder / "verdict.json").write_text(json.dumps(found, indent=2), encoding="utf-8")
    still_parked = (await _destination(stage))["counts"].get("parked", 0)
    lost = max(0, found["lost"] - still_parked)
    table = Table(title="According to the zaaksysteem's own journal")
    table.add_column("what")
    table.add_column("messages", justify="right")
    for label, number in (
        ("published by the counter", found["published"]),
        ("delivered", found["delivered"]),
        ("parked on the way, edited and replayed", parked),
        ("still parked", still_parked),
        ("lost", lost),
        ("doubled", found["doubled"]),
        ("out of order", found["outOfOrder"]),
    ):
        table.add_row(label, str(number))
    say = stage.console.print
    say()
    say(table)
    say(f"In {took:.0f} s. Everything that this demo wrote is in {stage.folder.name}/", style="dim")
    say(
        f"published={found['published']} delivered={found['delivered']} parked={still_parked} "
        f"lost={lost} doubled={found['doubled']} out_of_order={found['outOfOrder']}",
        highlight=False,
        soft_wrap=True,
    )
    faults = (lost, found["doubled"], found["outOfOrder"], still_parked)
    return not any(faults) and found["delivered"] == len(counter.published) and parked == 1
