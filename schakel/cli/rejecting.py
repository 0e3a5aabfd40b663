"""`schakel rejected`: what came in over RabbitMQ and was refused."""

# ruff: noqa: PLC0415 - commands import what they need when they run, so that help is fast

from __future__ import annotations

from typing import Annotated

import typer

from schakel.cli.failure import WRONG_USE, Failure
from schakel.cli.remote import DEFAULT_URL, AsJson, KeyFile, Reason, Url

rejected = typer.Typer(no_args_is_help=True, help="What came in over RabbitMQ and was refused.")

RejectedId = Annotated[str, typer.Argument(metavar="ID")]


def register(app: typer.Typer) -> None:
    app.add_typer(rejected, name="rejected")


@rejected.command("list")
def list_rejected(
    *,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Most messages to show.")] = 100,
    url: Url = DEFAULT_URL,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """List the refused messages, the oldest first."""
    from schakel.cli.connection import Connection
    from schakel.cli.showing import (
        REJECTED_COLUMNS,
        print_json,
        print_records,
        rejected_row,
    )

    with Connection(url, key_file) as connection:
        found = connection.get("/v1/rejected", {"limit": str(limit)})["items"]
    if as_json:
        print_json(found)
    else:
        rows = [rejected_row(one) for one in found]
        print_records(REJECTED_COLUMNS, rows, none="Nothing was refused.")


@rejected.command("show")
def show_rejected(
    *,
    rejected_id: RejectedId,
    url: Url = DEFAULT_URL,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Show a refused message and every rule that it breaks; BSNs masked."""
    from schakel.cli.connection import Connection
    from schakel.cli.showing import print_json, print_rejected

    with Connection(url, key_file) as connection:
        found = connection.get(f"/v1/rejected/{_checked(rejected_id)}")
    (print_json if as_json else print_rejected)(found)


@rejected.command("replay")
def replay_rejected(
    *,
    rejected_id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="One message; else --all or --only.")
    ] = None,
    reason: Reason,
    everything: Annotated[bool, typer.Option("--all", help="All that were refused.")] = False,
    only: Annotated[
        str | None, typer.Option(help="Those that were refused for this reason, as in the list.")
    ] = None,
    url: Url = DEFAULT_URL,
    key_file: KeyFile = None,
) -> None:
    """Send refused messages in again, as they were published. Mend the cause first.

    What is refused again comes back into the list.
    """
    from schakel.cli.connection import Connection

    if sum((rejected_id is not None, everything, only is not None)) != 1:
        raise Failure("Give one of these: an ID, --all, or --only REASON.", code=WRONG_USE)
    path, body = "/v1/rejected/replay", {"reason": reason}
    if rejected_id is not None:
        path = f"/v1/rejected/{_checked(rejected_id)}/replay"
    elif only is not None:
        body |= {"only": only}
    with Connection(url, key_file) as connection:
        ids = connection.post(path, body)["ids"]
    typer.echo(f"Sent in again: {len(ids)}. `schakel rejected list` shows what is refused again.")


@rejected.command("discard")
def discard_rejected(
    *,
    rejected_id: RejectedId,
    reason: Reason,
    url: Url = DEFAULT_URL,
    key_file: KeyFile = None,
) -> None:
    """Forget a refused message, for good."""
    from schakel.cli.connection import Connection

    with Connection(url, key_file) as connection:
        connection.post(f"/v1/rejected/{_checked(rejected_id)}/discard", {"reason": reason})
    typer.echo(f"{rejected_id} is discarded.")


def _checked(rejected_id: str) -> str:
    if not rejected_id.isalnum() or not rejected_id.isascii():
        raise Failure("The ID of a refused message has letters and digits only.", code=WRONG_USE)
    return rejected_id
