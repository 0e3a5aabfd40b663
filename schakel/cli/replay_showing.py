"""What people see of a replay: the plan, how it ended, the report."""

from __future__ import annotations

import csv
import math
import sys
from collections.abc import Iterable, Mapping
from typing import Any, Final

from schakel.cli.printing import cell, console, print_line
from schakel.cli.showing import print_fields, print_records

REPLAY_COLUMNS: Final = ("id", "state", "total", "sent", "delivered", "failed", "by", "reason")
ROW_COLUMNS: Final = ("delivery", "destination", "subject", "what", "state", "error", "when")
EVENT_COLUMNS: Final = ("at", "by", "action", "state", "reason")

SKIPS: Final[Mapping[str, str]] = {
    "moved": "left: no longer parked",
    "in_doubt": "left: its own destination may have it",
    "already_there": "left: it is there already",
    "type_not_handled": "left: not taken there",
    "other_tenant": "left: another municipality",
}

_CSV_COLUMNS: Final = (
    *("deliveryId", "tenant", "destination", "subject", "mark", "skip", "replayedAt", "wentAs"),
    *("fate", "state", "errorCode", "errorDetail", "changedAt"),
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")

_ADVICE: Final[Mapping[str, str]] = {
    "sampled": "The other {left} wait. See what became of these: schakel replay report {id}\n"
    "Go on: schakel replay resume {id} --reason '...' (a part: --sample 100); or end it: "
    "schakel replay cancel {id} --reason '...'",
    "stopped": "The brake stopped it: {note}\nThe other {left} are untouched. See what went wrong: "
    "schakel replay report {id}\nMend the cause, then: schakel replay resume {id} --reason '...'; "
    "or end it: schakel replay cancel {id} --reason '...'",
    "paused": "The other {left} wait. Go on: schakel replay resume {id} --reason '...'; or end it: "
    "schakel replay cancel {id} --reason '...'",
    "awaiting_approval": "It is too large for one person: a colleague, with a key of their own, "
    "has to agree: schakel replay approve {id} --reason '...'\n"
    "Then: schakel replay start {id}",
    "planned": "Start it: schakel replay start {id}",
    "cancelled": "The other {left} stay parked.",
}


def print_plan(plan: Mapping[str, Any]) -> None:
    where = f" to {plan['to']} instead of" if plan["to"] else " again"
    print_line(f"Replay {plan['id']} would send {plan['total']} parked deliveries{where}:")
    for name, count in sorted(plan["destinations"].items()):
        print_line(f"  {name}: {count}")
    rate = plan["ratePerSecond"]
    busiest = plan["total"] if plan["to"] else max(plan["destinations"].values(), default=0)
    if rate:
        print_line(f"Pace: {rate:g} a second for each destination, so {_duration(busiest / rate)}.")
    if plan["stopAtPercent"]:
        print_line(f"It stops by itself when {plan['stopAtPercent']} % of the outcomes fail.")


def print_ending(plan: Mapping[str, Any]) -> None:
    """How far a replay is, what became of what it sent, and what to do next."""
    print_line(
        f"Replay {plan['id']} is {_state(plan)}: {plan['replayed']} of {plan['total']} sent."
    )
    if fates := fates_line(plan):
        print_line(f"Of these: {fates}.")
    if plan["skipped"]:
        print_line(f"Left as they were: {plan['skipped']}; schakel replay report {plan['id']}")
    advice = _ADVICE.get(plan["state"])
    left = plan["total"] - plan["replayed"] - plan["skipped"]
    if advice and (left or plan["state"] != "cancelled"):
        print_line(advice.format(id=plan["id"], left=left, note=cell(plan["note"])))


def fates_line(plan: Mapping[str, Any]) -> str:
    fates = plan["fates"]
    words = {
        "delivered": "delivered",
        "failed": "parked again or too late",
        "retrying": "being tried again",
        "closed": "discarded",
        "unknown": "still on their way",
    }
    return ", ".join(f"{fates[name]} {said}" for name, said in words.items() if fates[name])


def replay_row(plan: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": plan["id"],
        "state": _state(plan),
        "total": plan["total"],
        "sent": plan["replayed"],
        "delivered": plan["fates"]["delivered"],
        "failed": plan["fates"]["failed"] + plan["fates"]["retrying"],
        "by": plan["createdBy"],
        "reason": plan["reason"],
    }


def print_report(report: Mapping[str, Any]) -> None:
    plan, rows = report["replay"], report["items"]
    print_fields(
        {
            "replay": plan["id"],
            "state": _state(plan),
            "why": plan["note"],
            "reason": plan["reason"],
            "sent": f"{plan['replayed']} of {plan['total']}, left as they were: {plan['skipped']}",
            "of these": fates_line(plan),
            "instead to": plan["to"],
            "waits for": plan["waitsFor"],
        }
    )
    console().print("\nWhat was done with it:")
    print_records(EVENT_COLUMNS, report["history"], none="Nothing yet.")
    console().print("\nIts deliveries:")
    print_records(ROW_COLUMNS, map(_shown_row, rows), none="None.")
    if len(rows) < plan["total"]:
        print_line(f"The first {len(rows)} of {plan['total']}; all: --csv, or --limit.")


def write_csv(rows: Iterable[Mapping[str, Any]]) -> None:
    """A text that a spreadsheet would take for a formula gets an apostrophe before it."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(_CSV_COLUMNS)
    for row in rows:
        error = row["error"] or {}
        flat = {**row, "errorCode": error.get("code"), "errorDetail": error.get("detail")}
        writer.writerow([_harmless(flat[name]) for name in _CSV_COLUMNS])


def _harmless(value: Any) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _shown_row(row: Mapping[str, Any]) -> dict[str, Any]:
    error = row["error"]
    what = {"pending": "its turn has not come", "replayed": row["fate"] or "on its way"}
    said = SKIPS.get(row["skip"] or "") or what.get(row["mark"], row["mark"])
    if row["wentAs"]:
        said = f"{said} (as delivery {row['wentAs']})"
    return {
        "delivery": row["deliveryId"],
        "destination": row["destination"],
        "subject": row["subject"],
        "what": said,
        "state": row["state"],
        "error": f"{error['code']}: {error['detail']}" if error else None,
        "when": row["replayedAt"] or row["changedAt"],
    }


def _state(plan: Mapping[str, Any]) -> str:
    return str(plan["state"]).replace("_", " ")


def _duration(seconds: float) -> str:
    if seconds < 60:  # noqa: PLR2004 - seconds in a minute
        return f"about {max(1, math.ceil(seconds))} seconds"
    if seconds < 3600:  # noqa: PLR2004 - seconds in an hour
        return f"about {math.ceil(seconds / 60)} minutes"
    return f"about {seconds / 3600:.1f} hours"
