"""The core hears its case's definitive number once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from continuity.store.contract import StoreUnavailable
from continuity.store.memory import MemoryStore
from continuity.store.records import DeliveryFilter, Identity, Issuer
from routing import Route, RouteTable, Target
from schakel.identities import GRANTED, IdentityAnnouncer, event_of, own_source
from schakel.intake import Checked, Intake
from tests.conformance._store.identities import OURS, THEIRS, new_identity, told
from tests.schakel.asking_kit import SettableClock

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OIN = "00000001002220647000"
SOURCE = own_source(OIN)
UTRECHT = "0344"
ONE = Identity(
    id=7,
    tenant=UTRECHT,
    case_number=OURS,
    destination="zaaksysteem-utrecht",
    issuer=Issuer.HUB,
    asked_by="balie",
    issued_at=NOW,
    definitive_number=THEIRS,
    settled_at=NOW,
    announced_at=None,
)
TO_CORE = Route(name="kern", types=(GRANTED,), tenants=(UTRECHT,), to=("kern",))


class Hub:
    """A store with one settled number, and the announcer over it."""

    def __init__(self, *routes: Route) -> None:
        self.store = MemoryStore()
        self.clock = SettableClock()
        target = Target(handles=frozenset({GRANTED}))
        self.intake = Intake(
            store=self.store,
            routes=RouteTable(routes, destinations={"kern": target}),
            tenants=frozenset({UTRECHT, "0363"}),
            clock=self.clock,
            wake=lambda _: None,
        )
        self.announcer = self.another()

    def another(self, source: str | None = SOURCE) -> IdentityAnnouncer:
        return IdentityAnnouncer(
            store=self.store, intake=self.intake, source=source, clock=self.clock
        )

    async def settle(self, tenant: str = UTRECHT, number: str = THEIRS) -> None:
        rows = self.store._tables.identities
        known = replace(ONE, id=len(rows) + 1, tenant=tenant, definitive_number=number)
        rows[known.id] = known

    async def published(self) -> Sequence[Any]:
        return await self.store.list_deliveries(
            DeliveryFilter(destination="kern"), before=None, limit=10
        )


async def test_a_settled_number_is_published_for_its_case_once() -> None:
    hub = Hub(TO_CORE)
    await hub.settle()

    assert await hub.announcer.step()
    assert not await hub.announcer.step()

    [delivery] = await hub.published()
    assert (delivery.type, delivery.subject, delivery.source) == (GRANTED, OURS, SOURCE)
    assert hub.store._tables.identities[1].announced_at == hub.clock.now()


async def test_who_dies_between_publishing_and_marking_publishes_nothing_twice() -> None:
    """Seen failing with an id that was drawn anew."""
    hub = Hub(TO_CORE)
    await hub.settle()
    marking = hub.store.mark_announced

    async def dies(*_: Any, **__: Any) -> None:
        raise StoreUnavailable("killed here")

    hub.store.mark_announced = dies  # type: ignore[method-assign]  # dies at this one call
    with pytest.raises(StoreUnavailable):
        await hub.announcer.step()
    hub.store.mark_announced = marking  # type: ignore[method-assign]  # the next process

    assert await hub.another().step()

    assert len(await hub.published()) == 1


async def test_a_number_that_is_replaced_once_more_is_told_once_more() -> None:
    hub = Hub(TO_CORE)
    await hub.settle()
    await hub.announcer.step()
    rows = hub.store._tables.identities
    rows[1] = replace(rows[1], definitive_number="ZAAK-2", announced_at=None)

    await hub.announcer.step()

    assert len(await hub.published()) == 2


async def test_nothing_is_read_while_no_route_wants_it() -> None:
    for hub in (Hub(), Hub(replace(TO_CORE, to=(), reason="nobody listens"))):
        await hub.settle()
        assert not await hub.announcer.step()
        assert hub.store._tables.identities[1].announced_at is None
    unnamed = Hub(TO_CORE)
    await unnamed.settle()
    assert not await unnamed.another(source=None).step()


async def test_a_municipality_that_no_route_mentions_is_not_waited_for() -> None:
    hub = Hub(TO_CORE)
    await hub.settle(tenant="0363")

    assert await hub.announcer.step()
    assert not await hub.announcer.step()
    assert await hub.published() == []


async def test_a_refused_event_holds_up_no_other() -> None:
    hub = Hub(TO_CORE)
    await hub.settle(number="not a number")
    await hub.settle()

    assert await hub.announcer.step()
    assert not await hub.announcer.step()

    assert len(await hub.published()) == 1


@pytest.mark.parametrize(
    ("changes", "granted_by"),
    [
        ({}, "zaaksysteem"),
        ({"definitive_number": OURS}, "hub"),
        ({"issuer": Issuer.CORE}, "zaaksysteem"),
        ({"issuer": Issuer.ZAAKSYSTEEM, "definitive_number": OURS}, "zaaksysteem"),
    ],
)
def test_the_event_says_whose_number_it_is_and_keeps_the_schema(
    changes: dict[str, Any], granted_by: str
) -> None:
    event = event_of(replace(ONE, **changes), SOURCE)

    assert event["data"]["toegekendDoor"] == granted_by
    assert event["data"]["voorlopigeIdentificatie"] == OURS
    assert isinstance(Hub(TO_CORE).intake.check(event, from_hub=True), Checked)


def test_the_same_pair_gives_the_same_event_and_another_pair_another() -> None:
    assert event_of(ONE, SOURCE) == event_of(replace(ONE, id=8), SOURCE)
    ids = {
        event_of(one, SOURCE)["id"]
        for one in (
            ONE,
            replace(ONE, tenant="0363"),
            replace(ONE, destination="elsewhere"),
            replace(ONE, case_number="0344H2026000002"),
            replace(ONE, definitive_number="ZAAK-2"),
        )
    }
    assert len(ids) == 5


def test_a_provisional_number_has_nothing_to_tell() -> None:
    with pytest.raises(ValueError, match="nothing to tell"):
        event_of(replace(ONE, definitive_number=None, settled_at=None), SOURCE)


async def test_a_number_from_a_delivery_reaches_the_announcer() -> None:
    """The store's part and this one together."""
    store = MemoryStore()
    await store.add_identity(new_identity(), now=NOW)
    await told(store, THEIRS)
    [settled] = await store.unannounced_identities([new_identity().tenant], limit=10)
    assert event_of(settled, SOURCE)["data"]["identificatie"] == THEIRS
