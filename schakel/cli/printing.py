"""Tables and lines for people; nothing in them is taken for markup or cut off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[str]], *, title: str | None = None
) -> None:
    table = Table(title=title)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*row)
    _console().print(table)


def print_line(text: str) -> None:
    _console().print(text, soft_wrap=True)


def _console() -> Console:
    """A new one each time: it looks at what standard output is now."""
    return Console(markup=False, highlight=False, emoji=False)
