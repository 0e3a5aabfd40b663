"""The route table: rules checked as a whole, then asked once per message."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from routing import explanation
from routing.explanation import RuleVerdict
from routing.index import Bucket, Check, Rule
from routing.mistakes import InvalidRoutes, find_mistakes
from routing.paths import fields
from routing.route import Chosen, Route, Routing, Target
from schemas import MESSAGE_TYPES, Message, MessageCatalogue

_ANY_OTHER: Final = ""
"""Stands for every tenant that no rule and no destination names."""


class RouteTable:
    """All matching rules contribute; a destination that two rules name gets the message once.

    Raises `InvalidRoutes` with every mistake. `tenants` are the known ones; None: any may occur.
    """

    def __init__(
        self,
        routes: Iterable[Route],
        *,
        destinations: Mapping[str, Target],
        catalogue: MessageCatalogue = MESSAGE_TYPES,
        tenants: Collection[str] | None = None,
    ) -> None:
        self.routes = tuple(routes)
        self.destinations = dict(destinations)
        self._catalogue = catalogue
        mistakes = find_mistakes(
            self.routes, destinations=self.destinations, catalogue=catalogue, tenants=tenants
        )
        if mistakes:
            raise InvalidRoutes(mistakes)
        self._named = {tenant for route in self.routes for tenant in route.tenants}
        self._named |= {target.tenant for target in self.destinations.values()}
        self._buckets: dict[tuple[str, str], Bucket] = {}

    @property
    def unrouted_types(self) -> tuple[str, ...]:
        """Types that no rule mentions, of subjects (`zaak`) of which a rule mentions another type.

        Who routes nothing about a subject does not use it: such messages are parked if they come.
        What the hub itself says is never among them: where nobody wants it, it is not said.
        """
        taken = {name for name in self._catalogue if any(r.takes_type(name) for r in self.routes)}
        subjects = {name.rpartition(".")[0] for name in taken}
        return tuple(
            name
            for name, each in self._catalogue.items()
            if not each.from_hub and name not in taken and name.rpartition(".")[0] in subjects
        )

    def route(self, message: Message) -> Routing:
        tenant = str(message.tenant)
        key = (message.type, tenant if tenant in self._named else _ANY_OTHER)
        bucket = self._buckets.get(key)
        if bucket is None:
            # built on first use, so that many tenants and types cost nothing at start
            bucket = self._buckets[key] = Bucket(self._rules(message.type, tenant))
        return bucket.route(message.data)

    def explain(self, message: Message) -> list[RuleVerdict]:
        """One verdict per rule, in their order; together they say what `route` answers."""
        tenant = str(message.tenant)
        chosen: dict[str, Chosen] = {}
        verdicts = []
        for order, route in enumerate(self.routes):
            fits = route.takes_type(message.type) and route.takes_tenant(tenant)
            rule = self._rule(order, route, message.type, tenant) if fits else None
            failing = (
                [t.condition for t in rule.checks if not t.holds(message.data)] if rule else []
            )
            verdict = explanation.unmatched(
                route, message_type=message.type, tenant=tenant, failing=failing
            ) or explanation.matched(route, tenant=tenant, targets=self.destinations, before=chosen)
            verdicts.append(verdict)
            if rule and verdict.matched:
                chosen = {one.destination: one for one in rule.chosen} | chosen
        return verdicts

    def _rules(self, message_type: str, tenant: str) -> list[Rule]:
        return [
            self._rule(order, route, message_type, tenant)
            for order, route in enumerate(self.routes)
            if route.takes_type(message_type) and route.takes_tenant(tenant)
        ]

    def _rule(self, order: int, route: Route, message_type: str, tenant: str) -> Rule:
        known = fields(self._catalogue[message_type].payload)
        return Rule(
            order=order,
            route=route,
            chosen=tuple(
                Chosen(destination=name, route=route.name, on_parked=route.on_parked)
                for name in route.to
                if self.destinations[name].serves(tenant)
            ),
            checks=tuple(
                Check(condition=condition, attributes=known[condition.path].attributes)
                for condition in route.when
            ),
        )
