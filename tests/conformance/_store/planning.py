"""Planned replays: a fixed set, each row once, over restarts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from continuity.delivery import State, Wait
from continuity.store.contract import NotFound, Store, WrongState
from continuity.store.records import (
    UNROUTED,
    DeliveryFilter,
)
from continuity.store.rules import fingerprint
from tests.conformance._store.given import (
    LATER,
    NOW,
    ZGW,
    accept,
    new_message,
    parked,
    parked_many,
    refused,
    unrouted,
)

Reopen = Callable[[], Awaitable[None]]


class PlanningContract:
    async def test_a_plan_fixes_the_parked_deliveries_that_match_now(self, store: Store) -> None:
        lease, ids = await parked_many(store, 3)
        await accept(store, unrouted("nobody"), new_message("waiting"))

        plan = await store.plan_replay(
            DeliveryFilter(destination=ZGW), by="anna", reason="mended", now=NOW
        )
        await store.begin(lease, [5], now=NOW)
        await store.finish(lease, [refused(5)], now=NOW)

        assert (plan.state, plan.total, plan.replayed, plan.skipped) == ("planned", 3, 0, 0)
        assert (plan.created_by, plan.reason, plan.created_at) == ("anna", "mended", NOW)
        assert dict(plan.destinations) == {ZGW: 3}
        assert plan.fingerprint == fingerprint(ids)
        assert await store.get_replay(plan.id) == plan
        assert list(await store.running_replays()) == []

    async def test_a_plan_leaves_out_what_has_no_destination(self, store: Store) -> None:
        await accept(store, unrouted())

        everything = await store.plan_replay(DeliveryFilter(), by="anna", reason="", now=NOW)
        only = DeliveryFilter(destination=UNROUTED)
        unrouted_only = await store.plan_replay(only, by="anna", reason="", now=NOW)

        assert (everything.total, unrouted_only.total) == (0, 0)

    async def test_a_plan_of_what_is_not_parked_is_empty(self, store: Store) -> None:
        await parked(store)
        waiting = DeliveryFilter(state=State.WAITING)

        plan = await store.plan_replay(waiting, by="anna", reason="", now=NOW)

        assert plan.total == 0

    async def test_a_plan_takes_every_filter(self, store: Store) -> None:
        await parked_many(store, 3)
        filters = [
            DeliveryFilter(fault_code="status:invalid", subject="ZAAK-2"),
            DeliveryFilter(event_id="event-2", tenant="gm9001", since=NOW),
            DeliveryFilter(state=State.PARKED, message_id=2),
        ]

        plans = [await store.plan_replay(which, by="anna", reason="", now=NOW) for which in filters]

        assert {plan.fingerprint for plan in plans} == {fingerprint([2])}

    async def test_a_running_plan_replays_each_row_once(self, store: Store) -> None:
        _, ids = await parked_many(store, 5)
        plan = await store.plan_replay(DeliveryFilter(), by="anna", reason="mended", now=NOW)
        await store.start_replay(plan.id, by="bert", now=NOW)
        assert list(await store.running_replays()) == [plan.id]

        first = await store.advance_replay(plan.id, limit=2, now=LATER)
        states = [(await store.get_delivery(number)).state for number in ids]
        second = await store.advance_replay(plan.id, limit=2, now=LATER)
        third = await store.advance_replay(plan.id, limit=2, now=LATER)
        after = await store.advance_replay(plan.id, limit=2, now=LATER)

        assert states == [State.WAITING] * 2 + [State.PARKED] * 3
        assert [step.replayed for step in (first, second, third)] == [2, 4, 5]
        assert [step.state for step in (first, second, third)] == ["running", "running", "done"]
        assert after == third
        assert list(await store.running_replays()) == []
        for number in ids:
            actions = [entry.action for entry in await store.timeline(number)]
            assert actions.count("replay") == 1
        assert (await store.timeline(ids[0]))[-1].actor == "bert"
        assert (await store.timeline(ids[0]))[-1].reason == "replay 1: mended"

    async def test_a_plan_skips_what_was_moved_meanwhile(self, store: Store) -> None:
        _, ids = await parked_many(store, 3)
        plan = await store.plan_replay(DeliveryFilter(), by="anna", reason="mended", now=NOW)
        await store.start_replay(plan.id, by="anna", now=NOW)
        await store.discard(ids[1], by="bert", reason="not needed", now=NOW)

        done = await store.advance_replay(plan.id, limit=10, now=NOW)

        assert (done.state, done.replayed, done.skipped) == ("done", 2, 1)
        assert (await store.get_delivery(ids[1])).state is State.DISCARDED

    async def test_what_a_plan_replayed_and_failed_again_is_not_taken_twice(
        self, store: Store
    ) -> None:
        lease, ids = await parked_many(store, 3)
        plan = await store.plan_replay(DeliveryFilter(), by="anna", reason="mended", now=NOW)
        await store.start_replay(plan.id, by="anna", now=NOW)
        await store.advance_replay(plan.id, limit=1, now=NOW)
        await store.begin(lease, ids[:1], now=NOW)
        await store.finish(lease, [refused(ids[0])], now=NOW)

        done = await store.advance_replay(plan.id, limit=10, now=NOW)

        assert (done.replayed, done.skipped) == (3, 0)
        assert (await store.get_delivery(ids[0])).state is State.PARKED

    async def test_a_plan_keeps_doubt(self, store: Store) -> None:
        _, delivery_id = await parked(store, doubtful=True)
        plan = await store.plan_replay(DeliveryFilter(), by="anna", reason="mended", now=NOW)
        await store.start_replay(plan.id, by="anna", now=NOW)

        await store.advance_replay(plan.id, limit=10, now=NOW)

        delivery = await store.get_delivery(delivery_id)
        assert (delivery.wait, delivery.doubtful) == (Wait.LOOK_UP, True)

    async def test_an_empty_plan_is_done_at_once(self, store: Store) -> None:
        plan = await store.plan_replay(DeliveryFilter(), by="anna", reason="", now=NOW)
        await store.start_replay(plan.id, by="anna", now=NOW)

        assert (await store.advance_replay(plan.id, limit=10, now=NOW)).state == "done"

    async def test_a_plan_tells_the_owners_of_the_lanes(self, store: Store) -> None:
        lease, _ = await parked_many(store, 2)
        plan = await store.plan_replay(DeliveryFilter(), by="anna", reason="", now=NOW)
        await store.start_replay(plan.id, by="anna", now=NOW)
        await store.advance_replay(plan.id, limit=10, now=NOW)

        assert list(await store.recalled_lanes(lease)) == ["ZAAK-1", "ZAAK-2"]

    async def test_a_plan_goes_on_after_the_store_was_opened_again(
        self, store: Store, reopen: Reopen
    ) -> None:
        _, ids = await parked_many(store, 5)
        plan = await store.plan_replay(DeliveryFilter(), by="anna", reason="mended", now=NOW)
        await store.start_replay(plan.id, by="anna", now=NOW)
        await store.advance_replay(plan.id, limit=3, now=NOW)

        await reopen()

        assert list(await store.running_replays()) == [plan.id]
        done = await store.advance_replay(plan.id, limit=10, now=NOW)
        assert (done.state, done.replayed, done.skipped) == ("done", 5, 0)
        for number in ids:
            actions = [entry.action for entry in await store.timeline(number)]
            assert actions.count("replay") == 1

    async def test_a_cancelled_plan_replays_nothing_more(self, store: Store) -> None:
        _, ids = await parked_many(store, 3)
        plan = await store.plan_replay(DeliveryFilter(), by="anna", reason="mended", now=NOW)
        await store.start_replay(plan.id, by="anna", now=NOW)
        await store.advance_replay(plan.id, limit=1, now=NOW)

        cancelled = await store.cancel_replay(plan.id, by="bert", now=LATER)

        assert (cancelled.state, cancelled.replayed) == ("cancelled", 1)
        assert await store.advance_replay(plan.id, limit=10, now=LATER) == cancelled
        assert (await store.get_delivery(ids[2])).state is State.PARKED

    async def test_a_plan_starts_once_and_ends_once(self, store: Store) -> None:
        plan = await store.plan_replay(DeliveryFilter(), by="anna", reason="", now=NOW)
        assert await store.advance_replay(plan.id, limit=1, now=NOW) == plan
        await store.start_replay(plan.id, by="anna", now=NOW)
        with pytest.raises(WrongState, match="running, not planned"):
            await store.start_replay(plan.id, by="anna", now=NOW)
        await store.cancel_replay(plan.id, by="anna", now=NOW)
        with pytest.raises(WrongState, match="nothing left to cancel"):
            await store.cancel_replay(plan.id, by="anna", now=NOW)

    async def test_an_unknown_plan_is_not_found(self, store: Store) -> None:
        for use in (
            store.get_replay(7),
            store.start_replay(7, by="anna", now=NOW),
            store.cancel_replay(7, by="anna", now=NOW),
            store.advance_replay(7, limit=1, now=NOW),
        ):
            with pytest.raises(NotFound, match="replay 7"):
                await use

    async def test_what_happens_to_a_plan_is_audited(self, store: Store) -> None:
        await parked(store)
        plan = await store.plan_replay(DeliveryFilter(), by="anna", reason="mended", now=NOW)
        await store.start_replay(plan.id, by="bert", now=NOW)
        await store.advance_replay(plan.id, limit=10, now=LATER)
        other = await store.plan_replay(DeliveryFilter(), by="anna", reason="oops", now=NOW)
        await store.cancel_replay(other.id, by="carl", now=LATER)

        entries = [
            (entry.action, entry.actor, entry.before, entry.after, entry.reason)
            for entry in await store.audit_trail(after=0, limit=100)
            if entry.action.endswith("_replay")
        ]

        assert entries == [
            ("plan_replay", "anna", None, "planned", "replay 1: mended"),
            ("start_replay", "bert", "planned", "running", "replay 1: mended"),
            ("end_replay", "bert", "running", "done", "replay 1: mended"),
            ("plan_replay", "anna", None, "planned", "replay 2: oops"),
            ("cancel_replay", "carl", "planned", "cancelled", "replay 2: oops"),
        ]
