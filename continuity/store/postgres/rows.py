"""Rows of the database as the records of the contract. The order of columns is `sql`'s."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import asyncpg

from continuity.breaker import CLOSED, Breaker, BreakerState
from continuity.delivery import OnParked, State, Wait
from continuity.store.records import (
    ApiKey,
    AuditEntry,
    Count,
    Delivery,
    DestinationStatus,
    Edit,
    Fault,
    Head,
    Lease,
    StoredMessage,
)

Row = asyncpg.Record

FREE: Final = ""
"""The owner of a lease that was released."""


def columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    """Rows turned into one list a column, as statements over many rows take them."""
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[]] * width


def clean(text: str) -> str:
    """Words of others as PostgreSQL can keep them: without NUL and half characters."""
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
    return text.encode("utf-8", "replace").decode() if not text.isascii() else text


def to_head(row: Row) -> Head:
    return Head(
        id=row[0],
        lane=row[1],
        state=State(row[2]),
        due_at=row[3],
        on_parked=OnParked(row[4]),
        deliver_until=row[5],
        dependent=row[6],
    )


def to_delivery(row: Row) -> Delivery:
    return Delivery(
        id=row[0],
        message_id=row[1],
        tenant=row[2],
        source=row[3],
        event_id=row[4],
        type=row[5],
        subject=row[6],
        destination=row[7],
        route=row[8],
        lane=row[9],
        on_parked=OnParked(row[10]),
        state=State(row[11]),
        wait=Wait(row[12]),
        due_at=row[13],
        doubtful=row[14],
        attempts=row[15],
        fault=to_fault(row[16], row[17]),
        detail=row[18],
        edited=row[19],
        accepted_at=row[20],
        changed_at=row[21],
        deliver_until=row[22],
        purged_at=row[23],
    )


def to_fault(code: str | None, detail: str | None) -> Fault | None:
    return None if code is None else Fault(code=code, detail=detail or "")


def to_message(row: Row) -> StoredMessage:
    return StoredMessage(
        id=row[0],
        tenant=row[1],
        source=row[2],
        event_id=row[3],
        type=row[4],
        subject=row[5],
        accepted_at=row[6],
        correlation_id=row[7],
        body=row[8],
        purged_at=row[9],
    )


def to_count(row: Row) -> Count:
    return Count(destination=row[0], tenant=row[1], state=State(row[2]), count=row[3])


def to_breaker(row: Row | tuple[Any, ...] | None) -> Breaker:
    if row is None or row[0] is None:
        return CLOSED
    return Breaker(
        state=BreakerState(row[0]),
        failures=row[1],
        opened_at=row[2],
        probe_at=row[3],
        reason=row[4],
    )


def to_status(row: Row) -> DestinationStatus:
    name, held_by, held_reason, owner, epoch, expires_at = tuple(row)[:6]
    return DestinationStatus(
        name=name,
        held_by=held_by,
        held_reason=held_reason or "",
        breaker=to_breaker(tuple(row)[6:11]),
        lease=Lease(destination=name, owner=owner, epoch=epoch, expires_at=expires_at)
        if owner
        else None,
        oldest_open_at=row[11],
    )


def to_entry(row: Row) -> AuditEntry:
    return AuditEntry(
        seq=row[0],
        at=row[1],
        actor=row[2],
        action=row[3],
        tenant=row[4],
        message_id=row[5],
        delivery_id=row[6],
        destination=row[7],
        before=row[8],
        after=row[9],
        reason=row[10],
        hash=row[11],
    )


def to_edit(row: Row) -> Edit:
    return Edit(at=row[0], by=row[1], reason=row[2], diff=row[3])


def to_key(row: Row) -> ApiKey:
    return ApiKey(
        id=row[0],
        name=row[1],
        secret_hash=row[2],
        scopes=frozenset(row[3]),
        tenant=row[4],
        created_at=row[5],
        revoked_at=row[6],
    )
