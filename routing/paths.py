"""The paths that conditions may name, read off the payload models."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from schemas import Bsn

ROOT: Final = "data"
_DEEPEST: Final = 8
"""Objects inside each other; guards against a payload that contains itself."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a payload, and what may be compared with it."""

    attributes: tuple[str, ...]
    """Python names, from the payload down to the field."""
    refusal: str = ""
    """Why its value cannot be compared; empty when it can."""
    allowed: frozenset[str] | None = None
    """All values that it can have; None when they are not a fixed set."""


@cache
def fields(payload: type[BaseModel]) -> dict[str, Field]:
    """Every field below `payload` by its dotted JSON path (`data.zaaktype.identificatie`)."""
    return dict(_walk([payload], ROOT, ()))


def read(data: BaseModel, attributes: tuple[str, ...]) -> list[str]:
    """The values at a path as texts; empty when absent, more than one through a list.

    An object counts as one value; its text means nothing but that it is there.
    """
    found: list[Any] = [data]
    for name in attributes:
        reached: list[Any] = []
        for item in found:
            value = getattr(item, name, None)
            if isinstance(value, tuple | list):
                reached.extend(value)
            elif value is not None and value != "":
                reached.append(value)
        found = reached
    return [value if isinstance(value, str) else _text(value) for value in found]


def _walk(
    models: list[type[BaseModel]], path: str, attributes: tuple[str, ...]
) -> Iterator[tuple[str, Field]]:
    by_name: dict[str, tuple[str, list[Any]]] = {}
    for model in models:
        for attribute, info in model.model_fields.items():
            _, kinds = by_name.setdefault(info.alias or attribute, (attribute, []))
            kinds.extend(kind for kind in _kinds(info.annotation) if kind not in kinds)
    for name, (attribute, kinds) in by_name.items():
        here, down = f"{path}.{name}", (*attributes, attribute)
        yield here, _field(down, kinds)
        inner = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]
        if inner and len(down) < _DEEPEST:
            yield from _walk(inner, here, down)


def _kinds(annotation: Any) -> list[Any]:
    """The classes and Literals that a field can hold, without None, lists and annotations."""
    origin = get_origin(annotation)
    if origin is None:
        return [] if annotation is NoneType else [annotation]
    if origin is Literal:
        return [annotation]
    parts = get_args(annotation)
    if origin is Annotated:
        parts = parts[:1]
    elif origin not in (Union, UnionType, tuple, list, frozenset):
        return [annotation]
    return [kind for part in parts if part is not Ellipsis for kind in _kinds(part)]


def _field(attributes: tuple[str, ...], kinds: list[Any]) -> Field:
    classes = [kind for kind in kinds if isinstance(kind, type)]
    if any(issubclass(kind, BaseModel) for kind in classes):
        return Field(attributes, "it is an object: name a field inside it")
    if Bsn in classes:
        return Field(attributes, "it is a BSN, which may not stand in a configuration")
    if any(issubclass(kind, datetime) for kind in classes):
        return Field(attributes, "it is a moment, which can be written in many time zones")
    listed = [_allowed(kind) for kind in kinds]
    if any(values is None for values in listed):
        return Field(attributes)
    return Field(attributes, allowed=frozenset().union(*(values or () for values in listed)))


def _allowed(kind: Any) -> frozenset[str] | None:
    if get_origin(kind) is Literal:
        return frozenset(map(_text, get_args(kind)))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return frozenset(_text(member.value) for member in kind)
    return None


def _text(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Enum():
            return _text(value.value)
        case date():
            return value.isoformat()
        case _:
            return str(value)
