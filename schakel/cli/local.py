"""Commands that work on this machine: on the configuration, the store's file, the source tree.

They are thin: each hands over to the module that does the work.
"""

# ruff: noqa: PLC0415 - commands import what they need when they run, so that help is fast

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from schakel.cli.failure import WRONG_USE, Failure
from schakel.cli.remote import keys

Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        help="Configuration file. Default: $SCHAKEL_CONFIG, else ./schakel.toml.",
        show_default=False,
    ),
]

routes = typer.Typer(no_args_is_help=True, help="Which message goes where, and why.")
schemas = typer.Typer(no_args_is_help=True, help="Schemas of the messages: JSON, and XML for StUF.")

_SCHEMAS_DEFAULT = "Default: $SCHAKEL_SCHEMAS_DIR, else dir under [schemas]."
_PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True}


def register(app: typer.Typer) -> None:
    app.command()(serve)
    app.command()(check)
    app.command()(migrate)
    app.add_typer(routes, name="routes")
    app.add_typer(schemas, name="schemas")
    app.command("new-adapter")(new_adapter)
    app.command(context_settings=_PASSED_ON, add_help_option=False)(simulate)
    app.command()(demo)
    app.command(context_settings=_PASSED_ON, add_help_option=False)(bench)


@keys.command("make-data-key")
def make_data_key() -> None:
    """Print a fresh key for [security]: data_keys needs one, and index_key another.

    Nothing is stored: put it where the configuration reads it, and keep a copy in a safe.
    """
    from continuity.keyring import new_key

    typer.echo(new_key())


@keys.command("reindex")
def reindex(
    config: Config = None,
    old_index_key: Annotated[
        list[str] | None,
        typer.Option(help='The key before, as "env:NAME" or "file:PATH"; not for a first key.'),
    ] = None,
) -> None:
    """Bring case numbers and lanes under the configured index key. No hub may run meanwhile.

    Needed once when keys are configured for a store that has messages, and when the index key is
    replaced. It can be broken off and run again.
    """
    from schakel.cli.datakeys import run_reindex

    run_reindex(config, old_index_key or [])


def serve(
    config: Config = None,
    role: Annotated[
        Literal["all", "api", "worker", "amqp"],
        typer.Option(
            help="all: everything; api: only accept; worker: only deliver; "
            "amqp: only take from RabbitMQ."
        ),
    ] = "all",
    port: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=65535,
            help="Instead of hub.port; 0 takes any free port. Roles worker and amqp listen only "
            "when it is given: for /healthz, /readyz and /metrics.",
        ),
    ] = None,
) -> None:
    """Run the hub.

    SIGHUP reads the configuration again and goes on with it; SIGTERM stops in order.
    """
    from schakel.cli.serving import run

    run(config, role=role, port=port)


def check(config: Config = None) -> None:
    """Check configuration, store and destinations.

    Every destination is called without changing anything there. Exit 1: problems were found.
    """
    from schakel.cli.checking import run

    raise typer.Exit(run(config))


def migrate(
    config: Config = None,
    phase: Annotated[
        Literal["pre", "post"] | None,
        typer.Option(
            help="pre: before the new program starts; post: after the old one has stopped. "
            "Default: both."
        ),
    ] = None,
) -> None:
    """Bring the store to this program's version."""
    from schakel.cli.migrating import run

    run(config, phase=phase)


@routes.command("explain")
def explain_routes(
    file: Annotated[str, typer.Argument(help="A message (CloudEvent as JSON); - reads it.")],
    config: Config = None,
) -> None:
    """Say for each rule why it matches a message or does not. Exit 1: no rule wants it."""
    from schakel.cli.explaining import explain

    raise typer.Exit(explain(config, file))


@routes.command("list")
def list_routes(config: Config = None) -> None:
    """Show the rules in their order."""
    from schakel.cli.explaining import show

    show(config)


@schemas.command("export")
def export(
    folder: Annotated[Path, typer.Argument(help="Where to write; made when it is not there.")],
) -> None:
    """Write the JSON Schema of every message type and version."""
    from schemas.export import export_schemas

    export_schemas(folder)
    typer.echo(f"The schemas are in {folder}.")


@schemas.command("check")
def check_exported(
    folder: Annotated[
        Path | None,
        typer.Argument(help="Exported schemas. Default: those of the project."),
    ] = None,
) -> None:
    """Compare exported schemas with the messages of this program. Exit 1: they differ."""
    from schakel.cli.checking import check_schema_files

    raise typer.Exit(check_schema_files(folder))


@schemas.command("install")
def install_official(
    folder: Annotated[Path, typer.Argument(help="Where the official XML schemas were unpacked.")],
    to: Annotated[
        Path | None,
        typer.Option(help=f"Where the hub reads them. {_SCHEMAS_DEFAULT}"),
    ] = None,
    config: Config = None,
) -> None:
    """Add official XML schemas of StUF; the hub then uses them beside its own.

    Exit 1: there are none in the folder, or they do not compile. 2: wrong use.
    """
    from schakel.cli.stuf_schemas import install_schemas

    raise typer.Exit(install_schemas(folder, to, config))


@schemas.command("explain")
def explain_stuf(
    file: Annotated[Path, typer.Argument(help="A StUF message, in its envelope or not.")],
    name: Annotated[
        str | None,
        typer.Option("--set", help="zds-1.1, zds-1.2, bg-3.10, stuf-3.01. Default: by namespace."),
    ] = None,
    schemas_dir: Annotated[
        Path | None,
        typer.Option(help=f"Installed official schemas. {_SCHEMAS_DEFAULT}"),
    ] = None,
    config: Config = None,
) -> None:
    """Say what is wrong with a StUF message: where, which rule, what is expected; never a value.

    Exit 0: nothing. 1: something is, or it cannot be read. 2: wrong use.
    """
    from schakel.cli.stuf_schemas import explain_message

    raise typer.Exit(explain_message(file, name, schemas_dir, config))


def new_adapter(
    name: Annotated[str, typer.Argument(help="Name of the folder: mijn_systeem.")],
    root: Annotated[Path, typer.Option(help="Root of the source tree.")] = Path(),
) -> None:
    """Generate an adapter and its simulator.

    Tests and documentation come with it.
    """
    from schakel.scaffold import create

    try:
        made = create(name, root)
    except (ValueError, FileExistsError) as error:
        raise Failure(str(error), code=WRONG_USE) from error
    for path in made:
        typer.echo(path)


def simulate(context: typer.Context) -> None:
    """Run simulators of external systems.

    The arguments go to the simulators' own program: `schakel simulate --help` shows them.
    """
    import os

    # a program of its own: nothing in the hub may depend on the simulators
    command = [sys.executable, "-m", "simulators", *context.args]
    os.execv(command[0], command)  # noqa: S606 - our own interpreter, no shell between


def demo(
    scenario: Annotated[str | None, typer.Argument(help="'list' names the scenarios.")] = None,
) -> None:
    """Show the hub at work, through outages."""
    from schakel.demo import run

    raise typer.Exit(run(scenario))


def bench(context: typer.Context) -> None:
    """Measure what the hub accepts and delivers."""
    from schakel.bench import run

    raise typer.Exit(run(context.args))
