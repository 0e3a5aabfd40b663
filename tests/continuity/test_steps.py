"""The memory of a delivery that takes several calls: durable before it answers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest

from continuity.delivery import OnParked, State
from continuity.steps import StoredSteps
from continuity.store.contract import StaleLease, StoreUnavailable
from continuity.store.memory import MemoryStore
from continuity.store.records import Lease, NewDelivery, Outcome, Work
from tests.continuity.fakes import SetClock, at, new_message, seconds


class Full(MemoryStore):
    """Cannot commit steps while `full`."""

    def __init__(self) -> None:
        super().__init__()
        self.full = False
        self.commits = 0

    async def save_steps(
        self,
        lease: Lease,
        delivery_id: int,
        *,
        prepared: Mapping[str, bytes],
        completed: Mapping[str, str],
    ) -> None:
        self.commits += 1
        await asyncio.sleep(0)
        if self.full:
            raise StoreUnavailable("The disk is full: make room.")
        await super().save_steps(
            lease,
            delivery_id,
            prepared=prepared,
            completed=completed,
        )


class Bench:
    """One delivery under way in a store."""

    def __init__(self) -> None:
        self.store = Full()
        self.clock = SetClock()
        self.lease: Lease

    async def begin(self) -> StoredSteps:
        """The next attempt, with what the store knows of the ones before."""
        lease = await self.store.acquire_lease(
            "north", "me", now=at(0), ttl=seconds(60), settle=seconds(0)
        )
        assert lease is not None
        self.lease = lease
        await self.store.accept(
            [
                new_message(
                    "e1", "a", NewDelivery(destination="north", route="r", on_parked=OnParked.BLOCK)
                )
            ],
            now=at(0),
        )
        return self.steps(*await self.store.begin(self.lease, [1], now=at(0)))

    async def again(self, before: StoredSteps) -> StoredSteps:
        """The attempt ends with an outcome that carries what is unsaved; another one begins."""
        outcome = Outcome(delivery_id=1, state=State.WAITING, completed=before.unsaved)
        await self.store.finish(self.lease, [outcome], now=at(1))
        return self.steps(*await self.store.begin(self.lease, [1], now=at(2)))

    async def after_crash(self) -> StoredSteps:
        lease = await self.store.acquire_lease(
            "north", "me", now=at(3), ttl=seconds(60), settle=seconds(0)
        )
        assert lease is not None
        self.lease = lease
        return self.steps(*await self.store.load(self.lease, [1]))

    def steps(self, work: Work) -> StoredSteps:
        return StoredSteps(self.store, self.lease, work)


def never() -> bytes:
    raise AssertionError("must not be rendered again")


async def test_a_new_delivery_has_prepared_and_done_nothing() -> None:
    steps = await Bench().begin()
    assert not steps.prepared("zaak")
    assert steps.result("zaak") is None
    assert steps.unsaved == {}


async def test_a_prepared_request_is_in_the_store_before_prepare_returns() -> None:
    """Seen failing: without the await of `save_steps`, nothing is there after the crash."""
    bench = Bench()
    steps = await bench.begin()
    assert await steps.prepare("zaak", lambda: b"request") == b"request"
    recovered = await bench.after_crash()
    assert recovered.prepared("zaak")
    assert await recovered.prepare("zaak", never) == b"request"


async def test_the_next_attempt_sends_the_same_bytes() -> None:
    """Seen failing: when `prepare` renders each time, `never` is called."""
    bench = Bench()
    steps = await bench.begin()
    await steps.prepare("zaak", lambda: b"first rendering")
    for _ in range(3):
        steps = await bench.again(steps)
        assert await steps.prepare("zaak", never) == b"first rendering"
    assert await steps.prepare("zaak", never) == b"first rendering"
    assert bench.store.commits == 1


async def test_a_completed_step_is_known_at_once_and_written_with_the_next_prepare() -> None:
    bench = Bench()
    steps = await bench.begin()
    await steps.prepare("zaak", lambda: b"1")
    await steps.complete("zaak", "https://zaken/1")
    assert steps.result("zaak") == "https://zaken/1"
    assert steps.unsaved == {"zaak": "https://zaken/1"}
    await steps.prepare("rol", lambda: b"2")
    assert steps.unsaved == {}
    assert bench.store.commits == 2
    recovered = await bench.after_crash()
    assert recovered.result("zaak") == "https://zaken/1"
    assert recovered.result("rol") is None
    assert recovered.prepared("rol")


async def test_the_last_completed_step_is_carried_by_the_outcome() -> None:
    bench = Bench()
    steps = await bench.begin()
    await steps.prepare("zaak", lambda: b"1")
    await steps.complete("zaak", "https://zaken/1")
    steps = await bench.again(steps)
    assert steps.result("zaak") == "https://zaken/1"


async def test_a_step_found_done_by_a_look_up_needs_no_request() -> None:
    bench = Bench()
    steps = await bench.begin()
    await steps.complete("zaak", "https://zaken/1")
    steps = await bench.again(steps)
    assert steps.result("zaak") == "https://zaken/1"


async def test_what_an_operator_replays_is_rendered_anew_where_it_was_not_done() -> None:
    bench = Bench()
    steps = await bench.begin()
    await steps.prepare("zaak", lambda: b"1")
    await steps.complete("zaak", "https://zaken/1")
    await steps.prepare("rol", lambda: b"old")
    parked = Outcome(delivery_id=1, state=State.PARKED)
    await bench.store.finish(bench.lease, [parked], now=at(1))
    await bench.store.replay(1, by="op", reason="mended", now=at(2))
    steps = bench.steps(*await bench.store.begin(bench.lease, [1], now=at(3)))
    assert steps.result("zaak") == "https://zaken/1"
    assert await steps.prepare("rol", lambda: b"new") == b"new"
    steps = await bench.again(steps)
    assert await steps.prepare("rol", never) == b"new"


async def test_a_doubtful_replay_keeps_what_was_prepared_until_the_look_up_says_not_there() -> None:
    bench = Bench()
    steps = await bench.begin()
    await steps.complete("zaak", "https://zaken/1")
    await steps.prepare("rol", lambda: b"old")
    parked = Outcome(delivery_id=1, state=State.PARKED, doubtful=True)
    await bench.store.finish(bench.lease, [parked], now=at(1))
    await bench.store.replay(1, by="op", reason="mended", now=at(2))
    steps = bench.steps(*await bench.store.begin(bench.lease, [1], now=at(3)))
    assert steps.prepared("rol")
    assert await steps.prepare("rol", never) == b"old"
    steps.forget_unfinished()
    assert steps.result("zaak") == "https://zaken/1"
    assert not steps.prepared("rol")
    assert await steps.prepare("rol", lambda: b"new") == b"new"
    steps = await bench.again(steps)
    assert await steps.prepare("rol", never) == b"new"


async def test_a_request_that_could_not_be_stored_is_not_handed_out() -> None:
    """Seen failing: when `prepare` suppresses the error, the unsaved request would be sent."""
    bench = Bench()
    steps = await bench.begin()
    bench.store.full = True
    with pytest.raises(StoreUnavailable):
        await steps.prepare("zaak", lambda: b"1")
    assert not steps.prepared("zaak")


async def test_a_failed_or_cancelled_write_does_not_lose_what_was_completed_before() -> None:
    """The outcome of a timed-out attempt must still carry the steps that were done."""
    bench = Bench()
    steps = await bench.begin()
    await steps.complete("zaak", "https://zaken/1")
    writing = asyncio.create_task(steps.prepare("rol", lambda: b"2"))
    await asyncio.sleep(0)
    writing.cancel()
    await asyncio.wait([writing])
    assert steps.unsaved == {"zaak": "https://zaken/1"}


async def test_under_a_stale_lease_nothing_is_prepared() -> None:
    bench = Bench()
    steps = await bench.begin()
    await bench.store.acquire_lease(
        "north", "thief", now=at(999), ttl=seconds(60), settle=seconds(0)
    )
    with pytest.raises(StaleLease):
        await steps.prepare("zaak", lambda: b"1")
