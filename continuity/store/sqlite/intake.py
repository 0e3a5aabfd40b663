"""Accepting messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from continuity.store.audit import Action, Fact
from continuity.store.records import (
    Accepted,
    Conflict,
    MissingDocument,
    NewDelivery,
    NewMessage,
)
from continuity.store.rules import (
    NO_DESTINATION,
    first_state,
    first_wait,
    origin_of,
    reason_to_accept,
)
from continuity.store.sqlite import sql
from continuity.store.sqlite.documents import has_document, use_documents
from continuity.store.sqlite.times import to_micros
from continuity.store.sqlite.transaction import Transaction


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


def accept(
    tx: Transaction, messages: Sequence[NewMessage], now: datetime
) -> list[Accepted | Conflict | MissingDocument]:
    """Looks everything up first; then all new rows are written, kind by kind."""
    answers: list[Accepted | Conflict | MissingDocument] = []
    earlier: dict[tuple[str, str, str], tuple[int, NewMessage]] = {}
    message_rows: list[tuple[Any, ...]] = []
    delivery_rows: list[tuple[Any, ...]] = []
    uses: list[tuple[str, str, int]] = []
    for message in messages:
        event = (message.tenant, message.source, message.event_id)
        before = _before(tx, message, earlier.get(event))
        if before is not None:
            answers.append(before)
            continue
        document = message.document
        if document is not None and not has_document(tx, message.tenant, document):
            answers.append(MissingDocument(sha256=document))
            continue
        message_id = tx.next_id("message")
        if document is not None:
            uses.append((message.tenant, document, message_id))
        earlier[event] = (message_id, message)
        message_rows.append(_message_row(message_id, message, now))
        delivery_rows += [_add(tx, message_id, message, new, now=now) for new in message.deliveries]
        if not message.deliveries:
            tx.record(_accepted_for_nobody(message_id, message, now))
        answers.append(_answer(message_id, message, new=True))
    tx.connection.executemany(sql.INSERT_MESSAGE, message_rows)
    tx.connection.executemany(sql.INSERT_DELIVERY, delivery_rows)
    use_documents(tx, uses)
    return answers


def delivery_row(
    tx: Transaction, envelope: Envelope, new: NewDelivery, fact: Fact
) -> tuple[Any, ...]:
    """Counts and audits a new delivery, and returns the row to insert."""
    state = first_state(new)
    wait, due_at = first_wait(new, deliver_from=envelope.deliver_from, now=fact.at)
    tx.count_new(new.destination, fact.tenant or "", state)
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
        to_micros(due_at),
        new.parked.code if new.parked else None,
        new.parked.detail if new.parked else None,
        envelope.depends_on is not None,
        to_micros(envelope.deliver_until),
        to_micros(fact.at),
    )


def _before(
    tx: Transaction, message: NewMessage, earlier: tuple[int, NewMessage] | None
) -> Accepted | Conflict | None:
    """The answer when the event was accepted before, in this call or in one before it."""
    if earlier is not None:
        message_id, first = earlier
        if first.digest != message.digest:
            return Conflict(message_id=message_id)
        return _answer(message_id, first, new=False)
    row = tx.connection.execute(
        sql.FIND_EVENT,
        {"event_id": message.event_id, "tenant": message.tenant, "source": message.source},
    ).fetchone()
    if row is None:
        return None
    message_id, digest = row
    if digest != message.digest:
        return Conflict(message_id=message_id)
    names = tx.connection.execute(sql.DESTINATIONS_OF, (message_id,)).fetchall()
    return Accepted(message_id=message_id, new=False, destinations=tuple(name for (name,) in names))


def _answer(message_id: int, message: NewMessage, *, new: bool) -> Accepted:
    names = tuple(delivery.destination for delivery in message.deliveries)
    return Accepted(message_id=message_id, new=new, destinations=names)


def _message_row(message_id: int, message: NewMessage, now: datetime) -> tuple[Any, ...]:
    return (
        message_id,
        message.tenant,
        message.source,
        message.event_id,
        message.type,
        message.subject,
        to_micros(message.deliver_from),
        to_micros(message.deliver_until),
        message.depends_on,
        message.correlation_id,
        to_micros(now),
        message.digest,
        message.body,
    )


def _add(
    tx: Transaction, message_id: int, message: NewMessage, new: NewDelivery, *, now: datetime
) -> tuple[Any, ...]:
    fact = Fact(
        at=now,
        actor=origin_of(message),
        action=Action.ACCEPT,
        tenant=message.tenant,
        message_id=message_id,
        delivery_id=tx.next_id("delivery"),
        destination=new.destination,
        after=first_state(new).value,
        reason=reason_to_accept(new),
    )
    return delivery_row(tx, message, new, fact)


def _accepted_for_nobody(message_id: int, message: NewMessage, now: datetime) -> Fact:
    return Fact(
        at=now,
        actor=origin_of(message),
        action=Action.ACCEPT,
        tenant=message.tenant,
        message_id=message_id,
        reason=NO_DESTINATION,
    )
