"""Rows of the database as the records of the contract. The order of columns is `sql`'s."""

from __future__ import annotations

from typing import Any

from continuity.breaker import CLOSED, Breaker, BreakerState
from continuity.delivery import OnParked, State, Wait
from continuity.store.records import (
    ApiKey,
    AuditEntry,
    Count,
    Delivery,
    DestinationStatus,
    Fault,
    Head,
    Lease,
    StoredMessage,
)
from continuity.store.sqlite.times import from_micros, to_micros

Row = tuple[Any, ...]

FREE = ""
"""The owner of a lease that was released."""


def to_head(row: Row) -> Head:
    number, lane, state, due_at, on_parked, deliver_until, dependent = row
    return Head(
        id=number,
        lane=lane,
        state=State(state),
        due_at=from_micros(due_at),
        on_parked=OnParked(on_parked),
        deliver_until=from_micros(deliver_until),
        dependent=bool(dependent),
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
        due_at=from_micros(row[13]),
        doubtful=bool(row[14]),
        attempts=row[15],
        fault=to_fault(row[16], row[17]),
        detail=row[18],
        edited=bool(row[19]),
        accepted_at=from_micros(row[20]),
        changed_at=from_micros(row[21]),
        deliver_until=from_micros(row[22]),
        purged_at=from_micros(row[23]),
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
        accepted_at=from_micros(row[6]),
        correlation_id=row[7],
        body=row[8],
        purged_at=from_micros(row[9]),
    )


def to_count(row: Row) -> Count:
    destination, tenant, state, count = row
    return Count(destination=destination, tenant=tenant, state=State(state), count=count)


def to_breaker(row: Row | None) -> Breaker:
    if row is None or row[0] is None:
        return CLOSED
    state, failures, opened_at, probe_at, reason = row
    return Breaker(
        state=BreakerState(state),
        failures=failures,
        opened_at=from_micros(opened_at),
        probe_at=from_micros(probe_at),
        reason=reason,
    )


def from_breaker(destination: str, breaker: Breaker) -> Row:
    return (
        destination,
        breaker.state,
        breaker.failures,
        to_micros(breaker.opened_at),
        to_micros(breaker.probe_at),
        breaker.reason,
    )


def to_status(row: Row) -> DestinationStatus:
    name, held_by, held_reason, owner, epoch, expires_at = row[:6]
    return DestinationStatus(
        name=name,
        held_by=held_by,
        held_reason=held_reason or "",
        breaker=to_breaker(row[6:11]),
        lease=Lease(destination=name, owner=owner, epoch=epoch, expires_at=from_micros(expires_at))
        if owner
        else None,
        oldest_open_at=from_micros(row[11]),
    )


def to_entry(row: Row) -> AuditEntry:
    return AuditEntry(
        seq=row[0],
        at=from_micros(row[1]),
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


def from_entry(entry: AuditEntry) -> Row:
    return (
        entry.seq,
        to_micros(entry.at),
        entry.actor,
        entry.action,
        entry.tenant,
        entry.message_id,
        entry.delivery_id,
        entry.destination,
        entry.before,
        entry.after,
        entry.reason,
        entry.hash,
    )


def to_key(row: Row) -> ApiKey:
    number, name, secret_hash, scopes, tenant, created_at, revoked_at = row
    return ApiKey(
        id=number,
        name=name,
        secret_hash=secret_hash,
        scopes=frozenset(scopes.split()),
        tenant=tenant,
        created_at=from_micros(created_at),
        revoked_at=from_micros(revoked_at),
    )


def from_key(key: ApiKey) -> Row:
    return (
        key.id,
        key.name,
        key.secret_hash,
        " ".join(sorted(key.scopes)),
        key.tenant,
        to_micros(key.created_at),
        to_micros(key.revoked_at),
    )
