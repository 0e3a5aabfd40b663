"""Fault scripting as pure data: which request is hit, when in its life, and how.

A script is a list of rules. The first live rule that matches a request decides about it; a rule
that is used up or past its `until` is skipped. `phase` says on which side of the commit the fault
falls: "before" means that nothing happened in the simulated system, "after" means that the
operation was done and only the answer is spoilt.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Phase = Literal["before", "after"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a fault does, where it may fall (first phase = default) and its settings."""

    name: str
    phases: tuple[Phase, ...]
    settings: Mapping[str, object]
    summary: str


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            name="refuse",
            phases=("before", "after"),
            settings={"seconds": None},
            summary="listening socket closed, open connections cut, for `seconds` or until cleared",
        ),
        Kind(
            name="latency",
            phases=("before", "after"),
            settings={"seconds": 1.0, "jitter": 0.0},
            summary="wait `seconds` plus at most `jitter`; before: the commit comes late as well",
        ),
        Kind(
            name="timeout",
            phases=("before",),
            settings={"seconds": 60.0},
            summary="nothing is done; hang until the client gives up, reset after `seconds`",
        ),
        Kind(
            name="lost_answer",
            phases=("after",),
            settings={"seconds": 60.0},
            summary="done, then hang until the client gives up; reset after `seconds` (0: at once)",
        ),
        Kind(name="reset", phases=("before", "after"), settings={}, summary="connection reset"),
        Kind(
            name="half_answer",
            phases=("after",),
            settings={},
            summary="half of the announced body, then the connection is closed",
        ),
        Kind(
            name="slow_bytes",
            phases=("after",),
            settings={"slice": 16, "pause": 0.02},
            summary="the right answer in slices of `slice` bytes with `pause` seconds between",
        ),
        Kind(
            name="status",
            phases=("before", "after"),
            settings={
                "status": 503,
                "headers": {},
                "retry_after": None,
                "body": {"title": "Service Unavailable"},
                "content_type": "application/json",
            },
            summary="any status; `retry_after` as seconds, a date or anything absurd",
        ),
        Kind(
            name="html_200",
            phases=("before", "after"),
            settings={},
            summary="200 with the HTML of a login page",
        ),
        Kind(
            name="redirect",
            phases=("before", "after"),
            settings={"status": 302, "location": "http://ander-systeem.invalid/inloggen"},
            summary="redirect to a foreign host",
        ),
        Kind(
            name="wrong_charset",
            phases=("after",),
            settings={"charset": "utf-16"},
            summary="the right answer encoded in `charset`, labelled utf-8",
        ),
        Kind(
            name="huge_body",
            phases=("before", "after"),
            settings={"size": 20_000_000},
            summary="200 with a JSON body of `size` bytes",
        ),
        Kind(
            name="endless_body",
            phases=("before", "after"),
            settings={"seconds": 60.0},
            summary="a body that never ends; reset after `seconds`",
        ),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Which requests a rule is about; an empty match is about all of them.

    `skip` lets that many matching requests pass first; `probability` then hits each with that
    chance, drawn from `seed`, so that the same script hits the same requests.
    """

    method: str | None = None
    path: str | None = None  # a regular expression, searched in the path
    skip: int = 0
    probability: float = 1.0
    seed: int = 0

    @property
    def everything(self) -> bool:
        return self == Match()


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRule:
    """One rule: at most `times` hits (None: unlimited), only from `since` and before `until`."""

    kind: str
    phase: Phase = "before"
    match: Match = field(default_factory=Match)
    settings: Mapping[str, Any] = field(default_factory=dict)
    times: int | None = 1
    since: datetime | None = None
    until: datetime | None = None

    def setting(self, name: str) -> Any:
        return self.settings.get(name, KINDS[self.kind].settings[name])

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "phase": self.phase,
            "match": {
                "method": self.match.method,
                "path": self.match.path,
                "skip": self.match.skip,
                "probability": self.match.probability,
                "seed": self.match.seed,
            },
            "settings": dict(KINDS[self.kind].settings) | dict(self.settings),
            "times": self.times,
            "since": None if self.since is None else self.since.isoformat(),
            "until": None if self.until is None else self.until.isoformat(),
        }


class FaultBook:
    """The active script and how far it is; decides per request and knows the closed hours."""

    def __init__(self) -> None:
        self._rules: list[_Active] = []
        self._closed: list[tuple[datetime, datetime | None]] = []
        self.hits: Counter[str] = Counter()

    @property
    def empty(self) -> bool:
        return not self._rules

    def add(self, rules: Iterable[FaultRule], now: datetime) -> None:
        """Append rules. A `refuse` that matches everything needs no request: it starts at once
        (or at its `since`) and lasts `seconds`, until its `until`, or until it is cleared.
        """  # noqa: D205 - the exception belongs in the first sentence
        for rule in rules:
            if rule.kind == "refuse" and rule.match.everything and rule.phase == "before":
                start = rule.since or now
                self._closed.append((start, rule.until or _end(start, rule)))
                self.hits[rule.kind] += 1
            else:
                self._rules.append(_Active(rule))

    def clear(self) -> None:
        self._rules.clear()
        self._closed.clear()

    def close(self, now: datetime, rule: FaultRule) -> None:
        """Start the closed hours of a matched `refuse`."""
        self._closed.append((now, _end(now, rule)))

    def closed(self, now: datetime) -> bool:
        return any(start <= now and (end is None or now < end) for start, end in self._closed)

    def next_change(self, now: datetime) -> datetime | None:
        """When the listening socket has to be opened or closed next, as far as is planned."""
        moments = [m for window in self._closed for m in window if m is not None and m > now]
        return min(moments, default=None)

    def choose(self, method: str, path: str, now: datetime) -> FaultRule | None:
        """Return the rule that hits this request, and count the hit."""
        for active in self._rules:
            if active.hits(method, path, now):
                self.hits[active.rule.kind] += 1
                return active.rule
        return None

    def as_json(self, now: datetime) -> dict[str, Any]:
        return {
            "rules": [
                active.rule.as_json() | {"hits": active.count, "live": active.live(now)}
                for active in self._rules
            ],
            "closed": [
                {"since": start.isoformat(), "until": None if end is None else end.isoformat()}
                for start, end in self._closed
            ],
            "refusing": self.closed(now),
            "hits": dict(self.hits),
        }

    def texts(self, now: datetime) -> Sequence[str]:
        """One line per live fault, for people."""
        lines = [
            f"refuse, until {'cleared' if end is None else end.isoformat()}"
            for start, end in self._closed
            if start <= now and (end is None or now < end)
        ]
        lines += [active.text() for active in self._rules if active.live(now)]
        return lines


class _Active:
    """A rule with its own count and its own dice."""

    def __init__(self, rule: FaultRule) -> None:
        self.rule = rule
        self.count = 0
        self._seen = 0
        self._path = re.compile(rule.match.path) if rule.match.path else None
        self._dice = random.Random(rule.match.seed)  # noqa: S311 - repeatable chance, no secret

    def live(self, now: datetime) -> bool:
        rule = self.rule
        return (
            (rule.times is None or self.count < rule.times)
            and (rule.since is None or rule.since <= now)
            and (rule.until is None or now < rule.until)
        )

    def hits(self, method: str, path: str, now: datetime) -> bool:
        match = self.rule.match
        if not self.live(now) or (match.method is not None and match.method != method):
            return False
        if self._path is not None and not self._path.search(path):
            return False
        self._seen += 1
        if self._seen <= match.skip:
            return False
        if match.probability < 1.0 and self._dice.random() >= match.probability:
            return False
        self.count += 1
        return True

    def text(self) -> str:
        rule, match = self.rule, self.rule.match
        aim = f"{match.method or 'any method'} {match.path or 'any path'}"
        often = "unlimited" if rule.times is None else f"{self.count} of {rule.times} times"
        return f"{rule.kind} ({rule.phase}) on {aim}, {often}"


def _end(start: datetime, rule: FaultRule) -> datetime | None:
    seconds = rule.setting("seconds")
    return None if seconds is None else start.astimezone(UTC) + timedelta(seconds=float(seconds))
