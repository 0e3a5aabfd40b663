"""Which message types exist, in which versions, and how an old version becomes the current one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from schemas.payload import Payload
from schemas.problems import nearest

Upcast = Callable[[dict[str, Any]], dict[str, Any]]
"""Turns the `data` of one version into the next version's; pure, and leaves its argument alone."""

_PREFIX: Final = "urn:nld:schakel:schema:"
_DATASCHEMA: Final = re.compile(
    rf"{re.escape(_PREFIX)}(?P<type>[a-z0-9.-]+):(?P<version>[1-9][0-9]{{0,3}})", re.ASCII
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageType:
    """One type of message.

    `upcasts[n]` turns the data of version n into that of n + 1: one for every version before the
    current, because a version that was once published is read for ever.
    """

    name: str
    payload: type[Payload]
    summary: str
    version: int = 1
    upcasts: Mapping[int, Upcast] = field(default_factory=lambda: MappingProxyType({}))
    from_hub: bool = False
    """Written by the hub itself, for the core: refused from any publisher."""
    internal: bool = False
    """Written by the hub and delivered inside it: for no route, and in no reference for others."""

    def __post_init__(self) -> None:
        expected = set(range(1, self.version))
        if set(self.upcasts) != expected:
            raise ValueError(
                f"{self.name} is at version {self.version} and needs an upcast from each of "
                f"{sorted(expected)}; it has {sorted(self.upcasts)}."
            )

    @property
    def dataschema(self) -> str:
        """The name of the current version's schema, as the attribute `dataschema` has it."""
        return f"{_PREFIX}{self.name}:{self.version}"

    @property
    def versions(self) -> range:
        """All versions that can be read, oldest first."""
        return range(1, self.version + 1)

    def upcast(self, data: dict[str, Any], version: int) -> dict[str, Any]:
        """Return data of `version` in the form of the current version.

        An upcast may meet data that never was valid; what it then raises is the caller's to catch.
        """
        for step in range(version, self.version):
            data = self.upcasts[step](data)
        return data


class MessageCatalogue(Mapping[str, MessageType]):
    """The message types by name; `schemas.MESSAGE_TYPES` is the hub's own."""

    def __init__(self, types: Iterable[MessageType]) -> None:
        listed = tuple(types)
        self._types = {message_type.name: message_type for message_type in listed}
        if len(self._types) != len(listed):
            raise ValueError("A message type stands in the catalogue twice.")

    def __getitem__(self, name: str) -> MessageType:
        return self._types[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._types)

    def __len__(self) -> int:
        return len(self._types)

    def nearest(self, name: str) -> str | None:
        """Return the known type that `name` was most likely meant to be."""
        return nearest(name, self._types)


def dataschema_parts(dataschema: str) -> tuple[str, int] | None:
    """Split the name of a schema into type and version; None for what is no name of ours."""
    match = _DATASCHEMA.fullmatch(dataschema)
    return (match["type"], int(match["version"])) if match else None
