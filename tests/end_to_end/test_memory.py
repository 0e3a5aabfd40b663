"""The hub's memory does not grow with what waits in it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from io import StringIO
from pathlib import Path

import aiohttp
import pytest
from rich.console import Console

from schakel.bench.load import BATCH, batches, press, resident_mb
from schakel.demo.stage import Stage

pytestmark = pytest.mark.slow

FEW = 10_000
MANY = 200_000
EACH = 500
MOST_GROWTH = 1.2
MOST_MB = 150.0
DRAINED = 2_000
"""Deliveries after the release: the reading ahead is in full swing by then."""
PATIENCE = 120.0


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with Stage(tmp_path, Console(file=StringIO())) as stage:
        yield stage


async def test_memory_is_bounded_with_200_000_waiting_messages(stage: Stage) -> None:
    await _hold(stage, held=True)
    await _publish(stage, "few", FEW)
    few = _resident(stage)
    await _publish(stage, "many", MANY - FEW)
    assert await _counted(stage, "waiting") == MANY
    many = _resident(stage)

    await _hold(stage, held=False)
    deadline = time.monotonic() + PATIENCE
    draining = many
    while await _counted(stage, "delivered") < DRAINED:
        assert time.monotonic() < deadline, "the released backlog is not delivered"
        draining = max(draining, _resident(stage))
        await asyncio.sleep(0.1)

    figures = f"{few:.0f} MB at {FEW}, {many:.0f} MB at {MANY}, {draining:.0f} MB while draining"
    assert many <= MOST_GROWTH * few, figures
    assert max(many, draining) <= MOST_MB, figures


async def _publish(stage: Stage, series: str, count: int) -> None:
    headers = {"Authorization": stage.hub.headers["Authorization"]}
    async with aiohttp.ClientSession(headers=headers) as session:
        await press(
            session,
            f"{stage.hub_url}/v1/messages",
            batches(series, count, EACH),
            clients=2,
            content_type=BATCH,
            each=EACH,
        )


async def _hold(stage: Stage, *, held: bool) -> None:
    answer = await stage.hub.patch(
        "/v1/destinations/zaaksysteem", json={"held": held, "reason": "a test of memory"}
    )
    answer.raise_for_status()


async def _counted(stage: Stage, state: str) -> int:
    answer = await stage.hub.get("/v1/destinations/zaaksysteem")
    answer.raise_for_status()
    count: int = answer.json()["counts"].get(state, 0)
    return count


def _resident(stage: Stage) -> float:
    size = resident_mb(stage.hub_pid)
    if size is None:
        pytest.skip("resident memory is read from /proc, which this system does not have")
    return size
