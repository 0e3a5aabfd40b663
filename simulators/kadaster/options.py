"""Changing options through the control port."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, TypeVar, get_args, get_type_hints

from simulators.kit import ControlProblem

_Options = TypeVar("_Options")


def changed_options(options: _Options, given: Any) -> _Options:
    """Return the options with the given ones changed; ControlProblem says what is wrong."""
    names = sorted(one.name for one in fields(options))  # type: ignore[arg-type]  # a dataclass
    if not isinstance(given, dict) or not set(given) <= set(names):
        raise ControlProblem(f"Give an object with some of: {', '.join(names)}.")
    kinds = get_type_hints(type(options))
    for name, value in given.items():
        choices = get_args(kinds[name])
        if choices and value not in choices:
            raise ControlProblem(f"{name} is one of: {', '.join(map(str, choices))}.")
        if not choices and type(value) is not kinds[name]:
            raise ControlProblem(f"{name} is of the kind {kinds[name].__name__}.")
    return replace(options, **given)  # type: ignore[type-var]  # a dataclass, as its fields show
