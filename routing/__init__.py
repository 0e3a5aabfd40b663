"""Which message goes to which destination: a table of rules, as data, and pure functions."""

from routing.conditions import Condition, InvalidCondition
from routing.explanation import RuleVerdict
from routing.mistakes import InvalidRoutes, RouteMistake
from routing.route import ANY_TENANT, Chosen, OnParked, Route, Routing, Target
from routing.table import RouteTable

__all__ = [
    "ANY_TENANT",
    "Chosen",
    "Condition",
    "InvalidCondition",
    "InvalidRoutes",
    "OnParked",
    "Route",
    "RouteMistake",
    "RouteTable",
    "Routing",
    "RuleVerdict",
    "Target",
]
