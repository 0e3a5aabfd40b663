"""What the postroom demo asks of a simulated zaaksysteem: start something, judge by its books."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from typing import Any, Final, Protocol

from schakel.demo.casts import STUF_PASSWORD, STUF_USER
from schakel.demo.stage import Stage, StageFailed

Json = dict[str, Any]
_BURST_SECONDS: Final = 0.05
_STUF_CASE: Final[Json] = {
    "zaaktype": {"code": "B0237", "omschrijving": "Verhuizing behandelen"},
    "omschrijving": "Verhuizing via het portaal",
    "initiator": {"bsn": "999993653", "geslachtsnaam": "Duinrade", "voornamen": "Femke"},
    "documents": [{"titel": "Huurcontract", "tekst": "Huurcontract van een verzonnen woning."}],
    "push": True,
}


class Books(Protocol):
    async def introduce(self, stage: Stage) -> None:
        """Makes the hub known to the zaaksysteem."""

    async def start(self, stage: Stage, count: int) -> None:
        """Starts cases there, one after the other."""

    async def stutter(self, stage: Stage) -> None:
        """From here on it says things twice, and in another order, as far as it may."""

    async def add_document(self, stage: Stage, case: str) -> None: ...

    async def missing(self, stage: Stage, received: Sequence[Json]) -> int:
        """How much of what it did or is about to tell has not come out."""

    async def verdict(self, stage: Stage, received: Sequence[Json]) -> Json:
        """`told`, `lost`, `doubled`, `outOfOrder` and the findings."""


class ZgwBooks:
    """A zaaksysteem with the ZGW APIs, which sends notifications."""

    async def introduce(self, stage: Stage) -> None:
        """Subscribes as an operator would, with the command for it."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "schakel",
            "subscriptions",
            "ensure",
            "zaaksysteem",
            "--url",
            stage.hub_url,
            "--config",
            "schakel.toml",
            cwd=stage.folder,
            env=stage.environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        if process.returncode:
            raise StageFailed(f"no subscription could be made: {said.decode()[-500:]}")
        stage.console.print("   subscribed: schakel subscriptions ensure zaaksysteem --url ...")

    async def start(self, stage: Stage, count: int) -> None:
        for _ in range(count):
            await _post(stage, "/cases", {"rollen": 2})
            await asyncio.sleep(_BURST_SECONDS)

    async def stutter(self, stage: Stage) -> None:
        answer = await stage.control.put("/notifications", json={"double": 0.5, "swap": 0.3})
        answer.raise_for_status()

    async def add_document(self, stage: Stage, case: str) -> None:
        await _post(stage, "/cases/document", {"identificatie": case})

    async def missing(self, stage: Stage, received: Sequence[Json]) -> int:
        found = await self.verdict(stage, received)
        return int(found["lost"])

    async def verdict(self, stage: Stage, received: Sequence[Json]) -> Json:
        found = await _post(stage, "/cases/verdict", {"told": list(received)})
        return {**found, "told": found["started"]}


class StufBooks:
    """A zaaksysteem that sends StUF messages."""

    def __init__(self) -> None:
        self._repeat = False

    async def introduce(self, stage: Stage) -> None:
        answer = await stage.control.put(
            "/consumer",
            json={
                "url": f"{stage.hub_url}/inbound/0344/zaaksysteem/OntvangAsynchroon",
                "profile": "1.1",
                "basic": {"name": STUF_USER, "secret": STUF_PASSWORD},
                "pauses": [0.3] * 100,
            },
        )
        answer.raise_for_status()
        stage.console.print("   it knows the hub as the application that it sends to")

    async def start(self, stage: Stage, count: int) -> None:
        for _ in range(count):
            case = await _post(stage, "/cases", _STUF_CASE | {"repeat": self._repeat})
            status = {"omschrijving": "Ontvangen", "push": True, "repeat": self._repeat}
            await _post(stage, "/statuses", {"zaakidentificatie": _number(case), **status})
            await asyncio.sleep(_BURST_SECONDS)

    async def stutter(self, stage: Stage) -> None:
        del stage
        self._repeat = True

    async def add_document(self, stage: Stage, case: str) -> None:
        asked = {"zaakidentificatie": case, "titel": "Nagekomen stuk", "tekst": "x", "push": True}
        await _post(stage, "/documents", asked)

    async def missing(self, stage: Stage, received: Sequence[Json]) -> int:
        answer = await stage.control.get("/pushes")
        pushes: list[Json] = answer.raise_for_status().json()
        waiting = len([push for push in pushes if push["outcome"] == "waiting"])
        found = await self.verdict(stage, received)
        return waiting + int(found["lost"])

    async def verdict(self, stage: Stage, received: Sequence[Json]) -> Json:
        found = await _post(stage, "/verdict", {"received": list(received)})
        return {**found, "told": found["published"]}


def _number(case: Json) -> str:
    return str(case.get("zaakidentificatie") or case.get("identificatie") or case["number"])


async def _post(stage: Stage, path: str, body: Json) -> Json:
    answer = await stage.control.post(path, json=body)
    answer.raise_for_status()
    result: Json = answer.json()
    return result
