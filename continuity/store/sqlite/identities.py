"""Case numbers that were given out."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from continuity.store.records import (
    Identity,
    IdentityFilter,
    Issuer,
    NewIdentity,
)
from continuity.store.rules import newly_issued, number_taken, seen_in_message, settled_as
from continuity.store.sqlite import identity_sql as sql
from continuity.store.sqlite.rows import Row
from continuity.store.sqlite.times import from_micros, to_micros
from continuity.store.sqlite.transaction import DeliveryRow, Transaction

_NEWEST: Final = 2**63 - 1
"""Before this id lies everything."""
_NOT_YET: Final = 0
"""Stands for the id of what is not in the database yet."""


def next_number(tx: Transaction, series: str) -> int:
    number: int = tx.connection.execute(sql.NEXT_NUMBER, (series,)).fetchone()[0]
    return number


def add_identity(tx: Transaction, new: NewIdentity, now: datetime) -> Identity:
    first = find_identity(tx.connection, new.tenant, new.key)
    if first is not None:
        return first
    if tx.connection.execute(sql.NUMBER_TAKEN, (new.tenant, new.case_number)).fetchone():
        raise number_taken(new.tenant)
    return _insert(tx, newly_issued(new, number=_NOT_YET, now=now), new.key)


def find_identity(connection: sqlite3.Connection, tenant: str, key: bytes) -> Identity | None:
    row = connection.execute(sql.FIND_IDENTITY, (tenant, key)).fetchone()
    return None if row is None else _to_identity(row)


def list_identities(
    connection: sqlite3.Connection, which: IdentityFilter, before: int | None, limit: int
) -> list[Identity]:
    asked = {"case_number": which.case_number, "tenant": which.tenant}
    values = {name: value for name, value in asked.items() if value is not None}
    names = [*values, *((which.state.value,) if which.state else ())]
    bounds = {"before": _NEWEST if before is None else before, "limit": limit}
    rows = connection.execute(sql.list_identities(names), {**values, **bounds})
    return [_to_identity(row) for row in rows]


def unannounced_identities(
    connection: sqlite3.Connection, tenants: Collection[str], limit: int
) -> list[Identity]:
    rows = [
        row
        for tenant in tenants
        for row in connection.execute(sql.UNANNOUNCED, (tenant, limit)).fetchall()
    ]
    return [_to_identity(row) for row in sorted(rows)[:limit]]


def mark_announced(tx: Transaction, identities: Sequence[Identity], now: datetime) -> None:
    tx.connection.executemany(
        sql.MARK_ANNOUNCED,
        [(to_micros(now), one.id, to_micros(one.settled_at)) for one in identities],
    )


def settle(tx: Transaction, row: DeliveryRow, case_number: str, now: datetime) -> None:
    """The destination told the number of the case that this delivery is about."""
    place = (row.tenant, row.destination, row.subject)
    found = tx.connection.execute(sql.IDENTITY_OF, place).fetchone()
    if found is not None:
        known = _to_identity(found)
        after = settled_as(known, case_number, now=now)
        if after is not known:
            settled = (after.definitive_number, to_micros(after.settled_at), after.id)
            tx.connection.execute(sql.SETTLE, settled)
    elif case_number != row.subject:
        seen = seen_in_message(
            _NOT_YET,
            tenant=row.tenant,
            destination=row.destination,
            subject=row.subject,
            case_number=case_number,
            now=now,
        )
        _insert(tx, seen, None)


def _insert(tx: Transaction, one: Identity, key: bytes | None) -> Identity:
    """The database gives the id; it never gives one twice."""
    done = tx.connection.execute(
        sql.INSERT_IDENTITY,
        (
            one.tenant,
            one.case_number,
            one.destination,
            key,
            one.issuer.value,
            one.asked_by,
            to_micros(one.issued_at),
            one.definitive_number,
            to_micros(one.settled_at),
            to_micros(one.announced_at),
        ),
    )
    return replace(one, id=done.lastrowid or _NOT_YET)


def _to_identity(row: Row) -> Identity:
    return Identity(
        id=row[0],
        tenant=row[1],
        case_number=row[2],
        destination=row[3],
        issuer=Issuer(row[4]),
        asked_by=row[5],
        issued_at=from_micros(row[6]),
        definitive_number=row[7],
        settled_at=from_micros(row[8]),
        announced_at=from_micros(row[9]),
    )
