"""Every fault of the simulators, and what a question to a register makes of it."""

from __future__ import annotations

from typing import Any, Final

from adapters.contract import ConfigurationError, DeliveryError, TransientError
from simulators.kit import KINDS, FaultRule

_QUICK: Final[dict[str, dict[str, Any]]] = {
    "latency": {"seconds": 0.05},
    "slow_bytes": {"slice": 200, "pause": 0.001},
    "timeout": {"seconds": 5},
    "lost_answer": {"seconds": 5},
    "endless_body": {"seconds": 5},
    "huge_body": {"size": 11_000_000},
    "wrong_charset": {"charset": "cp500"},  # JSON in UTF-16 is recognised, and read
}
_CONSEQUENCES: Final[dict[str, type[DeliveryError] | None]] = {
    "latency": None,
    "slow_bytes": None,
    "redirect": ConfigurationError,
}
"""None: the answer comes all the same. What is not here is a TransientError."""

SPOILT: Final[list[tuple[FaultRule, type[DeliveryError] | None]]] = [
    (
        FaultRule(kind=kind.name, phase=phase, settings=_QUICK.get(kind.name, {}), times=None),
        _CONSEQUENCES.get(kind.name, TransientError),
    )
    for kind in KINDS.values()
    for phase in kind.phases
]
PATIENCE: Final = 0.6
"""Seconds of a question's deadline: long enough for a slow answer, short for one without end."""


def name_of(rule: object) -> str | None:
    """The name of a case of a parametrised test."""
    return f"{rule.kind}-{rule.phase}" if isinstance(rule, FaultRule) else ""
