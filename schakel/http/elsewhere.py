"""Another destination than a delivery's own: whether it is there, and what it takes."""

from __future__ import annotations

from continuity.store.records import Delivery, Elsewhere
from routing import ANY_TENANT
from schakel.http.problems import Problem
from schakel.http.services import HubServices
from schakel.security import Caller
from schemas import FieldProblem


def elsewhere(hub: HubServices, name: str, caller: Caller) -> Elsewhere:
    """The configured destination; a problem when there is none that this caller may send to."""
    target = hub.routes.destinations.get(name)
    if target is None:
        raise _refused("unknown_destination", "No destination of this name is configured.")
    if caller.tenant is not None and not target.serves(caller.tenant):
        raise _refused("other_tenant", "This destination serves another municipality.")
    tenant = None if target.tenant == ANY_TENANT else target.tenant
    return Elsewhere(destination=name, types=target.handles, tenant=tenant)


def check_taken(to: Elsewhere, delivery: Delivery) -> None:
    """Raises a problem when the destination does not take this delivery's message."""
    if delivery.type not in to.types:
        raise _refused("type_not_handled", f"{to.destination} does not take {delivery.type}.")
    if to.tenant not in {None, delivery.tenant}:
        raise _refused("other_tenant", f"{to.destination} serves another municipality.")


def _refused(rule: str, detail: str) -> Problem:
    return Problem("invalid-request", detail, problems=(FieldProblem("to", rule, detail),))
