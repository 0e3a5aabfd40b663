"""`schakel routes explain` and `schakel routes list`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from routing import Route, Routing
from schakel.cli.failure import FOUND_PROBLEMS, WRONG_USE, Failure
from schakel.cli.printing import print_line, print_table
from schakel.settings import load
from schemas import parse_message


def explain(path: Path | None, file: str) -> int:
    """Prints a verdict per rule; returns the exit code."""
    settings = load(path)
    message = parse_message(_read(file))
    print_table(
        ("rule", "verdict"),
        [(verdict.rule, verdict.sentence) for verdict in settings.routes.explain(message)],
        title=f"{message.type}, tenant {message.tenant}",
    )
    if message.tenant not in settings.tenants:
        print_line(f"There is no [[tenant]] {message.tenant}: the hub refuses this message.")
        return FOUND_PROBLEMS
    routing = settings.routes.route(message)
    print_line(_summary(routing))
    return FOUND_PROBLEMS if routing.unrouted else 0


def show(path: Path | None) -> None:
    settings = load(path)
    for number, route in enumerate(settings.routes.routes, start=1):
        print_line(f"{number}. {route.name}")
        for key, value in _parts(route):
            print_line(f"     {key:<12}{value}")
    if unrouted := settings.routes.unrouted_types:
        print_line(f"No rule takes {', '.join(unrouted)}: such messages are parked as unrouted.")


def _parts(route: Route) -> Iterator[tuple[str, str]]:
    for pattern in route.types:
        yield "type", pattern
    yield "tenant", ", ".join(route.tenants)
    for condition in route.when:
        yield "when", str(condition)
    yield "to", ", ".join(route.to) or f"nowhere: {route.reason}"
    if route.to:
        yield "when parked", route.on_parked


def _summary(routing: Routing) -> str:
    if routing.unrouted:
        return "No rule wants it: it will be parked as unrouted, for an operator to see."
    if routing.ignored_by is not None:
        return f"It goes nowhere, on purpose: rule '{routing.ignored_by}'."
    return f"It goes to {', '.join(one.destination for one in routing.chosen)}."


def _read(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise Failure(f"{file} cannot be read: {error.strerror}.", code=WRONG_USE) from error
