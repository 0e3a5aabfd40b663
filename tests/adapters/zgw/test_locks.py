"""Changing a document under a lock: ours, somebody else's, and one of which the answer got lost."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters.contract import Context, RejectedError, TransientError, UncertainError
from adapters.zgw import ZgwAdapter
from simulators.kit import FaultRule, Match
from simulators.zgw import ZgwSimulator
from tests.adapters.zgw.colleague import Colleague
from tests.adapters.zgw.messages import settings
from tests.adapters.zgw.test_documents import CHANGED, NUMBER, kinds, shown, status
from tests.conformance.memory_steps import MemorySteps
from tests.conformance.worker import Worker

NO_FORCE = {"code": "invalid", "invalidParams": [{"name": "nonFieldErrors", "code": "x"}]}


class SteppedClock:
    """Stands still, and is moved on by hand."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC)

    def now(self) -> datetime:
        return self.at


async def test_a_document_that_somebody_works_on_is_waited_for(
    filled: Worker, colleague: Colleague
) -> None:
    lock = await asyncio.to_thread(colleague.lock_document, NUMBER)
    steps = MemorySteps()
    context = filled.context(steps)
    for _ in range(3):
        with pytest.raises(TransientError, match="somebody else") as caught:
            await filled.adapter.deliver(CHANGED, context)
        assert caught.value.retry_after == timedelta(minutes=5)
    assert (await shown(colleague))["locked"] is True  # theirs, though we may force it
    await asyncio.to_thread(colleague.unlock_document, NUMBER, lock)
    await filled.deliver(CHANGED, steps)
    assert (await shown(colleague))["versie"] == 2


async def test_a_document_that_stays_locked_is_left_to_a_person(
    simulator: ZgwSimulator, filled: Worker, colleague: Colleague
) -> None:
    clock = SteppedClock()
    made = ZgwAdapter(settings(simulator.base_url, lock_wait_seconds=3600), clock=clock)
    lock = await asyncio.to_thread(colleague.lock_document, NUMBER)
    steps = MemorySteps()
    context = filled.context(steps)
    with pytest.raises(TransientError):
        await made.deliver(CHANGED, replaced(context, clock))
    clock.at += timedelta(hours=1, seconds=1)
    with pytest.raises(RejectedError, match="lock_wait_seconds") as caught:
        await made.deliver(CHANGED, replaced(context, clock))
    assert caught.value.code == "zgw:document-op-slot"
    await asyncio.to_thread(colleague.unlock_document, NUMBER, lock)
    receipt = await made.deliver(CHANGED, replaced(context, clock))
    await made.aclose()
    assert receipt.references[f"document:{NUMBER}"] == "2"


@pytest.mark.parametrize(("minutes", "broken"), [(14, True), (16, False)])
async def test_a_lock_of_which_the_answer_got_lost_is_broken_while_it_must_be_ours(
    simulator: ZgwSimulator, filled: Worker, colleague: Colleague, *, minutes: int, broken: bool
) -> None:
    clock = SteppedClock()
    made = ZgwAdapter(settings(simulator.base_url), clock=clock)
    lost = FaultRule(
        kind="lost_answer",
        phase="after",
        settings={"seconds": 0},
        match=Match(method="POST", path="/lock$"),
    )
    await simulator.script([lost])
    steps = MemorySteps()
    context = filled.context(steps)
    with pytest.raises(UncertainError):
        await made.deliver(CHANGED, replaced(context, clock))
    assert (await shown(colleague))["locked"] is True
    clock.at += timedelta(minutes=minutes)
    if broken:
        await made.deliver(CHANGED, replaced(context, clock))
    else:
        with pytest.raises(TransientError):
            await made.deliver(CHANGED, replaced(context, clock))
    await made.aclose()
    assert ((await shown(colleague))["versie"] == 2) is broken


async def test_without_the_right_to_force_a_lost_lock_is_waited_for(
    simulator: ZgwSimulator, filled: Worker
) -> None:
    lost = FaultRule(
        kind="lost_answer",
        phase="after",
        settings={"seconds": 0},
        match=Match(method="POST", path="/lock$"),
    )
    await simulator.script([lost, status("POST", "/unlock", 400, NO_FORCE)])
    context = filled.context(MemorySteps())
    with pytest.raises(UncertainError):
        await filled.adapter.deliver(CHANGED, context)
    with pytest.raises(TransientError, match="locked by somebody else"):
        await filled.adapter.deliver(CHANGED, context)


async def test_a_crash_between_lock_and_unlock_goes_on_with_the_same_lock(
    simulator: ZgwSimulator, filled: Worker, colleague: Colleague
) -> None:
    steps = MemorySteps()
    await simulator.script([status("PATCH", "/enkelvoudig", 503, {"x": 1})])
    with pytest.raises(UncertainError):
        await filled.adapter.deliver(CHANGED, filled.context(steps))
    locked = [r for r in simulator.journal.requests if r.path.endswith("/lock")]
    crashed = steps.after_crash(last_complete_lost=True)
    await filled.deliver(CHANGED, crashed, uncertain=True)
    after = [r for r in simulator.journal.requests if r.path.endswith("/lock")]
    assert len(locked) == len(after) == 1
    assert (await shown(colleague))["versie"] == 2


async def test_a_lock_that_somebody_forced_away_does_not_fail_the_change(
    simulator: ZgwSimulator, filled: Worker
) -> None:
    gone = {
        "code": "invalid",
        "invalidParams": [{"name": "nonFieldErrors", "code": "unlocked", "reason": "Vrij."}],
    }
    await simulator.script([status("POST", "/unlock", 400, gone)])
    await filled.deliver(CHANGED)
    assert kinds(simulator)[-1] == "document_bijgewerkt"


def replaced(context: Context, clock: SteppedClock) -> Context:
    return replace(context, clock=clock, deadline=clock.now() + timedelta(seconds=20))
