"""Settings, questions and an adapter for the tests of stuf_bg."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from adapters.contract import AskContext, Question
from adapters.stuf_bg import StufBgAdapter, StufBgSettings
from simulators.kit import running
from simulators.stuf_bg import Options, StufBgSimulator
from tests.conformance.worker import WallClock

CLOCK = WallClock()
CONTEXT = AskContext(attempt=1, clock=CLOCK)


def settings(url: str, **others: Any) -> StufBgSettings:
    chosen: dict[str, Any] = {
        "zender": {"applicatie": "SCHAKEL", "organisatie": "0344"},
        "ontvanger": {"applicatie": "GWS4all"},
        "beantwoord_vraag_url": url,
        **others,
    }
    return StufBgSettings(**chosen)


def raadplegen(bsn: str, *, seconds: float = 30) -> Question:
    return question("persoon.raadplegen", {"bsn": bsn}, seconds=seconds)


def question(kind: str, data: dict[str, Any], *, seconds: float = 30) -> Question:
    return Question(
        type=kind,
        tenant="0344",
        data=data,
        deadline=CLOCK.now() + timedelta(seconds=seconds),
        caller="balie",
    )


@asynccontextmanager
async def asking(
    options: Options | None = None, **others: Any
) -> AsyncIterator[tuple[StufBgAdapter, StufBgSimulator]]:
    async with running(StufBgSimulator(options=options)) as simulator:
        adapter = StufBgAdapter(settings(simulator.url, **others), clock=CLOCK)
        try:
            yield adapter, simulator
        finally:
            await adapter.aclose()
