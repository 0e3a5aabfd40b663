"""`schakel protocol`: what was asked about somebody, by whom, and why."""

# ruff: noqa: PLC0415 - commands import what they need when they run, so that help is fast

from __future__ import annotations

import sys
from datetime import datetime
from typing import Annotated, Any, Final

import typer

from continuity.window import TOWN_HALL
from schakel.cli.failure import WRONG_USE, Failure
from schakel.cli.remote import DEFAULT_URL, AsJson, KeyFile, TenantOption, Url

COLUMNS: Final = (
    *("id", "askedAt", "tenant", "purpose", "user", "caller"),
    *("type", "destination", "outcome", "persons"),
)
_PAGE: Final = 200

protocol = typer.Typer(no_args_is_help=True, help="The log of questions about persons.")


def register(app: typer.Typer) -> None:
    app.add_typer(protocol, name="protocol")


@protocol.command("search")
def search(
    *,
    reason: Annotated[str, typer.Option(help="Why you look; kept in the audit trail.")],
    person: Annotated[
        bool,
        typer.Option(
            "--person", help="Only about one person: the BSN is read from standard input."
        ),
    ] = False,
    tenant: TenantOption = None,
    user: Annotated[str | None, typer.Option(help="Only what this user asked.")] = None,
    purpose: Annotated[str | None, typer.Option(help="Only for this purpose.")] = None,
    since: Annotated[
        datetime | None, typer.Option(help="Only from this moment on, on the town hall's clock.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(help="Only before this moment, on the town hall's clock.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="Most entries to show.")] = 50,
    url: Url = DEFAULT_URL,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Show what was asked about persons, newest first. The key needs the scope protocol."""
    from schakel.cli.connection import Connection
    from schakel.cli.showing import print_json, print_records

    asked: dict[str, Any] = {
        "reason": reason,
        "bsn": _number() if person else None,
        "tenant": tenant,
        "user": user,
        "purpose": purpose,
        "since": _moment(since),
        "until": _moment(until),
        "limit": min(limit, _PAGE),
    }
    asked = {name: value for name, value in asked.items() if value is not None}
    found: list[dict[str, Any]] = []
    with Connection(url, key_file) as connection:
        while True:
            page = connection.post("/v1/protocol/search", asked)
            found += page["items"]
            if page["next"] is None or len(found) >= limit:
                break
            asked["after"] = page["next"]
    if as_json:
        print_json(found[:limit])
    else:
        print_records(COLUMNS, found[:limit], none="Nothing was asked that fits.")


def _number() -> str:
    """It stands in no argument: those end up in a shell's history and in lists of processes."""
    text = sys.stdin.readline().strip()
    if not text.isascii() or not text.isdigit():
        raise Failure("Give the BSN on standard input: nine digits, one line.", code=WRONG_USE)
    return text


def _moment(given: datetime | None) -> str | None:
    if given is None:
        return None
    return (given if given.tzinfo else given.replace(tzinfo=TOWN_HALL)).isoformat()
