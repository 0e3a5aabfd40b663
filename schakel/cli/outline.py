"""An answer as an outline for people: one value a line, what belongs together under one heading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from schakel.cli.printing import cell

_STEP: Final = "  "
_NOTHING: Final = "Nothing was found."
_MORE: Final = "meer"
_THERE_ARE_MORE: Final = "There are more than these: ask more narrowly."


def outline(data: Mapping[str, Any]) -> Iterator[str]:
    """The lines; an answer that holds nothing says so."""
    said = {name: value for name, value in data.items() if name != _MORE}
    if not any(map(_says, said.values())):
        yield _NOTHING
        return
    yield from _members(said, "")
    if data.get(_MORE) is True:
        yield _THERE_ARE_MORE


def _members(data: Mapping[str, Any], indent: str) -> Iterator[str]:
    said = {name: value for name, value in data.items() if _says(value)}
    width = max((len(name) for name, value in said.items() if not _has_parts(value)), default=0)
    for name, value in said.items():
        if isinstance(value, Mapping):
            yield f"{indent}{cell(name)}"
            yield from _members(value, indent + _STEP)
        elif _has_parts(value):
            yield f"{indent}{cell(name)} ({len(value)})"
            for number, one in enumerate(value, start=1):
                yield from _numbered(number, one, indent + _STEP)
        else:
            yield f"{indent}{cell(name):<{width}}  {cell(value)}"


def _numbered(number: int, one: Any, indent: str) -> Iterator[str]:
    mark = f"{number}. "
    if not isinstance(one, Mapping) or not any(map(_says, one.values())):
        yield f"{indent}{mark}{cell(one) if one else '-'}"
        return
    first, *rest = _members(one, indent + " " * len(mark))
    yield f"{indent}{mark}{first.strip()}" if first.startswith(indent) else first
    yield from rest


def _says(value: Any) -> bool:
    return value not in (None, "", [], {}, ())


def _has_parts(value: Any) -> bool:
    if isinstance(value, Mapping):
        return True
    listed = isinstance(value, Sequence) and not isinstance(value, str)
    return listed and any(isinstance(one, Mapping) for one in value)
