"""Reading fault scripts and outages from JSON: every mistake named, with what is known instead."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

from simulators.kit.exchange import ControlProblem
from simulators.kit.faults import KINDS, FaultRule, Match
from simulators.kit.outage import Outage

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_RULE_KEYS = ("kind", "phase", "match", "settings", "times", "since", "until")
_MATCH_KEYS = tuple(field.name for field in fields(Match))
_OUTAGE_KEYS = ("from", "to", "fault")


def read_rules(document: Any) -> list[FaultRule]:
    """Read one rule or a list of rules; raises ControlProblem with a sentence that helps."""
    items = document if isinstance(document, list) else [document]
    return [_read_rule(_object(item, "a fault rule")) for item in items]


def read_outages(document: Any) -> list[Outage]:
    items = document if isinstance(document, list) else [document]
    return [_read_outage(_object(item, "an outage")) for item in items]


def read_instant(value: Any, name: str) -> datetime:
    """Read an ISO 8601 date and time with an offset."""
    try:
        instant = datetime.fromisoformat(value)
    except (TypeError, ValueError) as err:
        raise ControlProblem(f"{name} must be an ISO 8601 date and time, not {value!r}.") from err
    if instant.tzinfo is None:
        raise ControlProblem(f"{name} has no offset; write Z or +01:00 behind the time.")
    return instant


def read_number(value: Any, name: str, *, least: float = 0.0) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < least:
        raise ControlProblem(f"{name} must be a number of at least {least:g}, not {value!r}.")
    return float(value)


def check_keys(item: Mapping[str, Any], known: Collection[str], where: str) -> None:
    unknown = sorted(set(item) - set(known))
    if unknown:
        raise ControlProblem(
            f"Unknown {', '.join(map(repr, unknown))} in {where}; known are {', '.join(known)}."
        )


def _object(item: Any, what: str) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise ControlProblem(f"Expected {what} as a JSON object, not {item!r}.")
    return item


def _read_rule(item: dict[str, Any]) -> FaultRule:
    check_keys(item, _RULE_KEYS, "a fault rule")
    kind = KINDS.get(str(item.get("kind")))
    if kind is None:
        raise ControlProblem(f"Unknown fault kind {item.get('kind')!r}; see knownKinds.")
    phase = item.get("phase") or kind.phases[0]
    if phase not in kind.phases:
        raise ControlProblem(
            f"Fault {kind.name!r} cannot fall {phase!r}; it knows {', '.join(kind.phases)}."
        )
    settings = _object(item.get("settings") or {}, "settings")
    check_keys(settings, tuple(kind.settings), f"the settings of {kind.name!r}")
    _check_settings(settings, kind.settings)
    times = item.get("times", 1)
    if times is not None:
        times = int(read_number(times, "times", least=1))
    since, until = item.get("since"), item.get("until")
    return FaultRule(
        kind=kind.name,
        phase=phase,
        match=_read_match(_object(item.get("match") or {}, "match")),
        settings=settings,
        times=times,
        since=None if since is None else read_instant(since, "since"),
        until=None if until is None else read_instant(until, "until"),
    )


def _check_settings(settings: Mapping[str, Any], defaults: Mapping[str, object]) -> None:
    """Numbers must be numbers; free texts and bodies are the writer's own business."""
    for name, value in settings.items():
        is_number = isinstance(defaults[name], int | float) or name == "seconds"
        if is_number and value is not None:
            read_number(value, f"settings.{name}", least=1 if name in {"slice", "status"} else 0)
    if not isinstance(settings.get("headers", {}), dict):
        raise ControlProblem("settings.headers must be a JSON object of names and values.")
    if "charset" in settings:
        try:
            "".encode(str(settings["charset"]))
        except LookupError as err:
            raise ControlProblem(f"Unknown charset {settings['charset']!r}.") from err


def _read_match(item: dict[str, Any]) -> Match:
    check_keys(item, _MATCH_KEYS, "match")
    method, path = item.get("method"), item.get("path")
    if path is not None:
        try:
            re.compile(str(path))
        except re.error as err:
            raise ControlProblem(f"match.path is not a regular expression: {err}.") from err
    probability = read_number(item.get("probability", 1), "match.probability")
    if probability > 1:
        raise ControlProblem("match.probability must lie between 0 and 1.")
    return Match(
        method=None if method is None else str(method).upper(),
        path=None if path is None else str(path),
        skip=int(read_number(item.get("skip", 0), "match.skip")),
        probability=probability,
        seed=int(read_number(item.get("seed", 0), "match.seed")),
    )


def _read_outage(item: dict[str, Any]) -> Outage:
    check_keys(item, _OUTAGE_KEYS, "an outage")
    start = read_instant(item.get("from"), "from")
    end = read_instant(item.get("to"), "to")
    if end <= start:
        raise ControlProblem("An outage must end after it starts: 'to' must be later than 'from'.")
    return Outage(start=start, end=end, fault=_read_rule(_object(item.get("fault"), "fault")))
