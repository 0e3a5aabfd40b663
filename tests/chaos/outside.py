"""The world outside: residents and colleagues who start cases in the zaaksystemen themselves.

What they do is in the books of the zaaksystemen; those tell the hub, and again until it has it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from random import Random
from typing import Any, Final

import httpx

from tests.chaos.cluster import Cluster
from tests.chaos.publishing import Core
from tests.chaos.systems import PORTAL, STARTING, STUF, System

SECONDS: Final = (0.3, 1.7)
"""Between two things that happen at one zaaksysteem."""
_PERSONS: Final = ("999993653", "999990019", "999991772", "999992132")
_SETTLED: Final = 2.0
"""Seconds that the statuses of a case lie apart: a case has one at a time, to the second."""

Act = Callable[["Outside"], Awaitable[None]]


class Outside:
    def __init__(self, cluster: Cluster, core: Core, random: Random) -> None:
        self._cluster = cluster
        self._core = core
        self._random = random
        self._last_status: dict[str, float] = {}
        self._cases: dict[str, list[str]] = {PORTAL: [], STUF: []}
        self._slow: list[str] = []
        self._documents: list[str] = []
        self._renewed: set[str] = set()
        """Documents that got a new version."""
        self._helped: set[str] = set()
        """Cases of the core at the portal, in which others put something."""
        self.closing = False

    async def go_on(self) -> None:
        """Until `closing`; what is begun is done."""
        async with asyncio.TaskGroup() as group:
            for name, table in ((PORTAL, _AT_THE_PORTAL), (STUF, _IN_STUF)):
                group.create_task(self._go_on(table, name))

    async def last_word(self) -> None:
        """One thing more for every case at the portal in which others did something.

        A notification that got lost is made up for by the next one about the same case; one about
        a new version of a document, by the next about that document.
        """
        await self._portal.delete("/cases")
        await asyncio.sleep(_SETTLED)
        for number in (*self._cases[PORTAL], *self._slow):
            await self._portal.post("/cases/status", {"identificatie": number})
        for number in sorted(self._helped):
            await self._portal.post("/cases/document", {"identificatie": number})
        for url in sorted(self._renewed):
            await self._portal.post("/cases/version", {"url": url})

    @property
    def _portal(self) -> System:
        return self._cluster.systems[PORTAL]

    @property
    def _stuf(self) -> System:
        return self._cluster.systems[STUF]

    async def _go_on(self, table: Mapping[Act, int], name: str) -> None:
        acts, weights = list(table), list(table.values())
        while not self.closing:
            [act] = self._random.choices(acts, weights)
            if self._cases[name] or act in {_starts_there, _starts_in_stuf}:
                await act(self)
            await asyncio.sleep(self._random.uniform(*SECONDS))

    def _some_case(self, name: str) -> str:
        return self._random.choice(self._cases[name])

    def _core_case(self, name: str) -> str | None:
        """A case that the core opened in this zaaksysteem, or is about to."""
        code = STARTING[name]
        known = {str(one["subject"]) for one in self._core.acknowledged if one["tenant"] == code}
        return self._random.choice(sorted(known)) if known else None

    def _status_may_come(self, number: str) -> bool:
        now = asyncio.get_running_loop().time()
        if now - self._last_status.get(number, 0.0) < _SETTLED:
            return False
        self._last_status[number] = now
        return True


# --- at the portal: what is made there is notified by itself ---


async def _starts_there(outside: Outside) -> None:
    made = await outside._portal.post("/cases", {"rollen": 2, "size": 3_000})
    for number in made["identificaties"]:
        outside._cases[PORTAL].append(number)
        outside._status_may_come(number)  # it has its first


async def _starts_slowly(outside: Outside) -> None:
    """A case in many calls, as a form that is filled in: the hub may see half of it."""
    number = f"FORMULIER-{len(outside._slow) + 1}"
    asked = {"identificatie": number, "pause": outside._random.uniform(0.05, 0.6)}
    await outside._portal.post("/cases", {**asked, "rollen": 3, "documents": 2})
    outside._slow.append(number)


async def _status_there(outside: Outside) -> None:
    number = outside._some_case(PORTAL)
    if outside._status_may_come(number):
        await outside._portal.post("/cases/status", {"identificatie": number})


async def _document_there(outside: Outside) -> None:
    asked = {"identificatie": outside._some_case(PORTAL), "titel": "Nagekomen stuk"}
    made = await outside._portal.post("/cases/document", asked)
    outside._documents.append(made["url"])


async def _version_there(outside: Outside) -> None:
    if outside._documents:
        url = outside._random.choice(outside._documents)
        await outside._portal.post("/cases/version", {"url": url})
        outside._renewed.add(url)


async def _document_in_a_case_of_the_core(outside: Outside) -> None:
    number = outside._core_case(PORTAL)
    if number is not None:
        asked = {"identificatie": number, "titel": "Nagekomen stuk"}
        if await _if_there(outside._portal, "/cases/document", asked):
            outside._helped.add(number)


# --- in StUF: what is to be told is said ---


async def _starts_in_stuf(outside: Outside) -> None:
    person = outside._random.choice(_PERSONS)
    case = {
        "zaaktype": {"code": "B0237", "omschrijving": "Verhuizing behandelen"},
        "omschrijving": "Verhuizing via de balie",
        "initiator": {"bsn": person, "geslachtsnaam": "Verzonnen"},
        "documents": [{"titel": "Huurcontract", "tekst": f"Huurcontract {person}"}],
    }
    made = await outside._stuf.post("/cases", case | _told(outside))
    outside._cases[STUF].append(str(made["zaakidentificatie"]))


async def _status_in_stuf(outside: Outside) -> None:
    number = outside._some_case(STUF)
    if outside._status_may_come(number):
        asked = {"zaakidentificatie": number, "omschrijving": "In behandeling"}
        await outside._stuf.post("/statuses", asked | _told(outside))


async def _document_in_stuf(outside: Outside) -> None:
    asked = {"zaakidentificatie": outside._some_case(STUF), "titel": "Nagekomen", "tekst": "x"}
    await outside._stuf.post("/documents", asked | _told(outside))


async def _document_in_a_stuf_case_of_the_core(outside: Outside) -> None:
    number = outside._core_case(STUF)
    if number is not None:
        asked = {"zaakidentificatie": number, "titel": "Nagekomen", "tekst": "y"}
        await _if_there(outside._stuf, "/documents", asked | _told(outside))


async def _echo(outside: Outside) -> None:
    """It tells the hub of what came from the hub, as many zaaksystemen do."""
    number = outside._core_case(STUF)
    if number is not None:
        message = outside._random.choice(["creeerZaak", "actualiseerZaakstatus"])
        asked = {"zaakidentificatie": number, "message": message}
        await _if_there(outside._stuf, "/push", asked)


def _told(outside: Outside) -> dict[str, Any]:
    """Told to the hub; at times the same bytes once more after they were acknowledged."""
    return {"push": True, "repeat": outside._random.random() < 0.2}


async def _if_there(system: System, path: str, asked: Mapping[str, Any]) -> bool:
    """False when the desk knows no such case: what the core sent is still on its way."""
    answer = await system.control.post(path, json=asked)
    if answer.status_code == httpx.codes.BAD_REQUEST:
        return False
    answer.raise_for_status()
    return True


_AT_THE_PORTAL: Final[Mapping[Act, int]] = {
    _starts_there: 5,
    _starts_slowly: 1,
    _status_there: 2,
    _document_there: 1,
    _version_there: 1,
    _document_in_a_case_of_the_core: 1,
}
_IN_STUF: Final[Mapping[Act, int]] = {
    _starts_in_stuf: 4,
    _status_in_stuf: 2,
    _document_in_stuf: 1,
    _document_in_a_stuf_case_of_the_core: 1,
    _echo: 2,
}
