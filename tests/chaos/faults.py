"""What a zaaksysteem does wrong, one at a time, named as on the reliability page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

Json = dict[str, Any]


def _some(probability: float, **match: str) -> Json:
    return {**match, "probability": probability}


def faults(seed: int, writes_at: str) -> Mapping[str, Json]:
    """By name; a fault hits calls by chance, drawn from `seed`, until it is cleared.

    `writes_at`: path of the calls that change something, as a pattern.
    """
    changes = {"method": "POST", "path": writes_at}
    writes = _some(0.4, **changes) | {"seed": seed}
    calls = _some(0.4) | {"seed": seed}
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
    return {
        "refused": {"kind": "refuse", "phase": "before"},
        "latency": {"kind": "latency", "match": calls, "settings": {"seconds": 0.2, "jitter": 0.3}},
        "timeout": {"kind": "timeout", "match": calls},
        "answer lost": {"kind": "lost_answer", "phase": "after", "match": writes},
        "reset before": {"kind": "reset", "phase": "before", "match": calls},
        "reset after": {"kind": "reset", "phase": "after", "match": writes},
        "half an answer": {"kind": "half_answer", "phase": "after", "match": calls},
        "sliced bytes": {
            "kind": "slow_bytes",
            "phase": "after",
            "match": calls,
            "settings": {"slice": 64, "pause": 0.01},
        },
        "500 after commit": _status(500, match=writes, phase="after"),
        "502": _status(502, match=calls),
        "503 Retry-After seconds": _status(503, match=calls, retry_after="1"),
        "429 Retry-After date": _status(429, match=calls, retry_after=soon),
        "503 Retry-After absurd": _status(503, match=_some(0.05), retry_after="-99999999999"),
        "200 with an HTML login page": {"kind": "html_200", "match": calls},
        "redirect to a foreign host": {"kind": "redirect", "match": calls},
        "wrong charset": {"kind": "wrong_charset", "phase": "after", "match": calls},
        "20 MB body": {"kind": "huge_body", "phase": "after", "match": _some(0.1, **changes)},
        "answer that never ends": {"kind": "endless_body", "phase": "after", "match": writes},
    }


def _status(status: int, *, match: Json, phase: str = "before", **settings: str) -> Json:
    return {
        "kind": "status",
        "phase": phase,
        "match": match,
        "settings": {"status": status, **settings},
    }
