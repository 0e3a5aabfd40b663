"""Commands that talk to a running hub over its HTTP API, never to its database.

They need the hub's address (`--url`, SCHAKEL_URL) and an API key (SCHAKEL_API_KEY, `--key-file`).
"""

# ruff: noqa: PLC0415 - commands import what they need when they run, so that help is fast

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote

import typer

Url = Annotated[str, typer.Option("--url", envvar="SCHAKEL_URL", help="Address of the hub.")]
KeyFile = Annotated[
    Path | None,
    typer.Option("--key-file", help="File that holds the API key. Default: $SCHAKEL_API_KEY."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the API's JSON, for programs.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept in the audit trail.")]
State = Literal["waiting", "sending", "uncertain", "parked", "delivered", "expired", "discarded"]
DEFAULT_URL = "http://127.0.0.1:8080"

StateOption = Annotated[State | None, typer.Option("--state", help="Only in this state.")]
DestinationOption = Annotated[str | None, typer.Option("--destination", help="Only to this one.")]
TenantOption = Annotated[str | None, typer.Option("--tenant", help="Only this municipality.")]
ErrorOption = Annotated[str | None, typer.Option("--error", help="Only with this fault code.")]
SinceOption = Annotated[
    str | None, typer.Option("--since", help="Changed since: 2026-11-23T09:00:00+01:00.")
]
SubjectOption = Annotated[str | None, typer.Option("--subject", help="Only about this case.")]
EventOption = Annotated[str | None, typer.Option("--event", help="Only this event id.")]

messages = typer.Typer(no_args_is_help=True, help="What was published.")
deliveries = typer.Typer(no_args_is_help=True, help="What is delivered, what waits, and why.")
keys = typer.Typer(no_args_is_help=True, help="API keys.")


def register(app: typer.Typer) -> None:
    from schakel.cli.replay_commands import replays

    app.command()(publish)
    app.add_typer(messages, name="messages")
    app.add_typer(deliveries, name="deliveries")
    app.add_typer(replays, name="replay")
    app.command()(discard)
    app.command()(destinations)
    app.command()(hold)
    app.command()(release)
    app.add_typer(keys, name="keys")
    app.command()(purge)


def publish(
    *,
    file: Annotated[str, typer.Argument(help="Event, JSON array or NDJSON; - reads it.")],
    amqp: Annotated[
        str | None,
        typer.Option(
            envvar="SCHAKEL_AMQP_URL", help="Address of a broker: publish there, not over HTTP."
        ),
    ] = None,
    shards: Annotated[int, typer.Option(min=1, help="With --amqp: shards under [amqp].")] = 1,
    url: Url = DEFAULT_URL,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Publish messages. Publishing the same file again is safe."""
    from schakel.cli.connection import Connection
    from schakel.cli.publishing import publish as send
    from schakel.cli.publishing import read_events
    from schakel.cli.showing import print_json

    events = read_events(file)
    if amqp is not None:
        from schakel.cli.broking import publish as send_to_broker

        sent = send_to_broker(amqp, events, shards=shards)
        if as_json:
            print_json({"published": sent})
        else:
            typer.echo(f"Published: {sent}. `schakel rejected list` shows what the hub refuses.")
        return
    with Connection(url, key_file) as connection:
        result = send(connection, events)
    if as_json:
        answer = {"accepted": result.accepted, "new": result.new, "lastId": result.last_id}
        print_json(answer)
        return
    known = result.accepted - result.new
    before = f" ({known} of them were accepted before)" if known else ""
    typer.echo(f"Accepted: {result.accepted}{before}; last message: {result.last_id}.")


@messages.command("show")
def show_message(
    *,
    number: Annotated[int, typer.Argument(metavar="ID", min=1)],
    url: Url = DEFAULT_URL,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Show a message and its deliveries; BSNs masked."""
    from schakel.cli.connection import Connection
    from schakel.cli.showing import print_json, print_message

    with Connection(url, key_file) as connection:
        message = connection.get(f"/v1/messages/{number}")
    (print_json if as_json else print_message)(message)


@deliveries.command("list")
def list_deliveries(
    *,
    state: StateOption = None,
    destination: DestinationOption = None,
    tenant: TenantOption = None,
    error: ErrorOption = None,
    since: SinceOption = None,
    subject: SubjectOption = None,
    event: EventOption = None,
    limit: Annotated[int, typer.Option(min=1, help="Most deliveries to show.")] = 50,
    url: Url = DEFAULT_URL,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """List deliveries, newest first."""
    from schakel.cli.connection import Connection
    from schakel.cli.showing import DELIVERY_COLUMNS, delivery_row, print_json, print_records

    params = _conditions(locals())
    page = str(min(limit, 200))
    with Connection(url, key_file) as connection:
        found = connection.items("/v1/deliveries", {**params, "limit": page}, limit=limit)
    if as_json:
        print_json(found)
    else:
        rows = [delivery_row(one) for one in found]
        print_records(DELIVERY_COLUMNS, rows, none="No delivery fits.")


@deliveries.command("show")
def show_delivery(
    *,
    number: Annotated[int, typer.Argument(metavar="ID", min=1)],
    url: Url = DEFAULT_URL,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Show a delivery, what is delivered, and everything that happened to it."""
    from schakel.cli.connection import Connection
    from schakel.cli.showing import print_delivery, print_json

    with Connection(url, key_file) as connection:
        delivery = connection.get(f"/v1/deliveries/{number}")
    (print_json if as_json else print_delivery)(delivery)


def discard(
    *,
    number: Annotated[int, typer.Argument(metavar="ID", min=1)],
    reason: Reason,
    url: Url = DEFAULT_URL,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Decide that a delivery need not be made; the next of its lane goes on."""
    from schakel.cli.connection import Connection
    from schakel.cli.showing import print_json

    with Connection(url, key_file) as connection:
        answer = connection.post(f"/v1/deliveries/{number}/discard", {"reason": reason})
    if as_json:
        print_json(answer)
    else:
        typer.echo(f"Delivery {number} is discarded.")


def destinations(
    *, url: Url = DEFAULT_URL, key_file: KeyFile = None, as_json: AsJson = False
) -> None:
    """Show the external systems: reachable or not, held or not, and how much waits."""
    from schakel.cli.connection import Connection
    from schakel.cli.showing import (
        DESTINATION_COLUMNS,
        destination_row,
        print_json,
        print_records,
    )

    with Connection(url, key_file) as connection:
        found = connection.get("/v1/destinations")["items"]
    if as_json:
        print_json(found)
    else:
        rows = [destination_row(one) for one in found]
        print_records(DESTINATION_COLUMNS, rows, none="No destination is configured.")


def hold(
    *,
    destination: Annotated[str, typer.Argument(metavar="DEST")],
    reason: Reason,
    url: Url = DEFAULT_URL,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Send nothing to a destination until it is released; messages wait."""
    _change(destination, held=True, reason=reason, url=url, key_file=key_file, as_json=as_json)


def release(
    *,
    destination: Annotated[str, typer.Argument(metavar="DEST")],
    reason: Reason = "released from the command line",
    url: Url = DEFAULT_URL,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Let a held destination go on."""
    _change(destination, held=False, reason=reason, url=url, key_file=key_file, as_json=as_json)


@keys.command("status")
def data_key_status(
    *, url: Url = DEFAULT_URL, key_file: KeyFile = None, as_json: AsJson = False
) -> None:
    """Show which data key is needed by how many stored values."""
    from schakel.cli.connection import Connection
    from schakel.cli.datakeys import show_status
    from schakel.cli.showing import print_json

    with Connection(url, key_file) as connection:
        found = connection.get("/v1/data-keys")
    (print_json if as_json else show_status)(found)


@keys.command("rotate")
def rotate_data_keys(
    *,
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="Show the progress until it is done.")
    ] = True,
    url: Url = DEFAULT_URL,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Bring everything in the store under the newest data key, while the hub works.

    It goes on in the worker when this command is broken off, and after a restart.
    """
    from schakel.cli.connection import Connection
    from schakel.cli.datakeys import follow_rotation
    from schakel.cli.showing import print_json

    with Connection(url, key_file) as connection:
        progress = connection.post("/v1/data-keys/rotation")
        if wait:
            progress = follow_rotation(connection, progress)
    if as_json:
        print_json(progress)
        return
    looked_at = sum(progress["done"].values())
    if progress["state"] == "done":
        typer.echo(f"Everything is under key '{progress['key']}': {looked_at} values looked at.")
        typer.echo("'schakel keys status' says which keys are not needed any more.")
    else:
        typer.echo(f"Under way to key '{progress['key']}': schakel keys status shows how far.")


@keys.command("list")
def list_keys(*, url: Url = DEFAULT_URL, key_file: KeyFile = None, as_json: AsJson = False) -> None:
    """List the keys, revoked ones too; never a secret."""
    from schakel.cli.connection import Connection
    from schakel.cli.showing import KEY_COLUMNS, print_json, print_records

    with Connection(url, key_file) as connection:
        found = connection.get("/v1/keys")["items"]
    if as_json:
        print_json(found)
    else:
        print_records(KEY_COLUMNS, found, none="There is no key.")


@keys.command("create")
def create_key(
    *,
    name: Annotated[str, typer.Argument(help="Whose key it is; shown in the audit trail.")],
    scope: Annotated[
        list[str],
        typer.Option(help="publish, inbox, ask, operate or admin; give it more than once."),
    ],
    tenant: Annotated[str | None, typer.Option(help="Only for this municipality.")] = None,
    url: Url = DEFAULT_URL,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Make a key. Its secret is shown now and never again."""
    from schakel.cli.connection import Connection
    from schakel.cli.showing import print_json

    body = {"name": name, "scopes": list(scope), "tenant": tenant}
    with Connection(url, key_file) as connection:
        made = connection.post("/v1/keys", body)
    if as_json:
        print_json(made)
    else:
        typer.echo(f"Key {made['id']}, shown only now: {made['secret']}")


@keys.command("revoke")
def revoke_key(
    *,
    key_id: Annotated[str, typer.Argument(metavar="ID")],
    url: Url = DEFAULT_URL,
    key_file: KeyFile = None,
) -> None:
    """Revoke a key: it stops at once, in other hub processes within five seconds."""
    from schakel.cli.connection import Connection

    with Connection(url, key_file) as connection:
        connection.delete(f"/v1/keys/{quote(key_id, safe='')}")
    typer.echo(f"Key {key_id} is revoked.")


def purge(
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be removed; remove nothing.")
    ] = False,
    url: Url = DEFAULT_URL,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Remove the content of messages that are old enough by the rules of [[retention]].

    The hub does the same by itself every night.
    """
    from schakel.cli.connection import Connection
    from schakel.cli.datakeys import follow_purge, show_due
    from schakel.cli.showing import print_json

    with Connection(url, key_file) as connection:
        if dry_run:
            due = connection.get("/v1/retention")["items"]
            (print_json if as_json else show_due)(due)
            return
        run = follow_purge(connection, connection.post("/v1/retention/run"))
    if as_json:
        print_json(run)
    else:
        typer.echo(f"Removed the content of {run['messages']} messages.")


@deliveries.command("edits")
def list_edits(
    *,
    number: Annotated[int, typer.Argument(metavar="ID", min=1)],
    url: Url = DEFAULT_URL,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Show who changed what is delivered, and how; BSNs masked."""
    from schakel.cli.connection import Connection
    from schakel.cli.showing import EDIT_COLUMNS, edit_rows, print_json, print_records

    with Connection(url, key_file) as connection:
        found = connection.get(f"/v1/deliveries/{number}/edits")
    if as_json:
        print_json(found)
    else:
        print_records(EDIT_COLUMNS, edit_rows(found["items"]), none="It was never edited.")


def _change(
    destination: str, *, held: bool, reason: str, url: str, key_file: Path | None, as_json: bool
) -> None:
    from schakel.cli.connection import Connection
    from schakel.cli.showing import print_json

    path = f"/v1/destinations/{quote(destination, safe='')}"
    with Connection(url, key_file) as connection:
        answer = connection.patch(path, {"held": held, "reason": reason})
    if as_json:
        print_json(answer)
    else:
        typer.echo(f"{destination} is {'held' if held else 'released'}.")


def _conditions(given: dict[str, Any]) -> dict[str, str]:
    names = ("state", "destination", "tenant", "error", "since", "subject", "event")
    return {name: given[name] for name in names if given[name] is not None}
