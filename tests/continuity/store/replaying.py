"""A process that works on a replay plan until it is done, or dies at a labelled step.

Started by `test_replay_crash.py`: kind and address of the store, and what to do:

- `plan`, `plan-dies`: make a plan; the second is killed within the transaction;
- `advance N`: carry the first plan out, three rows at a time, and be killed within the transaction
  of its Nth row (0: never);
- `pause-dies`: pause the first plan, killed within the transaction.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from continuity.replay import ReplayState
from continuity.store.contract import Store
from continuity.store.postgres import PostgresStore
from continuity.store.postgres import advancing as postgres_advancing
from continuity.store.postgres import plans as postgres_plans
from continuity.store.postgres import replaying as postgres_replaying
from continuity.store.records import DeliveryFilter
from continuity.store.sqlite import SqliteStore
from continuity.store.sqlite import advancing as sqlite_advancing
from continuity.store.sqlite import replaying as sqlite_replaying
from tests.conformance._store.given import NOW

MODULES: dict[str, tuple[ModuleType, ModuleType, ModuleType]] = {
    "sqlite": (sqlite_replaying, sqlite_advancing, sqlite_replaying),
    "postgres": (postgres_replaying, postgres_advancing, postgres_plans),
}
"""Where planning, releasing a row, and noting a change are."""


def open_store(kind: str, address: str) -> Store:
    return SqliteStore(Path(address)) if kind == "sqlite" else PostgresStore(address)


def die_at(module: ModuleType, name: str, *, call: int) -> None:
    """The process is killed at that call of a function."""
    original = getattr(module, name)
    calls = 0

    def counted(*args: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*args, **named)

    setattr(module, name, counted)


async def work(kind: str, address: str, task: str, row: int) -> None:
    planning, releasing, noting = MODULES[kind]
    store = open_store(kind, address)
    await store.open()
    if task == "plan-dies":
        die_at(planning, "first_plan_state", call=1)
    if task == "pause-dies":
        die_at(noting, "plan_event", call=1)
        await store.pause_replay(1, by="carl", reason="too busy", now=NOW)
    if task.startswith("plan"):
        await store.plan_replay(DeliveryFilter(), by="anna", reason="mended", now=NOW)
        print("planned", flush=True)  # noqa: T201 - this is how the parent hears of it
    if task == "advance":
        if row:
            die_at(releasing, "replay_row", call=row)
        while (plan := await store.advance_replay(1, limit=3, now=NOW)).state is (
            ReplayState.RUNNING
        ):
            print(plan.replayed, flush=True)  # noqa: T201 - this is how the parent hears of it
    await store.close()


if __name__ == "__main__":
    kind_, address_, task_, row_ = sys.argv[1:]
    asyncio.run(work(kind_, address_, task_, int(row_)))
