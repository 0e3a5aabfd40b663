"""Reading ahead, intents, steps, outcomes, expiry, and the breaker."""

from __future__ import annotations

from dataclasses import replace

import pytest

from continuity.delivery import ForbiddenMove, OnParked, State, Wait
from continuity.store.contract import NotFound, Store, WrongState
from continuity.store.records import Fault, Head, Outcome, StoredStep
from tests.conformance._store.given import (
    LATER,
    MAIL,
    NOW,
    TENANT,
    ZGW,
    accept,
    accept_many,
    delivered,
    doubtful_outcome,
    in_doubt,
    lease_of,
    new_message,
    parked,
    refused,
    retry,
    under_way,
)


class DispatchContract:
    async def test_open_deliveries_are_read_by_id(self, store: Store) -> None:
        await accept(
            store,
            new_message("a", deliver_from=LATER, on_parked=OnParked.SKIP),
            new_message("b", to=(MAIL,)),
            new_message("c", lane="ZAAK-2", depends_on="a", deliver_until=LATER),
        )

        heads = await store.read_open(ZGW, after=0, limit=10)

        assert list(heads) == [
            Head(
                id=1,
                lane="ZAAK-1",
                state=State.WAITING,
                due_at=LATER,
                on_parked=OnParked.SKIP,
                deliver_until=None,
                dependent=False,
            ),
            Head(
                id=3,
                lane="ZAAK-2",
                state=State.WAITING,
                due_at=None,
                on_parked=OnParked.BLOCK,
                deliver_until=LATER,
                dependent=True,
            ),
        ]

    async def test_reading_goes_on_after_a_cursor(self, store: Store) -> None:
        ids = await accept_many(store, 5)

        page = await store.read_open(ZGW, after=ids[1], limit=2)

        assert [head.id for head in page] == ids[2:4]

    async def test_every_open_state_is_read_and_no_closed_one(self, store: Store) -> None:
        ids = await accept_many(store, 6)
        lease = await lease_of(store)
        await store.begin(lease, ids[1:5], now=NOW)
        await store.finish(
            lease, [doubtful_outcome(ids[2]), refused(ids[3]), delivered(ids[4])], now=NOW
        )
        await store.discard(ids[5], by="anna", reason="not needed", now=NOW)

        heads = await store.read_open(ZGW, after=0, limit=10)

        assert [head.state for head in heads] == [
            State.WAITING,
            State.SENDING,
            State.UNCERTAIN,
            State.PARKED,
        ]

    async def test_one_lane_is_read_up_to_an_id(self, store: Store) -> None:
        await accept(
            store,
            *(new_message(f"event-{n}", lane=f"ZAAK-{n % 2}") for n in range(10)),
            new_message("elsewhere", lane="ZAAK-1", to=(MAIL,)),
        )

        lane = await store.read_lane(ZGW, "ZAAK-1", upto=8, limit=10)
        start = await store.read_lane(ZGW, "ZAAK-1", upto=8, limit=2)

        assert [head.id for head in lane] == [2, 4, 6, 8]
        assert [head.id for head in start] == [2, 4]

    async def test_a_lane_does_not_show_what_is_closed(self, store: Store) -> None:
        lease, delivery_id = await under_way(store)
        await store.finish(lease, [delivered(delivery_id)], now=NOW)

        assert list(await store.read_lane(ZGW, "ZAAK-1", upto=99, limit=10)) == []

    @pytest.mark.parametrize("on_parked", OnParked)
    async def test_what_is_parked_is_read_unless_it_is_stepped_over(
        self, store: Store, on_parked: OnParked
    ) -> None:
        """A page full of rows that block nothing would hide the row behind them for ever."""
        await accept(store, new_message("a", on_parked=on_parked), new_message("b"))
        lease = await lease_of(store)
        await store.begin(lease, [1], now=NOW)
        await store.finish(lease, [refused(1)], now=NOW)

        found = await store.read_open(ZGW, after=0, limit=10)
        lane = await store.read_lane(ZGW, "ZAAK-1", upto=2, limit=10)

        assert [head.id for head in found] == ([1, 2] if on_parked is OnParked.BLOCK else [2])
        assert lane == found

    async def test_the_intent_is_kept_before_anything_is_sent(self, store: Store) -> None:
        await accept(store, new_message())
        lease = await lease_of(store)

        (work,) = await store.begin(lease, [1], now=LATER)

        assert (work.delivery_id, work.attempt, work.look_ups) == (1, 1, 0)
        assert (work.tenant, work.subject, work.accepted_at) == (TENANT, "ZAAK-1", NOW)
        assert work.body == b'{"id":"event-1"}'
        assert (dict(work.steps), dict(work.references), work.doubtful) == ({}, {}, False)
        delivery = await store.get_delivery(1)
        assert (delivery.state, delivery.attempts) == (State.SENDING, 1)
        assert delivery.changed_at == LATER

    async def test_work_comes_in_the_order_that_was_asked_for(self, store: Store) -> None:
        ids = await accept_many(store, 4)
        lease = await lease_of(store)

        works = await store.begin(lease, ids[::-1], now=NOW)

        assert [work.delivery_id for work in works] == ids[::-1]

    async def test_only_what_waits_here_is_begun(self, store: Store) -> None:
        ids = await accept_many(store, 3)
        await accept(store, new_message("elsewhere", to=(MAIL,)))
        lease = await lease_of(store)
        await store.begin(lease, ids[:1], now=NOW)
        await store.discard(ids[1], by="anna", reason="not needed", now=NOW)

        works = await store.begin(lease, [*ids, ids[2], 4, 99], now=NOW)

        assert [work.delivery_id for work in works] == [ids[2]]

    async def test_attempts_are_counted(self, store: Store) -> None:
        lease, delivery_id = await under_way(store)
        await store.finish(lease, [retry(delivery_id)], now=NOW)

        (work,) = await store.begin(lease, [delivery_id], now=LATER)

        assert work.attempt == 2

    async def test_a_failed_attempt_waits_for_its_time(self, store: Store) -> None:
        lease, delivery_id = await under_way(store)

        await store.finish(lease, [retry(delivery_id)], now=NOW)

        delivery = await store.get_delivery(delivery_id)
        assert (delivery.state, delivery.wait, delivery.due_at) == (
            State.WAITING,
            Wait.RETRY,
            LATER,
        )
        assert delivery.fault == Fault(code="transient", detail="503")

    async def test_an_attempt_begins_without_the_wait_of_the_one_before(self, store: Store) -> None:
        lease, delivery_id = await under_way(store)
        await store.finish(lease, [retry(delivery_id)], now=NOW)

        await store.begin(lease, [delivery_id], now=LATER)

        delivery = await store.get_delivery(delivery_id)
        assert (delivery.wait, delivery.due_at) == (Wait.QUEUED, None)

    async def test_a_delivered_message_is_closed(self, store: Store) -> None:
        lease, delivery_id = await under_way(store)

        await store.finish(lease, [delivered(delivery_id)], now=LATER)

        delivery = await store.get_delivery(delivery_id)
        assert (delivery.state, delivery.fault, delivery.detail) == (
            State.DELIVERED,
            None,
            "201 Created",
        )
        assert delivery.changed_at == LATER
        with pytest.raises(WrongState, match="is delivered"):
            await store.finish(lease, [retry(delivery_id)], now=LATER)

    async def test_an_outcome_without_an_attempt_is_refused(self, store: Store) -> None:
        await accept(store, new_message())
        lease = await lease_of(store)

        with pytest.raises(WrongState, match="Delivery 1 is waiting"):
            await store.finish(lease, [delivered(1)], now=NOW)

    async def test_outcomes_are_recorded_all_or_none(self, store: Store) -> None:
        ids = await accept_many(store, 3)
        lease = await lease_of(store)
        await store.begin(lease, ids[:2], now=NOW)

        with pytest.raises(WrongState):
            await store.finish(lease, [delivered(number) for number in ids], now=NOW)

        states = [(await store.get_delivery(number)).state for number in ids]
        assert states == [State.SENDING, State.SENDING, State.WAITING]
        assert await store.counts() == await store.recount()

    async def test_an_outcome_that_the_life_cycle_lacks_is_a_bug(self, store: Store) -> None:
        lease, delivery_id = await under_way(store)

        with pytest.raises(ForbiddenMove):
            await store.finish(
                lease, [Outcome(delivery_id=delivery_id, state=State.EXPIRED)], now=NOW
            )

        assert (await store.get_delivery(delivery_id)).state is State.SENDING

    async def test_a_delivery_of_another_destination_is_not_found(self, store: Store) -> None:
        await under_way(store)
        mail = await lease_of(store, MAIL)

        with pytest.raises(NotFound, match="mail"):
            await store.finish(mail, [delivered(1)], now=NOW)
        with pytest.raises(NotFound, match="mail"):
            await store.save_steps(mail, 1, prepared={}, completed={"zaak": "x"})

    async def test_a_look_up_that_cannot_tell_leaves_it_uncertain(self, store: Store) -> None:
        lease, delivery_id = await in_doubt(store)

        await store.finish(lease, [doubtful_outcome(delivery_id, look_ups=3)], now=LATER)

        (work,) = await store.load(lease, [delivery_id])
        assert (work.look_ups, work.attempt) == (3, 1)
        assert (await store.get_delivery(delivery_id)).state is State.UNCERTAIN
        assert [entry.action for entry in await store.timeline(delivery_id)][-1] == "look_up"

    async def test_a_look_up_may_find_it_delivered(self, store: Store) -> None:
        lease, delivery_id = await in_doubt(store)

        await store.finish(lease, [delivered(delivery_id)], now=LATER)

        delivery = await store.get_delivery(delivery_id)
        assert (delivery.state, delivery.doubtful) == (State.DELIVERED, False)

    async def test_a_look_up_may_find_that_it_must_be_sent(self, store: Store) -> None:
        lease, delivery_id = await in_doubt(store)

        await store.finish(
            lease, [Outcome(delivery_id=delivery_id, state=State.WAITING)], now=LATER
        )

        (work,) = await store.begin(lease, [delivery_id], now=LATER)
        assert (work.attempt, work.doubtful) == (2, False)

    async def test_prepared_requests_are_kept_byte_for_byte_once_they_have_a_result(
        self, store: Store
    ) -> None:
        lease, delivery_id = await under_way(store)
        await store.save_steps(
            lease,
            delivery_id,
            prepared={"zaak": b"\x00\xff first"},
            completed={"zaak": "https://zaken.example/1"},
        )
        await store.save_steps(
            lease,
            delivery_id,
            prepared={"zaak": b"second", "rol": b"{}"},
            completed={},
        )
        await store.finish(lease, [retry(delivery_id)], now=NOW)

        (work,) = await store.begin(lease, [delivery_id], now=LATER)

        assert dict(work.steps) == {
            "zaak": StoredStep(request=b"\x00\xff first", result="https://zaken.example/1"),
            "rol": StoredStep(request=b"{}", result=None),
        }

    async def test_steps_are_kept_while_in_doubt(self, store: Store) -> None:
        lease, delivery_id = await in_doubt(store)

        await store.save_steps(lease, delivery_id, prepared={}, completed={"zaak": "found"})

        (work,) = await store.load(lease, [delivery_id])
        assert dict(work.steps) == {"zaak": StoredStep(request=None, result="found")}

    async def test_steps_of_a_delivery_that_is_not_under_way_are_refused(
        self, store: Store
    ) -> None:
        await accept(store, new_message())
        lease = await lease_of(store)

        with pytest.raises(WrongState, match="waiting"):
            await store.save_steps(lease, 1, prepared={"zaak": b"{}"}, completed={})

    async def test_an_outcome_brings_completed_steps(self, store: Store) -> None:
        lease, delivery_id = await under_way(store)
        await store.save_steps(lease, delivery_id, prepared={"zaak": b"{}"}, completed={})

        outcome = replace(retry(delivery_id), completed={"zaak": "https://zaken.example/1"})
        await store.finish(lease, [outcome], now=NOW)

        (work,) = await store.begin(lease, [delivery_id], now=LATER)
        assert work.steps["zaak"] == StoredStep(request=b"{}", result="https://zaken.example/1")

    async def test_references_are_remembered_per_subject(self, store: Store) -> None:
        await accept(
            store,
            new_message("a", subject="ZAAK-1"),
            new_message("b", subject="ZAAK-1", lane="other"),
            new_message("c", subject="ZAAK-2", lane="ZAAK-2"),
            new_message("d", subject="ZAAK-1", tenant="gm9002"),
            new_message("e", subject="ZAAK-1", to=(MAIL,)),
        )
        lease = await lease_of(store)
        mail = await lease_of(store, MAIL)
        await store.begin(lease, [1], now=NOW)
        known = replace(delivered(1), references={"zaak": "https://zaken.example/1"})
        await store.finish(lease, [known], now=NOW)

        works = [
            *await store.begin(lease, [2, 3, 4], now=NOW),
            *await store.begin(mail, [5], now=NOW),
        ]

        assert [dict(work.references) for work in works] == [
            {"zaak": "https://zaken.example/1"},
            {},
            {},
            {},
        ]

    async def test_a_new_reference_replaces_the_one_before(self, store: Store) -> None:
        await accept(store, new_message("a"), new_message("b"), new_message("c"))
        lease = await lease_of(store)
        await store.begin(lease, [1, 2], now=NOW)
        first = replace(delivered(1), references={"zaak": "old", "rol": "r"})
        second = replace(delivered(2), references={"zaak": "new"})
        await store.finish(lease, [first, second], now=NOW)

        (work,) = await store.begin(lease, [3], now=NOW)

        assert dict(work.references) == {"zaak": "new", "rol": "r"}

    async def test_a_replayed_doubtful_delivery_comes_with_a_warning(self, store: Store) -> None:
        lease, delivery_id = await parked(store, doubtful=True)
        await store.replay(delivery_id, by="anna", reason="again", now=NOW)

        (work,) = await store.begin(lease, [delivery_id], now=NOW)

        assert work.doubtful
