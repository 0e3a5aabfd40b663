"""Finding the rules that match one message without looking at all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from routing.conditions import Condition
from routing.paths import read
from routing.route import Chosen, Route, Routing


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A condition with the way to its value."""

    condition: Condition
    attributes: tuple[str, ...]

    def holds(self, data: BaseModel) -> bool:
        return self.condition.holds(read(data, self.attributes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule as it applies to one type and tenant."""

    order: int
    route: Route
    chosen: tuple[Chosen, ...]
    checks: tuple[Check, ...]

    def holds(self, data: BaseModel) -> bool:
        return all(check.holds(data) for check in self.checks)


class Bucket:
    """The rules of one type and tenant.

    Rules with a condition on exact values are found by the value: hundreds of rules that tell
    cases apart by zaaktype cost one look into a dictionary.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        always: list[Rule] = []
        by_value: dict[tuple[str, ...], dict[str, list[Rule]]] = {}
        for rule in rules:
            key = next((t for t in rule.checks if t.condition.values and _exact(t)), None)
            if key is None:
                always.append(rule)
                continue
            for value in key.condition.values:
                by_value.setdefault(key.attributes, {}).setdefault(value, []).append(rule)
        self._always = always
        self._by_value: Mapping[tuple[str, ...], Mapping[str, list[Rule]]] = by_value
        unconditional = not by_value and not any(rule.checks for rule in always)
        self._fixed = _combine(always) if unconditional else None

    def route(self, data: BaseModel) -> Routing:
        if self._fixed is not None:
            return self._fixed
        candidates = list(self._always)
        for attributes, rules in self._by_value.items():
            for value in read(data, attributes):
                candidates.extend(rules.get(value, ()))
        matching = [rule for rule in candidates if rule.holds(data)]
        if len(matching) > 1:
            matching.sort(key=_order)
        return _combine(matching)


def _exact(check: Check) -> bool:
    return not check.condition.patterns


def _order(rule: Rule) -> int:
    return rule.order


def _combine(matching: Iterable[Rule]) -> Routing:
    """Each destination once; the first rule that names it decides."""
    chosen: dict[str, Chosen] = {}
    ignored_by: str | None = None
    for rule in matching:
        for one in rule.chosen:
            chosen.setdefault(one.destination, one)
        if not rule.route.to and ignored_by is None:
            ignored_by = rule.route.name
    return Routing(chosen=tuple(chosen.values()), ignored_by=None if chosen else ignored_by)
