"""How much waits and since when, read from the store's own counters when somebody scrapes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from adapters.contract import Clock
from continuity.store.contract import Reading
from continuity.store.records import Count, DestinationStatus

FRESH: Final = timedelta(seconds=1)
"""A scrape within this time of the one before sees the same figures: scraping costs no more."""


class Backlog(Collector):
    """`refresh` reads the store; `collect`, which Prometheus' client calls, only looks back."""

    def __init__(self, store: Reading, clock: Clock, registry: CollectorRegistry) -> None:
        self._store = store
        self._clock = clock
        self._lock = asyncio.Lock()
        self._read_at: datetime | None = None
        self._counts: Sequence[Count] = ()
        self._destinations: Sequence[DestinationStatus] = ()
        registry.register(self)

    async def refresh(self) -> None:
        """Raises `StoreUnavailable`."""
        async with self._lock:
            now = self._clock.now()
            if self._read_at is not None and now - self._read_at < FRESH:
                return
            self._counts = await self._store.counts()
            self._destinations = await self._store.destinations()
            self._read_at = now

    def describe(self) -> Iterable[Metric]:
        """Nothing to announce: the names are fixed in `collect`."""
        return ()

    def collect(self) -> Iterable[Metric]:
        deliveries = GaugeMetricFamily(
            "schakel_deliveries",
            "Deliveries by destination, tenant and state; waiting is the backlog.",
            labels=("destination", "tenant", "state"),
        )
        for count in self._counts:
            labels = (count.destination, count.tenant, count.state.value)
            deliveries.add_metric(labels, count.count)
        age = GaugeMetricFamily(
            "schakel_oldest_open_seconds",
            "Age of the oldest delivery that is waiting, sending or uncertain; 0 without one.",
            labels=("destination",),
        )
        held = GaugeMetricFamily(
            "schakel_destination_held",
            "1 while an operator holds the destination.",
            labels=("destination",),
        )
        for status in self._destinations:
            age.add_metric((status.name,), self._age(status))
            held.add_metric((status.name,), float(status.held_by is not None))
        return (deliveries, age, held)

    def _age(self, status: DestinationStatus) -> float:
        if status.oldest_open_at is None or self._read_at is None:
            return 0.0
        return max(0.0, (self._read_at - status.oldest_open_at).total_seconds())
