"""The query behind a list of deliveries: one index leads, the other conditions only filter.

Which index leads is a table, most selective first, so that the choice is ours and the same every
time. State leads within destination and tenant: without a wanted state, one arm per state is
merged, each read from its newest end (MERGE (UNION ALL)), so that nothing is sorted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from continuity.delivery import State
from continuity.store.records import DeliveryFilter
from continuity.store.sqlite.sql import DELIVERY
from continuity.store.sqlite.times import to_micros
from continuity.store.tokens import search_token

_NEWEST: Final = 2**63 - 1
"""Before this id lies everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Path:
    """A way in: taken when `field` is asked for."""

    field: str
    index: str = ""
    per_state: bool = False
    """The index needs a state: every state is an arm of its own."""


_PATHS: Final = (
    _Path(field="message_id", index="delivery_message"),
    _Path(field="event_id", index="delivery_message"),
    _Path(field="subject", index="delivery_message"),
    _Path(field="fault_code", index="delivery_fault"),
    _Path(field="destination", index="delivery_destination_state", per_state=True),
    _Path(field="tenant", index="delivery_tenant_state", per_state=True),
    _Path(field="state", index="delivery_state", per_state=True),
    _Path(field="since"),
)

_CONDITIONS: Final = {
    "message_id": "d.message_id = :message_id",
    "event_id": """d.message_id IN (
        SELECT id FROM message INDEXED BY message_event WHERE event_id = :event_id)""",
    "subject": """d.message_id IN (
        SELECT id FROM message INDEXED BY message_subject
        WHERE subject IN (:subject, :subject_token))""",
    "fault_code": "d.fault_code = :fault_code",
    "destination": "d.destination = :destination",
    "tenant": "d.tenant = :tenant",
    "since": "d.changed_at >= :since",
    "before": "d.id < :before",
}


Query = tuple[str, dict[str, str | int]]
"""A statement and its parameters."""

_CHANGED: Final = """d.id IN (
        SELECT id FROM delivery INDEXED BY delivery_changed
        WHERE changed_at >= :since AND id < :before ORDER BY id DESC LIMIT :limit)"""
"""Leads when `since` is the only condition: sorts bare ids, all of them in the index."""


def list_query(which: DeliveryFilter, *, before: int | None, limit: int) -> Query:
    """A page of deliveries, newest first."""
    values = _values(which)
    values["limit"] = limit
    values["before"] = _NEWEST if before is None else before
    path = _path(values)
    arms = [_arm(DELIVERY, path, state, values) for state in _states(path, which.state)]
    return f"{' UNION ALL '.join(arms)} ORDER BY 1 DESC LIMIT :limit", values


def parked_query(which: DeliveryFilter) -> Query:
    """Number and destination of every parked delivery that matches, in no order."""
    parked = replace(which, state=State.PARKED)
    values = _values(parked)
    columns = "d.id AS id, d.destination AS destination"
    return _arm(columns, _path(values), State.PARKED, values), values


def _path(values: Mapping[str, object]) -> _Path | None:
    return next((path for path in _PATHS if path.field in values), None)


def _values(which: DeliveryFilter) -> dict[str, str | int]:
    asked: dict[str, str | int | None] = {
        "message_id": which.message_id,
        "event_id": which.event_id,
        "subject": which.subject,
        "subject_token": None if which.subject is None else search_token(which.subject),
        "fault_code": which.fault_code,
        "destination": which.destination,
        "tenant": which.tenant,
        "state": which.state,
        "since": to_micros(which.since),
    }
    return {field: value for field, value in asked.items() if value is not None}


def _states(path: _Path | None, wanted: State | None) -> list[State | None]:
    if wanted is None and path is not None and path.per_state:
        return list(State)
    return [wanted]


def _arm(
    columns: str, path: _Path | None, state: State | None, values: Mapping[str, object]
) -> str:
    conditions = [text for field, text in _CONDITIONS.items() if field in values]
    if path is not None and path.field == "since":
        conditions.append(_CHANGED)
    if state is not None:  # our own enumeration, and a literal: each arm has another one
        conditions.append(f"d.state = '{state}'")
    led = f"INDEXED BY {path.index}" if path is not None and path.index else ""
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    return (
        f"SELECT {columns} FROM delivery d {led} "  # noqa: S608 - our own texts only
        f"JOIN message m ON m.id = d.message_id {where}"
    )
