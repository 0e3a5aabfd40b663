"""The contract of adapters/contract.py as tests: every adapter passes them with its simulator.

An adapter's own test module is six lines:

    class TestMijnSysteem(AdapterContract):
        partner = Partner(
            simulator=..., adapter=..., story=(...,), refused=..., secrets=("999993653",)
        )

The partner's journal is the witness, never the adapter's own word.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import aiohttp
import pytest

from adapters.contract import (
    Clock,
    ConfigurationError,
    Deliverer,
    Documents,
    NoDocuments,
    NotThere,
    RejectedError,
    TransientError,
)
from schemas import Message
from simulators.kit import FaultRule, Simulator, running
from tests.conformance.faults import HANGING, TURNS, aimed
from tests.conformance.memory_steps import CrashError, MemorySteps
from tests.conformance.worker import WallClock, Worker, everything_said, without_ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """One adapter and the simulated system that it talks to.

    `adapter` gets the simulator's base URL, a clock, and whether its credential is the right one;
    it has time-outs of well under a second. `story` are messages about one subject in their
    order, together every type that the adapter handles. `refused` is one that the system refuses
    after the story's first. `secrets` are personal data in them.
    """

    simulator: Callable[[], Simulator]
    adapter: Callable[[str, Clock, bool], Deliverer]
    story: Sequence[Message]
    refused: Message
    secrets: Sequence[str]
    documents: Documents = field(default_factory=NoDocuments)
    """What the messages of the story refer to."""
    needs: Mapping[int, Sequence[int]] = field(default_factory=dict)
    """What the message at a place in the story builds on, as places; without an entry: all before.

    It is what a test of one message delivers first, so a short list makes the tests fast.
    """


@dataclass(frozen=True, slots=True)
class _CleanRun:
    """A delivery without faults of the message at `index` of the story."""

    index: int
    calls: Sequence[str]
    """The methods of its calls."""
    effects: Sequence[object]
    """All effects after it."""

    def aimed(self, fault: str, number: int) -> FaultRule:
        """The fault, to hit once: the call with that number."""
        method = self.calls[number]
        return aimed(fault, method=method, skip=list(self.calls[:number]).count(method))


class AdapterContract:
    """Inherit and set `partner`."""

    partner: ClassVar[Partner]

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if metafunc.cls is None or not hasattr(metafunc.cls, "partner"):
            return
        story = metafunc.cls.partner.story
        if "index" in metafunc.fixturenames:
            names = [message.type.rpartition(".")[2] for message in story]
            metafunc.parametrize("index", range(len(story)), ids=names)

    @contextlib.asynccontextmanager
    async def running(
        self, *, right: bool = True
    ) -> AsyncIterator[tuple[Simulator, Callable[[], Deliverer]]]:
        """Run the simulator; yields it with a maker of adapters, which are closed at the end."""
        made: list[Deliverer] = []

        async with running(self.partner.simulator()) as simulator:

            def make() -> Deliverer:
                adapter = self.partner.adapter(simulator.base_url, WallClock(), right)
                made.append(adapter)
                return adapter

            try:
                yield simulator, make
            finally:
                for adapter in made:
                    await adapter.aclose()

    async def test_every_message_of_the_story_gets_a_receipt_and_an_effect(self) -> None:
        async with self.running() as (simulator, make):
            worker = self._worker(make())
            for message in self.partner.story:
                before = len(simulator.journal.effects)
                await worker.deliver(message)
                assert len(simulator.journal.effects) > before
            assert worker.errors == []

    def test_the_story_has_every_type_that_the_adapter_handles(self) -> None:
        adapter = self.partner.adapter("http://127.0.0.1:1", WallClock(), True)
        assert adapter.handles == {message.type for message in self.partner.story}

    async def test_delivering_again_with_the_same_steps_changes_nothing(self, index: int) -> None:
        async with self.running() as (simulator, make):
            worker, message = await self._up_to(make(), index)
            steps = MemorySteps()
            first = await worker.deliver(message, steps)
            effects = list(simulator.journal.effects)
            assert await worker.deliver(message, steps) == first
            assert await worker.deliver(message, steps, uncertain=True) == first
            assert list(simulator.journal.effects) == effects

    async def test_looking_up_what_arrived_unnoticed_finds_it_and_changes_nothing(
        self, index: int
    ) -> None:
        """Seen failing with a look-up that always says NotThere."""
        async with self.running() as (simulator, make):
            worker, message = await self._up_to(make(), index)
            steps = MemorySteps()
            context = worker.context(steps)
            receipt = await worker.adapter.deliver(message, context)
            effects = list(simulator.journal.effects)
            forgotten = steps.after_crash(last_complete_lost=True)
            references = dict(worker.references)
            found = await make().look_up(
                message, self._worker(make(), references).context(forgotten)
            )
            assert found == receipt
            assert list(simulator.journal.effects) == effects

    async def test_looking_up_what_was_never_sent_finds_nothing_and_changes_nothing(
        self, index: int
    ) -> None:
        async with self.running() as (simulator, make):
            worker, message = await self._up_to(make(), index)
            effects = list(simulator.journal.effects)
            found = await worker.adapter.look_up(message, worker.context(MemorySteps()))
            assert found == NotThere()
            assert list(simulator.journal.effects) == effects

    @pytest.mark.parametrize(
        "fault",
        [
            pytest.param(fault, marks=pytest.mark.slow if fault in HANGING else ())
            for fault in TURNS
        ],
    )
    async def test_any_fault_at_any_call_ends_in_exactly_one_effect(
        self, index: int, fault: str
    ) -> None:
        """Seen failing with an adapter that sends a prepared step again without looking first."""
        turns = TURNS[fault]
        async with self.running() as here:
            clean = await self._clean_run(*here, index)
            numbers = range(len(clean.calls))
            if fault in HANGING:  # most of the time goes by in waiting: at the same time, then
                await asyncio.gather(
                    *(self._strike_elsewhere(clean, number, fault) for number in numbers)
                )
                return
            for number in numbers:
                await here[0].reset()
                await self._strike(*here, clean, number, turns[(index + number) % len(turns)])

    @pytest.mark.parametrize("last_complete_lost", [False, True], ids=["kept", "lost"])
    async def test_a_crash_between_any_two_steps_ends_in_exactly_one_effect(
        self, index: int, *, last_complete_lost: bool
    ) -> None:
        async with self.running() as (simulator, make):
            expected = (await self._clean_run(simulator, make, index)).effects
            crashed, moment = True, 0
            while crashed:
                moment += 1
                await simulator.reset()
                worker, message = await self._up_to(make(), index)
                steps = MemorySteps(crash_at=moment)
                crashed = False
                try:
                    await worker.deliver(message, steps)
                except CrashError:
                    crashed = True
                    steps = steps.after_crash(last_complete_lost=last_complete_lost)
                    next_worker = self._worker(make(), dict(worker.references))
                    await next_worker.deliver(message, steps, uncertain=True)
                assert self._effects(simulator) == expected, f"crash at moment {moment}"
            assert moment > 1

    async def test_a_crash_while_the_answer_is_on_its_way_ends_in_exactly_one_effect(
        self, index: int
    ) -> None:
        async with self.running() as (simulator, make):
            clean = await self._clean_run(simulator, make, index)
            for number in range(len(clean.calls)):
                await simulator.reset()
                worker, message = await self._up_to(make(), index)
                await simulator.script([clean.aimed("lost_answer-reset-after", number)])
                steps = MemorySteps()
                with contextlib.suppress(Exception):  # any end of this process will do
                    await worker.adapter.deliver(message, worker.context(steps))
                next_worker = self._worker(make(), dict(worker.references))
                after = steps.after_crash(last_complete_lost=True)
                await next_worker.deliver(message, after, uncertain=True)
                assert self._effects(simulator) == clean.effects, f"crash at call {number}"

    async def test_a_refusal_is_rejected_with_the_systems_code_and_has_no_effect(self) -> None:
        async with self.running() as (simulator, make):
            worker, _ = await self._up_to(make(), 1)
            effects = self._effects(simulator)
            with pytest.raises(RejectedError) as caught:
                await worker.deliver(self.partner.refused)
            assert ":" in caught.value.code
            assert caught.value.detail
            assert self._effects(simulator) == effects

    async def test_a_refused_connection_is_transient(self) -> None:
        async with self.running() as (simulator, make):
            adapter = make()
            await simulator.script([FaultRule(kind="refuse")])
            with pytest.raises(TransientError):
                await adapter.deliver(
                    self.partner.story[0], self._worker(adapter).context(MemorySteps())
                )
            health = await adapter.check()
            assert not health.ok
            assert health.detail
            await simulator.clear_faults()
            assert (await adapter.check()).ok

    async def test_a_wrong_credential_is_a_configuration_error(self) -> None:
        async with self.running(right=False) as (simulator, make):
            adapter = make()
            with pytest.raises(ConfigurationError) as caught:
                await adapter.deliver(
                    self.partner.story[0], self._worker(adapter).context(MemorySteps())
                )
            assert caught.value.setting
            assert not (await adapter.check()).ok
            assert not simulator.journal.effects

    async def test_a_check_has_no_effect(self) -> None:
        async with self.running() as (simulator, make):
            health = await make().check()
            assert health.ok, health.detail
            assert not simulator.journal.effects

    async def test_subjects_delivered_at_the_same_time_do_not_disturb_each_other(self) -> None:
        async with self.running() as (simulator, make):
            adapter = make()
            workers = [self._worker(adapter) for _ in range(8)]
            steps = MemorySteps()
            await workers[0].deliver(self.partner.story[0], steps)
            expected = self._effects(simulator)
            await asyncio.gather(
                *(worker.deliver(self.partner.story[0], steps) for worker in workers)
            )
            assert self._effects(simulator) == expected

    @pytest.mark.parametrize("fault", ["timeout-before", "status-500-after", "html_200-before"])
    async def test_no_personal_data_is_said_anywhere(
        self, index: int, fault: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        async with self.running() as (simulator, make):
            worker, message = await self._up_to(make(), index)
            method = (await self._calls_of(simulator, worker, message))[-1]
            await simulator.reset()
            worker, message = await self._up_to(make(), index)
            await simulator.script([aimed(fault, method=method, skip=0)])
            await worker.deliver(message)
            with contextlib.suppress(RejectedError):
                await worker.deliver(self.partner.refused)
            said = everything_said(worker.errors, worker.adapter) + caplog.text
            said += "".join(
                f"{request.path}?{request.query}" for request in simulator.journal.requests
            )
        assert worker.errors
        assert not [secret for secret in self.partner.secrets if secret in said]

    async def test_after_closing_no_connection_is_left_open(self) -> None:
        async with self.running() as (_, make):
            adapter = make()
            await self._worker(adapter).deliver(self.partner.story[0])
            await adapter.aclose()
            gc.collect()
            sessions = [
                one
                for one in gc.get_objects()
                if isinstance(one, aiohttp.ClientSession) and not one.closed
            ]
            assert sessions == []

    def _worker(self, adapter: Deliverer, references: dict[str, str] | None = None) -> Worker:
        return Worker(adapter, references or {}, documents=self.partner.documents)

    async def _strike_elsewhere(self, clean: _CleanRun, number: int, fault: str) -> None:
        async with self.running() as here:
            await self._strike(*here, clean, number, fault)

    async def _strike(
        self,
        simulator: Simulator,
        make: Callable[[], Deliverer],
        clean: _CleanRun,
        number: int,
        fault: str,
    ) -> None:
        """Deliver the message again, with the fault at the call with that number."""
        worker, message = await self._up_to(make(), clean.index)
        await simulator.script([clean.aimed(fault, number)])
        await worker.deliver(message, between=simulator.clear_faults)
        assert simulator.faults.hits, f"call {number} was never made"
        assert self._effects(simulator) == clean.effects, f"{fault} at call {number}"
        await worker.adapter.aclose()

    async def _up_to(self, adapter: Deliverer, index: int) -> tuple[Worker, Message]:
        """Deliver what the message at `index` needs; return it (the last when beyond)."""
        worker = self._worker(adapter)
        for place in self.partner.needs.get(index, range(index)):
            await worker.deliver(self.partner.story[place])
        return worker, self.partner.story[min(index, len(self.partner.story) - 1)]

    async def _clean_run(
        self, simulator: Simulator, make: Callable[[], Deliverer], index: int
    ) -> _CleanRun:
        worker, message = await self._up_to(make(), index)
        calls = await self._calls_of(simulator, worker, message)
        return _CleanRun(index, calls, self._effects(simulator))

    @staticmethod
    async def _calls_of(simulator: Simulator, worker: Worker, message: Message) -> list[str]:
        before = simulator.journal.received
        await worker.deliver(message)
        return [request.method for request in list(simulator.journal.requests)[before:]]

    @staticmethod
    def _effects(simulator: Simulator) -> list[object]:
        return [
            without_ids([effect.kind, effect.case, effect.key])
            for effect in simulator.journal.effects
        ]
