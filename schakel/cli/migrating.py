"""`schakel migrate`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Literal

from continuity.store import postgres, sqlite
from schakel.cli.printing import print_line
from schakel.settings import SqliteFile, load


def run(path: Path | None, *, phase: Literal["pre", "post"] | None) -> None:
    store = load(path).store
    if isinstance(store, SqliteFile):
        applied = sqlite.migrate(store.path, phase=phase)
    else:
        applied = asyncio.run(postgres.migrate(store.url.get_secret_value(), phase=phase))
    for name in applied:
        print_line(f"applied {name}")
    if not applied:
        print_line(f"{store} needs no migration.")
