"""Replay plans beyond the plain case: pace, brake, samples, approval, elsewhere, report, edits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from continuity.breaker import Breaker, BreakerState
from continuity.delivery import State
from continuity.replay import Fate, Mark, ReplayState, Skip, Tally
from continuity.store.contract import NotFound, Store, WrongState
from continuity.store.records import (
    DeliveryFilter,
    Elsewhere,
    Lease,
    ReplayOptions,
    ReplayPlan,
)
from tests.conformance._store.given import (
    LATER,
    MAIL,
    NOW,
    SECOND,
    ZGW,
    accept,
    delivered,
    lease_of,
    new_message,
    parked,
    parked_many,
    refused,
    retry,
    under_way,
    unrouted,
)

TYPE = "nl.burgerzaken.zaak.gestart"
TO_MAIL = ReplayOptions(to=Elsewhere(destination=MAIL, types=frozenset({TYPE})))
EVERYTHING = DeliveryFilter()
Reopen = Callable[[], Awaitable[None]]


async def plan(store: Store, **options: Any) -> ReplayPlan:
    return await store.plan_replay(
        EVERYTHING, options=ReplayOptions(**options), by="anna", reason="mended", now=NOW
    )


async def started(store: Store, sample: int | None = None, **options: Any) -> int:
    made = await plan(store, **options)
    await store.start_replay(made.id, by="bert", now=NOW, sample=sample)
    return made.id


async def states(store: Store, ids: Sequence[int]) -> list[State]:
    return [(await store.get_delivery(number)).state for number in ids]


async def send_and_refuse(store: Store, lease: Lease, ids: Sequence[int], now: datetime) -> None:
    await store.begin(lease, ids, now=now)
    await store.finish(lease, [refused(number) for number in ids], now=now)


class ReplayingContract:
    # --- pace ---

    async def test_rows_go_at_the_rate_of_the_plan(self, store: Store) -> None:
        """Seen failing with `free_after` returning `now`."""
        await parked_many(store, 10)
        replay_id = await started(store, rate_per_second=2.0)

        gone = [
            (await store.advance_replay(replay_id, limit=100, now=NOW + step * SECOND / 4)).replayed
            for step in (0, 1, 2, 3, 4, 8)
        ]

        assert gone == [1, 1, 2, 2, 3, 5]

    async def test_the_rate_does_not_depend_on_who_asks_how_often(self, store: Store) -> None:
        await parked_many(store, 10)
        replay_id = await started(store, rate_per_second=2.0)

        plan_now = await store.get_replay(replay_id)
        for _ in range(5):
            plan_now = await store.advance_replay(replay_id, limit=100, now=NOW)

        assert plan_now.replayed == 1

    async def test_a_destination_that_waited_long_is_not_flooded(self, store: Store) -> None:
        await parked_many(store, 50)
        replay_id = await started(store, rate_per_second=5.0)
        await store.advance_replay(replay_id, limit=100, now=NOW)

        after = await store.advance_replay(replay_id, limit=100, now=LATER)

        assert after.replayed == 1 + 6

    async def test_every_destination_has_its_own_pace(self, store: Store) -> None:
        for name in (ZGW, MAIL):
            await parked_at(store, name, 3)
        replay_id = await started(store, rate_per_second=1.0)

        await store.advance_replay(replay_id, limit=100, now=NOW)

        rows = await store.replay_rows(replay_id, after=0, limit=10)
        went = [row.destination for row in rows if row.mark is Mark.REPLAYED]
        assert sorted(went) == [MAIL, ZGW]

    async def test_nothing_goes_to_a_destination_that_is_held_or_broken(self, store: Store) -> None:
        lease = await parked_at(store, ZGW, 2)
        await parked_at(store, MAIL, 2)
        replay_id = await started(store)
        await store.hold(MAIL, by="carl", reason="tonight", now=NOW)
        breaker = Breaker(state=BreakerState.OPEN, failures=3, opened_at=NOW)
        await store.save_breaker(lease, breaker, reason="down", now=NOW)

        shut = await store.advance_replay(replay_id, limit=100, now=NOW)
        await store.release(MAIL, by="carl", reason="done", now=NOW)
        half = await store.advance_replay(replay_id, limit=100, now=NOW)
        await store.save_breaker(lease, Breaker(), reason="up", now=NOW)
        done = await store.advance_replay(replay_id, limit=100, now=NOW)

        assert (shut.state, shut.replayed) == (ReplayState.RUNNING, 0)
        assert (half.state, half.replayed) == (ReplayState.RUNNING, 2)
        assert (done.state, done.replayed) == (ReplayState.DONE, 4)

    # --- brake ---

    async def test_the_brake_stops_a_plan_whose_rows_fail_again(self, store: Store) -> None:
        """Seen failing with `brake` returning None."""
        lease, ids = await parked_many(store, 30)
        replay_id = await started(store, stop_at_percent=20)
        await store.advance_replay(replay_id, limit=10, now=NOW)
        await store.begin(lease, ids[:10], now=NOW)
        good = [delivered(number) for number in ids[:8]]
        bad = [refused(ids[8]), retry(ids[9])]
        await store.finish(lease, [*good, *bad], now=NOW)

        stopped = await store.advance_replay(replay_id, limit=10, now=LATER)

        assert stopped.state is ReplayState.STOPPED
        assert stopped.note == (
            "Since it was last started, 2 of 10 outcomes failed (20 %; it stops at 20 %): "
            "1 parked again or too late, 1 waiting for another attempt."
        )
        assert stopped.fates == Tally(delivered=8, failed=1, retrying=1)
        assert await states(store, ids[10:]) == [State.PARKED] * 20
        (*_, last) = await store.replay_history(replay_id)
        assert (last.by, last.action, last.state) == ("brake", "stop_replay", ReplayState.STOPPED)

    async def test_few_outcomes_are_not_judged_and_no_brake_means_none(self, store: Store) -> None:
        lease, ids = await parked_many(store, 30)
        few = await started(store, stop_at_percent=20)
        await store.advance_replay(few, limit=9, now=NOW)
        await send_and_refuse(store, lease, ids[:9], NOW)
        assert (await store.advance_replay(few, limit=1, now=NOW)).state is ReplayState.RUNNING
        await store.cancel_replay(few, by="anna", now=NOW)

        without = await started(store, stop_at_percent=0)
        await store.advance_replay(without, limit=12, now=NOW)
        await send_and_refuse(store, lease, [*ids[:9], *ids[10:13]], NOW)
        assert (await store.advance_replay(without, limit=1, now=NOW)).state is ReplayState.RUNNING

    async def test_a_resumed_plan_is_judged_anew(self, store: Store) -> None:
        """Seen failing with the leg's tally kept over a resume."""
        lease, ids = await parked_many(store, 30)
        replay_id = await started(store, stop_at_percent=50)
        await store.advance_replay(replay_id, limit=10, now=NOW)
        await send_and_refuse(store, lease, ids[:10], NOW)
        await store.advance_replay(replay_id, limit=10, now=NOW)

        resumed = await store.resume_replay(replay_id, by="carl", reason="mended now", now=LATER)
        after = await store.advance_replay(replay_id, limit=10, now=LATER)

        assert (resumed.state, resumed.started_by) == (ReplayState.RUNNING, "carl")
        assert (after.state, after.replayed) == (ReplayState.RUNNING, 20)
        assert after.fates == Tally(failed=10)
        assert (await store.timeline(ids[15]))[-1].actor == "carl"

    async def test_a_row_that_is_tried_again_and_arrives_counts_as_delivered(
        self, store: Store
    ) -> None:
        lease, ids = await parked_many(store, 2)
        replay_id = await started(store)
        await store.advance_replay(replay_id, limit=10, now=NOW)
        await store.begin(lease, ids, now=NOW)
        await store.finish(lease, [retry(number) for number in ids], now=NOW)

        tried = await store.advance_replay(replay_id, limit=10, now=NOW)
        assert list(await store.followed_replays()) == [replay_id]
        await store.begin(lease, ids, now=LATER)
        sending = await store.advance_replay(replay_id, limit=10, now=LATER)
        await store.finish(lease, [delivered(number) for number in ids], now=LATER)
        arrived = await store.advance_replay(replay_id, limit=10, now=LATER)

        assert (tried.state, tried.fates) == (ReplayState.DONE, Tally(retrying=2))
        assert sending.fates == Tally(retrying=2)
        assert arrived.fates == Tally(delivered=2)
        assert list(await store.followed_replays()) == []

    async def test_a_row_that_was_parked_again_stays_failed_for_the_plan(
        self, store: Store
    ) -> None:
        lease, ids = await parked_many(store, 1)
        replay_id = await started(store)
        await store.advance_replay(replay_id, limit=10, now=NOW)
        await send_and_refuse(store, lease, ids, NOW)
        await store.advance_replay(replay_id, limit=10, now=NOW)
        await store.discard(ids[0], by="anna", reason="by hand", now=LATER)

        after = await store.advance_replay(replay_id, limit=10, now=LATER)

        assert after.fates == Tally(failed=1)
        (row,) = await store.replay_rows(replay_id, after=0, limit=10)
        assert (row.fate, row.state) == (Fate.FAILED, State.DISCARDED)

    async def test_what_an_operator_discards_meanwhile_is_no_failure(self, store: Store) -> None:
        _, ids = await parked_many(store, 1)
        replay_id = await started(store)
        await store.advance_replay(replay_id, limit=10, now=NOW)
        await store.discard(ids[0], by="anna", reason="by hand", now=LATER)

        after = await store.advance_replay(replay_id, limit=10, now=LATER)

        assert after.fates == Tally(closed=1)

    async def test_the_fates_of_many_rows_are_found_in_some_steps(self, store: Store) -> None:
        """More rows than one step asks: none is left out."""
        count = 520
        lease, ids = await parked_many(store, count)
        replay_id = await started(store)
        await store.advance_replay(replay_id, limit=count, now=NOW)
        await store.begin(lease, ids, now=NOW)
        await store.finish(lease, [delivered(number) for number in ids], now=NOW)

        await store.advance_replay(replay_id, limit=count, now=NOW)
        after = await store.advance_replay(replay_id, limit=count, now=NOW)

        assert after.fates == Tally(delivered=count)

    # --- sample, pause, resume ---

    async def test_a_sample_sends_the_oldest_rows_and_then_waits_for_a_person(
        self, store: Store
    ) -> None:
        """Seen failing with `upto` ignored."""
        _, ids = await parked_many(store, 12)
        replay_id = await started(store, sample=1)

        first = await store.advance_replay(replay_id, limit=100, now=NOW)
        still = await store.advance_replay(replay_id, limit=100, now=LATER)
        await store.resume_replay(replay_id, by="bert", reason="looks well", now=LATER, sample=10)
        second = await store.advance_replay(replay_id, limit=100, now=LATER)
        await store.resume_replay(replay_id, by="bert", reason="go on", now=LATER)
        third = await store.advance_replay(replay_id, limit=100, now=LATER)

        assert (first.state, first.replayed) == (ReplayState.SAMPLED, 1)
        assert still == first
        assert (second.state, second.replayed) == (ReplayState.SAMPLED, 11)
        assert (third.state, third.replayed) == (ReplayState.DONE, 12)
        rows = await store.replay_rows(replay_id, after=0, limit=100)
        assert [row.delivery_id for row in rows] == ids

    async def test_a_sample_as_large_as_the_plan_is_the_plan(self, store: Store) -> None:
        await parked_many(store, 3)
        replay_id = await started(store, sample=10)

        assert (await store.advance_replay(replay_id, limit=9, now=NOW)).state is ReplayState.DONE

    async def test_a_paused_plan_sends_nothing_until_it_is_resumed(self, store: Store) -> None:
        _, ids = await parked_many(store, 4)
        replay_id = await started(store)
        await store.advance_replay(replay_id, limit=1, now=NOW)

        paused = await store.pause_replay(replay_id, by="carl", reason="too busy", now=NOW)
        after = await store.advance_replay(replay_id, limit=10, now=LATER)
        await store.resume_replay(replay_id, by="carl", reason="quiet now", now=LATER)
        done = await store.advance_replay(replay_id, limit=10, now=LATER)

        assert (paused.state, paused.note, paused.changed_at) == ("paused", "too busy", NOW)
        assert after == paused
        assert (done.state, done.replayed) == (ReplayState.DONE, 4)
        for number in ids:
            actions = [entry.action for entry in await store.timeline(number)]
            assert actions.count("replay") == 1

    @pytest.mark.parametrize("act", ["pause", "resume", "approve"])
    async def test_what_does_not_fit_the_state_of_a_plan_is_refused(
        self, store: Store, act: str
    ) -> None:
        made = await plan(store)
        method = getattr(store, f"{act}_replay")

        with pytest.raises(WrongState, match="Replay 1 is planned, not"):
            await method(made.id, by="bert", reason="why not", now=NOW)
        with pytest.raises(NotFound, match="replay 7"):
            await method(7, by="bert", reason="why not", now=NOW)

    async def test_every_state_but_done_can_be_cancelled(self, store: Store) -> None:
        await parked_many(store, 3)
        running = await started(store, sample=1)
        sampled = await store.advance_replay(running, limit=9, now=NOW)
        assert sampled.state is ReplayState.SAMPLED

        gone = await store.cancel_replay(running, by="carl", reason="not needed", now=NOW)
        waiting = await plan(store, approve_above=1)
        never = await store.cancel_replay(waiting.id, by="anna", now=NOW)

        assert (gone.state, gone.note, gone.replayed) == ("cancelled", "not needed", 1)
        assert never.state is ReplayState.CANCELLED
        with pytest.raises(WrongState, match="nothing left to cancel"):
            await store.cancel_replay(running, by="carl", now=NOW)

    # --- approval ---

    async def test_a_large_plan_needs_a_second_person(self, store: Store) -> None:
        """Seen failing with the comparison of `by` and `created_by` left out."""
        await parked_many(store, 3)
        made = await plan(store, approve_above=2)

        assert made.state is ReplayState.AWAITING_APPROVAL
        with pytest.raises(WrongState, match="is awaiting_approval, not planned"):
            await store.start_replay(made.id, by="anna", now=NOW)
        with pytest.raises(WrongState, match="planned by anna: somebody else has to approve"):
            await store.approve_replay(made.id, by="anna", reason="I am sure", now=NOW)
        approved = await store.approve_replay(made.id, by="bert", reason="looked at it", now=LATER)
        running = await store.start_replay(made.id, by="anna", now=LATER)

        assert (approved.state, approved.approved_by) == (ReplayState.PLANNED, "bert")
        assert (running.state, running.approved_by) == (ReplayState.RUNNING, "bert")
        actions = [
            (event.by, event.action, event.reason) for event in await store.replay_history(made.id)
        ]
        assert actions == [
            ("anna", "plan_replay", "mended"),
            ("bert", "approve_replay", "looked at it"),
            ("anna", "start_replay", "mended"),
        ]

    async def test_a_plan_at_the_threshold_needs_nobody(self, store: Store) -> None:
        await parked_many(store, 2)

        assert (await plan(store, approve_above=2)).state is ReplayState.PLANNED
        assert (await plan(store, approve_above=0)).state is ReplayState.PLANNED

    # --- elsewhere ---

    async def test_a_plan_can_go_to_another_destination(self, store: Store) -> None:
        _, ids = await parked_many(store, 2)
        await store.replay(ids[0], by="anna", reason="typo", now=NOW, edited_body=b'{"edited":1}')
        await send_and_refuse(store, await lease_of(store), ids[:1], NOW)
        made = await store.plan_replay(
            EVERYTHING, options=TO_MAIL, by="anna", reason="moved", now=NOW
        )
        await store.start_replay(made.id, by="bert", now=NOW)

        done = await store.advance_replay(made.id, limit=10, now=LATER)

        assert (done.state, done.replayed, dict(done.destinations)) == ("done", 2, {ZGW: 2})
        assert done.options == TO_MAIL
        rows = await store.replay_rows(made.id, after=0, limit=10)
        new = [row.went_as or 0 for row in rows]
        assert [(row.destination, row.state) for row in rows] == [(ZGW, State.WAITING)] * 2
        assert await states(store, ids) == [State.DISCARDED] * 2
        copies = [await store.get_delivery(number) for number in new]
        assert [(one.destination, one.lane, one.edited) for one in copies] == [
            (MAIL, "ZAAK-1", True),
            (MAIL, "ZAAK-2", False),
        ]
        assert await store.get_body(new[0]) == b'{"edited":1}'
        assert await store.get_body(new[1]) == b'{"id":"event-2"}'
        old, added = (await store.timeline(ids[1]))[-1], (await store.timeline(new[1]))[-1]
        assert (old.action, old.after, old.actor) == ("redirect", "discarded", "bert")
        assert old.reason == f"replayed to mail as delivery {new[1]}: replay 1: moved"
        assert added.reason == f"instead of delivery {ids[1]} to zgw: replay 1: moved"
        assert await store.counts() == await store.recount()

    async def test_what_cannot_go_elsewhere_is_left_and_says_why(self, store: Store) -> None:
        lease, _ = await parked(store, new_message("event-1", to=(ZGW, MAIL)))
        ids = [1]
        for number in (2, 3):
            await accept(store, new_message(f"event-{number}", lane=f"ZAAK-{number}"))
        heads = await store.read_open(ZGW, after=2, limit=10)
        ids += [head.id for head in heads]
        await store.begin(lease, ids[1:], now=NOW)
        await store.finish(lease, [refused(ids[1], doubtful=True), refused(ids[2])], now=NOW)
        made = await store.plan_replay(
            EVERYTHING, options=TO_MAIL, by="anna", reason="moved", now=NOW
        )
        await store.discard(ids[2], by="carl", reason="by hand", now=NOW)
        await store.start_replay(made.id, by="bert", now=NOW)

        done = await store.advance_replay(made.id, limit=10, now=NOW)

        assert (done.state, done.replayed, done.skipped) == ("done", 0, 3)
        rows = await store.replay_rows(made.id, after=0, limit=10)
        assert [row.skip for row in rows] == [Skip.ALREADY_THERE, Skip.IN_DOUBT, Skip.MOVED]
        assert await states(store, ids[:2]) == [State.PARKED] * 2

    @pytest.mark.parametrize(
        ("to", "skip"),
        [
            (Elsewhere(destination=MAIL, types=frozenset({"other"})), Skip.TYPE_NOT_HANDLED),
            (
                Elsewhere(destination=MAIL, types=frozenset({TYPE}), tenant="gm9002"),
                Skip.OTHER_TENANT,
            ),
        ],
    )
    async def test_only_what_the_other_destination_takes_goes_there(
        self, store: Store, to: Elsewhere, skip: Skip
    ) -> None:
        await parked(store)
        replay_id = await started(store, to=to)

        await store.advance_replay(replay_id, limit=10, now=NOW)

        (row,) = await store.replay_rows(replay_id, after=0, limit=10)
        assert row.skip is skip

    async def test_one_delivery_can_go_to_another_destination(self, store: Store) -> None:
        lease, number = await parked(store)

        new = await store.redirect(number, MAIL, by="anna", reason="moved", now=LATER)

        assert (new.destination, new.state, new.message_id) == (MAIL, State.WAITING, 1)
        assert (new.accepted_at, new.changed_at) == (NOW, LATER)
        assert (await store.get_delivery(number)).state is State.DISCARDED
        assert [head.id for head in await store.read_open(MAIL, after=0, limit=10)] == [new.id]
        assert list(await store.recalled_lanes(lease)) == ["ZAAK-1"]
        assert await store.counts() == await store.recount()

    async def test_one_delivery_that_cannot_go_elsewhere_is_refused(self, store: Store) -> None:
        await accept(store, unrouted("nobody"))
        _, number = await parked(store, new_message("event-2", to=(ZGW,)), doubtful=True)
        await accept(store, new_message("event-3", to=(ZGW, MAIL), lane="ZAAK-3"))
        refusals = {
            (1, MAIL): "has no destination yet",
            (number, MAIL): "may have delivery",
            (number, ZGW): "is for zgw already",
            (number + 1, MAIL): "is waiting: only a parked one",
        }
        for (which, to), words in refusals.items():
            with pytest.raises(WrongState, match=words):
                await store.redirect(which, to, by="anna", reason="moved", now=NOW)
        with pytest.raises(NotFound):
            await store.redirect(99, MAIL, by="anna", reason="moved", now=NOW)

        sure = await store.redirect(
            number, MAIL, by="anna", reason="moved", now=NOW, verified_absent=True
        )
        assert not sure.doubtful

    async def test_a_message_goes_to_a_destination_once(self, store: Store) -> None:
        _, number = await parked(store, new_message("event-1", to=(ZGW, MAIL)))

        with pytest.raises(WrongState, match="has a delivery at mail already"):
            await store.redirect(number, MAIL, by="anna", reason="moved", now=NOW)
        assert (await store.get_delivery(number)).state is State.PARKED

    # --- report ---

    async def test_the_rows_of_a_plan_tell_what_became_of_each(self, store: Store) -> None:
        lease, ids = await parked_many(store, 5)
        replay_id = await started(store, stop_at_percent=0)
        await store.discard(ids[1], by="carl", reason="by hand", now=NOW)
        await store.advance_replay(replay_id, limit=4, now=LATER)
        await store.begin(lease, [ids[0], ids[2]], now=LATER)
        await store.finish(lease, [delivered(ids[0]), refused(ids[2])], now=LATER)
        await store.pause_replay(replay_id, by="bert", reason="enough", now=LATER)
        await store.advance_replay(replay_id, limit=4, now=LATER)

        rows = await store.replay_rows(replay_id, after=0, limit=10)

        assert [(row.delivery_id, row.mark, row.skip, row.fate, row.state) for row in rows] == [
            (ids[0], Mark.REPLAYED, None, Fate.DELIVERED, State.DELIVERED),
            (ids[1], Mark.SKIPPED, Skip.MOVED, None, State.DISCARDED),
            (ids[2], Mark.REPLAYED, None, Fate.FAILED, State.PARKED),
            (ids[3], Mark.REPLAYED, None, None, State.WAITING),
            (ids[4], Mark.PENDING, None, None, State.PARKED),
        ]
        first, third = rows[0], rows[2]
        assert (first.destination, first.subject, first.tenant) == (ZGW, "ZAAK-1", "gm9001")
        assert (first.replayed_at, first.went_as, first.fault) == (LATER, None, None)
        assert third.fault is not None
        assert third.fault.code == "status:invalid"
        assert third.changed_at == LATER
        page = await store.replay_rows(replay_id, after=ids[1], limit=2)
        assert [row.delivery_id for row in page] == ids[2:4]

    async def test_plans_are_listed_newest_first_and_by_tenant(self, store: Store) -> None:
        for tenant in (None, "gm9001", "gm9002", "gm9001"):
            await store.plan_replay(EVERYTHING, tenant=tenant, by="anna", reason="x", now=NOW)

        everything = await store.list_replays(before=None, limit=3)
        rest = await store.list_replays(before=everything[-1].id, limit=3)
        own = await store.list_replays(before=None, limit=3, tenant="gm9001")

        assert [one.id for one in everything] == [4, 3, 2]
        assert [one.id for one in rest] == [1]
        assert [one.id for one in own] == [4, 2]
        assert own[0] == await store.get_replay(4)

    async def test_nothing_is_told_of_an_unknown_plan(self, store: Store) -> None:
        with pytest.raises(NotFound, match="replay 7"):
            await store.replay_rows(7, after=0, limit=1)
        with pytest.raises(NotFound, match="replay 7"):
            await store.replay_history(7)

    async def test_everything_about_a_plan_is_there_after_opening_again(
        self, store: Store, reopen: Reopen
    ) -> None:
        await parked_many(store, 4)
        replay_id = await started(
            store, sample=2, rate_per_second=2.5, stop_at_percent=30, approve_above=9, to=TO_MAIL.to
        )
        await store.advance_replay(replay_id, limit=10, now=NOW)
        before = (
            await store.get_replay(replay_id),
            list(await store.replay_rows(replay_id, after=0, limit=10)),
            list(await store.replay_history(replay_id)),
        )

        await reopen()

        after = (
            await store.get_replay(replay_id),
            list(await store.replay_rows(replay_id, after=0, limit=10)),
            list(await store.replay_history(replay_id)),
        )
        assert after == before
        early = NOW + timedelta(milliseconds=300)
        assert (await store.advance_replay(replay_id, limit=9, now=early)).replayed == 1
        sampled = await store.advance_replay(replay_id, limit=9, now=NOW + SECOND)
        assert (sampled.state, sampled.replayed) == (ReplayState.SAMPLED, 2)

    # --- edits ---

    async def test_every_edit_is_kept_with_its_editor_and_its_diff(self, store: Store) -> None:
        lease, number = await parked(store)
        await store.replay(
            number, by="anna", reason="typo", now=NOW, edited_body=b'{"a":1}', edit_diff=b"[1]"
        )
        await send_and_refuse(store, lease, [number], NOW)
        await store.replay(
            number, by="bert", reason="again", now=LATER, edited_body=b'{"a":2}', edit_diff=b"[2]"
        )

        edits = [(edit.at, edit.by, edit.reason, edit.diff) for edit in await store.list_edits(1)]

        assert edits == [(NOW, "anna", "typo", b"[1]"), (LATER, "bert", "again", b"[2]")]
        assert (await store.get_message(1)).body == b'{"id":"event-1"}'
        assert await store.get_body(number) == b'{"a":2}'

    async def test_a_delivery_that_was_never_edited_has_no_edits(self, store: Store) -> None:
        _, number = await parked(store)
        await store.replay(number, by="anna", reason="mended", now=NOW)

        assert list(await store.list_edits(number)) == []
        with pytest.raises(NotFound):
            await store.list_edits(99)

    async def test_an_edit_that_is_refused_leaves_no_history(self, store: Store) -> None:
        await under_way(store)
        with pytest.raises(WrongState):
            await store.replay(1, by="anna", reason="typo", now=NOW, edited_body=b"{}")

        assert list(await store.list_edits(1)) == []


async def parked_at(store: Store, destination: str, count: int) -> Lease:
    """That many parked deliveries at one destination."""
    messages = [
        new_message(f"{destination}-{number}", to=(destination,), lane=f"{destination}-{number}")
        for number in range(count)
    ]
    await accept(store, *messages)
    lease = await lease_of(store, destination)
    heads = await store.read_open(destination, after=0, limit=count)
    await send_and_refuse(store, lease, [head.id for head in heads], NOW)
    return lease
