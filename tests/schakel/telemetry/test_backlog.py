from __future__ import annotations

from collections.abc import Sequence

from prometheus_client import CollectorRegistry, generate_latest

from continuity.store.memory import MemoryStore
from continuity.store.records import Count
from schakel.telemetry import Backlog
from tests.schakel.http.harness import FakeClock


class CountingStore(MemoryStore):
    read = 0

    async def counts(self) -> Sequence[Count]:
        self.read += 1
        return await super().counts()


async def test_scrapes_within_a_second_read_the_store_once() -> None:
    store, clock = CountingStore(), FakeClock()
    backlog = Backlog(store, clock, CollectorRegistry())
    for _ in range(3):
        await backlog.refresh()
    assert store.read == 1
    clock.advance(seconds=1)
    await backlog.refresh()
    assert store.read == 2


async def test_held_destinations_are_shown() -> None:
    store, clock, registry = MemoryStore(), FakeClock(), CollectorRegistry()
    await store.hold("zaken", by="an operator", reason="maintenance", now=clock.now())
    await Backlog(store, clock, registry).refresh()
    lines = generate_latest(registry).decode().splitlines()
    assert 'schakel_destination_held{destination="zaken"} 1.0' in lines
    assert 'schakel_oldest_open_seconds{destination="zaken"} 0.0' in lines


def test_nothing_is_shown_before_the_first_reading() -> None:
    registry = CollectorRegistry()
    Backlog(MemoryStore(), FakeClock(), registry)
    assert b"{" not in generate_latest(registry)
