"""What external systems call: from a request to what the store keeps and what goes back.

The receiver of a destination reads and answers; here its reception and its news become durable in
one transaction before the answer goes out. A request that comes again gets its first answer.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

import structlog

from adapters.contract import (
    AskRefused,
    Clock,
    Documents,
    InboundRequest,
    Reason,
    Received,
    Receiver,
    Reception,
    WireAnswer,
)
from continuity.attempt import DocumentsOf
from continuity.retry import place_of
from continuity.store.contract import DocumentGone, Receptions, StoreUnavailable
from continuity.store.records import KeyTaken, NewReception, ReceptionOutcome, Repeated
from schakel.asking import AskError, Asking, Unavailable
from schakel.intake import Intake, NewsRefused
from schemas.questions import QUESTION_TYPES

LONGEST_ANSWER: Final = timedelta(seconds=25)
"""For a question that an external system puts to us: it waits 30 s as a rule."""

RETRY_AFTER_SECONDS: Final = 5
"""When a caller is to come again for which there was no room, or no store."""

_KEPT_HEADERS: Final = ("content-type", "soapaction", "content-length")
_NO_PURPOSE: Final = (
    "This system may not ask us about persons: its [[destination]] names no purpose."
)
_OUTCOMES: Final = {
    Reception.TAKEN: ReceptionOutcome.TAKEN,
    Reception.IGNORED: ReceptionOutcome.IGNORED,
    Reception.REFUSED: ReceptionOutcome.REFUSED,
}


Read = Callable[[], Awaitable[bytes]]
"""Reads the body of a request. Raises `NoRoom`."""


class NoRoom(Exception):
    """The bodies that are being read and answered now leave no room for this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A destination that may call us."""

    receiver: Receiver
    tenant: str | None
    """The only municipality that it serves; None: any."""
    purpose: str | None = None
    """What it may ask about persons for; None: it may not."""


class Receiving:
    """`desks` by name of destination; `hub_oin` names the hub as source of what they tell."""

    def __init__(
        self,
        *,
        desks: Mapping[str, Desk],
        store: Receptions,
        intake: Intake,
        asking: Asking | None,
        documents: DocumentsOf,
        clock: Clock,
    ) -> None:
        self._desks = desks
        self._store = store
        self._intake = intake
        self._asking = asking
        self._documents = documents
        self._clock = clock
        self._log = structlog.stdlib.get_logger("schakel.receiving")

    async def receive(
        self, tenant: str, destination: str, head: InboundRequest, read: Read
    ) -> WireAnswer | None:
        """The answer to give; None when there is no such entrance. `head` has no body yet.

        The body of a caller that is not let in is not read. While the hub can take nothing, the
        answer says so in the caller's own language. What else `read` raises comes out.
        """
        desk = self._desks.get(destination)
        if desk is None or desk.tenant not in {None, tenant} or tenant not in self._intake.tenants:
            return None
        refusal = desk.receiver.admits(head)
        if refusal is not None:
            self._log.info("caller_refused", destination=destination, status=refusal.status)
            return refusal
        try:
            request = replace(head, body=await read())
        except NoRoom:
            self._log.warning("no_room", destination=destination)
            return _later(desk.receiver, head)
        return await self._received(desk.receiver, tenant, destination, request)

    async def _received(
        self, receiver: Receiver, tenant: str, destination: str, request: InboundRequest
    ) -> WireAnswer:
        context = _Context(self, tenant=tenant, destination=destination)
        try:
            received = await receiver.receive(request, context)
            return await self._record(tenant, destination, request, received)
        except StoreUnavailable as error:
            self._log.error("store_unavailable", destination=destination, detail=str(error))
        except (DocumentGone, NewsRefused) as error:
            self._log.error("news_refused", destination=destination, detail=str(error))
        except Exception as error:  # noqa: BLE001 - a bug of ours must not lose what was sent
            self._log.error("receiver_broke", destination=destination, place=place_of(error))
        return _later(receiver, request)

    async def _record(
        self, tenant: str, destination: str, request: InboundRequest, received: Received
    ) -> WireAnswer:
        if not received.keep:
            return received.answer
        checked = self._intake.check_news(received.news, tenant=tenant, destination=destination)
        new = _reception(tenant, destination, request, received)
        outcome = await self._store.receive(
            new, [one.new for one in checked], now=self._clock.now()
        )
        match outcome:
            case Repeated(reception=first):
                return WireAnswer(
                    status=first.answer_status, body=first.answer, content_type=first.answer_type
                )
            case KeyTaken():
                return await self._clash(new, received)
            case _:
                self._intake.wake_for(outcome.results)
                return _recorded(received.answer)

    async def _clash(self, new: NewReception, received: Received) -> WireAnswer:
        """Its number was used for something else: refused, and kept for the operator."""
        if received.clash is None:
            return _recorded(received.answer)
        refused = NewReception(
            tenant=new.tenant,
            destination=new.destination,
            key="",
            digest=new.digest,
            outcome=ReceptionOutcome.REFUSED,
            kind=new.kind,
            code="number-used",
            detail="The sender used this number before, for something else.",
            request=new.request,
            request_headers=new.request_headers,
            answer=received.clash.body,
            answer_status=received.clash.status,
            answer_type=received.clash.content_type,
        )
        await self._store.receive(refused, (), now=self._clock.now())
        return _recorded(received.clash)

    def documents_of(self, tenant: str) -> Documents:
        return self._documents(tenant)

    @property
    def clock(self) -> Clock:
        return self._clock

    async def ask(
        self,
        type: str,  # noqa: A002 - the word of the contract
        data: Mapping[str, Any],
        *,
        tenant: str,
        destination: str,
    ) -> Mapping[str, Any]:
        """As `ReceiveContext.ask`, for one destination."""
        if self._asking is None:
            raise AskRefused("This process of the hub answers no questions.", unavailable=True)
        purpose = self._desks[destination].purpose
        kind = QUESTION_TYPES.get(type)
        if purpose is None and kind is not None and kind.personal:
            raise AskRefused(_NO_PURPOSE, unavailable=False)
        try:
            return await self._asking.ask(
                type,
                data,
                tenant=tenant,
                deadline=self._clock.now() + LONGEST_ANSWER,
                caller=destination,
                reason=None
                if purpose is None
                else Reason(doelbinding=purpose, gebruiker=destination),
            )
        except AskError as error:
            raise AskRefused(str(error), unavailable=isinstance(error, Unavailable)) from error


class _Context:
    """Implements `adapters.contract.ReceiveContext`."""

    def __init__(self, receiving: Receiving, *, tenant: str, destination: str) -> None:
        self._receiving = receiving
        self._tenant = tenant
        self._destination = destination

    @property
    def tenant(self) -> str:
        return self._tenant

    @property
    def destination(self) -> str:
        return self._destination

    @property
    def clock(self) -> Clock:
        return self._receiving.clock

    @property
    def documents(self) -> Documents:
        return self._receiving.documents_of(self._tenant)

    async def ask(
        self,
        type: str,  # noqa: A002 - the word of the contract
        data: Mapping[str, Any],
    ) -> Mapping[str, Any]:
        return await self._receiving.ask(
            type, data, tenant=self._tenant, destination=self._destination
        )


def _recorded(answer: WireAnswer) -> WireAnswer:
    """What is kept of an answer, so that the first time is as every other."""
    return WireAnswer(status=answer.status, body=answer.body, content_type=answer.content_type)


def _later(receiver: Receiver, request: InboundRequest) -> WireAnswer:
    answer = receiver.unavailable(request)
    return replace(answer, headers={"Retry-After": str(RETRY_AFTER_SECONDS), **answer.headers})


def _reception(
    tenant: str, destination: str, request: InboundRequest, received: Received
) -> NewReception:
    headers = {name: request.headers[name] for name in _KEPT_HEADERS if name in request.headers}
    return NewReception(
        tenant=tenant,
        destination=destination,
        key=received.key,
        digest=received.digest or hashlib.sha256(request.body).digest(),
        outcome=_OUTCOMES[received.outcome],
        kind=received.kind,
        code=received.code,
        detail=received.detail,
        request=request.body,
        request_headers=json.dumps(headers),
        answer=received.answer.body,
        answer_status=received.answer.status,
        answer_type=received.answer.content_type,
    )
