"""A simulated zaaksysteem of some habit, with an adapter and a worker that talk to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from adapters.stuf_zds import StufZdsAdapter
from simulators.kit import running
from simulators.stuf_zds import StufZdsSimulator
from simulators.stuf_zds.habits import STANDAARD, Habits
from simulators.stuf_zds.state import Case, Document
from tests.adapters.stuf_zds.messages import DOCUMENTS, ZAAK, adapter, simulator
from tests.conformance.worker import WallClock, Worker


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    simulator: StufZdsSimulator
    adapter: StufZdsAdapter
    worker: Worker

    def case(self, number: str = ZAAK) -> Case:
        return self.simulator.world.state.cases[number]

    def document(self, number: str = "DOC-2026-0001") -> Document:
        return self.simulator.world.state.documents[number]

    def effects(self, kind: str) -> int:
        return sum(effect.kind == kind for effect in self.simulator.journal.effects)

    def actions(self) -> list[str]:
        """The operations that were called, by their SOAPAction."""
        requests = self.simulator.journal.requests
        actions = [one.headers.get("SOAPAction", "") for one in requests]
        return [one.strip('"').rpartition("/")[2].partition("_")[0] for one in actions]

    def bodies(self, endpoint: str) -> list[bytes]:
        """What came in at an endpoint, in order."""
        requests = self.simulator.journal.requests
        return [one.body or b"" for one in requests if one.path.endswith(endpoint)]


@asynccontextmanager
async def talking(habits: Habits = STANDAARD, **changes: Any) -> AsyncIterator[Talk]:
    async with running(simulator(habits)) as running_simulator:
        made = adapter(running_simulator.base_url, WallClock(), **changes)
        try:
            yield Talk(
                simulator=running_simulator,
                adapter=made,
                worker=Worker(made, documents=DOCUMENTS),
            )
        finally:
            await made.aclose()
