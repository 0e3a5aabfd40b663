"""Which demos there are, and how one is run."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import httpx
from rich.console import Console

from schakel.demo.books import StufBooks, ZgwBooks
from schakel.demo.casts import STUF, TO_THE_CORE, ZGW, Cast
from schakel.demo.main_job import main_job
from schakel.demo.postroom import postroom
from schakel.demo.stage import Stage, StageFailed, new_folder

WRONG_USE: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    summary: str
    play: Callable[[Stage], Awaitable[bool]]
    """Returns True when everything went as promised."""
    cast: Cast = ZGW
    more: str = ""
    """What the hub's configuration has besides."""


SCENARIOS: Final[Mapping[str, Scenario]] = MappingProxyType(
    {
        "main-job": Scenario(
            summary="moving households reach a zaaksysteem (ZGW) through three outages and a "
            "kill -9",
            play=main_job,
        ),
        "stuf": Scenario(
            summary="the same, with a zaaksysteem that speaks StUF-ZDS 1.1",
            play=main_job,
            cast=STUF,
        ),
        "postroom": Scenario(
            summary="cases that start in a zaaksysteem (ZGW) reach the postroom, through a kill -9",
            play=lambda stage: postroom(stage, ZgwBooks()),
            more=TO_THE_CORE,
        ),
        "postroom-stuf": Scenario(
            summary="the same, with a zaaksysteem that sends StUF-ZDS",
            play=lambda stage: postroom(stage, StufBooks()),
            cast=STUF,
            more=TO_THE_CORE,
        ),
    }
)
DEFAULT: Final = "main-job"


def run(name: str | None) -> int:
    """Plays one scenario. Exit codes: 0 as promised, 1 not so, 2 no such scenario."""
    console = Console()
    if name == "list":
        for known, one in SCENARIOS.items():
            console.print(f"  {known:<12} {one.summary}", highlight=False, soft_wrap=True)
        return 0
    scenario = SCENARIOS.get(name or DEFAULT)
    if scenario is None:
        known = ", ".join(SCENARIOS)
        console.print(f"There is no scenario '{name}'; known are: {known}.", highlight=False)
        return WRONG_USE
    try:
        folder = new_folder(Path.cwd())
    except StageFailed as error:
        console.print(f"[red]The demo could not go on:[/] {error}", highlight=False)
        return 1
    try:
        return 0 if asyncio.run(_play(scenario, folder, console)) else 1
    except StageFailed as error:
        why = str(error)
    except httpx.HTTPError as error:
        why = f"hub or simulator did not answer as it should ({type(error).__name__})."
    except (KeyboardInterrupt, asyncio.CancelledError):
        console.print(f"Stopped. What this demo wrote until then is in {folder.name}/")
        return 1
    console.print(f"[red]The demo could not go on:[/] {why}", highlight=False)
    console.print(f"What it wrote, logs too, is in {folder.name}/", highlight=False)
    return 1


async def _play(scenario: Scenario, folder: Path, console: Console) -> bool:
    async with Stage(folder, console, cast=scenario.cast, more=scenario.more) as stage:
        return await scenario.play(stage)
