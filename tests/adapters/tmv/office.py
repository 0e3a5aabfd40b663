"""A TMV adapter of one municipality, and a simulated Terugmeldvoorziening."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from adapters.tmv import TmvAdapter, TmvSettings
from schemas import Message, parse_message
from schemas.examples.loading import load
from simulators.kit import running
from simulators.tmv import Options, TmvSimulator
from tests.adapters.roundabout import BEGIN, Roundabout, Watch

BSN: Final = "999993653"
ACCOUNT: Final[dict[str, Any]] = {"user": "beperkt", "password": "alleen-voor-proeven"}
SOURCE: Final = "urn:nld:oin:00000001002220647000:systeem:tmv"
TYPE: Final = "nl.burgerzaken.terugmelding."


def message(name: str, number: str = "1", *, subject: str | None = None, **data: Any) -> Message:
    raw = load(TYPE + name)
    changed = {"id": f"{name}-{number}", "data": raw["data"] | data}
    return parse_message({**raw, **changed, **({"subject": subject} if subject else {})})


def settings(url: str, **given: Any) -> TmvSettings:
    return TmvSettings.model_validate({"url": url, "gemeente": "0344", **ACCOUNT, **given})


@dataclass(slots=True, kw_only=True)
class Office(Roundabout):
    simulator: TmvSimulator

    def plant(self, **given: Any) -> str:
        """Have another organisation report something about one of our inhabitants."""
        asked = {"bsn": BSN, "gemeente": "0344", "origineel": "A", "voorgesteld": "B", **given}
        return str(self.simulator.tmv.plant(asked)["dossiernummer"])

    def change(self, number: str, **given: Any) -> None:
        self.simulator.tmv.change({"dossiernummer": int(number), **given})


@asynccontextmanager
async def office(
    options: Options | None = None, *, tls: Any = None, **given: Any
) -> AsyncIterator[Office]:
    clock = Watch(BEGIN)
    made = TmvSimulator(options=options or Options(**ACCOUNT), tls=tls)
    async with running(made) as simulator:
        simulator.clock.set(clock.at, frozen=True)
        adapter = TmvAdapter(settings(simulator.url, **given), clock=clock)
        try:
            yield Office(
                adapter=adapter,
                simulator=simulator,
                simulated=simulator,
                clock=clock,
                source=SOURCE,
            )
        finally:
            await adapter.aclose()
