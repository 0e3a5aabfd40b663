"""Comparing JSON documents by their keys and types, whatever the values are."""

from typing import Any


class Shape:
    """The kinds of value seen at one place, with what is below objects and lists."""

    def __init__(self) -> None:
        self.scalars: set[str] = set()
        self.keys: dict[str, Shape] | None = None
        self.items: Shape | None = None
        self.empty_list = False

    def see(self, value: Any) -> "Shape":
        if isinstance(value, dict):
            self.keys = {} if self.keys is None else self.keys
            for name, inner in value.items():
                self.keys.setdefault(name, Shape()).see(inner)
        elif isinstance(value, list):
            if not value:
                self.empty_list = True
            for inner in value:
                self.items = (self.items or Shape()).see(inner)
        else:
            self.scalars.add(type(value).__name__)
        return self

    @property
    def kinds(self) -> set[str]:
        kinds = set(self.scalars)
        if self.keys is not None:
            kinds.add("object")
        if self.items is not None or self.empty_list:
            kinds.add("list")
        return kinds


def differences(recorded: Any, simulated: Any) -> list[str]:
    """List where the simulated document differs in keys or types; empty when it is alike.

    Elements of one list are taken together. A list may hold elements where the recording had none;
    the other way around is a difference.
    """
    return list(_differences(Shape().see(recorded), Shape().see(simulated), "$"))


def _differences(recorded: Shape, simulated: Shape, path: str) -> list[str]:
    if not recorded.kinds & simulated.kinds:
        return [f"{path}: {sorted(simulated.kinds)} instead of {sorted(recorded.kinds)}"]
    found: list[str] = []
    if recorded.keys is not None and simulated.keys is not None:
        missing = set(recorded.keys) - set(simulated.keys)
        extra = set(simulated.keys) - set(recorded.keys)
        found += [f"{path}.{name} is missing" for name in sorted(missing)]
        found += [f"{path}.{name} is extra" for name in sorted(extra)]
        for name in sorted(set(recorded.keys) & set(simulated.keys)):
            found += _differences(recorded.keys[name], simulated.keys[name], f"{path}.{name}")
    if recorded.items is not None:
        if simulated.items is not None:
            found += _differences(recorded.items, simulated.items, f"{path}[]")
        elif not recorded.empty_list:
            found.append(f"{path} is an empty list")
    return found
