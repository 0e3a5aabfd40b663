"""`schakel replay`: send parked deliveries again, and steer a replay that goes on.

`schakel replay 31 ...` and `schakel replay --destination ...` are short for `schakel replay send`.
"""

# ruff: noqa: PLC0415 - commands import what they need when they run, so that help is fast

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from typer.core import TyperGroup

from schakel.cli.failure import WRONG_USE, Failure
from schakel.cli.remote import (
    DEFAULT_URL,
    AsJson,
    DestinationOption,
    ErrorOption,
    EventOption,
    KeyFile,
    Reason,
    SinceOption,
    SubjectOption,
    TenantOption,
    Url,
)

ReplayId = Annotated[int, typer.Argument(metavar="REPLAY", min=1, help="Number of the replay.")]
Sample = Annotated[
    int | None,
    typer.Option("--sample", min=1, help="Only so many, the oldest; then it waits for you."),
]
Yes = Annotated[bool, typer.Option("--yes", help="Go on without asking.")]

_FILTERS = ("state", "destination", "tenant", "error", "since", "subject", "event")


class _SendByDefault(TyperGroup):
    """`replay 31` means `replay send 31`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] != "--help":
            args = ["send", *args]
        return super().parse_args(ctx, args)


replays = typer.Typer(
    cls=_SendByDefault,
    no_args_is_help=True,
    help="Send parked deliveries again: one (schakel replay 31), or all that fit a filter.",
)


@replays.command()
def send(
    *,
    reason: Reason,
    number: Annotated[
        int | None, typer.Argument(metavar="[ID]", min=1, help="One delivery; else a filter.")
    ] = None,
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", help="data.path=text or data.path:=json; with an ID."),
    ] = None,
    patch: Annotated[
        Path | None, typer.Option(help="JSON Merge Patch on the event's data; with an ID.")
    ] = None,
    verified_absent: Annotated[
        bool, typer.Option("--verified-absent", help="You checked: the partner has it not.")
    ] = False,
    to: Annotated[
        str | None, typer.Option("--to", help="Send to this destination instead of its own.")
    ] = None,
    state: Annotated[Literal["parked"] | None, typer.Option(help="All that are parked.")] = None,
    destination: DestinationOption = None,
    tenant: TenantOption = None,
    error: ErrorOption = None,
    since: SinceOption = None,
    subject: SubjectOption = None,
    event: EventOption = None,
    sample: Sample = None,
    rate: Annotated[
        float | None,
        typer.Option(min=0.01, max=1000, help="Per second for each destination; with a filter."),
    ] = None,
    stop_at: Annotated[
        int | None,
        typer.Option(min=0, max=100, help="Stop at this % of failures; 0: never. With a filter."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan only.")] = False,
    yes: Yes = False,
    url: Url = DEFAULT_URL,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Send parked deliveries again: one, edited if need be, or all that fit a filter.

    A set is shown first, and then goes at a pace. Ctrl-C pauses it.
    """
    from schakel.cli.connection import Connection
    from schakel.cli.replaying import UNROUTED, Wish, read_patch, replay_set, route_again

    given = locals()
    conditions = {name: given[name] for name in _FILTERS if given[name] is not None}
    edit = read_patch(changes or (), patch)
    of_set = sample is not None or rate is not None or stop_at is not None
    _check(number, conditions, of_one=edit is not None or verified_absent, of_set=of_set)
    with Connection(url, key_file) as connection:
        if number is not None:
            if dry_run:
                raise Failure("--dry-run goes with a filter, not with an ID.", code=WRONG_USE)
            body = {"reason": reason, "verifiedAbsent": verified_absent, "patch": edit, "to": to}
            _send_one(connection, number, body, as_json=as_json)
        elif destination == UNROUTED:
            if of_set or to is not None:
                detail = "Unrouted messages go where a route says: leave --sample, --rate, "
                raise Failure(f"{detail}--stop-at and --to out.", code=WRONG_USE)
            route_again(
                connection, conditions, reason=reason, dry_run=dry_run, yes=yes, as_json=as_json
            )
        else:
            wish = Wish(reason=reason, rate=rate, stop_at=stop_at, to=to, sample=sample)
            replay_set(connection, conditions, wish, dry_run=dry_run, yes=yes, as_json=as_json)


@replays.command("list")
def list_replays(
    *,
    limit: Annotated[int, typer.Option(min=1, help="Most replays to show.")] = 20,
    url: Url = DEFAULT_URL,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """List replays, newest first."""
    from schakel.cli.connection import Connection
    from schakel.cli.replay_showing import REPLAY_COLUMNS, replay_row
    from schakel.cli.showing import print_json, print_records

    with Connection(url, key_file) as connection:
        found = connection.items("/v1/replays", {"limit": str(min(limit, 200))}, limit=limit)
    if as_json:
        print_json(found)
    else:
        rows = [replay_row(one) for one in found]
        print_records(REPLAY_COLUMNS, rows, none="Nothing was ever replayed as a set.")


@replays.command()
def start(
    *,
    replay: ReplayId,
    sample: Sample = None,
    yes: Yes = False,
    url: Url = DEFAULT_URL,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Start a planned replay, for instance after a colleague approved it, and follow it."""
    from schakel.cli.connection import Connection
    from schakel.cli.replaying import start_plan

    with Connection(url, key_file) as connection:
        plan = connection.get(f"/v1/replays/{replay}")
        start_plan(connection, plan, sample=sample, yes=yes, as_json=as_json)


@replays.command()
def approve(
    *,
    replay: ReplayId,
    reason: Reason,
    yes: Yes = False,
    url: Url = DEFAULT_URL,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Agree to a large replay that a colleague planned: it may be started then."""
    from schakel.cli.connection import Connection
    from schakel.cli.replaying import approve_plan

    with Connection(url, key_file) as connection:
        plan = connection.get(f"/v1/replays/{replay}")
        approve_plan(connection, plan, reason=reason, yes=yes, as_json=as_json)


@replays.command()
def pause(
    *,
    replay: ReplayId,
    reason: Reason,
    url: Url = DEFAULT_URL,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Send no more of a replay until it is resumed."""
    _steer(replay, "pause", {"reason": reason}, url=url, key_file=key_file, as_json=as_json)


@replays.command()
def resume(
    *,
    replay: ReplayId,
    reason: Reason,
    sample: Sample = None,
    follow: Annotated[bool, typer.Option(help="Show how it goes on; Ctrl-C pauses it.")] = True,
    url: Url = DEFAULT_URL,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Go on after a sample, a pause, or after the brake stopped it."""
    from schakel.cli.connection import Connection
    from schakel.cli.replaying import go_on

    body = {"reason": reason, "sample": sample}
    with Connection(url, key_file) as connection:
        go_on(connection, replay, "resume", body, follow=follow, as_json=as_json)


@replays.command()
def cancel(
    *,
    replay: ReplayId,
    reason: Reason,
    url: Url = DEFAULT_URL,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """End a replay: what was sent stays sent, the rest stays parked."""
    _steer(replay, "cancel", {"reason": reason}, url=url, key_file=key_file, as_json=as_json)


@replays.command()
def report(
    *,
    replay: ReplayId,
    limit: Annotated[int, typer.Option(min=1, help="Most deliveries to show.")] = 200,
    csv: Annotated[bool, typer.Option("--csv", help="Every delivery, for a spreadsheet.")] = False,
    url: Url = DEFAULT_URL,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """What became of each delivery of a replay, and who did what with it."""
    from schakel.cli.connection import Connection
    from schakel.cli.replay_showing import print_report, write_csv
    from schakel.cli.showing import print_json

    path = f"/v1/replays/{replay}/report"
    with Connection(url, key_file) as connection:
        if csv:
            write_csv(connection.items(path, {"limit": "1000"}, limit=1_000_000_000))
            return
        found = connection.get(path, {"limit": "1"})
        found["items"] = connection.items(path, {"limit": str(min(limit, 1000))}, limit=limit)
    if as_json:
        print_json(found)
    else:
        print_report(found)


def _steer(
    replay: int, act: str, body: dict[str, Any], *, url: str, key_file: Path | None, as_json: bool
) -> None:
    from schakel.cli.connection import Connection
    from schakel.cli.replaying import go_on

    with Connection(url, key_file) as connection:
        go_on(connection, replay, act, body, follow=False, as_json=as_json)


def _send_one(connection: Any, number: int, body: dict[str, Any], *, as_json: bool) -> None:
    from schakel.cli.showing import print_json

    given = {name: value for name, value in body.items() if value is not None}
    answer = connection.post(f"/v1/deliveries/{number}/replay", given)
    if as_json:
        print_json(answer)
        return
    where = ", ".join(answer["destinations"]) or "nowhere: a route says so"
    new = answer["delivery"]["id"]
    how = "goes again" if new == number else f"goes, as delivery {new},"
    typer.echo(f"Delivery {number} {how} to {where}.")


def _check(number: int | None, conditions: dict[str, str], *, of_one: bool, of_set: bool) -> None:
    if number is not None and conditions:
        raise Failure("Give an ID or a filter, not both.", code=WRONG_USE)
    if number is not None and of_set:
        detail = "--sample, --rate and --stop-at go with a filter, not with an ID."
        raise Failure(detail, code=WRONG_USE)
    if number is None and of_one:
        detail = "--set, --patch and --verified-absent go with the ID of one delivery."
        raise Failure(detail, code=WRONG_USE)
    if number is None and not conditions:
        detail = "Give the ID of a delivery, or a filter; --state parked means all that are parked."
        raise Failure(detail, code=WRONG_USE)
