"""The simulated zaaksysteem: from a request to an answer, in the order in which Open Zaak checks.

First whether the caller accepts JSON, then who it is, then the method, the CRS headers, the body,
the authorisation on the type, and only then the fields.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import re
from typing import TYPE_CHECKING, Any

from simulators.kit import Answer, ControlCall, ControlProblem, form_for
from simulators.zgw.audit import AuditTrail
from simulators.zgw.auth import Gate
from simulators.zgw.notifier import RETRY_DELAYS, Notifier
from simulators.zgw.notifier_habits import read_habits
from simulators.zgw.overview import overview
from simulators.zgw.planting import plant
from simulators.zgw.problems import Refusal, problem_body, status_of
from simulators.zgw.routes import ROUTES
from simulators.zgw.seed import DEFAULT_SEED
from simulators.zgw.starting import Starter
from simulators.zgw.store import DOCUMENTEN, Store
from simulators.zgw.verdict import verdict
from simulators.zgw.world import Call, Options, World

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulators.kit import Incoming, Sink, Surroundings, Table
    from simulators.zgw.routes import Route
    from simulators.zgw.seed import Seed
    from simulators.zgw.world import Reply

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_CRS = "EPSG:4326"
_ACCEPTABLE = ("application/json", "application/*", "*/*")
_NO_SUCH_PAGE = (
    b"<!doctype html><html lang='nl'><title>404</title><h1>Pagina niet gevonden</h1></html>"
)
_FIXED = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Vary": "origin, Cookie",
}


class ZgwSystem:
    """Catalogi, Zaken, Documenten, Besluiten, Autorisaties and Notificaties on one address."""

    name = "ZGW zaaksysteem"

    def __init__(
        self,
        *,
        seed: Seed = DEFAULT_SEED,
        id_seed: int = 0,
        options: Options | None = None,
        retry_delays: Sequence[float] = RETRY_DELAYS,
    ) -> None:
        self._seed = seed
        self._id_seed = id_seed
        self._options = options or Options()
        self._retry_delays = retry_delays
        self._surroundings: Surroundings | None = None
        self._world: World | None = None
        self.starter = Starter(lambda: self.world)
        self._headers = {path: _headers_of(route) for path, route in ROUTES.items()}

    @property
    def world(self) -> World:
        """The state, for tests and for the overview; exists from `start` on."""
        if self._world is None:
            raise ControlProblem("The simulator has not been started yet.")
        return self._world

    async def start(self, surroundings: Surroundings) -> None:
        self._surroundings = surroundings
        self._world = self._new_world(surroundings)

    async def stop(self) -> None:
        await self.starter.stop()
        if self._world is not None:
            await self._world.notifier.stop()

    def reset(self) -> None:
        if self._surroundings is not None:
            self.starter.forget()
            self.world.notifier.forget()
            self._world = self._new_world(self._surroundings, self.world.notifier)

    async def answer(self, incoming: Incoming) -> Answer:
        pattern, ids = _pattern(incoming.path)
        route = ROUTES.get(pattern)
        if route is None:
            return Answer(status=404, body=_NO_SUCH_PAGE, headers={"Content-Type": "text/html"})
        headers = dict(self._headers[pattern])
        if incoming.method == "OPTIONS":
            return Answer(status=200, headers=headers)
        try:
            reply = self._handle(route, incoming, ids)
            if inspect.isawaitable(reply):
                reply = await reply
        except Refusal as refusal:
            return self._refused(route, refusal, headers)
        return _as_answer(reply, incoming, headers)

    def sink_for(self, method: str, path: str, headers: Mapping[str, str]) -> Sink | None:
        """The parts of large files are taken in pieces."""
        if method == "PUT" and path.startswith(DOCUMENTEN + "bestandsdelen/"):
            return form_for(headers, "inhoud")
        return None

    def tables(self) -> Sequence[Table]:
        return overview(self.world)

    def control_calls(self) -> Sequence[ControlCall]:
        return (
            ControlCall(method="POST", path="/verdict", run=self._verdict),
            ControlCall(method="PUT", path="/credentials", run=self._put_credentials),
            ControlCall(method="PUT", path="/options", run=self._put_options),
            ControlCall(method="GET", path="/notifications", run=self._get_habits),
            ControlCall(method="PUT", path="/notifications", run=self._put_habits),
            *self.starter.control_calls(),
        )

    def _new_world(self, around: Surroundings, notifier: Notifier | None = None) -> World:
        store = Store(around.base_url, self._id_seed)
        plant(store, self._seed)
        gate = Gate(store, around.clock, dict(self._seed.secrets))
        sender = Notifier(store, around.clock, self._retry_delays)
        if notifier is not None:
            sender.take_over(notifier)
        return World(
            store=store,
            clock=around.clock,
            journal=around.journal,
            gate=gate,
            audit=AuditTrail(store, around.clock),
            notifier=sender,
            options=self._options,
        )

    def _handle(self, route: Route, incoming: Incoming, ids: tuple[str, ...]) -> Any:
        world = self.world
        if not route.any_accept:
            _check_accept(incoming.headers.get("Accept", ""))
        client = world.gate.admit(incoming.headers)
        handler = route.methods.get(incoming.method)
        if handler is None:
            detail = f'Methode "{incoming.method}" niet toegestaan.'
            raise Refusal("MethodNotAllowed", detail=detail)
        if route.crs:
            _check_crs(incoming)
        return handler(world, Call(incoming, ids, client))

    def _refused(self, route: Route, refusal: Refusal, headers: dict[str, str]) -> Answer:
        store = self.world.store
        title = route.validation_title if refusal.kind == "ValidationError" else ""
        body = problem_body(refusal, base_url=store.base_url, instance=store.new_id(), title=title)
        headers["Content-Type"] = "application/json"
        return Answer(status=status_of(refusal), body=_json(body), headers=headers)

    def _verdict(self, document: Any) -> dict[str, Any]:
        published = document.get("published") if isinstance(document, dict) else document
        if not isinstance(published, list) or not all(isinstance(e, dict) for e in published):
            raise ControlProblem('Expected {"published": [CloudEvent, ...]} or a list of them.')
        try:
            effects = [one for one in self.world.journal.effects if one.request]
            return verdict(effects, published).as_json()  # without what others started here
        except (KeyError, TypeError, ValueError) as err:
            raise ControlProblem(f"A published event cannot be read: {err!r}.") from err

    def _put_credentials(self, document: Any) -> dict[str, str]:
        if not isinstance(document, dict) or set(document) != {"clientId", "secret"}:
            raise ControlProblem('Expected {"clientId": "...", "secret": "..."}.')
        self.world.gate.secrets[str(document["clientId"])] = str(document["secret"])
        self.world.gate.forget()
        return {"clientId": str(document["clientId"])}

    def _get_habits(self, _document: Any) -> dict[str, Any]:
        notifier = self.world.notifier
        return {**notifier.habits.as_json(), "waiting": notifier.waiting}

    def _put_habits(self, document: Any) -> dict[str, Any]:
        self.world.notifier.habits = read_habits(document)
        return self._get_habits(None)

    def _put_options(self, document: Any) -> dict[str, int]:
        size = document.get("partSize") if isinstance(document, dict) else None
        if not isinstance(size, int) or size < 1 or set(document) != {"partSize"}:
            raise ControlProblem('Expected {"partSize": bytes of one bestandsdeel}.')
        self._options.part_size = size
        return {"partSize": size}


def _pattern(path: str) -> tuple[str, tuple[str, ...]]:
    ids = tuple(_UUID.findall(path))
    return (_UUID.sub("*", path) if ids else path), ids


def _headers_of(route: Route) -> dict[str, str]:
    headers = {"Allow": route.allow, **_FIXED}
    if route.version:
        headers["API-version"] = route.version
    if route.crs:
        headers["Content-Crs"] = _CRS
    return headers


def _check_accept(accept: str) -> None:
    if not accept:
        return
    asked = [part.partition(";")[0].strip() for part in accept.split(",")]
    if not any(media in _ACCEPTABLE for media in asked):
        raise Refusal("NotAcceptable")


def _check_crs(incoming: Incoming) -> None:
    """Content-Crs is looked at first, and only on writes; a DELETE needs neither."""
    if incoming.method == "DELETE":
        return
    writes = incoming.method in {"POST", "PUT", "PATCH"}
    for name in ("Content-Crs", "Accept-Crs") if writes else ("Accept-Crs",):
        value = incoming.headers.get(name)
        if value is None:
            raise Refusal("PreconditionFailed", detail=f"'{name}' header ontbreekt")
        if value != _CRS:
            raise Refusal("NotAcceptable", detail=f"CRS '{value}' is niet ondersteund")


def _as_answer(reply: Reply, incoming: Incoming, headers: dict[str, str]) -> Answer:
    headers.update(reply.headers)
    if reply.location:
        headers["Location"] = reply.location
    if reply.content is not None:
        return Answer(status=reply.status, body=reply.content, headers=headers)
    if reply.body is None:
        return Answer(status=reply.status, headers=headers)
    body = _json(reply.body)
    headers["Content-Type"] = "application/json"
    if reply.etag:
        return _with_etag(reply, body, incoming.headers, headers)
    return Answer(status=reply.status, body=body, headers=headers)


def _with_etag(
    reply: Reply, body: bytes, asked: Mapping[str, str], headers: dict[str, str]
) -> Answer:
    tag = f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
    headers["ETag"] = tag
    known = [part.strip() for part in asked.get("If-None-Match", "").split(",")]
    if tag in known or "*" in known:
        del headers["Content-Type"]
        return Answer(status=304, headers=headers)
    return Answer(status=reply.status, body=body, headers=headers)


def _json(body: Any) -> bytes:
    return _ENCODER.encode(body).encode()
