"""Deliveries that are collected: given in order, acknowledged once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pytest

from continuity.delivery import State
from continuity.store.contract import NotFound, Store, WrongState
from continuity.store.records import DeliveryFilter, InboxItem
from tests.conformance._store.given import (
    LATER,
    MAIL,
    NOW,
    SECOND,
    TENANT,
    ZGW,
    accept,
    in_doubt,
    new_message,
    parked,
    under_way,
)


async def inbox(
    store: Store,
    *destinations: str,
    after: int = 0,
    limit: int = 100,
    now: datetime = NOW,
    tenant: str | None = None,
) -> Sequence[InboxItem]:
    names = destinations or (ZGW,)
    return await store.read_inbox(names, after=after, limit=limit, now=now, tenant=tenant)


async def ids(store: Store, *destinations: str, now: datetime = NOW) -> list[int]:
    return [item.delivery_id for item in await inbox(store, *destinations, now=now)]


class InboxContract:
    async def test_what_waits_is_given_with_its_content(self, store: Store) -> None:
        await accept(store, new_message())

        assert await inbox(store) == [
            InboxItem(
                delivery_id=1,
                message_id=1,
                tenant=TENANT,
                destination=ZGW,
                body=b'{"id":"event-1"}',
                accepted_at=NOW,
            )
        ]

    async def test_several_destinations_are_one_list_in_order(self, store: Store) -> None:
        """Seen failing with the lists put one after the other."""
        await accept(store, *(new_message(f"e{n}", to=((ZGW, MAIL)[n % 2],)) for n in range(6)))

        assert await ids(store, ZGW, MAIL) == [1, 2, 3, 4, 5, 6]
        assert await ids(store, MAIL) == [2, 4, 6]
        assert await ids(store, "nobody") == []
        page = await inbox(store, MAIL, ZGW, after=2, limit=3)
        assert [item.delivery_id for item in page] == [3, 4, 5]

    async def test_nothing_is_asked_for_nothing(self, store: Store) -> None:
        await accept(store, new_message())

        assert await store.read_inbox((), after=0, limit=9, now=NOW) == []

    async def test_only_those_of_one_tenant(self, store: Store) -> None:
        await accept(store, new_message("a"), new_message("b", tenant="gm9002"))

        found = await inbox(store, tenant="gm9002")

        assert [item.delivery_id for item in found] == [2]

    async def test_a_page_ends_where_contents_are_large(self, store: Store) -> None:
        """Seen failing without the limit in bytes."""
        large = b"x" * (3 << 20)
        await accept(store, *(new_message(f"e{n}", body=large) for n in range(3)))

        assert await ids(store) == [1, 2]
        assert [item.delivery_id for item in await inbox(store, after=2)] == [3]

    async def test_what_is_for_later_waits_for_its_time(self, store: Store) -> None:
        await accept(store, new_message("a", deliver_from=LATER), new_message("b"))

        assert await ids(store, now=LATER - SECOND) == [2]
        assert await ids(store, now=LATER) == [1, 2]

    async def test_what_is_too_late_is_not_given(self, store: Store) -> None:
        await accept(store, new_message(deliver_until=LATER))

        assert await ids(store, now=LATER - SECOND) == [1]
        assert await ids(store, now=LATER) == []

    async def test_a_destination_that_is_held_gives_nothing(self, store: Store) -> None:
        await accept(store, new_message(to=(ZGW, MAIL)))
        await store.hold(ZGW, by="anna", reason="migration", now=NOW)

        assert await ids(store, ZGW, MAIL) == [2]
        await store.release(ZGW, by="anna", reason="done", now=NOW)
        assert await ids(store, ZGW, MAIL) == [1, 2]

    async def test_what_depends_on_an_uncollected_message_comes_after_it(
        self, store: Store
    ) -> None:
        await accept(store, new_message("a"), new_message("b", lane="L2", depends_on="a"))

        assert await ids(store) == [1, 2]

    async def test_an_edit_is_what_is_given(self, store: Store) -> None:
        _, delivery_id = await parked(store)
        assert await ids(store) == []
        await store.replay(delivery_id, by="a", reason="b", now=NOW, edited_body=b"edited")

        assert [item.body for item in await inbox(store)] == [b"edited"]

    async def test_what_is_collected_is_delivered_and_audited(self, store: Store) -> None:
        await accept(store, *(new_message(f"e{n}") for n in range(3)))

        assert await store.collect([3, 1, 1], by="kern", now=LATER) == [1, 3]

        assert await ids(store) == [2]
        one = await store.get_delivery(1)
        assert (one.state, one.attempts, one.changed_at) == (State.DELIVERED, 0, LATER)
        *_, entry = await store.timeline(1)
        assert (entry.action, entry.actor, entry.at) == ("collect", "kern", LATER)
        assert (entry.before, entry.after) == ("waiting", "delivered")
        assert await store.counts() == await store.recount()
        heads = await store.read_open(ZGW, after=0, limit=9)
        assert [head.id for head in heads] == [2]

    async def test_collecting_again_is_no_error(self, store: Store) -> None:
        await accept(store, *(new_message(f"e{n}") for n in range(3)))
        await store.collect([1], by="kern", now=NOW)
        await store.discard(2, by="anna", reason="test", now=NOW)

        assert await store.collect([1, 2, 3], by="kern", now=LATER) == [3]
        assert await store.collect([1, 2, 3], by="kern", now=LATER) == []

        assert (await store.get_delivery(2)).state is State.DISCARDED
        assert (await store.get_delivery(1)).changed_at == NOW

    async def test_an_unknown_one_leaves_the_others_as_they_were(self, store: Store) -> None:
        await accept(store, new_message())

        with pytest.raises(NotFound, match="delivery 7"):
            await store.collect([1, 7], by="kern", now=NOW)

        assert (await store.get_delivery(1)).state is State.WAITING

    @pytest.mark.parametrize("there", [under_way, in_doubt, parked])
    async def test_what_the_hub_sends_by_itself_is_not_collected(
        self, store: Store, there: object
    ) -> None:
        await there(store)  # type: ignore[operator]  # one of three situations

        with pytest.raises(WrongState, match=r"Delivery 1 is .*: only one that waits"):
            await store.collect([1], by="kern", now=NOW)

    async def test_collecting_nothing_does_nothing(self, store: Store) -> None:
        assert await store.collect([], by="kern", now=NOW) == []
        assert await store.list_deliveries(DeliveryFilter(), before=None, limit=9) == []
