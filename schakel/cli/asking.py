"""`schakel ask` and `schakel identities`: questions to external systems, and the case numbers."""

# ruff: noqa: PLC0415 - commands import what they need when they run, so that help is fast

from __future__ import annotations

import json
import sys
from typing import Annotated, Any, Final, Literal
from urllib.parse import quote, urlencode

import typer

from schakel.cli.failure import WRONG_USE, Failure
from schakel.cli.remote import DEFAULT_URL, AsJson, KeyFile, TenantOption, Url

IDENTITY_COLUMNS: Final = (
    "number",
    "state",
    "issuedAt",
    "tenant",
    "destination",
    "definitiveNumber",
    "askedBy",
)

identities = typer.Typer(no_args_is_help=True, help="Case numbers that the hub gave out.")


def register(app: typer.Typer) -> None:
    app.command()(ask)
    app.add_typer(identities, name="identities")


def _list_types(wanted: bool) -> None:  # noqa: FBT001 - Typer calls it with the option's value
    from schakel.cli.printing import print_table
    from schemas.questions import QUESTION_TYPES

    if not wanted:
        return
    rows = [(one.name, one.summary, one.personal) for one in QUESTION_TYPES.values()]
    print_table(("type", "what", "about a person"), rows)
    raise typer.Exit


def ask(
    *,
    question_type: Annotated[str, typer.Argument(metavar="TYPE", help="As zaak.identificatie.")],
    data: Annotated[str, typer.Argument(metavar="[JSON]", help="The question; - reads it.")] = "{}",
    tenant: TenantOption = None,
    seconds: Annotated[
        float, typer.Option(min=0.1, max=60, help="How long to wait for the answer.")
    ] = 10,
    purpose: Annotated[
        str | None, typer.Option(help="What it is for; needed when it is about a person.")
    ] = None,
    user: Annotated[
        str | None, typer.Option(help="Who asks; needed when it is about a person.")
    ] = None,
    url: Url = DEFAULT_URL,
    key_file: KeyFile = None,
    as_json: AsJson = False,
    listed: Annotated[
        bool,
        typer.Option(
            "--list", is_eager=True, callback=_list_types, help="List what can be asked, and stop."
        ),
    ] = False,
) -> None:
    """Ask something and print the answer.

    Give what is about a person as -, and on standard input: then no number ends up in a shell's
    history. Without an answer the exit code is 1, and the text says why and since when.
    """
    from schakel.cli.connection import Connection
    from schakel.cli.outline import outline
    from schakel.cli.printing import print_line
    from schakel.cli.showing import print_json
    from schemas.fieldpaths import ordered
    from schemas.questions import QUESTION_TYPES

    del listed  # its callback has ended the command

    params = {"seconds": str(seconds)} | ({"tenant": tenant} if tenant else {})
    path = f"/v1/ask/{quote(question_type, safe='')}?{urlencode(params)}"
    question = _read_question(data)
    said = {"X-Doelbinding": purpose, "X-Gebruiker": user}
    headers = {name: value for name, value in said.items() if value is not None}
    if not all(value.isascii() and value.isprintable() for value in headers.values()):
        raise Failure("Purpose and user are one line of plain letters (ASCII).", code=WRONG_USE)
    with Connection(url, key_file) as connection:
        answer = connection.post(path, question, headers=headers)
    if as_json:
        print_json(answer)
        return
    kind = QUESTION_TYPES.get(question_type)
    for line in outline(answer if kind is None else ordered(kind.answer, answer)):
        print_line(line)


@identities.command("list")
def list_identities(
    *,
    state: Annotated[
        Literal["provisional", "definitive"] | None, typer.Option(help="Only in this state.")
    ] = None,
    tenant: TenantOption = None,
    number: Annotated[str | None, typer.Option(help="Only this case number.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Most numbers to show.")] = 50,
    url: Url = DEFAULT_URL,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """List case numbers, newest first: since when, for whom, and what they became."""
    from schakel.cli.connection import Connection
    from schakel.cli.showing import print_json, print_records

    asked = {"state": state, "tenant": tenant, "number": number, "limit": str(min(limit, 200))}
    params = {name: value for name, value in asked.items() if value is not None}
    with Connection(url, key_file) as connection:
        found = connection.items("/v1/identities", params, limit=limit)
    if as_json:
        print_json(found)
    else:
        print_records(IDENTITY_COLUMNS, found, none="No case number fits.")


def _read_question(text: str) -> dict[str, Any]:
    try:
        question = json.loads(sys.stdin.read() if text == "-" else text)
    except ValueError:
        raise Failure("The question is not JSON.", code=WRONG_USE) from None
    if not isinstance(question, dict):
        raise Failure("The question is no JSON object; an empty one is {}.", code=WRONG_USE)
    return question
