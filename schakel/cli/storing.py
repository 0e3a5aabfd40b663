"""`schakel documents put`: a file into the hub, before the message that refers to it."""

# ruff: noqa: PLC0415 - the command imports what it needs when it runs, so that help is fast

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from schakel.cli.remote import DEFAULT_URL, AsJson, KeyFile, Url

PIECE: Final = 1 << 18
SECONDS: Final = 600.0
"""How long a large content may take to be durable once all of it is sent."""

documents = typer.Typer(no_args_is_help=True, help="Documents beside messages.")


def register(app: typer.Typer) -> None:
    app.add_typer(documents, name="documents")


@documents.command("put")
def put(
    *,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Its content.")],
    tenant: Annotated[
        str | None, typer.Option("--tenant", help="Municipality; a key for one need not say it.")
    ] = None,
    media_type: Annotated[
        str | None, typer.Option("--media-type", help="Default: by the name of the file.")
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Also when it is there: what is stored is damaged.")
    ] = False,
    url: Url = DEFAULT_URL,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Store a document, and print what a message writes in `dataref` to refer to it."""
    from schakel.cli.connection import Connection
    from schakel.cli.showing import print_json

    kind = media_type or _media_type(file)
    with Connection(url, key_file, seconds=SECONDS) as connection:
        stored = store(connection, file, tenant=tenant, media_type=kind, replace=replace)
    if as_json:
        print_json(stored)
    else:
        typer.echo(stored["dataref"])


def store(
    connection: Any, file: Path, *, tenant: str | None, media_type: str, replace: bool
) -> dict[str, Any]:
    """Reads the file twice: for its hash, and, unless the hub has it, to send it."""
    from schemas.dataref import document_ref

    size = file.stat().st_size
    digest = hashlib.sha256()
    for piece in _pieces(file, size, "Reading"):
        digest.update(piece)
    path = f"/v1/documents/{digest.hexdigest()}"
    params = {"tenant": tenant} if tenant else {}
    if not replace and _is_there(connection, path, params):
        return {"sha256": digest.hexdigest(), "dataref": document_ref(digest.hexdigest())}
    found: dict[str, Any] = connection.put(
        path,
        _pieces(file, size, "Sending"),
        params={**params, **({"replace": "true"} if replace else {})},
        headers={"Content-Type": media_type, "Content-Length": str(size)},
    )
    return found


def _is_there(connection: Any, path: str, params: dict[str, str]) -> bool:
    from schakel.cli.connection import Refusal

    try:
        connection.head(path, params)
    except Refusal as refusal:
        if refusal.status == HTTPStatus.NOT_FOUND:
            return False
        raise
    return True


def _pieces(file: Path, size: int, what: str) -> Iterator[bytes]:
    from rich.progress import BarColumn, DownloadColumn, Progress, TransferSpeedColumn

    from schakel.cli.failure import WRONG_USE, Failure
    from schakel.cli.printing import console

    columns = (what, BarColumn(), DownloadColumn(), TransferSpeedColumn())
    hidden = not sys.stdout.isatty()
    try:
        with (
            file.open("rb") as content,
            Progress(*columns, console=console(), transient=True, disable=hidden) as progress,
        ):
            task = progress.add_task(what, total=size)
            while piece := content.read(PIECE):
                yield piece
                progress.advance(task, len(piece))
    except OSError as error:
        raise Failure(f"{file} cannot be read: {error.strerror}.", code=WRONG_USE) from None


def _media_type(file: Path) -> str:
    import mimetypes

    return mimetypes.guess_type(file.name)[0] or "application/octet-stream"
