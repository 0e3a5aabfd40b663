"""`schakel keys make-data-key | status | rotate | reindex` and `schakel purge`."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from rich.progress import Progress

from continuity.clock import SystemClock
from continuity.keyring import IndexKey, read_key
from continuity.store.records import Column
from continuity.store.sealed.reindexing import reindex
from schakel.cli.connection import Connection
from schakel.cli.failure import WRONG_USE, Failure
from schakel.cli.printing import console, print_line
from schakel.cli.showing import print_records
from schakel.compose import create_store
from schakel.settings import load

LOOK_EVERY_SECONDS: Final = 0.3
_KEY_COLUMNS: Final = ("key", "encrypts", "values", "advice")
_DUE_COLUMNS: Final = ("tenant", "type", "keep", "messages")


def show_status(status: Mapping[str, Any]) -> None:
    if not status["encrypted"]:
        console().print('Nothing is encrypted: the configuration says encryption = "none".')
        return
    print_records(_KEY_COLUMNS, [_key_row(one) for one in status["items"]], none="There is no key.")
    if status["plain"]:
        print_line(f"{status['plain']} values are not encrypted yet: schakel keys rotate.")
    rotation = status["rotation"]
    if rotation is not None and rotation["state"] == "running":
        print_line(f"A rotation to key '{rotation['key']}' is under way.")


def _key_row(key: Mapping[str, Any]) -> dict[str, Any]:
    advice = "keep it: values need it; schakel keys rotate"
    if key["newest"]:
        advice = "keep it: it encrypts"
    elif not key["values"]:
        advice = "may be taken out of data_keys"
    return {
        "key": key["id"],
        "encrypts": "yes" if key["newest"] else "no",
        "values": key["values"],
        "advice": advice,
    }


def follow_rotation(connection: Connection, started: dict[str, Any]) -> dict[str, Any]:
    """Until it is done. Breaking this off leaves the rotation going."""
    progress = started
    with Progress(console=console(), transient=True, disable=not sys.stdout.isatty()) as bar:
        task = bar.add_task(f"To key {started['key']}", total=sum(started["total"].values()))
        while progress["state"] != "done":
            time.sleep(LOOK_EVERY_SECONDS)
            progress = connection.get("/v1/data-keys/rotation")
            total = sum(progress["total"].values())
            bar.update(task, completed=sum(progress["done"].values()), total=total)
    return progress


def show_due(due: Sequence[Mapping[str, Any]]) -> None:
    rows = [one for one in due if one["messages"]]
    print_records(_DUE_COLUMNS, rows, none="Nothing is old enough to be removed.")


def follow_purge(connection: Connection, run: Mapping[str, Any]) -> Mapping[str, Any]:
    """Until it is done. Breaking this off leaves the purge going."""
    with console().status("Removing") as status:
        while run["state"] != "done":
            time.sleep(LOOK_EVERY_SECONDS)
            run = connection.get("/v1/retention/run")
            status.update(f"Removing: {run['messages']} messages")
    return run


def run_reindex(path: Path | None, old: Sequence[str]) -> None:
    """On the store itself: no hub may run."""
    settings = load(path)
    if settings.store_keys is None:
        detail = 'The configuration says encryption = "none": there is no key to turn to.'
        raise Failure(detail, code=WRONG_USE)
    store = create_store(settings, sealed=False)
    asyncio.run(_reindex(store, settings.store_keys, [_old_key(one) for one in old]))
    print_line("Case numbers and lanes are under the configured index key: start the hub.")
    print_line("Then bring the rest under the newest data key: schakel keys rotate.")


async def _reindex(store: Any, keys: Any, old: Sequence[IndexKey]) -> None:
    await store.open()
    try:
        with Progress(console=console(), transient=True, disable=not sys.stdout.isatty()) as bar:
            tasks: dict[Column, Any] = {}

            def report(column: Column, done: int) -> None:
                if column not in tasks:
                    tasks[column] = bar.add_task(str(column), total=None)
                bar.update(tasks[column], completed=done)

            await reindex(store, keys, old=old, now=SystemClock().now(), report=report)
    finally:
        await store.close()


def _old_key(where: str) -> IndexKey:
    how, _, name = where.partition(":")
    text = None
    if how == "env":
        text = os.environ.get(name)
    elif how == "file":
        try:
            text = Path(name).read_text(encoding="utf-8")
        except (OSError, ValueError):
            text = None
    if text is None:
        detail = f'{where}: there is no key; write "env:NAME" or "file:PATH".'
        raise Failure(detail, code=WRONG_USE)
    try:
        return IndexKey(read_key(text))
    except ValueError as error:
        raise Failure(f"{where}: {error}", code=WRONG_USE) from None
