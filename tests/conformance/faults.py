"""Every network fault of the simulator kit, set to be quick, on both sides of the commit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from simulators.kit import KINDS, FaultRule, Match

_QUICK: Final[Mapping[str, Mapping[str, Any]]] = {
    "latency": {"seconds": 0.01},
    "slow_bytes": {"slice": 500, "pause": 0.001},
    "timeout": {"seconds": 10.0},
    "lost_answer": {"seconds": 10.0},
    "endless_body": {"seconds": 10.0},
}

_HTML: Final = {"body": "<title>Bad Gateway</title>", "content_type": "text/html"}

_STATUSES: Final[Mapping[str, Mapping[str, Any]]] = {
    "status-500": {"status": 500, "body": {"code": "error", "title": "Fout"}},
    "status-502-html": {"status": 502, **_HTML},
    "status-503": {"status": 503},
    "status-503-retry-after": {"status": 503, "retry_after": "1"},
    "status-503-retry-after-absurd": {"status": 503, "retry_after": "9" * 40},
    "status-429": {"status": 429, "retry_after": "1"},
}


def _table() -> dict[str, FaultRule]:
    faults = {}
    for kind in KINDS.values():
        settings = _STATUSES if kind.name == "status" else {kind.name: _QUICK.get(kind.name, {})}
        for name, chosen in settings.items():
            for phase in kind.phases:
                faults[f"{name}-{phase}"] = FaultRule(kind=kind.name, phase=phase, settings=chosen)
    faults["lost_answer-reset-after"] = FaultRule(
        kind="lost_answer", phase="after", settings={"seconds": 0}
    )
    return faults


FAULTS: Final = _table()

_SAME_PATH: Final = ("status-503", "status-503-retry-after", "status-503-retry-after-absurd")
"""What an adapter does is the same; what Retry-After may say is in tests/adapters/_kit."""


def _turns() -> dict[str, tuple[str, ...]]:
    first, *others = _SAME_PATH
    merged = {
        f"{first}-{phase}": tuple(f"{one}-{phase}" for one in _SAME_PATH)
        for phase in ("before", "after")
    }
    left_out = {f"{one}-{phase}" for one in others for phase in ("before", "after")}
    return {name: merged.get(name, (name,)) for name in FAULTS if name not in left_out}


TURNS: Final = _turns()
"""Faults by the name of a test; where a name has more than one, they take turns over the calls."""

HANGING: Final = frozenset(
    {"timeout-before", "lost_answer-after", "endless_body-before", "endless_body-after"}
)
"""The faults that last until the client gives up."""


def aimed(fault: str, *, method: str, skip: int) -> FaultRule:
    """Return the fault, to hit once: the request with that method after `skip` others."""
    return replace(FAULTS[fault], match=Match(method=method, skip=skip))
