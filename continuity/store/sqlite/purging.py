"""Removing the content of messages that are closed for long enough."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from continuity.store.audit import Action, Fact
from continuity.store.records import RECEPTION_TYPE, Purged
from continuity.store.rules import NO_EDIT, purged_reason
from continuity.store.sqlite import upkeep_sql as sql
from continuity.store.sqlite.documents import stop_using
from continuity.store.sqlite.operation import Act
from continuity.store.sqlite.receptions import count_old, purge_receptions, unpurged_tenants
from continuity.store.sqlite.times import to_micros
from continuity.store.sqlite.transaction import Transaction
from continuity.store.tokens import kept_token

_ALL: Final = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """Messages of one tenant and type that were accepted, and closed, before a moment."""

    tenant: str
    type: str
    before: datetime
    after: int = 0


def unpurged(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    last = ("", "")
    while row := connection.execute(sql.NEXT_UNPURGED, last).fetchone():
        last = row
        pairs.append((row[1], row[0]))
    return sorted(pairs + unpurged_tenants(connection))


def purgeable(connection: sqlite3.Connection, which: Which) -> int:
    if which.type == RECEPTION_TYPE:
        return count_old(connection, which.tenant, which.before)
    rows = _candidates(connection, which, _ALL)
    return sum(_is_closed(connection, number, which) for number, _ in rows)


def purge(tx: Transaction, which: Which, limit: int, act: Act) -> Purged:
    if which.type == RECEPTION_TYPE:
        return purge_receptions(tx, which.tenant, which.before, limit, act)
    looked = list(_candidates(tx.connection, which, limit))
    closed = [row for row in looked if _is_closed(tx.connection, row[0], which)]
    for number, _ in closed:
        for row in tx.connection.execute(sql.DELIVERIES, (number,)).fetchall():
            _empty_delivery(tx, *row)
    now = to_micros(act.now)
    tx.connection.executemany(
        sql.EMPTY_MESSAGE,
        [{"id": number, "subject": kept_token(one), "now": now} for number, one in closed],
    )
    for subject in {subject for _, subject in closed}:
        _forget_case(tx, which.tenant, subject)
    stop_using(tx, [number for number, _ in closed], act.now)
    if closed:
        tx.record(
            Fact(
                at=act.now,
                actor=act.by,
                action=Action.PURGE,
                tenant=which.tenant,
                reason=purged_reason(len(closed), which.type, act.reason),
            )
        )
    reached = looked[-1][0] if looked else which.after
    return Purged(messages=len(closed), reached=reached, done=len(looked) < limit)


def _candidates(
    connection: sqlite3.Connection, which: Which, limit: int
) -> Iterator[tuple[int, str]]:
    """Numbers and subjects, by number."""
    before = to_micros(which.before)
    last = connection.execute(sql.LAST_BEFORE, (before,)).fetchone()
    if last is None:
        return iter(())
    values = {
        "type": which.type,
        "tenant": which.tenant,
        "after": which.after,
        "last": last[0],
        "before": before,
        "limit": limit,
    }
    return iter(connection.execute(sql.CANDIDATES, values).fetchall())


def _is_closed(connection: sqlite3.Connection, message_id: int, which: Which) -> bool:
    values = (message_id, to_micros(which.before))
    return connection.execute(sql.STILL_KEPT, values).fetchone() is None


def _empty_delivery(tx: Transaction, delivery_id: int, destination: str, lane: str) -> None:
    tx.connection.execute(sql.DELETE_RECALL, {"destination": destination, "lane": lane})
    values = {"id": delivery_id, "lane": kept_token(lane)}
    tx.connection.execute(sql.EMPTY_DELIVERY, values)
    tx.connection.execute(sql.EMPTY_EDIT, (delivery_id,))
    tx.connection.execute(sql.EMPTY_EDITS, (NO_EDIT, delivery_id))
    tx.connection.execute(sql.DELETE_STEPS, (delivery_id,))


def _forget_case(tx: Transaction, tenant: str, subject: str) -> None:
    """What it is called, here and there, unless another message of it is kept."""
    if tx.connection.execute(sql.SUBJECT_IN_USE, (subject, tenant)).fetchone() is None:
        values = {"tenant": tenant, "subject": subject}
        tx.connection.execute(sql.DELETE_REFERENCES, values)
        tx.connection.execute(sql.DELETE_IDENTITIES, values)
