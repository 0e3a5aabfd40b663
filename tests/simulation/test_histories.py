"""Thousands of random histories; a seed that fails once stays here for ever (`REMEMBERED`)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from continuity.store.contract import Store
from continuity.store.memory import MemoryStore
from continuity.store.sqlite import SqliteStore
from tests.simulation.history import History, OpenStore, run_history, violations
from tests.simulation.loop import run_virtual

REMEMBERED: tuple[int, ...] = ()
"""Seeds that found a fault once."""
REMEMBERED_TOGETHER: tuple[int, ...] = (2982,)
"""The same, for two processes. 2982: a clock that was set back made the first look-up due before
the partner could be done."""
BEGIN = int(os.environ.get("SCHAKEL_SEED", "0"))


def in_memory() -> OpenStore:
    store = MemoryStore()

    async def reopen() -> Store:
        await store.open()
        return store

    return reopen


def on_disk(path: Path) -> OpenStore:
    async def reopen() -> Store:
        store = SqliteStore(path, inline=True)
        await store.open()
        return store

    return reopen


def check(seed: int, open_store: OpenStore, *, nodes: int = 1) -> History:
    history = run_virtual(run_history(seed, open_store, nodes=nodes))
    assert violations(history) == [], f"SCHAKEL_SEED={seed} shows it again"
    return history


@pytest.mark.parametrize("seed", [*REMEMBERED, *range(BEGIN, BEGIN + 60)])
def test_every_promise_is_kept_in_memory(seed: int) -> None:
    check(seed, in_memory())


@pytest.mark.parametrize("seed", [*REMEMBERED, *range(BEGIN, BEGIN + 12)])
def test_every_promise_is_kept_on_sqlite(seed: int, tmp_path: Path) -> None:
    check(seed, on_disk(tmp_path / "hub.sqlite3"))


@pytest.mark.parametrize("seed", [*REMEMBERED_TOGETHER, *range(BEGIN, BEGIN + 40)])
def test_every_promise_is_kept_by_two_processes(seed: int) -> None:
    """They share leases and breakers, lose the store and each other, and clocks jump."""
    check(seed, in_memory(), nodes=2)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(10))
def test_every_promise_is_kept_by_two_and_three_processes_in_a_thousand_histories(
    block: int,
) -> None:
    for seed in range(2000 + 100 * block, 2100 + 100 * block):
        check(seed, in_memory(), nodes=2 + seed % 2)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(10))
def test_every_promise_is_kept_in_a_thousand_histories_in_memory(block: int) -> None:
    for seed in range(1000 + 100 * block, 1100 + 100 * block):
        check(seed, in_memory())


@pytest.mark.slow
@pytest.mark.parametrize("block", range(10))
def test_every_promise_is_kept_in_two_hundred_histories_on_sqlite(
    block: int, tmp_path: Path
) -> None:
    for seed in range(5000 + 20 * block, 5020 + 20 * block):
        check(seed, on_disk(tmp_path / f"{seed}.sqlite3"))


def test_the_same_seed_gives_the_same_history() -> None:
    """A failing seed is worth nothing if it cannot be played again."""
    first, second = (check(7, in_memory()) for _ in range(2))
    assert [p.effects for p in first.partners.values()] == [
        p.effects for p in second.partners.values()
    ]
    assert first.drained_at == second.drained_at


def test_the_histories_contain_what_they_are_meant_to_contain() -> None:
    """Histories without faults prove nothing: each kind must have happened."""
    seen: set[str] = set()
    crashes = 0
    for seed in range(20):
        history = check(seed, in_memory())
        crashes += history.crashes
        for partner in history.partners.values():
            seen |= {f"{call.kind}:{call.mode}" for call in partner.calls}
    expected = {
        f"send:{mode}"
        for mode in (
            "refused",
            "lost_answer",
            "swallowed",
            "overloaded",
            "misconfigured",
            "hanging",
        )
    }
    assert expected | {"look_up:well", "check:refused"} <= seen
    assert crashes > 20


def test_the_histories_of_two_processes_contain_what_they_are_meant_to_contain() -> None:
    histories = [check(seed, in_memory(), nodes=2) for seed in range(20)]
    assert sum(history.cut_offs for history in histories) > 40
    assert sum(history.jumps for history in histories) > 10
    assert sum(len(history.owners) == 2 for history in histories) > 10
