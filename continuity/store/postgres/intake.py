"""Accepting messages: all callers of a group in one go.

The transaction holds the lock on acceptance from its beginning to its commit, so that no id of a
delivery becomes visible before a smaller one, and an event that was looked up stays as it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from continuity.store.audit import Action, Fact
from continuity.store.postgres import sql
from continuity.store.postgres.commit import Committer, Ended
from continuity.store.postgres.core import Core
from continuity.store.postgres.documents import hold_documents, name_of, use_documents
from continuity.store.postgres.errors import closed
from continuity.store.postgres.rows import columns
from continuity.store.postgres.transaction import Transaction
from continuity.store.records import Accepted, Conflict, MissingDocument, NewDelivery, NewMessage
from continuity.store.rules import (
    NO_DESTINATION,
    first_state,
    first_wait,
    origin_of,
    reason_to_accept,
)

Answer = Accepted | Conflict | MissingDocument
Event = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Accept:
    """One call of `accept`."""

    messages: Sequence[NewMessage]
    now: datetime

    @property
    def size(self) -> int:
        return sum(len(message.body) for message in self.messages)


@dataclass(frozen=True, slots=True)
class _Before:
    """An event that was accepted earlier, in the database or in this group."""

    message_id: int
    digest: bytes
    destinations: tuple[str, ...]


class Envelope(Protocol):
    """What a delivery takes over from its message."""

    @property
    def lane_key(self) -> str: ...
    @property
    def deliver_from(self) -> datetime | None: ...
    @property
    def deliver_until(self) -> datetime | None: ...
    @property
    def depends_on(self) -> str | None: ...


class IntakePart(Core):
    _intake: Committer[Accept] | None = None

    async def accept(self, messages: Sequence[NewMessage], *, now: datetime) -> Sequence[Answer]:
        if self._intake is None:
            raise closed(self._server.place)
        answers: list[Answer] = await self._intake.run(Accept(messages, now))
        return answers


async def accept_all(tx: Transaction, asks: Sequence[Accept]) -> list[Ended]:
    """The answers of each call; as if the calls came one after another."""
    messages = [message for ask in asks for message in ask.messages]
    times = [ask.now for ask in asks for _ in ask.messages]
    answers = iter(await accept_in(tx, messages, times))
    return [Ended(value=[next(answers) for _ in ask.messages]) for ask in asks]


async def accept_in(
    tx: Transaction, messages: Sequence[NewMessage], times: Sequence[datetime]
) -> list[Answer]:
    """The transaction must hold the lock on acceptance."""
    before = await _accepted_before(tx, messages)
    held = await hold_documents(tx, messages)
    fresh: dict[Event, int] = {}
    lacking: dict[int, str] = {}
    for number, message in enumerate(messages):
        event = _event(message)
        if event in before or event in fresh:
            continue
        if message.document is not None and name_of(message) not in held:
            lacking[number] = message.document
        else:
            fresh[event] = number
    added = [(messages[number], times[number]) for number in fresh.values()]
    ids = await tx.draw(sql.DRAW_MESSAGE_IDS, len(added))
    await _insert(tx, added, sorted(ids))
    for message_id, (message, _) in zip(sorted(ids), added, strict=True):
        before[_event(message)] = _Before(message_id, message.digest, _names(message))
    firsts = set(fresh.values())
    return [
        MissingDocument(sha256=lacking[number])
        if number in lacking
        else _answer(message, before[_event(message)], new=number in firsts)
        for number, message in enumerate(messages)
    ]


async def lacking_document(tx: Transaction, messages: Sequence[NewMessage]) -> str | None:
    """A document without which `accept_in` would leave out one of these. Changes nothing."""
    if all(message.document is None for message in messages):
        return None
    before = await _accepted_before(tx, messages)
    held = await hold_documents(tx, messages)
    fresh = (message for message in messages if _event(message) not in before)
    lacking = (one.document for one in fresh if one.document and name_of(one) not in held)
    return next(lacking, None)


def _event(message: NewMessage) -> Event:
    return message.event_id, message.tenant, message.source


def _names(message: NewMessage) -> tuple[str, ...]:
    return tuple(delivery.destination for delivery in message.deliveries)


def _answer(message: NewMessage, before: _Before, *, new: bool) -> Answer:
    if message.digest != before.digest:
        return Conflict(message_id=before.message_id)
    return Accepted(message_id=before.message_id, new=new, destinations=before.destinations)


async def _accepted_before(tx: Transaction, messages: Sequence[NewMessage]) -> dict[Event, _Before]:
    events = [_event(message) for message in messages]
    if not events:
        return {}
    rows = await tx.fetch(sql.FIND_EVENTS, *columns(events, 3))
    if not rows:
        return {}
    found = await tx.fetch(sql.DESTINATIONS_OF, list({row[1] for row in rows}))
    names: Mapping[int, list[str]] = {row[0]: row[1] for row in found}
    return {
        events[row[0] - 1]: _Before(row[1], row[2], tuple(names.get(row[1], ()))) for row in rows
    }


async def _insert(
    tx: Transaction, added: Sequence[tuple[NewMessage, datetime]], message_ids: Sequence[int]
) -> None:
    if not added:
        return
    count = sum(len(message.deliveries) for message, _ in added)
    delivery_ids = iter(sorted(await tx.draw(sql.DRAW_DELIVERY_IDS, count)))
    message_rows: list[tuple[Any, ...]] = []
    delivery_rows: list[tuple[Any, ...]] = []
    uses: list[tuple[str, str, int]] = []
    for message_id, (message, now) in zip(message_ids, added, strict=True):
        message_rows.append(_message_row(message_id, message, now))
        if message.document is not None:
            uses.append((message.tenant, message.document, message_id))
        if not message.deliveries:
            tx.record(_accepted_for_nobody(message_id, message, now))
        for new in message.deliveries:
            fact = _accepted(message_id, next(delivery_ids), message, new, now)
            delivery_rows.append(delivery_row(tx, message, new, fact))
    await tx.execute(sql.INSERT_MESSAGES, *columns(message_rows, 13))
    await insert_deliveries(tx, delivery_rows)
    await use_documents(tx, uses)


async def insert_deliveries(tx: Transaction, rows: Sequence[tuple[Any, ...]]) -> None:
    """Their ids were drawn under the lock on acceptance: see `sql.ACCEPT`."""
    if rows:
        await tx.execute(sql.INSERT_DELIVERIES, *columns(rows, 16))


def delivery_row(
    tx: Transaction, envelope: Envelope, new: NewDelivery, fact: Fact, *, delivery_round: int = 0
) -> tuple[Any, ...]:
    """Counts, audits and announces a new delivery, and returns the row to insert."""
    state = first_state(new)
    wait, due_at = first_wait(new, deliver_from=envelope.deliver_from, now=fact.at)
    tx.count_new(new.destination, fact.tenant or "", state)
    tx.tell(new.destination)
    tx.record(fact)
    return (
        fact.delivery_id,
        fact.message_id,
        fact.tenant,
        new.destination,
        new.route,
        envelope.lane_key,
        new.on_parked.value,
        state.value,
        wait.value,
        due_at,
        new.parked.code if new.parked else None,
        new.parked.detail if new.parked else None,
        envelope.depends_on is not None,
        envelope.deliver_until,
        fact.at,
        delivery_round,
    )


def _message_row(message_id: int, message: NewMessage, now: datetime) -> tuple[Any, ...]:
    return (
        message_id,
        message.tenant,
        message.source,
        message.event_id,
        message.type,
        message.subject,
        message.deliver_from,
        message.deliver_until,
        message.depends_on,
        message.correlation_id,
        now,
        message.digest,
        message.body,
    )


def _accepted(
    message_id: int, delivery_id: int, message: NewMessage, new: NewDelivery, now: datetime
) -> Fact:
    return Fact(
        at=now,
        actor=origin_of(message),
        action=Action.ACCEPT,
        tenant=message.tenant,
        message_id=message_id,
        delivery_id=delivery_id,
        destination=new.destination,
        after=first_state(new).value,
        reason=reason_to_accept(new),
    )


def _accepted_for_nobody(message_id: int, message: NewMessage, now: datetime) -> Fact:
    return Fact(
        at=now,
        actor=origin_of(message),
        action=Action.ACCEPT,
        tenant=message.tenant,
        message_id=message_id,
        reason=NO_DESTINATION,
    )
