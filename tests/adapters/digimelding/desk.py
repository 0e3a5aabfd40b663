"""A Digimelding adapter of one municipality, and a simulated Digimelding."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from adapters.contract import Clock, Polled
from adapters.digimelding import DigimeldingAdapter, DigimeldingSettings
from simulators.digimelding import DigimeldingSimulator, Options
from simulators.kit import running
from tests.adapters.roundabout import Roundabout, Watch

OIN: Final = Options().oin
SOURCE: Final = "urn:nld:oin:00000001002220647000:systeem:digimelding"


def settings(url: str, **given: Any) -> DigimeldingSettings:
    sender = {"naam": "Balie burgerzaken", "email": "burgerzaken@gemeente.example"}
    return DigimeldingSettings.model_validate(
        {"url": url, "oin": OIN, "oin_from": OIN, **sender, **given}
    )


class Looking(DigimeldingAdapter):
    """Nothing has to be looked for: each report is followed by itself."""

    async def poll(self, cursor: str | None, clock: Clock) -> Polled:
        del clock
        return Polled(news=(), cursor=cursor or "")


@dataclass(slots=True, kw_only=True)
class Desk(Roundabout):
    simulator: DigimeldingSimulator


@asynccontextmanager
async def desk(
    options: Options | None = None, *, tls: Any = None, **given: Any
) -> AsyncIterator[Desk]:
    clock = Watch()
    async with running(DigimeldingSimulator(options=options, tls=tls)) as simulator:
        simulator.clock.set(clock.at, frozen=True)
        adapter = Looking(settings(simulator.url, **given), clock=clock)
        try:
            yield Desk(
                adapter=adapter,
                simulator=simulator,
                simulated=simulator,
                clock=clock,
                source=SOURCE,
            )
        finally:
            await adapter.aclose()
