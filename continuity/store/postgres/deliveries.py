"""Deliveries as they are read for a change, and what an attempt needs of them."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from continuity.delivery import State, Wait
from continuity.store.postgres import sql
from continuity.store.postgres.connection import Connection
from continuity.store.postgres.rows import Row, clean, to_fault
from continuity.store.records import Fault, StoredStep, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """What a change of a delivery starts from. Everything after `seen` may change."""

    id: int
    message_id: int
    tenant: str
    destination: str
    lane: str
    subject: str
    changed_at: datetime
    seen: int
    """The version that was read: `xmin` of the row."""
    state: State
    attempts: int
    look_ups: int
    doubtful: bool
    fault: Fault | None
    detail: str
    wait: Wait
    due_at: datetime | None


@dataclass(slots=True, kw_only=True)
class Content:
    """What an attempt needs of a delivery beside its row."""

    accepted_at: datetime
    body: bytes
    round: int
    references: Mapping[str, str]
    steps: dict[str, StoredStep] = field(default_factory=dict)


async def read_rows(
    connection: Connection, delivery_ids: Collection[int]
) -> dict[int, DeliveryRow]:
    rows = await connection.fetch(sql.GET_ROWS, list(delivery_ids))
    return {row["id"]: _to_row(row) for row in rows}


async def read_contents(
    connection: Connection, rows: Collection[DeliveryRow]
) -> dict[int, Content]:
    found = await connection.fetch(sql.GET_WORKS, [row.id for row in rows])
    contents = {row["id"]: _to_content(row) for row in found}
    tried = [row.id for row in rows if row.attempts]
    if tried:  # before the first attempt there are no steps
        for number, name, request, result in await connection.fetch(sql.GET_STEPS, tried):
            contents[number].steps[name] = StoredStep(request=request, result=result)
    return contents


def to_work(row: DeliveryRow, content: Content, newer: Mapping[str, str]) -> Work:
    """`newer`: references that are not in the database yet."""
    return Work(
        delivery_id=row.id,
        attempt=row.attempts,
        doubtful=row.doubtful,
        accepted_at=content.accepted_at,
        look_ups=row.look_ups,
        tenant=row.tenant,
        subject=row.subject,
        body=content.body,
        steps=content.steps,
        references={**content.references, **newer},
        again=content.round > 0,
    )


def _to_content(row: Row) -> Content:
    return Content(
        accepted_at=row["accepted_at"],
        body=row["body"],
        round=row["round"],
        references=json.loads(row["refs"]) if row["refs"] else {},
    )


def moved(row: DeliveryRow, state: State) -> DeliveryRow:
    """The row in its new state, waiting for nothing yet."""
    return replace(row, state=state, wait=Wait.QUEUED, due_at=None)


def _to_row(row: Row) -> DeliveryRow:
    return DeliveryRow(
        id=row[0],
        message_id=row[1],
        tenant=row[2],
        destination=row[3],
        lane=row[4],
        subject=row[5],
        changed_at=row[6],
        seen=row[7],
        state=State(row[8]),
        attempts=row[9],
        look_ups=row[10],
        doubtful=row[11],
        fault=to_fault(row[12], row[13]),
        detail=row[14],
        wait=Wait(row[15]),
        due_at=row[16],
    )


def to_values(row: DeliveryRow) -> tuple[Any, ...]:
    return (
        row.id,
        row.seen,
        row.state.value,
        row.wait.value,
        row.due_at,
        row.doubtful,
        row.attempts,
        row.look_ups,
        row.fault.code if row.fault else None,
        clean(row.fault.detail) if row.fault else None,
        clean(row.detail),
        row.changed_at,
    )
