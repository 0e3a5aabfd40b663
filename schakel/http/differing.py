"""What an edit changed: paths with their old and new values, in the manner of RFC 6902; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from schemas import canonical_json, parse_json


def event_diff(before: bytes, after: bytes) -> bytes:
    """A JSON array of changes that turn the one event into the other, in order of their paths."""
    return canonical_json(list(_changes("", parse_json(before), parse_json(after))))


def _changes(path: str, old: Any, new: Any) -> Iterator[dict[str, Any]]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in sorted(old.keys() | new.keys()):
            yield from _of_member(f"{path}/{_escaped(name)}", name, old, new)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _changes(f"{path}/{index}", one, other)
    elif type(old) is not type(new) or old != new:
        yield {"op": "replace", "path": path, "old": old, "new": new}


def _of_member(
    path: str, name: str, old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    if name not in new:
        yield {"op": "remove", "path": path, "old": old[name]}
    elif name not in old:
        yield {"op": "add", "path": path, "new": new[name]}
    else:
        yield from _changes(path, old[name], new[name])


def _escaped(name: str) -> str:
    """RFC 6901, section 3."""
    return name.replace("~", "~0").replace("/", "~1")
