"""Gathers what decides whether a delivery may go now, and says why it waits."""

from __future__ import annotations

from dataclasses import replace

from continuity.breaker import CLOSED
from continuity.delivery import State
from continuity.store.records import Delivery, DestinationStatus
from continuity.waiting import Situation, Waiting, why_it_waits
from schakel.http.callers import owns
from schakel.http.services import HubServices
from schakel.security import Caller


async def why_waits(hub: HubServices, delivery: Delivery, caller: Caller) -> Waiting | None:
    """Three queries for a delivery that waits, none for others: not for lists.

    They are made one after another: what changes in between may be seen half.
    """
    if delivery.state not in {State.WAITING, State.UNCERTAIN}:
        return None
    store, name = hub.store, delivery.destination
    configured = hub.destinations.get(name)
    status = await status_of(hub, name)
    if not owns(caller, configured.tenant if configured else None):
        status = _without_words(status)
    heads = await store.read_lane(name, delivery.lane, upto=delivery.id, limit=1)
    return why_it_waits(
        Situation(
            delivery=delivery,
            destination=status,
            policy=configured.policy if configured else None,
            ahead=next((head for head in heads if head.id != delivery.id), None),
            settled=not await store.waits_for([delivery.id]),
            now=hub.clock.now(),
            is_collected=name in hub.pulled,
        )
    )


async def status_of(hub: HubServices, name: str) -> DestinationStatus:
    """Also of a destination that the store has never heard of."""
    stored = (status for status in await hub.store.destinations() if status.name == name)
    return next(stored, untouched(name))


def untouched(name: str) -> DestinationStatus:
    """The status of a destination that was never leased, held or sent to."""
    return DestinationStatus(
        name=name, held_by=None, held_reason="", breaker=CLOSED, lease=None, oldest_open_at=None
    )


def _without_words(status: DestinationStatus) -> DestinationStatus:
    """As a tenant's key may see a shared destination: that it stands still, not in whose words."""
    return replace(
        status,
        held_by=status.held_by and "an operator",
        held_reason="",
        breaker=replace(status.breaker, reason=""),
    )
