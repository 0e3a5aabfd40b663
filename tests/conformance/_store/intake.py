"""Accepting: once per event, in order, all of it or nothing."""

from __future__ import annotations

import asyncio

import pytest

from continuity.delivery import State, Wait
from continuity.store.contract import NotFound, Store
from continuity.store.records import UNROUTED, Accepted, Conflict, DeliveryFilter
from tests.conformance._store.given import (
    LATER,
    MAIL,
    NO_ROUTE,
    NOW,
    TENANT,
    ZGW,
    accept,
    new_message,
    unrouted,
)


class IntakeContract:
    async def test_an_accepted_message_is_kept_with_its_deliveries(self, store: Store) -> None:
        (answer,) = await store.accept([new_message(to=(ZGW, MAIL))], now=NOW)

        assert answer == Accepted(message_id=1, new=True, destinations=(ZGW, MAIL))
        message = await store.get_message(1)
        assert message.body == b'{"id":"event-1"}'
        assert message.accepted_at == NOW
        assert message.event_id == "event-1"
        to_mail, to_zgw = await store.list_deliveries(DeliveryFilter(), before=None, limit=10)
        assert [to_zgw.destination, to_mail.destination] == [ZGW, MAIL]
        assert (to_zgw.state, to_zgw.wait, to_zgw.due_at) == (State.WAITING, Wait.QUEUED, None)
        assert (to_zgw.attempts, to_zgw.doubtful, to_zgw.edited) == (0, False, False)
        assert (to_zgw.accepted_at, to_zgw.changed_at) == (NOW, NOW)
        assert await store.get_body(to_zgw.id) == message.body

    async def test_the_same_event_is_accepted_once(self, store: Store) -> None:
        await store.accept([new_message(to=(ZGW, MAIL))], now=NOW)

        (again,) = await store.accept([new_message(to=(ZGW, MAIL))], now=LATER)

        assert again == Accepted(message_id=1, new=False, destinations=(ZGW, MAIL))
        assert len(await store.list_deliveries(DeliveryFilter(), before=None, limit=10)) == 2

    async def test_the_same_event_with_other_content_is_a_conflict(self, store: Store) -> None:
        await store.accept([new_message()], now=NOW)

        (answer,) = await store.accept([new_message(body=b"{}")], now=NOW)

        assert answer == Conflict(message_id=1)
        assert (await store.get_message(1)).body == b'{"id":"event-1"}'
        assert len(await store.list_deliveries(DeliveryFilter(), before=None, limit=10)) == 1

    async def test_a_conflict_does_not_keep_its_neighbours_out(self, store: Store) -> None:
        await store.accept([new_message("a")], now=NOW)

        answers = await store.accept(
            [new_message("b"), new_message("a", body=b"{}"), new_message("c")], now=NOW
        )

        assert [type(answer) for answer in answers] == [Accepted, Conflict, Accepted]
        assert await store.find_message(TENANT, new_message().source, "c") is not None

    async def test_an_event_twice_in_one_call_is_accepted_once(self, store: Store) -> None:
        answers = await store.accept(
            [new_message("a"), new_message("a"), new_message("a", body=b"{}")], now=NOW
        )

        assert answers == [
            Accepted(message_id=1, new=True, destinations=(ZGW,)),
            Accepted(message_id=1, new=False, destinations=(ZGW,)),
            Conflict(message_id=1),
        ]

    async def test_an_event_in_many_calls_at_once_is_accepted_once(self, store: Store) -> None:
        answers = await asyncio.gather(*(store.accept([new_message()], now=NOW) for _ in range(20)))

        accepted = [answer for (answer,) in answers if isinstance(answer, Accepted)]
        assert [answer.new for answer in accepted] == [True] + [False] * 19
        assert {answer.message_id for answer in accepted} == {1}

    async def test_other_tenants_and_sources_may_use_the_same_event_id(self, store: Store) -> None:
        answers = await accept(
            store,
            new_message(),
            new_message(tenant="gm9002"),
            new_message(source="urn:nld:gemeente:9001:systeem:ander"),
        )

        assert [answer.new for answer in answers] == [True, True, True]

    async def test_calls_that_arrive_together_keep_their_order(self, store: Store) -> None:
        events = [f"event-{number}" for number in range(100)]

        answers = await asyncio.gather(
            *(store.accept([new_message(event)], now=NOW) for event in events)
        )

        ids = [answer.message_id for (answer,) in answers if isinstance(answer, Accepted)]
        assert ids == sorted(ids)
        heads = await store.read_open(ZGW, after=0, limit=1000)
        found = [(await store.get_delivery(head.id)).event_id for head in heads]
        assert found == events

    async def test_messages_of_one_call_keep_their_order(self, store: Store) -> None:
        await accept(store, *(new_message(f"event-{number}") for number in range(50)))

        heads = await store.read_open(ZGW, after=0, limit=1000)

        found = [(await store.get_delivery(head.id)).event_id for head in heads]
        assert found == [f"event-{number}" for number in range(50)]

    async def test_a_message_for_later_waits_for_its_time(self, store: Store) -> None:
        await accept(store, new_message(deliver_from=LATER))

        delivery = await store.get_delivery(1)

        assert (delivery.wait, delivery.due_at) == (Wait.SCHEDULED, LATER)

    async def test_a_message_whose_time_has_come_does_not_wait(self, store: Store) -> None:
        await accept(store, new_message(deliver_from=NOW))

        delivery = await store.get_delivery(1)

        assert (delivery.wait, delivery.due_at) == (Wait.QUEUED, None)

    async def test_a_message_without_a_route_is_parked(self, store: Store) -> None:
        (answer,) = await accept(store, unrouted(deliver_from=LATER))

        delivery = await store.get_delivery(1)

        assert answer.destinations == (UNROUTED,)
        assert (delivery.state, delivery.fault) == (State.PARKED, NO_ROUTE)
        assert (delivery.wait, delivery.due_at) == (Wait.QUEUED, None)

    async def test_a_message_for_nobody_is_kept_and_audited(self, store: Store) -> None:
        (answer,) = await accept(store, new_message(to=()))

        assert answer.destinations == ()
        assert (await store.get_message(answer.message_id)).event_id == "event-1"
        (entry,) = await store.audit_trail(after=0, limit=10)
        assert (entry.action, entry.message_id, entry.delivery_id) == ("accept", 1, None)

    async def test_an_empty_call_stores_nothing(self, store: Store) -> None:
        assert await store.accept([], now=NOW) == []

    async def test_a_message_is_found_by_its_event(self, store: Store) -> None:
        await accept(store, new_message())

        found = await store.find_message(TENANT, new_message().source, "event-1")

        assert found == await store.get_message(1)
        assert await store.find_message("gm9002", new_message().source, "event-1") is None

    async def test_an_unknown_message_is_not_found(self, store: Store) -> None:
        with pytest.raises(NotFound, match="message 7"):
            await store.get_message(7)
        with pytest.raises(NotFound, match="delivery 7"):
            await store.get_delivery(7)
        with pytest.raises(NotFound, match="delivery 7"):
            await store.get_body(7)
