"""What the settings must know of an adapter; `schakel/compose.py` has the table of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from adapters.contract import Clock, Deliverer


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterKind:
    settings: type[BaseModel]
    """The class that `[destination.settings]` must fit."""
    create: Callable[[Any, Clock], Deliverer]
    """Makes the adapter of one destination from its settings; without I/O."""
    handles: frozenset[str]
    """Message types that it delivers."""
    answers: frozenset[str] = frozenset()
    """Question types that it answers."""
