"""What a handler needs, found from its request."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from schakel.http.bodies import Room
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
    room: Room
    """For what external systems send."""


def make_entrance(hub: HubServices) -> Entrance:
    return Entrance(
        hub=hub,
        keys=KeyRing(hub.store, hub.clock),
        backlog=Backlog(hub.store, hub.clock, hub.registry),
        published=MessageCounter(hub.registry),
        room=Room(hub.inbound_memory),
    )


def entrance_of(request: Request) -> Entrance:
    entrance: Entrance = request.app.state.entrance
    return entrance


def hub_of(request: Request) -> HubServices:
    return entrance_of(request).hub
