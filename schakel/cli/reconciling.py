"""What the commands about reconciliations do and print."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

import typer

from continuity.window import TOWN_HALL
from schakel.cli.connection import Connection
from schakel.cli.failure import FOUND_PROBLEMS, WRONG_USE, Failure
from schakel.cli.printing import console, print_line, print_table
from schakel.cli.showing import print_json, print_records

LOOK_EVERY_SECONDS: Final = 0.5
_SHOWN: Final = 100

REPORT_COLUMNS: Final = ("id", "state", "open", "outcome")
_KIND_COLUMNS: Final = ("", "by the hub", "there", "registered there", "by others")
_DIFFERENCE_COLUMNS: Final = ("no", "what", "which", "of case", "what the hub knows", "repair")
_KINDS: Final = {
    "zaak": "cases",
    "document": "documents",
    "status": "statuses",
    "message": "other messages",
}
_REMEDIES: Final = {
    "redeliver": "sends it again, looked up first",
    "replay": "replays the parked delivery",
    "wait": "nothing to do: it is on its way",
    "acknowledge": "notes that it is known",
}


def read_day(text: str | None) -> str:
    """The day as the API wants it; yesterday on the clock of the town hall without one."""
    if text is None:
        return (datetime.now(TOWN_HALL).date() - timedelta(days=1)).isoformat()
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Failure(f"'{text}' is not a day: write it as 2026-11-22.", code=WRONG_USE) from None


def compare(
    connection: Connection, destination: str, day: str, *, wait: bool, as_json: bool
) -> None:
    """Asks, follows, shows; ends with exit code 1 when something is open or incomplete."""
    body = {"destination": destination, "day": day}
    report = connection.post("/v1/reconciliations", body)
    if wait:
        report = _follow(connection, report)
    elif not as_json:
        print_line(f"Asked for: schakel reconciliations show {report['id']}")
        return
    if as_json:
        print_json(report)
    else:
        _print_report(connection, report, everything=False, limit=_SHOWN)
    if wait and (report["open"] or report["state"] != "done"):
        raise typer.Exit(FOUND_PROBLEMS)


def show(
    connection: Connection, number: int, *, everything: bool, limit: int, as_json: bool
) -> None:
    report = connection.get(f"/v1/reconciliations/{number}")
    if as_json:
        print_json(
            {**report, "items": _differences(connection, number, limit, everything=everything)}
        )
    else:
        _print_report(connection, report, everything=everything, limit=limit)


def print_reports(reports: Sequence[Mapping[str, Any]]) -> None:
    rows = [{**one, "outcome": one["line"]} for one in reports]
    print_records(REPORT_COLUMNS, rows, none="Nothing was compared yet.")


def mend(connection: Connection, report: int, number: int, *, reason: str) -> None:
    path = f"/v1/reconciliations/{report}/differences/{number}/repair"
    done = connection.post(path, {"reason": reason})
    _say_settled(done["difference"], done["deliveries"])


def leave(connection: Connection, report: int, number: int, *, reason: str) -> None:
    path = f"/v1/reconciliations/{report}/differences/{number}/acknowledge"
    _say_settled(connection.post(path, {"reason": reason})["difference"], [])


def mend_all(connection: Connection, report: int, code: str, *, reason: str, yes: bool) -> None:
    """Shows how many, asks, and mends exactly those."""
    params = {"code": code, "settled": "false", "limit": "200"}
    path = f"/v1/reconciliations/{report}"
    found = connection.items(f"{path}/differences", params, limit=sys.maxsize)
    if not found:
        print_line(f"Report {report} has no open difference '{code}'.")
        return
    print_line(f"{len(found)} differences '{code}'. The repair {_REMEDIES[found[0]['remedy']]}.")
    if not yes:
        _ask()
    body = {"code": code, "upto": found[-1]["number"], "reason": reason}
    settled, deliveries, left = 0, 0, True
    while left:
        done = connection.post(f"{path}/repair", body)
        settled += done["settled"]
        deliveries += len(done["deliveries"])
        left = done["left"]
    print_line(f"Dealt with: {settled}; on their way now: {deliveries} deliveries.")


def _ask() -> None:
    if not sys.stdin.isatty():
        raise Failure("Nobody can be asked here: give --yes to go on.", code=WRONG_USE)
    if not typer.confirm("Go on?"):
        raise Failure("Nothing was done.")


def _say_settled(difference: Mapping[str, Any], deliveries: Sequence[int]) -> None:
    number, how = difference["number"], difference["settlement"]
    if how == "overtaken":
        print_line(f"Difference {number} had been dealt with in another way already.")
    elif deliveries:
        listed = ", ".join(map(str, deliveries))
        print_line(f"Difference {number} is {how}; on its way as delivery {listed}.")
    else:
        print_line(f"Difference {number} is {how}.")


def _follow(connection: Connection, report: dict[str, Any]) -> dict[str, Any]:
    about = f"Comparing {report['day']} with {report['destination']}"
    screen = console()
    with screen.status(about) as status:
        while report["state"] == "wanted":
            time.sleep(LOOK_EVERY_SECONDS)
            report = connection.get(f"/v1/reconciliations/{report['id']}")
            status.update(f"{about}: {report['messages']} messages, {report['open']} differences")
    return report


def _print_report(
    connection: Connection, report: Mapping[str, Any], *, everything: bool, limit: int
) -> None:
    print_line(report["line"])
    if report["kinds"]:
        print_line("")
        print_table(_KIND_COLUMNS, [_kind_row(*one) for one in _in_order(report["kinds"])])
    found = _differences(connection, report["id"], limit, everything=everything)
    if found:
        print_line("")
        print_table(_DIFFERENCE_COLUMNS, [_difference_row(one) for one in found])
        _say_what_to_do(report, found)
    if report["state"] == "incomplete":
        print_line("\nIt goes on by itself; this shows how far it is:")
        print_line(f"  schakel reconciliations show {report['id']}")


def _differences(
    connection: Connection, number: int, limit: int, *, everything: bool
) -> list[dict[str, Any]]:
    params = {"limit": str(min(limit, 200))} | ({} if everything else {"settled": "false"})
    return connection.items(f"/v1/reconciliations/{number}/differences", params, limit=limit)


def _in_order(kinds: Mapping[str, Mapping[str, int]]) -> list[tuple[str, Mapping[str, int]]]:
    """Cases first: what people count."""
    order = list(_KINDS)
    return sorted(kinds.items(), key=lambda one: order.index(one[0]) if one[0] in order else 99)


def _kind_row(kind: str, tally: Mapping[str, int]) -> list[Any]:
    can_be_listed = kind == "zaak"
    return [
        _KINDS.get(kind, kind),
        tally["expected"],
        tally["there"],
        tally["listed"] if can_be_listed else None,
        tally["others"] if can_be_listed else None,
    ]


def _difference_row(one: Mapping[str, Any]) -> list[Any]:
    remedy = _REMEDIES[one["remedy"]]
    if one["settlement"]:
        remedy = f"{one['settlement']} by {one['settledBy']}: {one['reason']}"
    what = f"{one['kind']} {one['code'].replace('_', ' ')}"
    which = one["identifier"]
    return [one["number"], what, which, one["partOf"] or None, one["known"], remedy]


def _say_what_to_do(report: Mapping[str, Any], found: Sequence[Mapping[str, Any]]) -> None:
    left = report["open"] - sum(one["settlement"] is None for one in found)
    if left > 0:
        print_line(f"... and {left} more: --limit shows them.")
    codes = Counter(
        one["code"] for one in found if one["settlement"] is None and one["remedy"] != "wait"
    )
    if not codes:
        return
    number, (code, _) = report["id"], codes.most_common(1)[0]
    print_line("\nWhat to do:")
    print_line(f"  schakel reconciliations repair {number} NO --reason '...'")
    print_line(f"  schakel reconciliations repair {number} --all {code} --reason '...'")
    print_line(f"  schakel reconciliations acknowledge {number} NO --reason '...'")
