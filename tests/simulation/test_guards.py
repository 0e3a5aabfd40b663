"""Each guard, broken on purpose: the histories must notice.

A check that cannot fail proves nothing. Every test here disables one guard of the hub and asserts
that `violations` names the invariant that the guard protects.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.contract import NotThere
from continuity.breaker import BreakerState
from continuity.gate import Gate
from continuity.lanes import Lanes
from continuity.sharing import Sharing
from continuity.steps import StoredSteps
from continuity.store.memory import MemoryStore
from continuity.store.memory.tables import Tables
from continuity.store.records import Head, NewMessage
from tests.simulation import history
from tests.simulation.loop import Stuck, run_virtual
from tests.simulation.partner import Partner
from tests.simulation.test_histories import in_memory


def breaks(*promises: str, first: int = 0, histories: int = 25, nodes: int = 1) -> bool:
    """True as soon as a history saw one of these invariants broken."""
    for seed in range(first, first + histories):
        try:
            ended = run_virtual(history.run_history(seed, in_memory(), nodes=nodes))
        except Stuck:
            found = {"I1"}
        else:
            found = {sentence.split(":")[0] for sentence in history.violations(ended)}
        if found & set(promises):
            return True
    return False


def test_without_the_look_up_of_uncertain_outcomes_the_partner_gets_things_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def never_there(*_: Any) -> NotThere:
        return NotThere()

    monkeypatch.setattr(Partner, "look_up", never_there)
    assert breaks("I2")


def test_without_the_memory_of_done_steps_the_partner_gets_things_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(StoredSteps, "result", lambda *_: None)
    assert breaks("I2")


def test_without_blocking_a_lane_behind_its_failed_head_messages_overtake(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def step_over(self: Lanes, head: Head, *, due_at: object) -> None:
        self.done(head)

    monkeypatch.setattr(Lanes, "block", step_over)
    assert breaks("I1", "I3")


def test_without_a_common_lane_messages_of_a_case_overtake_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def each_in_its_own_lane(**fields: Any) -> NewMessage:
        return NewMessage(**fields | {"lane_key": fields["event_id"]})

    monkeypatch.setattr(history, "NewMessage", each_in_its_own_lane)
    assert breaks("I3")


def test_without_waiting_for_dependencies_dependants_overtake(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def none(*_: Any) -> dict[int, int | None]:
        return {}

    monkeypatch.setattr(MemoryStore, "waits_for", none)
    assert breaks("I4")


def test_without_the_breaker_a_dead_partner_is_hammered(monkeypatch: pytest.MonkeyPatch) -> None:
    room = Gate.room

    def always_closed(self: Gate, **state: Any) -> int:
        self.breaker = replace(self.breaker, state=BreakerState.CLOSED)
        return room(self, **state)

    monkeypatch.setattr(Gate, "room", always_closed)
    assert breaks("I10")


def test_without_the_time_to_settle_a_lost_process_and_its_heir_send_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    acquire = MemoryStore.acquire_lease

    async def at_once(self: MemoryStore, *args: Any, **named: Any) -> Any:
        return await acquire(self, *args, **named | {"settle": timedelta(0)})

    monkeypatch.setattr(MemoryStore, "acquire_lease", at_once)
    assert breaks("I2", histories=60, nodes=2)


def test_without_fencing_a_process_goes_on_under_a_lease_that_another_took(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def let_pass(*_: Any) -> None: ...

    monkeypatch.setattr(Tables, "check_lease", let_pass)
    assert breaks("I1", "I2", "I3", "I10", first=100, histories=60, nodes=2)


def test_without_one_owner_at_a_time_two_processes_send_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Leases are given to everybody, and nobody is fenced."""
    acquire = MemoryStore.acquire_lease

    async def always(self: MemoryStore, *args: Any, **named: Any) -> Any:
        far = named["now"] + timedelta(days=1)
        return await acquire(self, *args, **named | {"now": far})

    monkeypatch.setattr(MemoryStore, "acquire_lease", always)
    monkeypatch.setattr(Tables, "check_lease", lambda *_: None)
    monkeypatch.setattr(Sharing, "is_mine", lambda *_: True)
    assert breaks("I1", "I2", "I3", nodes=2)
