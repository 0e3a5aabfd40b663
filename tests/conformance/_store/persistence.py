"""What must still be there after the store was closed and opened again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from continuity.breaker import Breaker, BreakerState
from continuity.store.contract import Store
from continuity.store.records import DeliveryFilter
from tests.conformance._store.given import (
    LATER,
    NOW,
    TTL,
    ZGW,
    accept,
    api_key,
    lease_of,
    new_message,
    parked,
)

Reopen = Callable[[], Awaitable[None]]


class PersistenceContract:
    async def test_everything_is_there_after_opening_again(
        self, store: Store, reopen: Reopen
    ) -> None:
        lease, delivery_id = await parked(store)
        await store.replay(delivery_id, by="anna", reason="typo", now=NOW, edited_body=b"1")
        await store.begin(lease, [delivery_id], now=NOW)
        await store.save_steps(
            lease, delivery_id, prepared={"zaak": b"{}"}, completed={"zaak": "u"}
        )
        breaker = Breaker(state=BreakerState.OPEN, failures=5, opened_at=NOW, probe_at=LATER)
        await store.save_breaker(lease, breaker, reason="refused", now=NOW)
        await store.hold(ZGW, by="anna", reason="maintenance", now=NOW)
        await store.add_key(api_key())
        before = await everything(store)

        await reopen()

        assert await everything(store) == before
        assert await store.verify_audit() is None
        renewed = await store.renew_lease(lease, now=NOW, ttl=TTL)
        assert renewed.epoch == lease.epoch

    async def test_numbers_go_on_after_opening_again(self, store: Store, reopen: Reopen) -> None:
        await accept(store, new_message("a"))
        await reopen()

        (answer,) = await accept(store, new_message("b"))
        (again,) = await accept(store, new_message("a"))

        assert (answer.message_id, again.message_id, again.new) == (2, 1, False)
        assert await store.verify_audit() is None

    async def test_an_owner_that_died_is_recovered_after_opening_again(
        self, store: Store, reopen: Reopen
    ) -> None:
        await accept(store, new_message())
        lease = await lease_of(store)
        await store.begin(lease, [1], now=NOW)
        await reopen()

        lease = await lease_of(store)

        assert [work.delivery_id for work in await store.load(lease, [1])] == [1]


async def everything(store: Store) -> list[object]:
    return [
        list(await store.list_deliveries(DeliveryFilter(), before=None, limit=1000)),
        await store.get_message(1),
        await store.get_body(1),
        list(await store.counts()),
        list(await store.destinations()),
        list(await store.audit_trail(after=0, limit=1000)),
        list(await store.list_keys()),
        await store.read_breaker(ZGW),
    ]
