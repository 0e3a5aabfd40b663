"""`schakel inbox`: what waits for the core to be collected."""

# ruff: noqa: PLC0415 - commands import what they need when they run, so that help is fast

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

import typer

from schakel.cli.remote import DEFAULT_URL, AsJson, KeyFile, Url

COLUMNS: Final = (*("id", "tenant", "destination", "acceptedAt", "type", "subject"), "error")

inbox = typer.Typer(no_args_is_help=True, help="What waits for the core to be collected.")


def register(app: typer.Typer) -> None:
    app.add_typer(inbox, name="inbox")


@inbox.command("list")
def list_inbox(
    *,
    destination: Annotated[str | None, typer.Option(help="Only this one.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Most messages to show.")] = 50,
    wait: Annotated[
        float, typer.Option(min=0, max=30, help="Seconds to wait while there is nothing.")
    ] = 0,
    url: Url = DEFAULT_URL,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """List what waits, the oldest first; --json gives the events whole. It changes nothing."""
    from schakel.cli.connection import Connection
    from schakel.cli.showing import print_json, print_records

    params = {"limit": str(min(limit, 200)), "wait": str(wait)}
    if destination is not None:
        params["destination"] = destination
    with Connection(url, key_file) as connection:
        found = connection.items("/v1/inbox", params, limit=limit)
    if as_json:
        print_json(found)
    else:
        print_records(COLUMNS, [_row(one) for one in found], none="Nothing waits.")


@inbox.command("ack")
def acknowledge(
    *,
    numbers: Annotated[list[int], typer.Argument(metavar="ID...", min=1)],
    url: Url = DEFAULT_URL,
    key_file: KeyFile = None,
) -> None:
    """Acknowledge messages: you have them, and they are not given again."""
    from schakel.cli.connection import Connection

    with Connection(url, key_file) as connection:
        done = connection.post("/v1/inbox/ack", {"ids": numbers})["acknowledged"]
    before = len(set(numbers)) - len(done)
    said = f" {before} did not wait any more." if before else ""
    typer.echo(f"Acknowledged: {len(done)}.{said}")


def _row(item: Mapping[str, Any]) -> dict[str, Any]:
    event, error = item["event"] or {}, item["error"]
    shown = f"{error['code']}: {error['detail']}" if error else None
    return {**item, "type": event.get("type"), "subject": event.get("subject"), "error": shown}
