"""The least of a hub that a receiver needs: an entrance on a real port, lanes, references, a clock.

Nothing waits: when only messages for later are left, the clock goes to the first of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from aiohttp import web

from adapters.contract import (
    Context,
    DeliveryError,
    Documents,
    InboundRequest,
    News,
    Received,
    Reception,
)
from adapters.zgw import ZgwAdapter
from schemas import Message, parse_message
from schemas.dataref import document_hash, document_ref
from schemas.messagetypes import ONTVANGST
from tests.conformance.documents import MemoryContent
from tests.conformance.memory_steps import MemorySteps

DESTINATION = "zaaksysteem"
AUTH = "Bearer alleen-voor-het-testen-0001"
_SOURCE = f"urn:nld:oin:00000001002220647000:systeem:{DESTINATION}"
_MOST_TRIES = 4


class HandClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime.now(UTC).replace(microsecond=0)

    def now(self) -> datetime:
        return self.moment


class Shelf:
    """Implements `Documents`, in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, MemoryContent] = {}

    async def open(self, ref: str) -> MemoryContent:
        return self.kept[document_hash(ref) or ""]

    async def keep(self, content: AsyncIterator[bytes], media_type: str) -> str:
        body = b"".join([piece async for piece in content])
        sha256 = hashlib.sha256(body).hexdigest()
        self.kept[sha256] = MemoryContent(body, media_type)
        return document_ref(sha256)


@dataclass(slots=True)
class AskingNobody:
    """Implements `ReceiveContext`."""

    clock: HandClock
    documents: Documents
    tenant: str = "0344"
    destination: str = DESTINATION

    async def ask(
        self,
        type: str,  # noqa: A002 - the word of the contract
        data: Mapping[str, Any],
    ) -> Mapping[str, Any]:
        raise AssertionError("a notification asks nothing")


@dataclass(slots=True)
class _Waiting:
    message: Message
    not_before: datetime | None


@dataclass(slots=True)
class Hub:
    """`told` is what the core gets, in order; `receptions` what came in at the door."""

    adapter: ZgwAdapter
    clock: HandClock
    shelf: Shelf = field(default_factory=Shelf)
    url: str = ""
    receptions: list[Received] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)
    details: list[str] = field(default_factory=list)
    errors: list[DeliveryError] = field(default_factory=list)
    references: dict[str, dict[str, str]] = field(default_factory=dict)
    attempts: int = 0
    deaf: bool = False
    """Answers 503 to everything, as while the store is away."""
    _ids: set[str] = field(default_factory=set)
    _keys: set[str] = field(default_factory=set)
    _waiting: list[_Waiting] = field(default_factory=list)
    _runner: web.ServerRunner | None = None

    async def __aenter__(self) -> Self:
        self._runner = web.ServerRunner(web.Server(self._serve, access_log=None))
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}/inbound/0344/{DESTINATION}/notificaties"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()
        await self.adapter.aclose()

    async def call(
        self,
        body: bytes,
        *,
        auth: str | None = AUTH,
        path: str = "notificaties",
        method: str = "POST",
    ) -> Received:
        """Hand over one request without a socket, and record what came of it."""
        headers = {} if auth is None else {"authorization": auth}
        request = InboundRequest(
            method=method,
            path=path,
            query="",
            headers=headers,
            body=body,
            url=self.url.removesuffix("/notificaties"),
        )
        refusal = self.adapter.admits(replace(request, body=b""))
        if refusal is not None:
            return Received(outcome=Reception.REFUSED, kind="door", answer=refusal, keep=False)
        context = AskingNobody(self.clock, self.shelf)
        received = await self.adapter.receive(request, context)
        if received.keep and received.key not in self._keys:
            self._keys |= {received.key} - {""}
            self.receptions.append(received)
            self.take(received.news)
        return received

    def take(self, news: Sequence[News]) -> None:
        """As the hub: the same id is taken once."""
        for one in news:
            if one.id in self._ids:
                continue
            self._ids.add(one.id)
            message = parse_message(_event(one))
            if one.type == ONTVANGST:
                self._waiting.append(_Waiting(message, one.not_before))
            else:
                self.told.append(_event(one))

    def publish(self, message: Message) -> None:
        """What the core says."""
        self._waiting.append(_Waiting(message, None))

    async def work(self, *, later: bool = True) -> None:
        """Deliver everything that waits, lane by lane in order of acceptance.

        Without `later`, only what is due now.
        """
        while self._waiting:
            now = self.clock.now()
            lanes: set[str] = set()
            due: _Waiting | None = None
            for one in self._waiting:
                lane = str(one.message.ordering_key)
                first = lane not in lanes
                lanes.add(lane)
                if first and (one.not_before is None or one.not_before <= now):
                    due = one
                    break
            if due is None and not later:
                return
            if due is None:
                self.clock.moment = min(one.not_before for one in self._waiting if one.not_before)
                continue
            self._waiting.remove(due)
            await self.deliver(due.message)

    async def deliver(self, message: Message, steps: MemorySteps | None = None) -> None:
        steps = steps or MemorySteps()
        subject = message.subject or ""
        for attempt in range(1, _MOST_TRIES + 1):
            self.attempts += 1
            context = Context(
                delivery_id=1,
                attempt=attempt,
                deadline=self.clock.now() + timedelta(seconds=20),
                references=dict(self.references.get(subject, {})),
                steps=steps,
                clock=self.clock,
                documents=self.shelf,
            )
            try:
                receipt = await self.adapter.deliver(message, context)
            except DeliveryError as err:
                self.errors.append(err)
                continue
            self.take(receipt.news)
            self.references.setdefault(subject, {}).update(receipt.references)
            self.details.append(receipt.detail)
            return

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await request.read()
        if self.deaf:
            answer = self.adapter.unavailable(_request(request, body))
        else:
            auth = request.headers.get("Authorization")
            answer = (await self.call(body, auth=auth, method=request.method)).answer
        return web.Response(status=answer.status, body=answer.body, headers=dict(answer.headers))

    def of(self, kind: str) -> list[dict[str, Any]]:
        """Told events of a type by its last part."""
        return [one for one in self.told if one["type"].rpartition("zaak.")[2] == kind]

    def outcomes(self) -> list[Reception]:
        return [one.outcome for one in self.receptions]


def _request(request: web.BaseRequest, body: bytes) -> InboundRequest:
    return InboundRequest(
        method=request.method, path="notificaties", query="", headers={}, body=body, url=""
    )


def _event(news: News) -> dict[str, Any]:
    event = {
        "specversion": "1.0",
        "id": news.id,
        "source": _SOURCE,
        "type": news.type,
        "time": news.time.isoformat(),
        "subject": news.subject,
        "orderingkey": news.ordering_key,
        "tenant": "0344",
        "dataref": news.dataref,
        "data": dict(news.data),
    }
    return {name: value for name, value in event.items() if value is not None}
