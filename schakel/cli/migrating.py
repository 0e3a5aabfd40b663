"""`schakel migrate`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from continuity.store.sqlite import migrate
from schakel.cli.printing import print_line
from schakel.settings import load


def run(path: Path | None, *, phase: Literal["pre", "post"] | None) -> None:
    store = load(path).store_path
    applied = migrate(store, phase=phase)
    for name in applied:
        print_line(f"applied {name}")
    if not applied:
        print_line(f"{store} needs no migration.")
