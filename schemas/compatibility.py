"""Find what makes a message that was right yesterday refused, or misread, today.

The baseline is `json/released.json`: a full copy of every schema at its last release, by its
`$id`. A digest would be smaller, but could only say that something changed, not whether that
breaks a publisher. The copy changes by `release_schemas` alone, which refuses a breaking change:
such a change needs a new version of the message type, with an upcast from the old one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from schemas.catalogue import MessageCatalogue
from schemas.export import SCHEMA_DIRECTORY, event_schema, schema_text
from schemas.messagetypes import MESSAGE_TYPES

RELEASED_FILE: Final = SCHEMA_DIRECTORY / "released.json"

Schema = dict[str, Any]

_UPPER_BOUNDS: Final = ("maxLength", "maxItems", "maxProperties", "maximum", "exclusiveMaximum")
_LOWER_BOUNDS: Final = ("minLength", "minItems", "minProperties", "minimum", "exclusiveMinimum")
_UNIONS: Final = ("anyOf", "oneOf")
_HANDLED: Final = frozenset(
    {"type", "enum", "const", "default", "properties", "required", "additionalProperties", "items"}
    | {*_UPPER_BOUNDS, *_LOWER_BOUNDS}
)
# They say nothing about which messages are accepted.
_ANNOTATIONS: Final = frozenset(
    {"$schema", "$id", "$defs", "$comment", "title", "description", "examples", "deprecated"}
    | {"discriminator"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One breaking change: `path` is the dotted JSON path, `kind` a code, `detail` a sentence."""

    path: str
    kind: str
    detail: str


class BreakingChange(ValueError):
    """A released schema would change so that sound messages are refused: make a new version."""

    def __init__(self, changes: Mapping[str, list[Change]]) -> None:
        self.changes = dict(changes)
        listed = "; ".join(
            f"{schema} at {change.path or 'the message'}: {change.detail}"
            for schema, found in changes.items()
            for change in found
        )
        super().__init__(f"{listed} Make a new version of the type, with an upcast.")


def breaking_changes(old_schema: Schema, new_schema: Schema) -> list[Change]:
    """Return why a message valid under the old schema could be refused or misread under the new.

    Careful to one side: a keyword that this function does not understand counts as breaking when
    it changes, and so does a pattern that changes, though it may have become wider.
    """
    return list(_Comparison(old_schema, new_schema).changes(old_schema, new_schema, ""))


def check_released(
    path: Path = RELEASED_FILE, *, catalogue: MessageCatalogue = MESSAGE_TYPES
) -> dict[str, list[Change]]:
    """Return the breaking changes since the last release, by the `$id` of the schema.

    Versions that are no longer current are held by their upcasts and need no comparison.
    """
    released: dict[str, Schema] = json.loads(path.read_bytes()) if path.exists() else {}
    found = {}
    for message_type in catalogue.values():
        old = released.get(message_type.dataschema)
        if old and (changes := breaking_changes(old, event_schema(message_type))):
            found[message_type.dataschema] = changes
    return found


def release_schemas(
    path: Path = RELEASED_FILE, *, catalogue: MessageCatalogue = MESSAGE_TYPES
) -> None:
    """Make the current schemas the baseline; raises `BreakingChange` and then writes nothing."""
    if found := check_released(path, catalogue=catalogue):
        raise BreakingChange(found)
    released: dict[str, Schema] = json.loads(path.read_bytes()) if path.exists() else {}
    released |= {each.dataschema: event_schema(each) for each in catalogue.values()}
    path.write_text(schema_text(released), encoding="utf-8")


class _Comparison:
    """Walks two schemas side by side; each has its own `$defs`."""

    def __init__(self, old_root: Schema, new_root: Schema) -> None:
        self._old_root = old_root
        self._new_root = new_root

    def changes(self, old: Schema, new: Schema, path: str) -> Iterator[Change]:
        old, new = _resolved(old, self._old_root), _resolved(new, self._new_root)
        yield from _default(old, new, path)
        if _is_union(old) or _is_union(new):
            yield from self._alternatives(old, new, path)
            return
        for check in (_types, _values, _bounds, _others, _required):
            yield from check(old, new, path)
        yield from self._members(old, new, path)
        yield from self._items(old, new, path)

    def _members(self, old: Schema, new: Schema, path: str) -> Iterator[Change]:
        before, after = old.get("properties", {}), new.get("properties", {})
        closed = new.get("additionalProperties") is False
        if closed and old.get("additionalProperties") is not False and before:
            yield Change(path=path, kind="closed", detail="Other fields are now refused.")
        for name, schema in before.items():
            here = f"{path}.{name}".lstrip(".")
            if name in after:
                yield from self.changes(schema, after[name], here)
            elif closed:
                yield Change(path=here, kind="removed", detail="The field is gone.")
        if old.get("additionalProperties") is not False:
            for name in after.keys() - before.keys():
                here = f"{path}.{name}".lstrip(".")
                yield from self.changes({}, after[name], here)

    def _items(self, old: Schema, new: Schema, path: str) -> Iterator[Change]:
        if "items" in new:
            yield from self.changes(old.get("items", {}), new["items"], f"{path}.*".lstrip("."))

    def _alternatives(self, old: Schema, new: Schema, path: str) -> Iterator[Change]:
        before, after = _options(old, self._old_root), _options(new, self._new_root)
        exclusive = "oneOf" in new and "discriminator" not in new
        if exclusive and new["oneOf"] != old.get("oneOf"):
            # One more alternative may make two true at once, which oneOf refuses.
            yield Change(path=path, kind="narrowed_union", detail="The rule oneOf changed.")
            return
        for option in before:
            if all(any(self.changes(option, other, path)) for other in after):
                yield from self._closest(option, after, path)

    def _closest(self, option: Schema, after: list[Schema], path: str) -> Iterator[Change]:
        """Name the changes within the alternative that is still meant, if one can be told."""
        title = option.get("title")
        for other in after:
            if len(after) == 1 or (title and title == other.get("title")):
                yield from self.changes(option, other, path)
                return
        yield Change(path=path, kind="narrowed_union", detail="An alternative is gone or narrower.")


def _resolved(schema: Schema, root: Schema) -> Schema:
    while "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        schema = {**root["$defs"][name], **rest}
    return schema


def _is_union(schema: Schema) -> bool:
    """Say whether a schema only lists alternatives, as an optional field does."""
    rest = schema.keys() - _ANNOTATIONS - {"default"}
    return len(rest) == 1 and bool(rest & set(_UNIONS))


def _options(schema: Schema, root: Schema) -> list[Schema]:
    """Return the alternatives, unions inside unions laid flat; a plain schema is its only one."""
    schema = _resolved(schema, root)
    if not _is_union(schema):
        return [{key: value for key, value in schema.items() if key != "default"}]
    inner = next(schema[key] for key in _UNIONS if key in schema)
    return [option for part in inner for option in _options(part, root)]


def _type_set(schema: Schema) -> frozenset[str]:
    given = schema.get("type", [])
    types = {given} if isinstance(given, str) else set(given)
    return frozenset(types | {"integer"} if "number" in types else types)


def _types(old: Schema, new: Schema, path: str) -> Iterator[Change]:
    before, after = _type_set(old), _type_set(new)
    if not after or (before and before <= after):
        return
    values = _value_set(old)
    if not before and values is not None and _all_of_types(values, after):
        return
    yield Change(path=path, kind="narrowed_type", detail=f"Only {', '.join(sorted(after))} now.")


_JSON_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "string": (str,),
    "null": (type(None),),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
}


def _all_of_types(values: list[Any], types: frozenset[str]) -> bool:
    kinds = tuple(kind for name in types for kind in _JSON_TYPES.get(name, ()))
    return all(isinstance(value, kinds) for value in values)


def _value_set(schema: Schema) -> list[Any] | None:
    if "const" in schema:
        return [schema["const"]]
    return schema.get("enum")


def _values(old: Schema, new: Schema, path: str) -> Iterator[Change]:
    before, after = _value_set(old), _value_set(new)
    if after is None:
        return
    if before is None or any(value not in after for value in before):
        yield Change(path=path, kind="narrowed_values", detail="Some values are now refused.")


def _bounds(old: Schema, new: Schema, path: str) -> Iterator[Change]:
    for keyword in (*_UPPER_BOUNDS, *_LOWER_BOUNDS):
        if keyword not in new:
            continue
        before, after = old.get(keyword), new[keyword]
        tighter = before is None or (after < before if keyword in _UPPER_BOUNDS else after > before)
        if tighter:
            detail = f"{keyword} is now {after}; it was {'open' if before is None else before}."
            yield Change(path=path, kind="narrowed_bound", detail=detail)


def _default(old: Schema, new: Schema, path: str) -> Iterator[Change]:
    if old.get("default") != new.get("default"):
        detail = "An absent field now means something else."
        yield Change(path=path, kind="changed_default", detail=detail)


def _others(old: Schema, new: Schema, path: str) -> Iterator[Change]:
    for keyword in sorted(new.keys() - _HANDLED - _ANNOTATIONS):
        if old.get(keyword) != new[keyword]:
            detail = f"{keyword} changed or was added."
            yield Change(path=path, kind=f"changed_{keyword}", detail=detail)


def _required(old: Schema, new: Schema, path: str) -> Iterator[Change]:
    for name in sorted(set(new.get("required", ())) - set(old.get("required", ()))):
        here = f"{path}.{name}".lstrip(".")
        yield Change(path=here, kind="new_required", detail="The field is now required.")
