"""What the settings must know of an adapter; `schakel/compose.py` has the table of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from adapters.contract import Asker, Clock, Deliverer

System = Deliverer | Asker
"""An adapter of one destination: it delivers, answers, or both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterKind:
    settings: type[BaseModel]
    """The class that `[destination.settings]` must fit."""
    create: Callable[[Any, Clock], System] | None
    """Makes the adapter of one destination from its settings; without I/O.

    None: nothing is ever sent there. Its deliveries wait until they are collected (GET /v1/inbox).
    """
    handles: frozenset[str] = frozenset()
    """Message types that it delivers."""
    answers: frozenset[str] = frozenset()
    """Question types that it answers."""
    tells: Callable[[Any], bool] = lambda _settings: False
    """Whether a destination with these settings tells us things by itself."""
    certificates: Callable[[Any], str] = lambda _settings: ""
    """Key of the setting that lets callers in by their client certificate; empty: none does."""
    xml_sets: Callable[[Any], frozenset[str]] = lambda _settings: frozenset()
    """Sets of XML schemas (`schemas.xsdset.SETS`) that its messages are held to."""


class AdapterKinds(Mapping[str, AdapterKind]):
    """By name; each is made when it is first asked for, and its adapter imported only then.

    Listing the names asks for none of them.
    """

    def __init__(self, makers: Mapping[str, Callable[[], AdapterKind]]) -> None:
        self._makers = dict(makers)
        self._made: dict[str, AdapterKind] = {}

    def __getitem__(self, name: str) -> AdapterKind:
        kind = self._made.get(name)
        if kind is None:
            kind = self._made[name] = self._makers[name]()
        return kind

    def __contains__(self, name: object) -> bool:
        return name in self._makers

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)
