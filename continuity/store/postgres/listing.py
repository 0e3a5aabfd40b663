"""The query behind a list of deliveries: an index leads, the other conditions only filter.

Which index leads is a table, most selective first. The planner cannot be told, but it can be asked
a question that only one index answers: see the table `delivery`. Those by state, destination and
tenant need a shelf: without a wanted state each shelf is an arm of its own, which gives at most a
page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from continuity.delivery import State
from continuity.store.postgres.sql import DELIVERY
from continuity.store.records import DeliveryFilter
from continuity.store.tokens import search_token

Query = tuple[str, list[Any]]
"""A statement and its parameters."""

_NEWEST: Final = 2**63 - 1
"""Before this id lies everything."""

_SHELVES: Final = {
    State.WAITING: "w",
    State.SENDING: "w",
    State.UNCERTAIN: "u",
    State.PARKED: "p",
    State.DELIVERED: "d",
    State.EXPIRED: "e",
    State.DISCARDED: "x",
}

_LEADS_ALONE: Final = ("message_id", "event_id", "subjects", "fault_code")
"""Conditions that find so few rows that a shelf is of no use."""
_LEADS_WITHIN: Final = ("destination", "tenant")
"""Conditions with a shelf in their index."""

_CONDITIONS: Final = {
    "message_id": "d.message_id = {}",
    "event_id": "d.message_id = ANY(ARRAY(SELECT id FROM message WHERE event_id = {}))",
    "subjects": "d.message_id = ANY(ARRAY(SELECT id FROM message WHERE subject = ANY({}::text[])))",
    "fault_code": "d.fault_code = {}",
    "destination": "d.destination = {}",
    "tenant": "d.tenant = {}",
    "state": "d.state = {}",
    "since": "d.changed_at >= {}",
}

_SENDING: Final = "d.id = ANY(ARRAY(SELECT delivery_id FROM sending))"
"""Those that are being sent are a few among the many that wait."""
_CHANGED: Final = "d.id = ANY(ARRAY(SELECT DISTINCT delivery_id FROM audit WHERE at >= {}))"
"""Each change has an audit entry. Leads when nothing else does."""

_ANY: Final = "d.id < {newest} ORDER BY d.id DESC"
_LED: Final = "-d.id > -{newest}::bigint ORDER BY -d.id"
"""The same, in the words of the indexes that lead."""


def list_query(which: DeliveryFilter, *, before: int | None, limit: int) -> Query:
    """A page of deliveries, newest first."""
    values = _values(which)
    given = [*values.values(), _NEWEST if before is None else before, limit]
    newest, page = f"${len(given) - 1}", f"${len(given)}"
    order = (_LED if values else _ANY).format(newest=newest)
    arms = [
        f"(SELECT d.id FROM delivery d WHERE {where} AND {order} LIMIT {page})"  # noqa: S608 - our own texts only
        for where in _arms(which.state, values)
    ]
    statement = (
        f"SELECT {DELIVERY} FROM"  # noqa: S608 - our own texts only
        f" (SELECT id FROM ({' UNION ALL '.join(arms)}) arm ORDER BY id DESC LIMIT {page}) found"
        " JOIN delivery d ON d.id = found.id JOIN message m ON m.id = d.message_id"
        " ORDER BY d.id DESC"
    )
    return statement, given


def parked_query(which: DeliveryFilter) -> Query:
    """Number and destination of every parked delivery that matches, in no order."""
    parked = replace(which, state=State.PARKED)
    values = _values(parked)
    (where,) = _arms(State.PARKED, values)
    statement = f"SELECT d.id AS id, d.destination AS destination FROM delivery d WHERE {where}"  # noqa: S608 - our own texts only
    return statement, list(values.values())


def _values(which: DeliveryFilter) -> dict[str, Any]:
    subjects = None if which.subject is None else [which.subject, search_token(which.subject)]
    asked = {
        "message_id": which.message_id,
        "event_id": which.event_id,
        "subjects": subjects,
        "fault_code": which.fault_code,
        "destination": which.destination,
        "tenant": which.tenant,
        "state": None if which.state is None else which.state.value,
        "since": which.since,
    }
    return {field: value for field, value in asked.items() if value is not None}


def _arms(state: State | None, values: Mapping[str, Any]) -> list[str]:
    places = {field: f"${number}" for number, field in enumerate(values, start=1)}
    conditions = [_CONDITIONS[field].format(place) for field, place in places.items()]
    if any(field in values for field in _LEADS_ALONE):
        return [_all(conditions)]
    if state is State.SENDING:
        return [_all([*conditions, _SENDING])]
    within = next((field for field in _LEADS_WITHIN if field in values), None)
    if within is None and state is None:
        led = _CHANGED.format(places["since"]) if "since" in values else "true"
        return [_all([*conditions, led])]
    shelves = list(_SHELVES.values()) if state is None else [_SHELVES[state]]
    leads = [_on(shelf, within, places) for shelf in dict.fromkeys(shelves)]
    return [_all([*conditions, lead]) for lead in leads]


def _on(shelf: str, within: str | None, places: Mapping[str, str]) -> str:
    if within is None:
        return f"d.shelf = '{shelf}'"
    return f"d.{within} || '/' || d.shelf = {places[within]} || '/{shelf}'"


def _all(conditions: Sequence[str]) -> str:
    return " AND ".join(conditions)
