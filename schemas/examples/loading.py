"""Read the examples that lie beside this file, one per message type."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, Final

_SUFFIX: Final = ".json"


def load(message_type: str) -> dict[str, Any]:
    """Return the example of a message type as parsed JSON; raises KeyError when there is none."""
    if message_type not in example_types():
        raise KeyError(message_type)
    found: dict[str, Any] = json.loads(
        files("schemas.examples").joinpath(message_type + _SUFFIX).read_bytes()
    )
    return found


def example_types() -> tuple[str, ...]:
    """Return the message types that have an example, sorted."""
    names = (entry.name for entry in files("schemas.examples").iterdir())
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX)))
