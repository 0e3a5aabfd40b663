"""Everything that can be wrong with a route table, found before it routes anything."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from routing.conditions import Condition
from routing.paths import Field, fields
from routing.pattern import matches
from routing.route import ANY_TENANT, Route, Target
from schemas import MessageCatalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteMistake:
    """One mistake, with what to do about it in the same text."""

    route: int
    """Position of the rule in the table, from 0."""
    key: str
    """Which part of the rule: `to`, `type`, `when."data.x"`."""
    detail: str


class InvalidRoutes(ValueError):
    """The table has mistakes, all of them listed: nothing may be routed by it."""

    def __init__(self, mistakes: Iterable[RouteMistake]) -> None:
        self.mistakes = tuple(mistakes)
        listed = "; ".join(f"rule {m.route + 1}, {m.key}: {m.detail}" for m in self.mistakes)
        super().__init__(f"The route table has {len(self.mistakes)} mistake(s): {listed}")


def find_mistakes(
    routes: Sequence[Route],
    *,
    destinations: Mapping[str, Target],
    catalogue: MessageCatalogue,
    tenants: Collection[str] | None = None,
) -> list[RouteMistake]:
    """All mistakes, by rule. `tenants`: the known ones; None when any tenant may occur."""
    found: list[RouteMistake] = []
    uses = Counter(route.name for route in routes)
    for index, route in enumerate(routes):
        if uses[route.name] > 1:
            found.append(
                RouteMistake(
                    route=index,
                    key="name",
                    detail=f"{uses[route.name]} rules are named '{route.name}': give each its own.",
                )
            )
        for key, detail in (
            *_types(route, catalogue),
            *_tenants(route, tenants),
            *_targets(route, destinations, catalogue),
            *_conditions(route, catalogue),
        ):
            found.append(RouteMistake(route=index, key=key, detail=detail))
    if not found:  # a rule that is wrong in itself says nothing about the ones behind it
        found.extend(_unreachable(routes, catalogue))
    return found


def _types(route: Route, catalogue: MessageCatalogue) -> Iterator[tuple[str, str]]:
    for pattern in route.types:
        if not any(matches(pattern, name) for name in catalogue):
            advice = _nearest(pattern, catalogue)
            yield "type", f"No message type fits '{pattern}'.{advice}"
    if not route.types:
        yield "type", "The rule names no message type: name one, or '*' for all."


def _tenants(route: Route, tenants: Collection[str] | None) -> Iterator[tuple[str, str]]:
    if not route.tenants:
        yield "tenant", "The rule names no tenant: name one, or '*' for all."
    for tenant in route.tenants:
        if tenants is not None and tenant != ANY_TENANT and tenant not in tenants:
            advice = _nearest(tenant, tenants)
            yield "tenant", f"There is no tenant '{tenant}'.{advice or ' Add it as [[tenant]].'}"


def _targets(
    route: Route, destinations: Mapping[str, Target], catalogue: MessageCatalogue
) -> Iterator[tuple[str, str]]:
    if not route.to and not route.reason:
        yield "to", 'A rule that sends nowhere on purpose needs a reason = "...".'
    for name, times in Counter(route.to).items():
        if times > 1:
            yield "to", f"'{name}' is named {times} times: once is enough."
        target = destinations.get(name)
        if target is None:
            yield "to", f"There is no destination '{name}'.{_nearest(name, destinations)}"
            continue
        taken = {known for known in catalogue if route.takes_type(known)}
        if unfit := sorted(taken - target.handles):
            detail = f"The adapter of '{name}' does not handle {', '.join(unfit)}"
            yield "to", f"{detail}: leave these types out of this rule."
        others = sorted(t for t in route.tenants if t != ANY_TENANT and not target.serves(t))
        if others:
            detail = f"'{name}' is for tenant {target.tenant} only"
            yield "to", f"{detail} and may not get messages of {', '.join(others)}."


def _conditions(route: Route, catalogue: MessageCatalogue) -> Iterator[tuple[str, str]]:
    payloads = {
        name: fields(message_type.payload)
        for name, message_type in catalogue.items()
        if route.takes_type(name)
    }
    for condition in route.when:
        key = f'when."{condition.path}"'
        lacking = sorted(name for name, known in payloads.items() if condition.path not in known)
        if lacking:
            advice = _nearest(condition.path, {path for name in lacking for path in payloads[name]})
            yield key, f"Messages of type {', '.join(lacking)} have no such field.{advice}"
        else:
            found = {_comparison(condition, known[condition.path]) for known in payloads.values()}
            yield from ((key, detail) for detail in sorted(found) if detail)


def _comparison(condition: Condition, field: Field) -> str:
    """Why `field` cannot be compared like this; empty when it can."""
    if not condition.compares:
        return ""
    if field.refusal:
        return f"Its value cannot be compared: {field.refusal}. Only {{exists = ...}} fits here."
    if field.allowed is None:
        return ""
    never = sorted(
        value
        for value in condition.values | condition.patterns
        if not any(matches(value, allowed) for allowed in field.allowed)
    )
    if not never:
        return ""
    advice = _nearest(never[0], field.allowed)
    return f"It can never be '{never[0]}'.{advice} It is one of {', '.join(sorted(field.allowed))}."


def _unreachable(routes: Sequence[Route], catalogue: MessageCatalogue) -> Iterator[RouteMistake]:
    """Rules that can add no destination, because earlier ones send all they match there."""
    types = [frozenset(name for name in catalogue if route.takes_type(name)) for route in routes]
    earlier: defaultdict[str, list[int]] = defaultdict(list)
    for index, route in enumerate(routes):
        covering = {
            name: other
            for name in route.to
            for other in earlier[name]
            if types[index] <= types[other] and _covers(routes[other], route)
        }
        if route.to and len(covering) == len(route.to):
            names = ", ".join(f"'{routes[other].name}'" for other in sorted(set(covering.values())))
            detail = f"It can never add anything: {names} sends all that it matches there already."
            yield RouteMistake(route=index, key="to", detail=f"{detail} Remove one, or reorder.")
        for name in route.to:
            earlier[name].append(index)


def _covers(general: Route, special: Route) -> bool:
    """Whether all tenants and contents that `special` takes are taken by `general` too."""
    tenants = ANY_TENANT in general.tenants or (
        ANY_TENANT not in special.tenants and set(special.tenants) <= set(general.tenants)
    )
    return tenants and set(general.when) <= set(special.when)


def _nearest(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, known, n=1, cutoff=0.6)
    return f" Did you mean '{close[0]}'?" if close else ""
