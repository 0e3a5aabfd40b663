"""Why a rule did or did not match, as sentences. They never quote the payload."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from routing.conditions import Condition
from routing.route import Chosen, Route, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleVerdict:
    """What one rule did with one message."""

    rule: str
    matched: bool
    destinations: tuple[str, ...]
    """The destinations that this rule added; earlier rules may have chosen others."""
    sentence: str


def unmatched(
    route: Route, *, message_type: str, tenant: str, failing: Iterable[Condition]
) -> RuleVerdict | None:
    """The verdict on a rule that does not match; None when nothing stands in its way."""
    reasons = []
    if not route.takes_type(message_type):
        reasons.append(f"it is for type {_either(route.types)}")
    if not route.takes_tenant(tenant):
        reasons.append(f"it is for tenant {_either(route.tenants)}")
    if not reasons:
        reasons.extend(f"it wants that {condition}" for condition in failing)
    if not reasons:
        return None
    sentence = f"Does not match: {' and '.join(reasons)}."
    return RuleVerdict(rule=route.name, matched=False, destinations=(), sentence=sentence)


def matched(
    route: Route, *, tenant: str, targets: Mapping[str, Target], before: Mapping[str, Chosen]
) -> RuleVerdict:
    """The verdict on a rule that matches. `before`: what earlier rules chose, by destination."""
    if not route.to:
        sentence = f"Matches and sends it nowhere on purpose: {route.reason}"
        return RuleVerdict(rule=route.name, matched=True, destinations=(), sentence=sentence)
    barred = [
        f"{name} is for tenant {targets[name].tenant} only"
        for name in route.to
        if not targets[name].serves(tenant)
    ]
    if len(barred) == len(route.to):
        sentence = f"Does not match: {' and '.join(barred)}."
        return RuleVerdict(rule=route.name, matched=False, destinations=(), sentence=sentence)
    served = [name for name in route.to if targets[name].serves(tenant)]
    added = tuple(name for name in served if name not in before)
    parts = [
        *([f"sends it to {', '.join(added)}"] if added else []),
        *(f"{n} has it by rule '{before[n].route}' already" for n in served if n in before),
        *barred,
    ]
    sentence = f"Matches: {'; '.join(parts)}."
    return RuleVerdict(rule=route.name, matched=True, destinations=added, sentence=sentence)


def _either(texts: Iterable[str]) -> str:
    return " or ".join(texts)
