"""What remote commands print: tables for people, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from rich.table import Table

from schakel.cli.printing import cell, console, print_table

_TO_DO: Final = (
    "Mend the cause, then: schakel replay {id} --reason '...'; --set data.FIELD=VALUE edits "
    "what is delivered.\nOr, when it need not be delivered: schakel discard {id} --reason '...'"
)

DELIVERY_COLUMNS: Final = ("id", "state", "destination", "subject", "type", "attempts", "error")
REJECTED_COLUMNS: Final = ("id", "reason", "at", "routingKey", "bytes", "problem")
KEY_COLUMNS: Final = ("id", "name", "scopes", "tenant", "createdAt", "revokedAt")
DESTINATION_COLUMNS: Final = ("name", "tenant", "breaker", "held", "waiting", "parked", "oldest")
EDIT_COLUMNS: Final = ("at", "by", "reason", "path", "old", "new")
TIMELINE_COLUMNS: Final = ("at", "actor", "action", "before", "after", "reason")


def print_json(value: Any) -> None:
    print(json.dumps(value, indent=2, ensure_ascii=True))  # noqa: T201 - the command's answer


def print_records(
    columns: Sequence[str], records: Iterable[Mapping[str, Any]], *, none: str
) -> None:
    """One row for each; `none` is said when there is no record."""
    listed = list(records)
    if not listed:
        console().print(none)
        return
    print_table(columns, [[record.get(column) for column in columns] for record in listed])


def print_fields(fields: Mapping[str, Any]) -> None:
    """One line for each field that has a value."""
    table = Table(box=None, show_header=False, pad_edge=False)
    for name, value in fields.items():
        if value not in (None, "", [], {}):
            table.add_row(name, cell(value))
    console().print(table)


def delivery_row(delivery: Mapping[str, Any]) -> dict[str, Any]:
    error = delivery["error"]
    shown = f"{error['code']}: {error['detail']}" if error else None
    return {**delivery, "error": shown}


def edit_rows(edits: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One row for each change; the values as JSON, so that a text differs from a number."""
    return [
        {
            **edit,
            "path": change["path"],
            "old": _value(change["old"]),
            "new": _value(change["new"]),
        }
        for edit in edits
        for change in edit["changes"]
    ]


def _value(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)


def destination_row(destination: Mapping[str, Any]) -> dict[str, Any]:
    counts = destination["counts"]
    breaker = destination["breaker"]
    why = f" ({breaker['reason']})" if breaker["reason"] else ""
    held = f"yes ({destination['heldReason']})" if destination["held"] else "no"
    return {
        "name": destination["name"],
        "tenant": destination["tenant"] or "all",
        "breaker": breaker["state"] + why,
        "held": held,
        "waiting": sum(counts.get(state, 0) for state in ("waiting", "sending", "uncertain")),
        "parked": counts.get("parked", 0),
        "oldest": destination["oldestOpenAt"],
    }


def rejected_row(rejected: Mapping[str, Any]) -> dict[str, Any]:
    problems = rejected["problems"]
    first = problems[0]["detail"] if problems else None
    field = f"{problems[0]['field']}: " if problems and problems[0]["field"] else ""
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return {**rejected, "problem": first and f"{field}{first}{more}"}


def print_rejected(rejected: Mapping[str, Any]) -> None:
    fields = dict(rejected)
    event, problems = fields.pop("event"), fields.pop("problems")
    print_fields(fields)
    print_records(("field", "rule", "detail"), problems, none="No rule is named.")
    print_json(event)


def waiting_line(waiting: Mapping[str, Any]) -> str:
    until = f" Until {cell(waiting['until'])}." if waiting["until"] else ""
    return cell(f"{waiting['cause']}: {waiting['detail']}{until}")


def print_delivery(delivery: Mapping[str, Any]) -> None:
    row = delivery_row(delivery)
    timeline = row.pop("timeline")
    event = row.pop("event")
    waiting = row.pop("waitsBecause")
    print_fields(row)
    if waiting:
        console().print("\nWhy it waits:")
        console().print(waiting_line(waiting))
    if delivery["state"] == "parked":
        console().print("\nWhat to do:")
        console().print(_TO_DO.format(id=delivery["id"]))
    console().print("\nWhat is delivered (BSNs masked):")
    print_json(event)
    console().print("\nWhat happened:")
    print_records(TIMELINE_COLUMNS, timeline, none="Nothing yet.")


def print_message(message: Mapping[str, Any]) -> None:
    fields = dict(message)
    deliveries = fields.pop("deliveries")
    event = fields.pop("event")
    print_fields(fields)
    console().print("\nAs published (BSNs masked):")
    print_json(event)
    console().print("\nIts deliveries:")
    rows = [delivery_row(one) for one in deliveries]
    print_records(DELIVERY_COLUMNS, rows, none="None: a route sends it nowhere on purpose.")
