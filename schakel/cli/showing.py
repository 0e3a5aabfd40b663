"""What remote commands print: tables for people, JSON for programs."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from continuity.window import TOWN_HALL

_PIPED_WIDTH: Final = 200
"""Columns when nobody's terminal sets them: enough that no cell is cut."""

_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", re.ASCII)
_TO_DO: Final = (
    "Mend the cause, then: schakel replay {id} --reason '...'; --set data.FIELD=VALUE edits "
    "what is delivered.\nOr, when it need not be delivered: schakel discard {id} --reason '...'"
)

DELIVERY_COLUMNS: Final = ("id", "state", "destination", "subject", "type", "attempts", "error")
KEY_COLUMNS: Final = ("id", "name", "scopes", "tenant", "createdAt", "revokedAt")
DESTINATION_COLUMNS: Final = ("name", "tenant", "breaker", "held", "waiting", "parked", "oldest")
TIMELINE_COLUMNS: Final = ("at", "actor", "action", "before", "after", "reason")


def console() -> Console:
    """Prints texts as they are: what a partner said is no markup, and no control sequence."""
    width = None if sys.stdout.isatty() else _PIPED_WIDTH
    return Console(markup=False, highlight=False, emoji=False, width=width)


def print_json(value: Any) -> None:
    print(json.dumps(value, indent=2, ensure_ascii=True))  # noqa: T201 - the command's answer


def print_table(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], *, none: str) -> None:
    """One row for each; `none` is said when there is no row."""
    listed = list(rows)
    if not listed:
        console().print(none)
        return
    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in listed:
        table.add_row(*(cell(row.get(column)) for column in columns))
    console().print(table)


def print_fields(fields: Mapping[str, Any]) -> None:
    """One line for each field that has a value."""
    table = Table(box=None, show_header=False, pad_edge=False)
    for name, value in fields.items():
        if value not in (None, "", [], {}):
            table.add_row(name, cell(value))
    console().print(table)


def cell(value: Any) -> str:
    """A value in one line, fit for a terminal; moments on the clock of the town hall."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(cell(item) for item in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=True)
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return f"{datetime.fromisoformat(value).astimezone(TOWN_HALL):%Y-%m-%d %H:%M:%S %Z}"
    return "".join(char if char.isprintable() else " " for char in str(value))


def delivery_row(delivery: Mapping[str, Any]) -> dict[str, Any]:
    error = delivery["error"]
    shown = f"{error['code']}: {error['detail']}" if error else None
    return {**delivery, "error": shown}


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
    print_table(TIMELINE_COLUMNS, timeline, none="Nothing yet.")


def print_message(message: Mapping[str, Any]) -> None:
    fields = dict(message)
    deliveries = fields.pop("deliveries")
    event = fields.pop("event")
    print_fields(fields)
    console().print("\nAs published (BSNs masked):")
    print_json(event)
    console().print("\nIts deliveries:")
    rows = [delivery_row(one) for one in deliveries]
    print_table(DELIVERY_COLUMNS, rows, none="None: a route sends it nowhere on purpose.")
