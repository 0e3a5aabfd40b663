"""`schakel reconcile` and `schakel reconciliations`: is everything there; mending what is not."""

# ruff: noqa: PLC0415 - commands import what they need when they run, so that help is fast

from __future__ import annotations

from typing import Annotated, Literal

import typer

from schakel.cli.failure import WRONG_USE, Failure
from schakel.cli.remote import DEFAULT_URL, AsJson, KeyFile, Reason, Url

reconciliations = typer.Typer(
    no_args_is_help=True, help="Comparisons with destinations, and mending what differs."
)

Code = Literal[
    "missing",
    "incomplete",
    "parked",
    "discarded",
    "expired",
    "unexpected",
    "double",
    "different",
    "unknown_here",
]
ReportId = Annotated[int, typer.Argument(metavar="ID", min=1, help="Number of the report.")]
Day = Annotated[str | None, typer.Option("--day", help="As in 2026-11-22.")]


def register(app: typer.Typer) -> None:
    app.command()(reconcile)
    app.add_typer(reconciliations, name="reconciliations")


def reconcile(
    *,
    destination: Annotated[str, typer.Option("--destination", help="With which system.")],
    day: Annotated[
        str | None, typer.Option("--day", help="As in 2026-11-22. Default: yesterday.")
    ] = None,
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="Show the outcome when it is there.")
    ] = True,
    url: Url = DEFAULT_URL,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Compare a day with what a destination has. It only reads; exit code 1: something differs."""
    from schakel.cli.connection import Connection
    from schakel.cli.reconciling import compare, read_day

    with Connection(url, key_file) as connection:
        compare(connection, destination, read_day(day), wait=wait, as_json=as_json)


@reconciliations.command("list")
def list_reports(
    *,
    destination: Annotated[str | None, typer.Option(help="Only with this one.")] = None,
    day: Day = None,
    limit: Annotated[int, typer.Option(min=1, help="Most reports to show.")] = 30,
    url: Url = DEFAULT_URL,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """List the reports, newest first: one line for each."""
    from schakel.cli.connection import Connection
    from schakel.cli.reconciling import print_reports, read_day
    from schakel.cli.showing import print_json

    asked = {"destination": destination, "day": day and read_day(day)}
    params = {name: value for name, value in asked.items() if value}
    params["limit"] = str(min(limit, 200))
    with Connection(url, key_file) as connection:
        found = connection.items("/v1/reconciliations", params, limit=limit)
    (print_json if as_json else print_reports)(found)


@reconciliations.command("show")
def show_report(
    *,
    report: ReportId,
    everything: Annotated[
        bool, typer.Option("--all", help="Also the differences that were dealt with.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="Most differences to show.")] = 100,
    url: Url = DEFAULT_URL,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Show a report: the numbers, and what differs."""
    from schakel.cli.connection import Connection
    from schakel.cli.reconciling import show

    with Connection(url, key_file) as connection:
        show(connection, report, everything=everything, limit=limit, as_json=as_json)


@reconciliations.command("repair")
def repair(
    *,
    report: ReportId,
    number: Annotated[
        int | None, typer.Argument(metavar="[NUMBER]", min=1, help="One difference; else --all.")
    ] = None,
    code: Annotated[
        Code | None, typer.Option("--all", help="Every open difference of this kind.")
    ] = None,
    reason: Reason,
    yes: Annotated[bool, typer.Option("--yes", help="Without asking.")] = False,
    url: Url = DEFAULT_URL,
    key_file: KeyFile = None,
) -> None:
    """Mend what differs. What is sent again is looked up first, so that nothing is doubled."""
    from schakel.cli.connection import Connection
    from schakel.cli.reconciling import mend, mend_all

    if (number is None) == (code is None):
        raise Failure("Give the number of one difference, or --all with a kind.", code=WRONG_USE)
    with Connection(url, key_file) as connection:
        if number is not None:
            mend(connection, report, number, reason=reason)
        elif code is not None:
            mend_all(connection, report, code, reason=reason, yes=yes)


@reconciliations.command("acknowledge")
def acknowledge(
    *,
    report: ReportId,
    number: Annotated[int, typer.Argument(metavar="NUMBER", min=1)],
    reason: Reason,
    url: Url = DEFAULT_URL,
    key_file: KeyFile = None,
) -> None:
    """Leave a difference as it is: later reports of that day do not mention it."""
    from schakel.cli.connection import Connection
    from schakel.cli.reconciling import leave

    with Connection(url, key_file) as connection:
        leave(connection, report, number, reason=reason)
