"""What the core can be told of deliveries, and where its trail ends."""

from __future__ import annotations

from dataclasses import replace

from continuity.delivery import State
from continuity.store.contract import Store
from continuity.store.records import Outcome
from tests.conformance._store.given import MAIL, NOW, ZGW, accept, new_message, under_way


class ReceiptsContract:
    async def test_a_delivery_is_told_with_what_its_destination_calls_the_subject(
        self, store: Store
    ) -> None:
        lease, delivery_id = await under_way(store, new_message(to=(ZGW, MAIL)))
        outcome = Outcome(
            delivery_id=delivery_id,
            state=State.DELIVERED,
            references={"zaak": "https://zaken.example/1"},
        )
        await store.finish(lease, [outcome], now=NOW)
        (other,) = [head.id for head in await store.read_open(MAIL, after=0, limit=5)]

        told = await store.to_tell([other, delivery_id, delivery_id, 999])

        assert [one.delivery.id for one in told] == sorted([delivery_id, other])
        assert {one.delivery.destination: dict(one.references) for one in told} == {
            ZGW: {"zaak": "https://zaken.example/1"},
            MAIL: {},
        }
        for one in told:
            assert one.delivery == await store.get_delivery(one.delivery.id)

    async def test_a_delivery_is_told_with_the_correlation_of_its_message(
        self, store: Store
    ) -> None:
        message = replace(new_message(), correlation_id="verhuizing-1")
        await accept(store, message)
        (head,) = await store.read_open(ZGW, after=0, limit=5)

        (told,) = await store.to_tell([head.id])

        assert told.correlation_id == "verhuizing-1"

    async def test_nothing_is_told_of_no_deliveries(self, store: Store) -> None:
        assert await store.to_tell([]) == []

    async def test_the_end_of_the_trail_is_its_newest_entry(self, store: Store) -> None:
        assert await store.end_of_trail() == 0
        await accept(store, new_message(), new_message("event-2"))

        trail = await store.audit_trail(after=0, limit=100)

        assert await store.end_of_trail() == trail[-1].seq
        assert await store.audit_trail(after=await store.end_of_trail(), limit=1) == []
