"""Accepting messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from continuity.store.audit import Action, Fact
from continuity.store.memory.tables import MessageRow, Tables
from continuity.store.records import Accepted, Conflict, MissingDocument, NewMessage
from continuity.store.rules import NO_DESTINATION, origin_of


class MemoryIntake:
    _tables: Tables

    async def accept(
        self, messages: Sequence[NewMessage], *, now: datetime
    ) -> Sequence[Accepted | Conflict | MissingDocument]:
        answers = [accept_one(self._tables, message, now) for message in messages]
        await self._tables.commit()
        return answers


def accept_one(
    tables: Tables, new: NewMessage, now: datetime
) -> Accepted | Conflict | MissingDocument:
    event = (new.tenant, new.source, new.event_id)
    before = tables.events.get(event)
    if before is not None:
        if before.new.digest != new.digest:
            return Conflict(message_id=before.id)
        return tables.accepted_before(before)
    document = tables.documents.get((new.tenant, new.document or ""))
    if new.document is not None and document is None:
        return MissingDocument(sha256=new.document)
    message = MessageRow(id=len(tables.messages) + 1, new=new, accepted_at=now)
    tables.messages[message.id] = tables.events[event] = message
    if document is not None:
        document.users.add(message.id)
    for delivery in new.deliveries:
        row = tables.add(message, delivery, now=now)
        tables.accepted(row, delivery, now=now)
    if not new.deliveries:
        tables.record(
            Fact(
                at=now,
                actor=origin_of(new),
                action=Action.ACCEPT,
                tenant=new.tenant,
                message_id=message.id,
                reason=NO_DESTINATION,
            )
        )
    return Accepted(
        message_id=message.id,
        new=True,
        destinations=tuple(delivery.destination for delivery in new.deliveries),
    )
