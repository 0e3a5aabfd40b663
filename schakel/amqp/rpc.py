"""Questions over RabbitMQ: taken from `schakel.ask`, answered to the asker's own queue.

A question is worked on at most once. One that another process was busy with when it died comes
again, marked as redelivered: it is asked again only when that does no harm. After its deadline
nobody waits any more, so nothing is answered.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

import structlog

from adapters._kit.amqp import AmqpError, Arrival, Properties
from adapters.contract import Clock, Reason
from continuity.store.contract import StoreUnavailable
from schakel.amqp.ingress import Channel
from schakel.amqp.metrics import IngressMetrics
from schakel.asking import Told
from schakel.reasons import read_reason
from schakel.unanswered import AskError, InvalidQuestion, OutcomeUnknown
from schemas import FieldProblem, canonical_json

DEFAULT_SECONDS: Final = 10
"""Deadline of a question that has no expiration."""
TENANT: Final = "tenant"
"""Header that says for which municipality."""

AGE: Final = "age"
"""Header of an answer that was kept: how many seconds ago the system gave it."""

REASON: Final = ("doelbinding", "gebruiker", "verwerking")
"""Headers that say why and who; the first two are needed for a question about a person."""

_ANSWER: Final = "application/json"
_PROBLEM: Final = "application/problem+json"
_PROBLEM_TYPE: Final = "urn:nld:schakel:problem:"

_log = structlog.stdlib.get_logger("schakel.amqp")


class Asks(Protocol):
    """As `schakel.asking.Asking`."""

    async def answer(
        self,
        type: str,  # noqa: A002 - the word that every entrance uses
        data: bytes | Mapping[str, Any],
        *,
        tenant: str,
        deadline: datetime,
        caller: str,
        reason: Reason | None = None,
    ) -> Told: ...


class AskServer:
    """Answers what arrives on one channel. `repeatable` types may be asked twice."""

    def __init__(
        self,
        channel: Channel,
        *,
        asks: Asks,
        clock: Clock,
        body_limit: int,
        repeatable: Callable[[str], bool],
        metrics: IngressMetrics,
    ) -> None:
        self._channel = channel
        self._asks = asks
        self._clock = clock
        self._body_limit = body_limit
        self._repeatable = repeatable
        self._metrics = metrics
        self._stopping = asyncio.Event()
        self._at_work: set[asyncio.Task[None]] = set()

    def arrived(self, arrival: Arrival) -> None:
        if self._stopping.is_set():
            return  # it goes back when the channel closes
        task = asyncio.create_task(self._serve(arrival, self._clock.now()))
        self._at_work.add(task)
        task.add_done_callback(self._at_work.discard)

    def stop(self) -> None:
        self._stopping.set()

    async def run(self) -> None:
        """Until `stop`, and what is being asked has been answered."""
        try:
            await self._stopping.wait()
            while self._at_work:
                await asyncio.wait(self._at_work)
        finally:
            for task in self._at_work:
                task.cancel()

    async def _serve(self, arrival: Arrival, taken_at: datetime) -> None:
        with suppress(AmqpError):  # the asker's time runs out; another process has the question
            try:
                await self._respond(arrival, taken_at)
            except Exception:
                self._channel.ack(arrival.tag)
                raise
            self._channel.ack(arrival.tag)  # not when cancelled: another process gets it then

    async def _respond(self, arrival: Arrival, taken_at: datetime) -> None:
        properties = arrival.properties
        if not properties.reply_to or not properties.correlation_id:
            return self._drop("no_reply_to", properties)
        deadline = _deadline(properties, taken_at)
        seconds = (deadline - self._clock.now()).total_seconds()
        result = "answered"
        headers: dict[str, int] = {}
        try:
            async with asyncio.timeout(max(seconds, 0)):
                told = await self._ask(arrival, deadline)
            media_type, body = _ANSWER, canonical_json(told.data)
            if told.age is not None:
                headers[AGE] = int(told.age.total_seconds())
        except TimeoutError:
            return self._drop("expired", properties)
        except Exception as error:  # noqa: BLE001 - whatever it is, the asker must hear of it
            result, media_type, body = "problem", _PROBLEM, self._problem(error)
        if self._clock.now() >= deadline:
            return self._drop("expired", properties)
        answer = Properties(
            content_type=media_type,
            headers=headers,
            correlation_id=properties.correlation_id,
            type=properties.type,
            persistent=False,
        )
        try:
            await self._channel.publish("", properties.reply_to, body, answer)
        except (AmqpError, ValueError):
            return self._drop("unanswerable", properties)
        self._metrics.asks.labels(result).inc()
        return None

    async def _ask(self, arrival: Arrival, deadline: datetime) -> Told:
        properties = arrival.properties
        tenant = properties.headers.get(TENANT)
        if not properties.type:
            raise _invalid("type", "required", "Put the type of the question in 'type'.")
        if not isinstance(tenant, str):
            raise _invalid(TENANT, "required", "Say in the header 'tenant' which municipality.")
        if len(arrival.body) > self._body_limit:
            detail = f"A question may have at most {self._body_limit} bytes."
            raise _invalid("", "too_large", detail)
        if arrival.redelivered and not self._repeatable(properties.type):
            raise OutcomeUnknown("The hub stopped while it worked on this: look first.")
        return await self._asks.answer(
            properties.type,
            arrival.body,
            tenant=tenant,
            deadline=deadline,
            caller=f"amqp:{properties.user_id or properties.app_id or 'unknown'}",
            reason=_reason(properties.headers),
        )

    def _problem(self, error: Exception) -> bytes:
        problems: tuple[FieldProblem, ...] = ()
        members: Mapping[str, Any] = {}
        match error:
            case AskError(code=code, detail=detail, problems=problems):
                members = error.members()
            case StoreUnavailable():
                code, detail = "store-unavailable", "The hub's store does not answer now."
            case _:
                incident = secrets.token_hex(6)
                _log.exception("incident", incident=incident, exc_info=error)
                code = "internal"
                detail = f"This is a mistake of the hub, kept in its log as incident {incident}."
        body: dict[str, Any] = {**members, "type": _PROBLEM_TYPE + code, "detail": detail}
        if problems:
            body["problems"] = [
                {"field": one.field, "rule": one.rule, "detail": one.detail} for one in problems
            ]
        return canonical_json(body)

    def _drop(self, reason: str, properties: Properties) -> None:
        self._metrics.asks.labels("dropped").inc()
        _log.warning("ask_dropped", reason=reason, app_id=properties.app_id)


def _reason(headers: Mapping[str, object]) -> Reason | None:
    said = {name: headers.get(name) for name in REASON}
    for name, value in said.items():
        if value is not None and not isinstance(value, str):
            raise _invalid(name, "wrong_type", "This header is a text.")
    return read_reason(*(value if isinstance(value, str) else None for value in said.values()))


def _deadline(properties: Properties, taken_at: datetime) -> datetime:
    """The broker says not how long it kept the question; the asker's own time tells, if sent."""
    expiration = properties.expiration or ""
    milliseconds = int(expiration) if expiration.isdigit() else DEFAULT_SECONDS * 1000
    longest = timedelta(milliseconds=min(milliseconds, 86_400_000))
    if properties.timestamp is None:
        return taken_at + longest
    whole_seconds = timedelta(seconds=1)
    return min(taken_at, properties.timestamp + whole_seconds) + longest


def _invalid(field: str, rule: str, detail: str) -> InvalidQuestion:
    return InvalidQuestion((FieldProblem(field, rule, detail),))
