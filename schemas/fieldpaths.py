"""Dotted paths through the JSON of a model: which there are, which may stay, which hold a BSN.

A list takes no place in a path: `personen.geboortedatum` is the day of birth of every person. A
path stands for all that lies below it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, get_args

from pydantic import BaseModel

from schemas.identifiers import Bsn

SIGNALS: Final = frozenset(
    {"geheimhouding", "inOnderzoek", "meer", "onbekend", "ontbreekt", "opschorting"}
    | {"teVeelBewoners"}
)
"""Members that say how the rest is to be read. They go with whatever they stand beside: somebody
who may see an address must know that it is secret, or doubted."""


@dataclass(frozen=True, slots=True)
class _Member:
    below: type[BaseModel] | None
    is_bsn: bool


def paths_of(model: type[BaseModel]) -> Iterator[str]:
    """Every path that the JSON of `model` can have."""
    for name, member in _members(model).items():
        yield name
        if member.below is not None:
            yield from (f"{name}.{path}" for path in paths_of(member.below))


def keep_only(data: Mapping[str, Any], allowed: Collection[str]) -> dict[str, Any]:
    """Return `data` without what no path of `allowed` covers; signals stay beside what stays."""
    return _kept(data, frozenset(allowed), "")


def ordered(model: type[BaseModel], data: Mapping[str, Any]) -> dict[str, Any]:
    """Return `data` in the order in which `model` names its members; strangers come last."""
    members = _members(model)
    names = [*(name for name in members if name in data), *(set(data) - set(members))]
    return {name: _ordered_part(members.get(name), data[name]) for name in names}


def bsns_in(model: type[BaseModel], data: Mapping[str, Any]) -> frozenset[str]:
    """Every burgerservicenummer in the JSON of `model`."""
    return frozenset(_bsns(model, data))


def bsns_told(
    model: type[BaseModel], data: Mapping[str, Any], allowed: Collection[str]
) -> frozenset[str]:
    """Return everybody of whom something stays when only `allowed` does; empty: all of it.

    Somebody whose address is given was told about, also when the number is not given.
    """
    if not allowed:
        return bsns_in(model, data)
    numbers = {path for path in _bsn_paths(model) if _is_reached(path, allowed)}
    return bsns_in(model, keep_only(data, {*allowed, *numbers}))


def _ordered_part(member: _Member | None, value: Any) -> Any:
    if member is None or member.below is None:
        return value
    below = member.below
    if isinstance(value, list | tuple):
        return [ordered(below, one) if isinstance(one, Mapping) else one for one in value]
    return ordered(below, value) if isinstance(value, Mapping) else value


def _is_reached(path: str, allowed: Collection[str]) -> bool:
    """Say whether something stays of what the number at `path` stands in."""
    owner, _, _ = path.rpartition(".")
    return not owner or any(one == owner or one.startswith(f"{owner}.") for one in allowed)


def _bsn_paths(model: type[BaseModel]) -> Iterator[str]:
    for name, member in _members(model).items():
        if member.is_bsn:
            yield name
        if member.below is not None:
            yield from (f"{name}.{path}" for path in _bsn_paths(member.below))


def _kept(data: Mapping[str, Any], allowed: frozenset[str], prefix: str) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, value in data.items():
        path = f"{prefix}{name}"
        if path in allowed or name in SIGNALS:
            kept[name] = value
        elif any(one.startswith(f"{path}.") for one in allowed):
            if isinstance(value, Mapping):
                kept[name] = _kept(value, allowed, f"{path}.")
            elif isinstance(value, list | tuple):
                kept[name] = [_kept(one, allowed, f"{path}.") for one in value]
    return kept


def _bsns(model: type[BaseModel], data: Any) -> Iterator[str]:
    if isinstance(data, Sequence) and not isinstance(data, str):
        for one in data:
            yield from _bsns(model, one)
    if not isinstance(data, Mapping):
        return
    for name, member in _members(model).items():
        value = data.get(name)
        if member.is_bsn:
            yield from (one for one in _listed(value) if isinstance(one, str))
        elif member.below is not None:
            yield from _bsns(member.below, value)


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else (value,)


@cache
def _members(model: type[BaseModel]) -> Mapping[str, _Member]:
    found = {}
    for name, field in model.model_fields.items():
        kinds = set(_kinds(field.annotation))
        below = next((one for one in kinds if issubclass(one, BaseModel)), None)
        found[field.alias or name] = _Member(below=below, is_bsn=Bsn in kinds)
    return found


def _kinds(annotation: Any) -> Iterator[type]:
    """Every class that an annotation is made of."""
    if isinstance(annotation, type) and not get_args(annotation):
        yield annotation
    for one in get_args(annotation):
        yield from _kinds(one)
