"""What systems outside handed in, and what they come to collect."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Final

from continuity.delivery import State
from continuity.store.audit import Action, Fact
from continuity.store.receptions import (
    document_gone,
    kept_reception,
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
from continuity.store.sqlite import reception_sql as sql
from continuity.store.sqlite import sql as base_sql
from continuity.store.sqlite.documents import has_document
from continuity.store.sqlite.intake import accept
from continuity.store.sqlite.operation import Act
from continuity.store.sqlite.rows import Row
from continuity.store.sqlite.times import from_micros, to_micros
from continuity.store.sqlite.transaction import Transaction, moved

_NEWEST: Final = 2**63 - 1
"""Before this id lies everything."""


def receive(
    tx: Transaction, new: NewReception, messages: Sequence[NewMessage], now: datetime
) -> Received | Repeated | KeyTaken:
    place = (new.tenant, new.destination, new.key)
    first = tx.connection.execute(sql.UNDER_KEY, place).fetchone() if new.key else None
    if first is not None:
        return received_before(new, _to_reception(first))
    _check_documents(tx, messages)
    answers = accept(tx, messages, now)
    results = tuple(one for one in answers if isinstance(one, Accepted | Conflict))
    kept = kept_reception(new, results, number=tx.next_id("reception"), now=now)
    tx.connection.execute(sql.INSERT_RECEPTION, _values(kept))
    return Received(reception=kept, results=results)


def get_reception(connection: sqlite3.Connection, reception_id: int) -> Reception:
    row = connection.execute(sql.GET_RECEPTION, (reception_id,)).fetchone()
    if row is None:
        raise no_such("reception", reception_id)
    return _to_reception(row)


def list_receptions(
    connection: sqlite3.Connection, which: ReceptionFilter, before: int | None, limit: int
) -> list[Reception]:
    asked = {
        "tenant": which.tenant,
        "destination": which.destination,
        "outcome": which.outcome,
        "kind": which.kind,
    }
    values = {name: value for name, value in asked.items() if value is not None}
    bounds = {"before": _NEWEST if before is None else before, "limit": limit}
    rows = connection.execute(sql.list_receptions(values), {**values, **bounds})
    return [_to_reception(row) for row in rows]


def unpurged_tenants(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """In the form of `unpurged`."""
    found: list[tuple[str, str]] = []
    last = ""
    while row := connection.execute(sql.NEXT_UNPURGED_TENANT, (last,)).fetchone():
        last = row[0]
        found.append((last, RECEPTION_TYPE))
    return found


def count_old(connection: sqlite3.Connection, tenant: str, before: datetime) -> int:
    count: int = connection.execute(sql.COUNT_OLD, (tenant, to_micros(before))).fetchone()[0]
    return count


def purge_receptions(
    tx: Transaction, tenant: str, before: datetime, limit: int, act: Act
) -> Purged:
    values = (tenant, to_micros(before), limit)
    found = [number for (number,) in tx.connection.execute(sql.OLD_RECEPTIONS, values)]
    now = to_micros(act.now)
    tx.connection.executemany(sql.EMPTY_RECEPTION, [(now, number) for number in found])
    if found:
        tx.record(
            Fact(
                at=act.now,
                actor=act.by,
                action=Action.PURGE,
                tenant=tenant,
                reason=purged_reason(len(found), RECEPTION_TYPE, act.reason),
            )
        )
    return Purged(messages=len(found), reached=max(found, default=0), done=len(found) < limit)


def read_inbox(
    connection: sqlite3.Connection,
    destinations: Collection[str],
    *,
    after: int,
    limit: int,
    now: datetime,
    tenant: str | None,
) -> list[InboxItem]:
    bounds = {"after": after, "limit": limit, "now": to_micros(now), "tenant": tenant}
    lists = [
        [row[0] for row in connection.execute(sql.IN_INBOX, {**bounds, "destination": name})]
        for name in set(destinations)
        if connection.execute(base_sql.GET_HOLD, (name,)).fetchone() is None
    ]
    page: list[InboxItem] = []
    size = 0
    for number in islice(merge(*lists), limit):
        item = _to_item(connection.execute(sql.INBOX_ITEM, (number,)).fetchone())
        page.append(item)
        size += len(item.body)
        if size >= PAGE_BYTES:
            break
    return page


def collect(tx: Transaction, delivery_ids: Collection[int], by: str, now: datetime) -> list[int]:
    rows = [tx.get(number) for number in sorted(set(delivery_ids))]
    waiting = [row for row in rows if to_collect(row.id, row.state)]
    for row in waiting:
        after = moved(row, State.DELIVERED)
        tx.move(row, after, now=now, actor=by, action=Action.COLLECT, reason="")
    return [row.id for row in waiting]


def _check_documents(tx: Transaction, messages: Sequence[NewMessage]) -> None:
    """Before anything is written; a message that was accepted before needs its document no more."""
    for new in messages:
        if new.document is None or has_document(tx, new.tenant, new.document):
            continue
        event = {"event_id": new.event_id, "tenant": new.tenant, "source": new.source}
        if tx.connection.execute(base_sql.FIND_EVENT, event).fetchone() is None:
            raise document_gone(new.document)


def _values(one: Reception) -> Row:
    return (
        one.id,
        one.tenant,
        one.destination,
        one.key or None,
        one.digest,
        to_micros(one.at),
        one.outcome.value,
        one.kind,
        one.code,
        one.detail,
        json.dumps(one.message_ids),
        one.answer_status,
        one.answer_type,
        one.request_headers,
        one.answer,
        one.request,
    )


def _to_reception(row: Row) -> Reception:
    return Reception(
        id=row[0],
        tenant=row[1],
        destination=row[2],
        key=row[3] or "",
        digest=row[4],
        at=from_micros(row[5]),
        outcome=ReceptionOutcome(row[6]),
        kind=row[7],
        code=row[8],
        detail=row[9],
        message_ids=tuple(json.loads(row[10])),
        answer_status=row[11],
        answer_type=row[12],
        purged_at=from_micros(row[13]),
        request_headers=row[14],
        answer=row[15],
        request=row[16],
    )


def _to_item(row: Row) -> InboxItem:
    return InboxItem(
        delivery_id=row[0],
        message_id=row[1],
        tenant=row[2],
        destination=row[3],
        body=row[4],
        accepted_at=from_micros(row[5]),
    )
