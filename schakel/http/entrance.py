"""What a handler needs, found from its request."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from schakel.http.services import HubServices
from schakel.security import KeyRing
from schakel.telemetry import Backlog
from schakel.telemetry.messages import MessageCounter


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    hub: HubServices
    keys: KeyRing
    backlog: Backlog
    published: MessageCounter


def make_entrance(hub: HubServices) -> Entrance:
    return Entrance(
        hub=hub,
        keys=KeyRing(hub.store, hub.clock),
        backlog=Backlog(hub.store, hub.clock, hub.registry),
        published=MessageCounter(hub.registry),
    )


def entrance_of(request: Request) -> Entrance:
    entrance: Entrance = request.app.state.entrance
    return entrance


def hub_of(request: Request) -> HubServices:
    return entrance_of(request).hub
