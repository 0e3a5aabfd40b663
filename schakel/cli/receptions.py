"""`schakel receptions`: what external systems handed in, and what became of it."""

# ruff: noqa: PLC0415 - commands import what they need when they run, so that help is fast

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

import typer

from schakel.cli.failure import WRONG_USE, Failure
from schakel.cli.remote import (
    DEFAULT_URL,
    AsJson,
    DestinationOption,
    KeyFile,
    TenantOption,
    Url,
)

COLUMNS: Final = (*("id", "at", "tenant", "destination", "kind", "outcome"), *("code", "detail"))

receptions = typer.Typer(no_args_is_help=True, help="What external systems handed in.")

Outcome = Literal["taken", "refused", "ignored"]


def register(app: typer.Typer) -> None:
    app.add_typer(receptions, name="receptions")


@receptions.command("list")
def list_receptions(
    *,
    outcome: Annotated[Outcome | None, typer.Option(help="Only with this outcome.")] = None,
    destination: DestinationOption = None,
    tenant: TenantOption = None,
    kind: Annotated[str | None, typer.Option(help="Only of this kind: creeerZaak.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Most receptions to show.")] = 50,
    url: Url = DEFAULT_URL,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """List what was handed in, newest first."""
    from schakel.cli.connection import Connection
    from schakel.cli.showing import print_json, print_records

    asked = {"outcome": outcome, "destination": destination, "tenant": tenant, "kind": kind}
    params = {name: value for name, value in asked.items() if value is not None}
    page = str(min(limit, 200))
    with Connection(url, key_file) as connection:
        found = connection.items("/v1/receptions", {**params, "limit": page}, limit=limit)
    if as_json:
        print_json(found)
    else:
        print_records(COLUMNS, found, none="Nothing fits.")


@receptions.command("show")
def show_reception(
    *,
    number: Annotated[int, typer.Argument(metavar="ID", min=1)],
    content: Annotated[
        bool, typer.Option("--content", help="Also what came in and what was answered, unmasked.")
    ] = False,
    reason: Annotated[
        str | None, typer.Option(help="Why you look at the content; kept in the audit trail.")
    ] = None,
    url: Url = DEFAULT_URL,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Show what was handed in and what became of it; the content only with --reason."""
    from schakel.cli.connection import Connection
    from schakel.cli.showing import print_json

    if content and reason is None:
        raise Failure("Say with --reason why you look at the content.", code=WRONG_USE)
    path = f"/v1/receptions/{number}"
    with Connection(url, key_file) as connection:
        found = connection.get(path)
        if content:
            found["content"] = connection.post(f"{path}/content", {"reason": reason})
    (print_json if as_json else _print)(found)


def _print(found: Mapping[str, Any]) -> None:
    from schakel.cli.printing import print_line
    from schakel.cli.showing import print_fields

    content = found.get("content")
    print_fields({name: value for name, value in found.items() if name != "content"})
    if content is None:
        return
    print_fields({"key": content["key"], **content["headers"]})
    for part in ("request", "answer"):
        print_line(f"\n{part.capitalize()}:")
        _print_body(content[part])


def _print_body(body: Mapping[str, str]) -> None:
    """Line by line, without anything that a terminal would obey."""
    from schakel.cli.printing import cell, print_line

    if body["encoding"] != "text":
        print_line("(not UTF-8; in base64:)")
    for line in body["data"].splitlines():
        print_line(cell(line))
