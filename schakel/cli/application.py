"""All commands together, and the one place where their errors become sentences."""

# ruff: noqa: PLC0415 - what only a failing or asking call needs is imported by it: help is fast

from __future__ import annotations

import sys
from typing import Annotated

import typer

from schakel.cli import (
    asking,
    inbox,
    local,
    protocol,
    receptions,
    reconciliation,
    rejecting,
    remote,
    storing,
    subscriptions,
)

app = typer.Typer(
    name="schakel",
    help="Integration hub beside a municipal civil-affairs suite.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
local.register(app)
remote.register(app)
storing.register(app)
asking.register(app)
protocol.register(app)
reconciliation.register(app)
rejecting.register(app)
receptions.register(app)
inbox.register(app)
subscriptions.register(app)


def main() -> None:
    """Runs the command line and ends the process with its exit code."""
    try:
        app()
    except Exception as error:
        from schakel.cli.errors import explain

        known = explain(error)
        if known is None:
            raise
        lines, code = known
        sys.stderr.write("\n".join(lines) + "\n")
        sys.exit(code)


@app.callback(invoke_without_command=True)
def _schakel(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and stop.", is_eager=True)
    ] = False,
) -> None:
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"schakel {installed('schakel')}")
        raise typer.Exit
