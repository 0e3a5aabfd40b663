"""Letters through the adapter without a hub: what it tells itself is delivered to it again."""

from __future__ import annotations

import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from adapters.berichtenbox import BerichtenboxAdapter, BerichtenboxSettings
from adapters.berichtenbox.letters import numbers_of
from schemas import Message, parse_message
from schemas.examples.loading import load
from simulators.berichtenbox import BerichtenboxSimulator, Options
from simulators.berichtenbox.gateway import HOST
from simulators.kit import running
from simulators.town import town
from tests.adapters.roundabout import BEGIN, Roundabout, Watch

TOWN: Final = town(1, 60)
PEOPLE: Final = [bsn for bsn, one in TOWN.persons.items() if one.opgeschort is None]
WANTS: Final = next(bsn for bsn in PEOPLE if int(bsn) % 3)
WANTS_NOT: Final = next(bsn for bsn in PEOPLE if int(bsn) % 3 == 0)
__all__ = ["BEGIN", "Post", "Watch"]

OIN: Final = "00000099000000001000"
SOURCE: Final = "urn:nld:oin:00000001002220647000:systeem:berichtenbox"
GEVRAAGD: Final = "nl.burgerzaken.berichtenbox.gevraagd"


def letter(number: str = "1", bsn: str = WANTS, **data: Any) -> Message:
    raw = load(GEVRAAGD)
    return parse_message(
        {**raw, "id": f"brief-{number}", "data": raw["data"] | {"bsn": bsn} | data}
    )


def settings(base_url: str, **gateway: Any) -> BerichtenboxSettings:
    return BerichtenboxSettings.model_validate(
        {
            "url": f"{base_url}/BerichtenboxValidatieService",
            "leverancier": OIN,
            "http": gateway.get("http", {}),
            "gateway": {
                "root": f"{base_url}/service/rest/v19",
                "host": HOST,
                "cpa_id": Options().cpa,
                "from_oin": OIN,
                "user": Options().user,
                "password": Options().password,
                **gateway,
            },
        }
    )


@dataclass(slots=True, kw_only=True)
class Post(Roundabout):
    """A Berichtenbox adapter, and the Berichtenbox."""

    simulator: BerichtenboxSimulator

    @property
    def known(self) -> dict[str, Any]:
        """What the hub remembers of the one letter."""
        [found] = [json.loads(one["_brief"]) for one in self.references.values() if "_brief" in one]
        assert isinstance(found, dict)
        return found


@asynccontextmanager
async def posting(
    options: Options | None = None, *, tls: ssl.SSLContext | None = None, **gateway: Any
) -> AsyncIterator[Post]:
    clock = Watch()
    made = BerichtenboxSimulator(town=TOWN, options=options, tls=tls)
    async with running(made) as simulator:
        simulator.clock.set(clock.at, frozen=True)
        adapter = BerichtenboxAdapter(settings(simulator.base_url, **gateway), clock=clock)
        try:
            yield Post(
                adapter=adapter,
                simulator=simulator,
                simulated=simulator,
                clock=clock,
                source=SOURCE,
            )
        finally:
            await adapter.aclose()


def number_of(message: Message) -> str:
    return numbers_of(message).letter
