"""What the settings must know of an adapter; `schakel/compose.py` has the table of them."""

from __future__ import annotations

from collections.abc import Callable
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
