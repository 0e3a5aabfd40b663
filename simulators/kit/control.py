"""The control API: script faults, set the clock and the pace, read the journal, start afresh."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from aiohttp import web

from simulators.kit.exchange import ControlProblem
from simulators.kit.faults import KINDS
from simulators.kit.journal import page_of
from simulators.kit.pace import AT_ONCE, OPEN_ZAAK, Pace
from simulators.kit.page import CONTENT_SECURITY_POLICY, render
from simulators.kit.script import (
    check_keys,
    read_instant,
    read_number,
    read_outages,
    read_rules,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from datetime import datetime

    from simulators.kit.clock import SettableClock
    from simulators.kit.exchange import System
    from simulators.kit.faults import FaultBook, FaultRule
    from simulators.kit.journal import Journal

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_PAGE_SIZE = 500
_LARGEST_PAGE = 10_000
_LARGEST_BODY = 64 * 1024 * 1024  # a verdict is asked with all published messages in one body
_PACES = {"at-once": AT_ONCE, "open-zaak": OPEN_ZAAK}


class Controllable(Protocol):
    """The part of a simulator that the control API may touch."""

    @property
    def system(self) -> System: ...
    @property
    def journal(self) -> Journal: ...
    @property
    def faults(self) -> FaultBook: ...
    @property
    def clock(self) -> SettableClock: ...
    @property
    def pace(self) -> Pace: ...
    @property
    def base_url(self) -> str: ...
    @property
    def refusing(self) -> bool: ...

    async def script(self, rules: Iterable[FaultRule]) -> None: ...
    async def clear_faults(self) -> None: ...
    async def set_clock(self, instant: datetime, *, frozen: bool = True) -> None: ...
    async def advance_clock(self, step: timedelta) -> None: ...
    def set_pace(self, pace: Pace) -> None: ...
    async def reset(self) -> None: ...


def control_application(simulator: Controllable) -> web.Application:
    """Build the control API of one simulator."""
    control = _Control(simulator)
    app = web.Application(middlewares=[_problems], client_max_size=_LARGEST_BODY)
    app.add_routes(
        [
            web.get("/", control.page),
            web.get("/journal", control.journal),
            web.get("/effects", control.effects),
            web.get("/faults", control.faults),
            web.post("/faults", control.add_faults),
            web.delete("/faults", control.clear_faults),
            web.post("/outage", control.add_outage),
            web.get("/clock", control.clock),
            web.put("/clock", control.set_clock),
            web.get("/latency", control.latency),
            web.put("/latency", control.set_latency),
            web.post("/reset", control.reset),
        ]
    )
    for call in simulator.system.control_calls():
        app.router.add_route(call.method, call.path, _own_call(call.run))
    return app


class _Control:
    def __init__(self, simulator: Controllable) -> None:
        self._sim = simulator

    async def page(self, _request: web.Request) -> web.Response:
        return web.Response(
            text=render(self._sim),
            content_type="text/html",
            headers={"Content-Security-Policy": CONTENT_SECURITY_POLICY},
        )

    async def journal(self, request: web.Request) -> web.Response:
        journal = self._sim.journal
        page = page_of(tuple(journal.requests), **_paging(request))
        page["received"] = journal.received
        page["kept"] = len(journal.requests)
        return web.json_response(page)

    async def effects(self, request: web.Request) -> web.Response:
        effects = self._sim.journal.effects
        return web.json_response(page_of(effects, **_paging(request)) | {"count": len(effects)})

    async def faults(self, _request: web.Request) -> web.Response:
        return web.json_response(self._sim.faults.as_json(self._sim.clock.now()))

    async def add_faults(self, request: web.Request) -> web.Response:
        await self._sim.script(read_rules(await _document(request)))
        return await self.faults(request)

    async def clear_faults(self, request: web.Request) -> web.Response:
        await self._sim.clear_faults()
        return await self.faults(request)

    async def add_outage(self, request: web.Request) -> web.Response:
        outages = read_outages(await _document(request))
        await self._sim.script([outage.rule() for outage in outages])
        return await self.faults(request)

    async def clock(self, _request: web.Request) -> web.Response:
        clock = self._sim.clock
        return web.json_response({"now": clock.now().isoformat(), "frozen": clock.frozen})

    async def set_clock(self, request: web.Request) -> web.Response:
        document = _object(await _document(request))
        check_keys(document, ("now", "frozen", "advance", "real"), "the clock")
        if document.get("real"):
            self._sim.clock.reset()
            await self._sim.advance_clock(timedelta(0))
        elif "advance" in document:
            step = timedelta(seconds=read_number(document["advance"], "advance"))
            await self._sim.advance_clock(step)
        else:
            instant = read_instant(document.get("now"), "now")
            await self._sim.set_clock(instant, frozen=bool(document.get("frozen", True)))
        return await self.clock(request)

    async def latency(self, _request: web.Request) -> web.Response:
        return web.json_response(self._sim.pace.as_json())

    async def set_latency(self, request: web.Request) -> web.Response:
        self._sim.set_pace(_read_pace(_object(await _document(request))))
        return await self.latency(request)

    async def reset(self, request: web.Request) -> web.Response:
        await self._sim.reset()
        return await self.faults(request)


def _own_call(run: Callable[[Any], Any]) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        document = await _document(request) if request.can_read_body else None
        return web.json_response(run(document))

    return handle


@web.middleware
async def _problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except ControlProblem as problem:
        document = {
            "type": "about:blank",
            "title": "The control call was not understood; nothing was changed.",
            "status": 400,
            "detail": str(problem),
            "knownKinds": {
                kind.name: {
                    "phases": kind.phases,
                    "settings": kind.settings,
                    "summary": kind.summary,
                }
                for kind in KINDS.values()
            },
        }
        return web.json_response(document, status=400, content_type="application/problem+json")


async def _document(request: web.Request) -> Any:
    try:
        return json.loads(await request.read())
    except ValueError as err:
        raise ControlProblem("The body is not JSON.") from err


def _object(document: Any) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise ControlProblem("The body must be a JSON object.")
    return document


def _paging(request: web.Request) -> dict[str, int]:
    try:
        after = int(request.query.get("after", "0"))
        limit = int(request.query.get("limit", str(_PAGE_SIZE)))
    except ValueError as err:
        raise ControlProblem("'after' and 'limit' must be whole numbers.") from err
    if not 1 <= limit <= _LARGEST_PAGE:
        raise ControlProblem(f"'limit' must lie between 1 and {_LARGEST_PAGE}.")
    return {"after": after, "limit": limit}


def _read_pace(document: dict[str, Any]) -> Pace:
    check_keys(document, ("seconds", "jitter", "capacity", "as"), "the latency")
    if "as" in document:
        if document["as"] not in _PACES:
            raise ControlProblem(f"Unknown pace {document['as']!r}; known: {', '.join(_PACES)}.")
        return _PACES[document["as"]]
    capacity = document.get("capacity")
    return Pace(
        seconds=read_number(document.get("seconds", 0), "seconds"),
        jitter=read_number(document.get("jitter", 0), "jitter"),
        capacity=None if capacity is None else int(read_number(capacity, "capacity", least=1)),
    )
