"""Cases that somebody else starts in the zaaksysteem: a portal, a colleague at another desk.

They are made through the same handlers as every call from outside, so that rules, audit trail and
notifications are those of any case. Persons are invented; the numbers are published test numbers.
"""

from __future__ import annotations

import asyncio
import base64
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from simulators.kit import ControlCall, ControlProblem, Incoming
from simulators.zgw import (
    documenten,
    rollen,
    sloten,
    statussen,
    zaakeigenschappen,
    zaakinformatieobjecten,
    zaakobjecten,
    zaken,
)
from simulators.zgw.auth import Client
from simulators.zgw.problems import Refusal
from simulators.zgw.starting_bodies import (
    adres,
    content_for,
    document_body,
    eigenschappen,
    roles,
    zaak_body,
    zaaktype_of,
)
from simulators.zgw.starting_judge import judge
from simulators.zgw.store import CATALOGI, DOCUMENTEN, ZAKEN, Record
from simulators.zgw.world import Call

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from simulators.zgw.world import World

_ASKED: dict[str, Any] = {
    "zaaktype": "B0237",
    "identificatie": "",
    "count": 1,
    "documents": 1,
    "size": 2_000,
    "rollen": 1,
    "initiator": True,
    "status": True,
    "pause": 0.0,
    "every": 0.0,
    "times": 1,
}
"""What POST /cases understands, with the defaults; `pause` and `every` are seconds."""

_DOCUMENTS = DOCUMENTEN + "enkelvoudiginformatieobjecten"
_BY_OTHERS = 0
"""Number of the request in the journal: nobody called."""


@dataclass(slots=True)
class Started:
    """What others made, for the judge: addresses of cases, statuses and documents."""

    cases: list[str] = field(default_factory=list)
    statuses: list[str] = field(default_factory=list)
    documents: list[tuple[str, str]] = field(default_factory=list)
    """Case and document."""


class Starter:
    """Starts cases on demand or on a schedule, and judges what was told about them."""

    def __init__(self, world: Callable[[], World]) -> None:
        self._world = world
        self._tasks: set[asyncio.Task[None]] = set()
        self.started = Started()

    def control_calls(self) -> Sequence[ControlCall]:
        return (
            ControlCall(method="POST", path="/cases", run=self._start),
            ControlCall(method="DELETE", path="/cases", run=self._stop_schedules),
            ControlCall(method="POST", path="/cases/status", run=self._add_status),
            ControlCall(method="POST", path="/cases/document", run=self._add_document),
            ControlCall(method="POST", path="/cases/version", run=self._add_version),
            ControlCall(method="POST", path="/cases/verdict", run=self._judge),
        )

    def forget(self) -> None:
        """Stop every schedule, and forget what was started."""
        for task in self._tasks:
            task.cancel()
        self.started = Started()

    async def stop(self) -> None:
        self.forget()
        if self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def done(self) -> None:
        """Wait until every schedule has ended."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    def _start(self, document: Any) -> dict[str, Any]:
        asked = _read(document, _ASKED)
        if not asked["every"] and not asked["pause"]:
            numbers = [self._whole_case(asked, number) for number in range(asked["count"])]
            return {"identificaties": numbers}
        task = asyncio.create_task(self._in_time(asked))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return {"identificaties": [], "scheduled": asked["count"] * asked["times"]}

    async def _in_time(self, asked: Mapping[str, Any]) -> None:
        for turn in range(asked["times"]):
            if turn:
                await asyncio.sleep(asked["every"])
            for number in range(asked["count"]):
                for _ in self._steps(asked, number):
                    await asyncio.sleep(asked["pause"])

    def _whole_case(self, asked: Mapping[str, Any], number: int) -> str:
        made = ""
        for step in self._steps(asked, number):
            made = made or step
        return made

    def _steps(self, asked: Mapping[str, Any], number: int) -> Iterator[str]:
        """Make one case, a call at a time; the first thing that it gives is the number."""
        world = self._world()
        zaaktype = zaaktype_of(world, asked["zaaktype"])
        wanted = f"{asked['identificatie']}{number or ''}" if asked["identificatie"] else ""
        zaak = _do(zaken.make, world, zaak_body(world, zaaktype, wanted))
        self.started.cases.append(zaak.url)
        yield str(zaak.body["identificatie"])
        person = len(self.started.cases)
        for body in roles(world, zaaktype, zaak, asked, person):
            _do(rollen.make, world, body)
            yield "rol"
        for body in eigenschappen(world, zaaktype, zaak):
            zaakeigenschappen.create(world, _call(body, zaak.uuid))
            yield "eigenschap"
        _do(zaakobjecten.make, world, adres(zaak))
        yield "zaakobject"
        if asked["status"]:
            self._set_status(world, zaak, "", "Gestart via het portaal")
            yield "status"
        for index in range(asked["documents"]):
            self._put_document(world, zaak, f"Bijlage {index + 1}", asked["size"])
            yield "document"

    def _stop_schedules(self, _document: Any) -> dict[str, int]:
        running = len(self._tasks)
        for task in self._tasks:
            task.cancel()
        return {"stopped": running}

    def _add_status(self, document: Any) -> dict[str, str]:
        """Of any case, also one that the core started."""
        asked = _read(document, {"identificatie": "", "statustype": "", "toelichting": "Vervolg"})
        world = self._world()
        zaak = _zaak(world, asked["identificatie"])
        return {"url": self._set_status(world, zaak, asked["statustype"], asked["toelichting"])}

    def _add_document(self, document: Any) -> dict[str, str]:
        asked = _read(document, {"identificatie": "", "titel": "Nagekomen stuk", "size": 2_000})
        world = self._world()
        zaak = _zaak(world, asked["identificatie"])
        return {"url": self._put_document(world, zaak, asked["titel"], asked["size"])}

    def _add_version(self, document: Any) -> dict[str, Any]:
        asked = _read(document, {"url": "", "size": 2_100})
        world = self._world()
        record = world.store.at(asked["url"], _DOCUMENTS)
        if record is None:
            raise ControlProblem("There is no document at this url.")
        lock = sloten.lock(world, _call({}, record.uuid)).body["lock"]
        content = content_for(asked["url"] + "2", asked["size"])
        body = {
            "inhoud": base64.b64encode(content).decode(),
            "bestandsomvang": len(content),
            "lock": lock,
        }
        documenten.partial_update(world, _call(body, record.uuid))
        record.own["lock"] = ""
        world.store[_DOCUMENTS].update(record, {"locked": False})
        return {"url": record.url, "versie": record.body["versie"]}

    def _judge(self, document: Any) -> dict[str, Any]:
        told = document.get("told") if isinstance(document, dict) else document
        if not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
            raise ControlProblem('Expected {"told": [CloudEvent, ...]} or a list of them.')
        try:
            return judge(self._world(), self.started, told).as_json()
        except (KeyError, TypeError) as err:
            raise ControlProblem(f"An event cannot be read: {err!r}.") from err

    def _set_status(self, world: World, zaak: Record, name: str, words: str) -> str:
        kinds = list(world.store[CATALOGI + "statustypen"].find("zaaktype", zaak.body["zaaktype"]))
        found = [kind for kind in kinds if kind.body["omschrijving"] == name]
        have = len(list(world.store[statussen.PATH].find("zaak", zaak.url)))
        body = {
            "zaak": zaak.url,
            "statustype": (found or kinds[min(have, len(kinds) - 2) :])[0].url,
            "datumStatusGezet": world.now_text(),
            "statustoelichting": words,
        }
        record = _do(statussen.make, world, body)
        self.started.statuses.append(record.url)
        return record.url

    def _put_document(self, world: World, zaak: Record, titel: str, size: int) -> str:
        body = document_body(world, zaak, titel, size)
        record = _do(documenten.make, world, body)
        link = {"zaak": zaak.url, "informatieobject": record.url, "titel": titel}
        _do(zaakinformatieobjecten.make, world, link)
        self.started.documents.append((zaak.url, record.url))
        return record.url


def _read(document: Any, known: Mapping[str, Any]) -> dict[str, Any]:
    """What was asked, with defaults; every value has the kind of its default."""
    given = {} if document is None else document
    if not isinstance(given, dict) or set(given) - set(known):
        raise ControlProblem(f"Expected an object with some of: {', '.join(known)}.")
    for name, value in given.items():
        kind = (int, float) if isinstance(known[name], float) else (type(known[name]),)
        if type(value) not in kind or (not isinstance(value, str) and value < 0):
            raise ControlProblem(f"{name} must be like {known[name]!r}.")
    return {**known, **given}


def _do(
    make: Callable[[World, Call, Mapping[str, Any]], Record], world: World, body: Any
) -> Record:
    try:
        return make(world, _call(body), body)
    except Refusal as refusal:
        codes = ", ".join(f"{one.name}: {one.code}" for one in refusal.params)
        raise ControlProblem(f"The zaaksysteem refuses that: {codes or refusal.kind}.") from refusal


def _call(body: Mapping[str, Any], *ids: str) -> Call:
    """A call of somebody with all rights; it did not come over the network."""
    incoming = Incoming(
        number=_BY_OTHERS,
        method="POST",
        path="",
        query="",
        headers={"Content-Type": "application/json"},
        body=json.dumps(body).encode(),
    )
    application = Record("", "", {"label": "Portaal", "heeftAlleAutorisaties": True})
    client = Client(
        client_id="portaal", user_id="portaal", user_name="Portaal", application=application
    )
    return Call(incoming, ids, client)


def _zaak(world: World, number: str) -> Record:
    found = world.store[ZAKEN + "zaken"].one(identificatie=number)
    if found is None:
        raise ControlProblem(f"There is no case {number!r}.")
    return found
