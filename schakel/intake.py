"""From what a publisher sent to what the store keeps: validate, route, accept, wake.

Every entrance (HTTP, AMQP) goes through here, so that a message means the same whichever
way it came in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from adapters.contract import Clock, News
from continuity.delivery import OnParked
from continuity.store.contract import Store
from continuity.store.records import (
    UNROUTED,
    Accepted,
    Conflict,
    Fault,
    MissingDocument,
    NewDelivery,
    NewMessage,
)
from routing import RouteTable
from schemas import FieldProblem, InvalidMessage, Message, canonical_json, parse_json, parse_message
from schemas.dataref import document_hash
from schemas.messagetypes import FROM_HUB, ONTVANGST

MOST_VALUES: Final = 1_000
"""Values inside one event. Real ones have some fifty; each value that breaks a rule costs time to
explain, so that a million of them would hold up every other publisher."""

NO_ROUTE: Final = Fault(
    code="no_route",
    detail="No route wants this message. Add a route to the configuration, then replay this.",
)

_NOT_UNICODE: Final = FieldProblem(
    "", "invalid_unicode", "A text in the message holds a lone surrogate, which no UTF-8 has."
)
_TOO_MANY_VALUES: Final = FieldProblem(
    "", "too_many_values", f"An event may hold at most {MOST_VALUES} values; send less at once."
)
_NOT_AN_OBJECT: Final = FieldProblem(
    "", "wrong_type", "A message is one JSON object with the attributes of a CloudEvent."
)
_ONLY_THE_HUB: Final = FieldProblem(
    "type", "only_from_hub", "Messages of this type are written by the hub itself; send another."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A message that may be stored, with its destinations."""

    message: Message
    new: NewMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A message that cannot be taken; nothing of it is stored. `problems` names every rule."""

    problems: tuple[FieldProblem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The message is durable under `id`; `new` is False when it was accepted before."""

    id: int
    new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Unwanted:
    """No route wants what the hub says here: nothing is stored, and nobody has to act."""


class NewsRefused(Exception):
    """An adapter told something that breaks the rules of its message: a bug of ours, or [hub] oin.

    The text names the fields and the rules, and no value.
    """


class Intake:
    def __init__(
        self,
        *,
        store: Store,
        routes: RouteTable,
        tenants: frozenset[str],
        clock: Clock,
        wake: Callable[[Iterable[str]], None],
        oin: str | None = None,
    ) -> None:
        """`oin` names the hub, as the source of what external systems tell."""
        self._oin = oin
        self._store = store
        self._routes = routes
        self._tenants = tenants
        self._clock = clock
        self._wake = wake

    @property
    def tenants(self) -> frozenset[str]:
        """The municipalities whose messages are taken."""
        return self._tenants

    async def publish(
        self, raws: Sequence[bytes | Mapping[str, Any]]
    ) -> list[Published | Conflict | Refused]:
        """Takes every message that can be taken, in this order; one outcome for each.

        Raises `StoreUnavailable`; sending the same messages again is then safe.
        """
        checks = [self.check(raw) for raw in raws]
        good = [check for check in checks if isinstance(check, Checked)]
        accepted = iter(await self.accept(good))
        return [check if isinstance(check, Refused) else next(accepted) for check in checks]

    @property
    def told(self) -> frozenset[str]:
        """Types of the hub's own messages that some route wants; `tell` stores no others."""
        return frozenset(
            name
            for name in FROM_HUB
            if any(route.takes_type(name) and route.to for route in self._routes.routes)
        )

    async def tell(
        self, raws: Sequence[Mapping[str, Any]]
    ) -> list[Published | Conflict | Refused | Unwanted]:
        """As `publish`, for what the hub itself says; what no route wants is left out."""
        outcomes: list[Published | Conflict | Refused | Unwanted | None] = []
        good = []
        for raw in raws:
            check = self.check(raw, from_hub=True)
            if isinstance(check, Refused):
                outcomes.append(check)
            elif _is_wanted(check):
                outcomes.append(None)
                good.append(check)
            else:
                outcomes.append(Unwanted())
        accepted = iter(await self.accept(good))
        return [next(accepted) if outcome is None else outcome for outcome in outcomes]

    def check(self, raw: bytes | Mapping[str, Any], *, from_hub: bool = False) -> Checked | Refused:
        """Validates and routes one message; stores nothing.

        The types that only the hub publishes are refused, unless it comes `from_hub`.
        """
        try:
            event = parse_json(raw) if isinstance(raw, bytes) else raw
            if not isinstance(event, Mapping):
                return Refused(problems=(_NOT_AN_OBJECT,))
            if _has_too_many_values(event):
                return Refused(problems=(_TOO_MANY_VALUES,))
            message = parse_message(event)
        except InvalidMessage as error:
            return Refused(problems=error.problems)
        if problems := tuple(self._hub_problems(message, from_hub=from_hub)):
            return Refused(problems=problems)
        try:
            body = canonical_json({k: v for k, v in event.items() if v is not None})
        except ValueError:
            return Refused(problems=(_NOT_UNICODE,))
        return Checked(message=message, new=self._new_message(message, body))

    async def look_for_documents(
        self, checks: Sequence[Checked | Refused]
    ) -> list[Checked | Refused]:
        """Refuses what refers to a document that its tenant has not stored, before anything is.

        `accept` has the last word: a document may go or come in between.
        """
        return [
            _without_document() if await self._lacks_its_document(check) else check
            for check in checks
        ]

    async def _lacks_its_document(self, check: Checked | Refused) -> bool:
        if isinstance(check, Refused) or check.new.document is None:
            return False
        new, store = check.new, self._store
        if await store.find_document(new.tenant, check.new.document) is not None:
            return False
        return await store.find_message(new.tenant, new.source, new.event_id) is None

    async def accept(self, checked: Sequence[Checked]) -> list[Published | Conflict | Refused]:
        """Stores in this order and returns when all of it is durable; then wakes the worker.

        `Refused` is a message whose document is not stored.
        """
        if not checked:
            return []
        results = await self._store.accept([one.new for one in checked], now=self._clock.now())
        if awake := _to_wake(results):
            self._wake(awake)
        return [_outcome(result) for result in results]

    def check_news(self, news: Sequence[News], *, tenant: str, destination: str) -> list[Checked]:
        """What a destination tells, ready to be stored. Raises `NewsRefused`.

        What is still to be worked out goes back to the destination; a parked one is stepped over
        there, so that it cannot hold up what we send about the same case.
        """
        return [self._check_one(one, tenant, destination) for one in news]

    def _check_one(self, news: News, tenant: str, destination: str) -> Checked:
        if self._oin is None:
            raise NewsRefused(
                "The hub has no OIN to name the source of what comes in: set [hub] oin."
            )
        source = f"urn:nld:oin:{self._oin}:systeem:{destination}"
        check = self.check(_event(news, tenant, source), from_hub=True)
        if isinstance(check, Refused):
            broken = sorted({f"{each.field} ({each.rule})" for each in check.problems})
            raise NewsRefused(f"{news.type} of {destination} breaks rules: {', '.join(broken)}.")
        if news.type != ONTVANGST:
            return check
        back = NewDelivery(destination=destination, route="ontvangst", on_parked=OnParked.SKIP)
        return replace(check, new=replace(check.new, deliveries=(back,)))

    async def take_news(self, news: Sequence[News], *, tenant: str, destination: str) -> None:
        """Stores what a destination told; what was told before is left as it is.

        Raises `NewsRefused` and `StoreUnavailable`; sending the same again is then safe.
        """
        checked = self.check_news(news, tenant=tenant, destination=destination)
        for outcome in await self.accept(checked):
            if isinstance(outcome, Refused):
                raise NewsRefused(f"A document that {destination} told about is gone again.")

    def wake_for(self, results: Iterable[Accepted | Conflict]) -> None:
        """Tells the worker about what was just stored."""
        if awake := _to_wake(results):
            self._wake(awake)

    def deliveries_for(self, message: Message) -> tuple[NewDelivery, ...]:
        """What routing decides now: none for a rule that deliberately sends it nowhere."""
        routing = self._routes.route(message)
        if routing.unrouted:
            return (NewDelivery(destination=UNROUTED, route="", parked=NO_ROUTE),)
        return tuple(
            NewDelivery(
                destination=chosen.destination,
                route=chosen.route,
                on_parked=OnParked(chosen.on_parked),
            )
            for chosen in routing.chosen
        )

    def _hub_problems(self, message: Message, *, from_hub: bool) -> Iterable[FieldProblem]:
        """What is right by the schema, and still not possible in this hub."""
        if message.type in FROM_HUB and not from_hub:
            yield _ONLY_THE_HUB
        if message.tenant not in self._tenants:
            detail = "This municipality is not configured in the hub; see [[tenant]]."
            yield FieldProblem("tenant", "unknown_tenant", detail)
        if message.dataref is not None and document_hash(message.dataref) is None:
            detail = (
                "The hub fetches no document from elsewhere: store it with "
                "PUT /v1/documents/{sha256}, and refer to it as urn:sha256:{sha256}."
            )
            yield FieldProblem("dataref", "not_supported", detail)

    def _new_message(self, message: Message, body: bytes) -> NewMessage:
        return NewMessage(
            tenant=message.tenant,
            source=message.source,
            event_id=message.id,
            type=message.type,
            subject=message.subject or "",
            lane_key=lane_key(message),
            body=body,
            digest=hashlib.sha256(body).digest(),
            deliver_from=_utc(message.deliverfrom),
            deliver_until=_utc(message.deliveruntil),
            depends_on=message.dependson,
            correlation_id=message.correlationid,
            document=None if message.dataref is None else document_hash(message.dataref),
            deliveries=self.deliveries_for(message),
        )


def _event(news: News, tenant: str, source: str) -> dict[str, Any]:
    event = {
        "specversion": "1.0",
        "id": news.id,
        "source": source,
        "type": news.type,
        "time": _text(news.time),
        "subject": news.subject,
        "tenant": tenant,
        "orderingkey": news.ordering_key,
        "dependson": news.depends_on,
        "deliverfrom": _text(news.not_before) if news.not_before else None,
        "dataref": news.dataref,
        "datacontenttype": "application/json",
        "data": dict(news.data),
    }
    return {name: value for name, value in event.items() if value is not None}


def _text(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def lane_key(message: Message) -> str:
    """Name of the queue in which the message keeps its place; alone in it without ordering key.

    The tenant is part of it: two municipalities may give out the same case number.
    """
    if message.ordering_key is not None:
        return f"{message.tenant}/{message.ordering_key}"
    return f"{message.tenant}//{message.source}/{message.id}"


def _is_wanted(checked: Checked) -> bool:
    return any(one.destination != UNROUTED for one in checked.new.deliveries)


def _has_too_many_values(event: Mapping[str, Any]) -> bool:
    left = MOST_VALUES
    inside: list[Any] = [event]
    while inside:
        value = inside.pop()
        members = value.values() if isinstance(value, Mapping) else value
        left -= len(members)
        if left < 0:
            return True
        inside += [member for member in members if isinstance(member, Mapping | list)]
    return False


def _outcome(result: Accepted | Conflict | MissingDocument) -> Published | Conflict | Refused:
    match result:
        case Accepted():
            return Published(id=result.message_id, new=result.new)
        case Conflict():
            return result
        case MissingDocument():
            return _without_document()


def _without_document() -> Refused:
    detail = (
        "This municipality has not stored such a document here: store it with "
        "PUT /v1/documents/{sha256}, then send this message again."
    )
    return Refused(problems=(FieldProblem("dataref", "unknown_document", detail),))


def _to_wake(results: Iterable[Accepted | Conflict | MissingDocument]) -> frozenset[str]:
    names = {
        name
        for result in results
        if isinstance(result, Accepted) and result.new
        for name in result.destinations
    }
    return frozenset(names - {UNROUTED})


def _utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC) if moment else None
