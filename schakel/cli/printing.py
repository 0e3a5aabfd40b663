"""Tables and lines for people.

What a partner said is no markup and no control sequence, and nothing is cut off.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from continuity.window import TOWN_HALL

_PIPED_WIDTH: Final = 200
"""Columns when nobody's terminal sets them: enough that no cell is cut."""
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)


def console() -> Console:
    """A new one each time: it looks at what standard output is now."""
    width = None if sys.stdout.isatty() else _PIPED_WIDTH
    return Console(markup=False, highlight=False, emoji=False, width=width)


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str | None = None
) -> None:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*map(cell, row))
    console().print(table)


def print_line(text: str) -> None:
    console().print(text, soft_wrap=True)


def cell(value: Any) -> str:
    """A value in one line, fit for a terminal; moments on the clock of the town hall."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(cell(item) for item in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=True)
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return f"{datetime.fromisoformat(value).astimezone(TOWN_HALL):%Y-%m-%d %H:%M:%S %Z}"
    return "".join(char if char.isprintable() else " " for char in str(value))
