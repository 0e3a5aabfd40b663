"""What systems outside handed in, and what they come to collect."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import islice

from continuity.delivery import State
from continuity.store.audit import Action, Fact
from continuity.store.memory.intake import accept_one
from continuity.store.memory.tables import DeliveryRow, Tables
from continuity.store.receptions import (
    document_gone,
    kept_reception,
    listed,
    purged,
    received_before,
    to_collect,
)
from continuity.store.records import (
    RECEPTION_TYPE,
    Accepted,
    Conflict,
    InboxItem,
    KeyTaken,
    NewMessage,
    NewReception,
    Purged,
    Received,
    Reception,
    ReceptionFilter,
    ReceptionOutcome,
    Repeated,
)
from continuity.store.rules import PAGE_BYTES, no_such, purged_reason


class MemoryReceptions:
    _tables: Tables

    async def receive(
        self, new: NewReception, messages: Sequence[NewMessage], *, now: datetime
    ) -> Received | Repeated | KeyTaken:
        tables = self._tables
        first = _under_key(tables, new)
        if first is not None:
            return received_before(new, first)
        _check_documents(tables, messages)
        answers = [accept_one(tables, message, now) for message in messages]
        results = tuple(one for one in answers if isinstance(one, Accepted | Conflict))
        kept = kept_reception(new, results, number=len(tables.receptions) + 1, now=now)
        tables.receptions[kept.id] = kept
        await tables.commit()
        return Received(reception=kept, results=results)

    async def get_reception(self, reception_id: int) -> Reception:
        try:
            return self._tables.receptions[reception_id]
        except KeyError:
            raise no_such("reception", reception_id) from None

    async def list_receptions(
        self, which: ReceptionFilter, *, before: int | None, limit: int
    ) -> Sequence[Reception]:
        found = (
            listed(one)
            for one in reversed(self._tables.receptions.values())
            if (before is None or one.id < before) and _matches(one, which)
        )
        return list(islice(found, limit))


class MemoryInbox:
    _tables: Tables

    async def read_inbox(
        self,
        destinations: Collection[str],
        *,
        after: int,
        limit: int,
        now: datetime,
        tenant: str | None = None,
    ) -> Sequence[InboxItem]:
        wanted = set(destinations) - self._tables.holds.keys()
        page: list[InboxItem] = []
        size = 0
        rows = (row for row in self._tables.deliveries.values() if row.id > after)
        for row in rows:
            if row.destination not in wanted or not _can_be_collected(row, now, tenant):
                continue
            if len(page) == limit or size >= PAGE_BYTES:
                break
            page.append(_item(row))
            size += len(row.body)
        return page

    async def collect(
        self, delivery_ids: Collection[int], *, by: str, now: datetime
    ) -> Sequence[int]:
        rows = [self._tables.delivery(number) for number in sorted(set(delivery_ids))]
        waiting = [row for row in rows if to_collect(row.id, row.state)]
        for row in waiting:
            self._tables.move(
                row, State.DELIVERED, now=now, actor=by, action=Action.COLLECT, reason=""
            )
        await self._tables.commit()
        return [row.id for row in waiting]


def unpurged_tenants(tables: Tables) -> Iterable[tuple[str, str]]:
    kept = (one for one in tables.receptions.values() if one.purged_at is None)
    return {(one.tenant, RECEPTION_TYPE) for one in kept}


def old_receptions(tables: Tables, tenant: str, before: datetime) -> list[Reception]:
    """Oldest first."""
    found = [
        one
        for one in tables.receptions.values()
        if one.tenant == tenant and one.purged_at is None and one.at < before
    ]
    return sorted(found, key=lambda one: (one.at, one.id))


def purge_receptions(
    tables: Tables, tenant: str, before: datetime, limit: int, fact: Fact
) -> Purged:
    """`fact`: the audit entry; its reason is completed with the number."""
    found = old_receptions(tables, tenant, before)[:limit]
    for one in found:
        tables.receptions[one.id] = purged(one, fact.at)
    if found:
        reason = purged_reason(len(found), RECEPTION_TYPE, fact.reason)
        tables.record(
            Fact(at=fact.at, actor=fact.actor, action=fact.action, tenant=tenant, reason=reason)
        )
    reached = max((one.id for one in found), default=0)
    return Purged(messages=len(found), reached=reached, done=len(found) < limit)


def _under_key(tables: Tables, new: NewReception) -> Reception | None:
    place = (new.tenant, new.destination, new.key)
    for one in tables.receptions.values():
        is_there = (one.tenant, one.destination, one.key) == place
        if new.key and is_there and one.outcome is not ReceptionOutcome.REFUSED:
            return one
    return None


def _check_documents(tables: Tables, messages: Iterable[NewMessage]) -> None:
    for new in messages:
        known = (new.tenant, new.source, new.event_id) in tables.events
        if not known and new.document and (new.tenant, new.document) not in tables.documents:
            raise document_gone(new.document)


def _matches(one: Reception, which: ReceptionFilter) -> bool:
    wanted = (
        (which.tenant, one.tenant),
        (which.destination, one.destination),
        (which.outcome, one.outcome),
        (which.kind, one.kind),
    )
    return all(want is None or want == has for want, has in wanted)


def _can_be_collected(row: DeliveryRow, now: datetime, tenant: str | None) -> bool:
    until = row.message.new.deliver_until
    return (
        row.state is State.WAITING
        and tenant in {None, row.message.new.tenant}
        and (row.due_at is None or row.due_at <= now)
        and (until is None or until > now)
    )


def _item(row: DeliveryRow) -> InboxItem:
    return InboxItem(
        delivery_id=row.id,
        message_id=row.message.id,
        tenant=row.message.new.tenant,
        destination=row.destination,
        body=row.body,
        accepted_at=row.message.accepted_at,
    )
